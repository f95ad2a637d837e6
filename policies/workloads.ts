import { podPlace } from "../manifests/pod-spec";
import type { Fields, Place } from "../model/machine-difference";
import { entriesOf, fieldsOf, isPatch, kindOf, type Resource, stepTo } from "./resource";

/** A part of a resource's object, and where it is. */
export interface Part {
    readonly place: Place;
    readonly spec: Fields;
}

/** The pods that a resource runs: the spec of its template, or its own. */
export function podsOf(resource: Resource): readonly Part[] {
    return part(resource, podPlace(kindOf(resource) ?? ""));
}

/** The containers of a pod, those that run first included. */
export function containersOf(pod: Part): readonly Part[] {
    return ["initContainers", "containers"].flatMap((list) => entries(pod, list));
}

/** The volumes of a pod or a machine. */
export function volumesOf(part: Part): readonly Part[] {
    return entries(part, "volumes");
}

/** Where the kinds of KubeVirt keep the spec of their machines. Source: KubeVirt kubevirt.io/v1 and pool.kubevirt.io/v1beta1. */
const machinePlaces: Readonly<Record<string, Place>> = {
    VirtualMachine: ["spec", "template", "spec"],
    VirtualMachineInstance: ["spec"],
    VirtualMachineInstanceReplicaSet: ["spec", "template", "spec"],
    VirtualMachinePool: ["spec", "virtualMachineTemplate", "spec", "template", "spec"],
};

/** The machines that a resource runs. */
export function machinesOf(resource: Resource): readonly Part[] {
    return part(resource, machinePlaces[kindOf(resource) ?? ""]);
}

const virtualMachinePlaces: Readonly<Record<string, Place>> = {
    VirtualMachine: ["spec"],
    VirtualMachinePool: ["spec", "virtualMachineTemplate", "spec"],
};

/** The DataVolumes that a machine brings along and takes with it. */
export function diskTemplatesOf(resource: Resource): readonly Part[] {
    return part(resource, virtualMachinePlaces[kindOf(resource) ?? ""]).flatMap((machine) =>
        entries(machine, "dataVolumeTemplates"),
    );
}

/** The specs of the DataVolumes that a resource makes: its own, a machine's templates, an import cron's. */
export function dataVolumesOf(resource: Resource): readonly Part[] {
    const kind = kindOf(resource);
    return [
        ...(kind === "DataVolume" ? part(resource, ["spec"]) : []),
        ...(kind === "DataImportCron" ? part(resource, ["spec", "template", "spec"]) : []),
        ...diskTemplatesOf(resource).map(({ place, spec }) => ({
            place: [...place, "spec"],
            spec: fieldsOf(spec, "spec"),
        })),
    ];
}

/** The values that a program gives to a Helm chart. */
export function chartValuesOf({ type, props }: Resource): readonly Part[] {
    const isChart = /^kubernetes:helm\.sh\/(v3:Release|v4:Chart)$/.test(type);
    return isChart ? [{ place: ["values"], spec: fieldsOf(props, "values") }] : [];
}

/** Whether a resource's object is all that there is of it, so that what it leaves out is left out. */
export function isWhole(resource: Resource): boolean {
    return kindOf(resource) !== undefined && !isPatch(resource);
}

function part(resource: Resource, place: Place | undefined): readonly Part[] {
    return place === undefined ? [] : [{ place, spec: fieldsOf(resource.props, ...place) }];
}

function entries({ place, spec }: Part, list: string): readonly Part[] {
    return entriesOf(spec, list).map((entry, index) => ({
        place: [...place, list, stepTo(entry, index)],
        spec: entry,
    }));
}
