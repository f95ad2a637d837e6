import { sizeOf, sourceSize } from "./claim-spec";
import { type Strategy, snapshotClassFor } from "./clone-plan";
import { handOver, temporaryClaim } from "./handover";
import type { Claim } from "./objects";
import { since } from "./reading";
import { type CloneSource, cloned } from "./sources";
import { type Standing, type Step, type View, idle, prefix } from "./view";
import { prepPod } from "./worker-pod";
import { type Write, create, patch, removeAtOnce, warn } from "./writes";

/** Writes down how far a clone is. */
export type Reporting = (phase: string) => Write[];

/** Who says what happens to a clone's target. */
export const populator = "clone-populator";

/** Nothing is copied yet. */
export const clonePending: Standing = {
    status: "False",
    reason: "Pending",
    message: "Clone Pending",
};

/** The storage system copies. */
export const populating: Standing = {
    status: "True",
    reason: "Populator is running",
    message: "",
};

/** The DataVolume's phase while a volume is made from a snapshot. */
export const snapshotPhase = "CloneFromSnapshotSourceInProgress";

/** How long the storage system takes for a copy of its own. */
const copyMs = 1500;

/** The claim that a copy is made into. Source: CDI pkg/controller/clone/planner.go, createDesiredClaim. */
export function temporaryName({ metadata }: Claim): string {
    return `tmp-pvc-${metadata.uid ?? ""}`;
}

/** The snapshot that a copy is made from. Source: the same file, planSnapshotFromPVC. */
export function temporarySnapshot({ metadata }: Claim): string {
    return `tmp-snapshot-${metadata.uid ?? ""}`;
}

/** The pod that makes a class bind, or a filesystem grow. Source: CDI pkg/controller/clone/prep-claim.go. */
export function prepName({ metadata }: Claim): string {
    return `prep-${metadata.uid ?? ""}`;
}

/** A step of a clone without a worker. */
export function standing(phase: string, running: Standing, writes: readonly Write[]): Step {
    return { ...idle(phase, writes), running };
}

/** The claim that the copy is made into, beside the source: drivers copy only within a namespace. */
export function makeTemporary(
    view: View,
    from: CloneSource,
    copy: { readonly type: Strategy; readonly of?: object; readonly size?: number },
): Write {
    const { claim } = view;
    const object = temporaryClaim(
        view,
        temporaryName(claim),
        {
            [`${prefix}populator.kind`]: "VolumeCloneSource",
            "cdi.kubevirt.io/cloneType": copy.type,
            "cdi.kubevirt.io/clonePhase": "Pending",
        },
        from.namespace,
    );
    const { of: dataSource, size } = copy;
    const spec = {
        ...object.spec,
        ...(dataSource === undefined ? {} : { dataSource, dataSourceRef: dataSource }),
        ...(size === undefined || size === 0
            ? {}
            : { resources: { requests: { storage: String(size) } } }),
    };
    const refused = (message: string): Write[] => [
        warn(claim, populator, "ErrCreatingPVCPrime", message),
    ];
    return create({ ...object, spec }, { refused });
}

/**
 * Until the storage system has been asked for the copy, which has the size of its source. Source: CDI
 * pkg/controller/clone/{csi-clone,snapshot,snap-clone}.go.
 */
export function beginClone(
    view: View,
    from: CloneSource,
    type: Exclude<Strategy, "copy">,
    at: Reporting,
): Step {
    const { world, claim } = view;
    const size = sourceSize(cloned(world, from));
    if (type === "csi-clone") {
        const of = { kind: "PersistentVolumeClaim", name: from.name };
        return standing("CloneScheduled", clonePending, [
            ...at("CSIClone"),
            makeTemporary(view, from, { type, of, size }),
        ]);
    }
    const name = from.of === "snapshot" ? from.name : temporarySnapshot(claim);
    const snapshot = world.get("VolumeSnapshot", from.namespace, name);
    if (snapshot === undefined) {
        return standing("CloneScheduled", clonePending, [
            ...at("Snapshot"),
            create(snapshotOf(view, from)),
        ]);
    }
    if (snapshot.status?.readyToUse !== true) {
        return standing("SnapshotForSmartCloneInProgress", populating, at("Snapshot"));
    }
    const of = { apiGroup: "snapshot.storage.k8s.io", kind: "VolumeSnapshot", name };
    return standing(snapshotPhase, populating, [
        ...at("SnapshotClone"),
        makeTemporary(view, from, { type, of, size: sourceSize(snapshot) }),
    ]);
}

/** Lets the copy bind and grow, then hands it over. Source: CDI pkg/controller/clone/{prep-claim,rebind}.go. */
export function finishClone(
    view: View,
    temporary: Claim,
    type: Exclude<Strategy, "copy">,
    at: Reporting,
): Step {
    const { world, claim, now } = view;
    const pod = world.get("Pod", temporary.metadata.namespace, prepName(claim));
    const bound = temporary.status?.phase === "Bound";
    const copied = bound && since(temporary.metadata.creationTimestamp, now) >= copyMs;
    if (bound && !copied) {
        const [phase, name] =
            type === "csi-clone"
                ? ["CSICloneInProgress", "CSIClone"]
                : [snapshotPhase, "SnapshotClone"];
        return standing(phase, populating, at(name));
    }
    const storage = claim.spec.resources?.requests?.storage;
    const wanted = sizeOf(claim.spec) ?? 0;
    const preparing = (writes: readonly Write[]) =>
        standing("PrepClaimInProgress", populating, [...at("PrepClaim"), ...writes]);
    const hold = pod === undefined ? [create(prepPod(prepName(claim), temporary))] : [];
    if (!bound) {
        const late = view.storageClass?.volumeBindingMode === "WaitForFirstConsumer";
        const phase = type === "csi-clone" ? "CSICloneInProgress" : snapshotPhase;
        return late
            ? preparing(hold)
            : standing(phase, populating, at(type === "csi-clone" ? "CSIClone" : "SnapshotClone"));
    }
    if ((sizeOf(temporary.spec) ?? 0) < wanted) {
        return preparing(patch(temporary, { spec: { resources: { requests: { storage } } } }));
    }
    if (sourceSize(temporary) < wanted) {
        return preparing(hold);
    }
    const after = pod === undefined ? [] : [removeAtOnce(pod)];
    const handed = [...at("Rebind"), ...after, ...handOver(view, temporary)];
    return standing("RebindInProgress", populating, handed);
}

function snapshotOf(view: View, { namespace, name }: CloneSource) {
    const { claim } = view;
    const { uid = "" } = claim.metadata;
    const volumeSnapshotClassName = snapshotClassFor(view);
    return {
        apiVersion: "snapshot.storage.k8s.io/v1",
        kind: "VolumeSnapshot" as const,
        metadata: {
            name: temporarySnapshot(claim),
            namespace,
            labels: { "cdi.kubevirt.io": "", "cdi.kubevirt.io/OwnedByUID": uid },
        },
        spec: {
            source: { persistentVolumeClaimName: name },
            ...(volumeSnapshotClassName === undefined ? {} : { volumeSnapshotClassName }),
        },
    };
}
