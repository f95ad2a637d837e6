import { computeCauses, memoryHotplugFault, tooManySockets } from "./compute";
import {
    credentialCauses,
    dnsCauses,
    firmwareCauses,
    gatedCauses,
    inputCauses,
    ioThreadCauses,
    nameCauses,
    probeCauses,
    startStrategyCauses,
} from "./devices";
import { bootCauses, diskCauses } from "./disks";
import { networkCauses } from "./networks";
import {
    type Cause,
    type ReviewedMachineSpec,
    type ReviewedSpec,
    type ReviewedTemplate,
    inTemplate,
} from "./spec";
import { volumeCauses } from "./volumes";

/** Labels that only KubeVirt's own accounts write. Source: KubeVirt vmi-create-admitter.go, restrictedVmiLabels. */
const reserved = [
    "kubevirt.io/created-by",
    "kubevirt.io/migrationJobUID",
    "kubevirt.io/nodeName",
    "kubevirt.io/migrationTargetNodeName",
    "kubevirt.io/schedulable",
    "kubevirt.io/install-strategy",
];

/** Why a machine is refused, in KubeVirt's order. Source: KubeVirt vms-admitter.go, ValidateVirtualMachineSpec. */
export function machineCauses(spec: ReviewedMachineSpec, gates: readonly string[]): Cause[] {
    const template = spec.template?.spec ?? {};
    return [
        ...labels(spec),
        ...instanceCauses(template, gates),
        ...templates(spec),
        ...runStrategy(spec, gates),
        ...liveUpdate(template),
    ];
}

function* instanceCauses(spec: ReviewedSpec, gates: readonly string[]): Generator<Cause> {
    yield* nameCauses(spec);
    yield* computeCauses(spec);
    yield* startStrategyCauses(spec);
    yield* networkCauses(spec);
    yield* bootCauses(spec);
    yield* inputCauses(spec);
    yield* ioThreadCauses(spec);
    yield* probeCauses(spec);
    yield* diskCauses(spec);
    yield* firmwareCauses(spec);
    yield* volumeCauses(spec);
    yield* credentialCauses(spec);
    yield* dnsCauses(spec);
    yield* gatedCauses(spec, gates);
}

function* labels({ template }: ReviewedMachineSpec): Generator<Cause> {
    const given = Object.keys(template?.metadata?.labels ?? {});
    if (given.some((label) => reserved.includes(label))) {
        const message =
            "creation of the following reserved kubevirt.io/ labels on a VMI object is prohibited";
        yield { message, field: "spec.template.metadata.labels" };
    }
}

/** Source: KubeVirt pkg/storage/admitters/data-volume-template.go. */
function* templates({ dataVolumeTemplates = [], template }: ReviewedMachineSpec): Generator<Cause> {
    for (const [index, each] of dataVolumeTemplates.entries()) {
        const field = `spec.dataVolumeTemplate[${index}]`;
        const cause = templateCause(each, field);
        if (cause !== undefined) {
            yield cause;
            continue;
        }
        const name = each.metadata?.name;
        const isUsed = (template?.spec?.volumes ?? []).some(
            (volume) =>
                volume.dataVolume?.name === name ||
                volume.persistentVolumeClaim?.claimName === name,
        );
        if (!isUsed) {
            const message = `DataVolumeTemplate entry ${field} must be referenced in the VMI template's 'volumes' list`;
            yield { message, field, reason: "FieldValueRequired" };
        }
    }
}

function templateCause(
    { metadata, spec = {} }: ReviewedTemplate,
    field: string,
): Cause | undefined {
    if (!metadata?.name) {
        const message = `'name' field must not be empty for DataVolumeTemplate entry ${field}.name.`;
        return { message, field: `${field}.name`, reason: "FieldValueRequired" };
    }
    const { pvc, storage, source, sourceRef } = spec;
    const at = (name: string, message: string): Cause => ({ message, field: `${field}.${name}` });
    if (pvc === undefined && storage === undefined) {
        return at("PVC.Storage", "Missing Data volume PVC or Storage");
    }
    if (pvc !== undefined && storage !== undefined) {
        return at(
            "PVC.Storage",
            "Duplicate storage definition, both target storage and target pvc defined",
        );
    }
    const { dataSource, dataSourceRef } = pvc ?? storage ?? {};
    const populated = dataSource !== undefined || dataSourceRef !== undefined;
    const sourced = source !== undefined || sourceRef !== undefined;
    if (populated && sourced) {
        return at("source", "External population is incompatible with Source and SourceRef");
    }
    if (!populated && !sourced) {
        return at(
            "source.sourceRef",
            "Data volume should have either Source, SourceRef, or be externally populated",
        );
    }
    const count = Object.values(source ?? {}).filter((each) => each !== undefined).length;
    if (source !== undefined && count === 0) {
        return at("source", "Missing dataVolume valid source");
    }
    return count > 1 ? at("source", "Multiple dataVolume sources") : undefined;
}

const runStrategies = ["Halted", "Manual", "Always", "RerunOnFailure", "Once"];

function* runStrategy(
    { running, runStrategy: word }: ReviewedMachineSpec,
    gates: readonly string[],
): Generator<Cause> {
    const gate = "DecentralizedLiveMigration";
    if (running !== undefined && word !== undefined) {
        const message =
            "Running and RunStrategy are mutually exclusive. Note that Running is deprecated, please use RunStrategy instead";
        yield { message, field: "spec.running" };
    }
    if (running === undefined && word === undefined) {
        yield { message: "RunStrategy must be specified", field: "spec.running" };
    }
    if (word === "WaitAsReceiver" && !gates.includes(gate)) {
        const message = `Invalid RunStrategy (${word}), ${gate} feature gate is not enabled in kubevirt resource`;
        yield { message, field: "spec.runStrategy" };
    } else if (word !== undefined && word !== "WaitAsReceiver" && !runStrategies.includes(word)) {
        yield { message: `Invalid RunStrategy (${word})`, field: "spec.runStrategy" };
    }
}

function* liveUpdate(spec: ReviewedSpec): Generator<Cause> {
    yield* tooManySockets(spec.domain?.cpu ?? {}, `${inTemplate}.domain.cpu.sockets`);
    const maxGuest = spec.domain?.memory?.maxGuest;
    const fault = maxGuest === undefined ? undefined : memoryHotplugFault(spec, maxGuest);
    if (fault !== undefined) {
        yield { message: fault, field: `${inTemplate}.domain.memory.guest` };
    }
}
