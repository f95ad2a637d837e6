import { grouped, once } from "../model/once";
import type { Preview, State, Step } from "./preview";
import { entriesOf, kindKey, textOf, type Thing, thingOf, valueOf, wantedOf } from "./thing";

/** Kinds of disks: a claim, and what makes one. */
export const claimKey = "/PersistentVolumeClaim";
export const dataVolumeKey = "cdi.kubevirt.io/DataVolume";
export const machineKey = "kubevirt.io/VirtualMachine";
export const poolKey = "pool.kubevirt.io/VirtualMachinePool";
export const namespaceKey = "/Namespace";
export const classKey = "storage.k8s.io/StorageClass";
export const definitionKey = "apiextensions.k8s.io/CustomResourceDefinition";

/** Everything that a preview knows of a stack's objects, before and after: what a change of one of them is judged by. */
export interface Scene {
    readonly before: readonly Thing[];
    readonly after: readonly Thing[];
    /** Objects that the cluster would delete: the engine does not let go of them, and somebody else's stay. */
    readonly deleted: readonly Thing[];
    /** Whether what stays as it is, is known too. */
    readonly isWhole: boolean;
    /** All resources by their URNs, before the change. */
    readonly states: ReadonlyMap<string, State>;
    readonly steps: readonly Step[];
}

const makes =
    /^(create|create-replacement|import|import-replacement|update|replace|same|read|refresh|refresh-update)$/;
const ends = /^(delete|delete-replaced|replace|import-replacement)$/;

export function sceneOf({ steps, isWhole }: Preview): Scene {
    const before = new Map<string, Thing>();
    const after = new Map<string, Thing>();
    const deleted: Thing[] = [];
    const states = new Map<string, State>();
    for (const step of steps) {
        const { op, urn, old, now } = step;
        if (old !== undefined) {
            states.set(urn, old);
        }
        const was = thingOf(urn, old);
        const is = thingOf(urn, now);
        if (was !== undefined) {
            before.set(urn, was);
        }
        if (is !== undefined && makes.test(op)) {
            after.set(urn, is);
        }
        if (was !== undefined && isDeleted(step, steps)) {
            deleted.push(was);
        }
    }
    return {
        before: [...before.values()],
        after: [...after.values()],
        deleted,
        isWhole,
        states,
        steps,
    };
}

/** Whether the engine has the provider delete the object. Source: Pulumi pkg/resource/deploy/step.go (DeleteStep.Apply). */
function isDeleted(step: Step, steps: readonly Step[]): boolean {
    const { op, old } = step;
    return (
        old !== undefined &&
        ends.test(op) &&
        old.custom &&
        !old.external &&
        !old.retainOnDelete &&
        !isGoneAlready(step, steps) &&
        thingOf(step.urn, old)?.isPatch !== true
    );
}

/** The steps of a preview by what they are about. */
export const stepsByUrn = once((steps: readonly Step[]) => grouped(steps, ({ urn }) => [urn]));

/** Machines as they are after the change, by the claims that they have: `vms/data`. */
export const machinesByClaim = once(({ after }: Scene) =>
    grouped(ofKind(after, machineKey), (machine) =>
        [...volumesOf(machine).values()].map((claim) => `${machine.namespace}/${claim}`),
    ),
);

/** Claims and what makes them, after the change and before it, by where they are. */
export const disksByPlace = once(({ after, before }: Scene) =>
    grouped(ofKind([...after, ...before], claimKey, dataVolumeKey), ({ namespace, name }) => [
        `${namespace}/${name}`,
    ]),
);

/**
 * A resource that the state has and that is created all the same: a refresh has found that its object is gone from the cluster. Events
 * say so themselves; a digest has the refresh, or a deletion in its place. What an update that failed has left behind is deleted first, too.
 */
export function isGoneAlready({ op, urn, old }: Step, steps: readonly Step[]): boolean {
    const ofUrn = (stepsByUrn(steps).get(urn) ?? []).map((step) => step.op);
    return (
        op === "refresh-delete" ||
        (/^(delete|refresh)$/.test(op) &&
            old?.pendingDelete !== true &&
            ofUrn.indexOf("create") > ofUrn.indexOf(op))
    );
}

/** Name of the class that a claim or a DataVolume is on; undefined where the cluster's default decides. */
export function classOf(disk: Thing): string | undefined {
    return (
        textOf(disk, ["spec", "storageClassName"]) ??
        textOf(disk, ["spec", "storage", "storageClassName"]) ??
        textOf(disk, ["spec", "pvc", "storageClassName"]) ??
        textOf(disk, ["metadata", "annotations", "volume.beta.kubernetes.io/storage-class"])
    );
}

/** The objects of a kind, before the change. */
export function ofKind(things: readonly Thing[], ...keys: readonly string[]): readonly Thing[] {
    return things.filter((thing) => !thing.isPatch && keys.includes(kindKey(thing)));
}

/** Whether two stand for the same object of the cluster. A claim and the DataVolume that makes it have one name. */
export function isSameObject(one: Thing, other: Thing): boolean {
    return (
        one.kind === other.kind &&
        one.group === other.group &&
        one.namespace === other.namespace &&
        one.name === other.name &&
        one.name !== ""
    );
}

/** The class of a name, as it is before the change. */
export function classNamed(scene: Scene, name: string | undefined): Thing | undefined {
    return ofKind(scene.before, classKey).find((thing) => thing.name === name);
}

/** Disks on a class, before the change: `vms/data`. */
export function disksOn(scene: Scene, name: string): readonly Thing[] {
    return ofKind(scene.before, claimKey, dataVolumeKey).filter((disk) => classOf(disk) === name);
}

/** The claims that a machine has as volumes: by the names of the volumes. */
export const volumesOf = once((machine: Thing): ReadonlyMap<string, string> => {
    const volumes = entriesOf(wantedOf(machine, ["spec", "template", "spec", "volumes"]));
    return new Map(
        volumes.flatMap((volume) => {
            const { name, dataVolume, persistentVolumeClaim } = volume as {
                readonly name?: unknown;
                readonly dataVolume?: { readonly name?: unknown };
                readonly persistentVolumeClaim?: { readonly claimName?: unknown };
            };
            const claim = dataVolume?.name ?? persistentVolumeClaim?.claimName;
            return typeof name === "string" && typeof claim === "string" ? [[name, claim]] : [];
        }),
    );
});

/** The volume of a claim, where the stack has it: the one that it is bound to, or that is meant for it. */
export function volumeOf(scene: Scene, claim: Thing): Thing | undefined {
    const bound = valueOf(claim, ["spec", "volumeName"]);
    return ofKind(scene.before, "/PersistentVolume").find(
        (volume) =>
            volume.name === bound ||
            (textOf(volume, ["spec", "claimRef", "name"]) === claim.name &&
                textOf(volume, ["spec", "claimRef", "namespace"]) === claim.namespace),
    );
}
