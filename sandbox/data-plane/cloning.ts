import { sizeOf, sourceSize } from "./claim-spec";
import { handOver, temporaryClaim } from "./handover";
import type { Claim, VolumeSnapshot } from "./objects";
import { annotationOf, since } from "./reading";
import { type CloneSource, cloned } from "./sources";
import { fill, work } from "./filling";
import { type Standing, type Step, type View, idle, prefix, waitsForConsumer, whole } from "./view";
import { workerName } from "./worker-pod";
import { readReport, standingAnnotations } from "./worker-report";
import { type Write, annotate, create, removeAtOnce, warn } from "./writes";

/** How a clone is made. Source: CDI pkg/controller/clone/planner.go. */
type Strategy = "csi-clone" | "snapshot" | "copy";

/** The DataVolume's phase while the volume is copied. */
const copyingPhase = {
    "csi-clone": "CSICloneInProgress",
    snapshot: "CloneFromSnapshotSourceInProgress",
    copy: "CloneInProgress",
} as const;

/** How long the storage system takes for a copy of its own. */
const copyMs = 1500;

const clonePending: Standing = { status: "False", reason: "Pending", message: "Clone Pending" };
const populating: Standing = { status: "True", reason: "Populator is running", message: "" };
const complete: Standing = { status: "False", reason: "Completed", message: "Clone Complete" };

/** Copies a claim or a snapshot. */
export function clone(view: View, from: CloneSource): Step {
    return view.populated ? cloneByPopulator(view, from) : cloneDirectly(view, from);
}

/** The older way, for provisioners without a CSI driver: always a copy by pods. */
function cloneDirectly(view: View, from: CloneSource): Step {
    const { claim, world } = view;
    if (claim.status?.phase !== "Bound") {
        return fill(view, "copy");
    }
    const source = cloned(world, from);
    const fallback = "In tree storage class does not support snapshot/clone";
    const planned = [
        ...annotate(claim, {
            "cdi.kubevirt.io/cloneType": "copy",
            "cdi.kubevirt.io/cloneFallbackReason": fallback,
        }),
        ...(annotationOf(claim, "cdi.kubevirt.io/cloneType") === undefined
            ? [warn(claim, "datavolume-pvc-clone-controller", "NoPopulator", fallback)]
            : []),
    ];
    if ((sizeOf(claim.spec) ?? 0) < sourceSize(source)) {
        const message = "target resources requests storage size is smaller than the source";
        const said = warn(claim, "upload-controller", "ErrIncompatiblePVC", message);
        return idle("CloneScheduled", [...planned, said]);
    }
    if (readReport(claim)?.podPhase === "Succeeded") {
        return fill(view, "copy");
    }
    if (!isReady(view, source)) {
        return idle("CloneScheduled", planned);
    }
    const user = sourceUser(view, from);
    if (user !== undefined) {
        return idle("CloneScheduled", [...planned, inUse(view, from, user)]);
    }
    const step = fill(view, "copy");
    return { ...step, writes: [...planned, ...step.writes] };
}

/** The populators' way: the copy is made into a temporary claim, whose volume is handed over. */
function cloneByPopulator(view: View, from: CloneSource): Step {
    const { world, claim, now } = view;
    const name = `tmp-pvc-${claim.metadata.uid ?? ""}`;
    const temporary = world.get("PersistentVolumeClaim", claim.metadata.namespace, name);
    if (clonePhase(claim) === "Succeeded" || claim.status?.phase === "Bound") {
        return cloneDone(view, temporary);
    }
    if (waitsForConsumer(view)) {
        return idle("PendingPopulation");
    }
    const strategy = chooseStrategy(view, from);
    const at = (phase: string): Write[] =>
        annotate(claim, {
            "cdi.kubevirt.io/cloneType": strategy,
            "cdi.kubevirt.io/clonePhase": phase,
        });
    const source = cloned(world, from);
    if (!isReady(view, source)) {
        return standing("CloneScheduled", clonePending, at("Pending"));
    }
    const user = sourceUser(view, from);
    if (user !== undefined) {
        const said = [...at("Pending"), inUse(view, from, user)];
        return standing(copyingPhase[strategy], populating, said);
    }
    if (temporary === undefined) {
        const object = temporaryClaim(view, name, {
            [`${prefix}populator.kind`]: "VolumeCloneSource",
            "cdi.kubevirt.io/cloneType": strategy,
            "cdi.kubevirt.io/clonePhase": "Pending",
        });
        const refused = (message: string): Write[] => [
            warn(claim, "clone-populator", "ErrCreatingPVCPrime", message),
        ];
        return standing("CloneScheduled", clonePending, [
            ...at("Pending"),
            create(object, { refused }),
        ]);
    }
    if (strategy === "copy") {
        return copyByPods(view, temporary, at);
    }
    const copied =
        temporary.status?.phase === "Bound" &&
        since(temporary.metadata.creationTimestamp, now) >= copyMs;
    return copied
        ? standing("RebindInProgress", populating, [...at("Rebind"), ...handOver(view, temporary)])
        : standing(
              copyingPhase[strategy],
              populating,
              at(strategy === "snapshot" ? "SnapshotClone" : "CSIClone"),
          );
}

function copyByPods(view: View, temporary: Claim, at: (phase: string) => Write[]): Step {
    if (readReport(temporary)?.podPhase === "Succeeded") {
        const writes = [...at("Rebind"), ...handOver(view, temporary)];
        return {
            ...standing("CloneInProgress", { ...populating, reason: "Pod is running" }, writes),
        };
    }
    const step = work(view, temporary, "copy", "CloneInProgress");
    const running = step.running.status === "True";
    return {
        ...step,
        // The populator shows one phase from the pod's start to the end of the handover.
        phase: "CloneInProgress",
        running: running ? step.running : clonePending,
        progress: running ? step.progress : "N/A",
        writes: [...at("HostClone"), ...step.writes],
    };
}

function cloneDone(view: View, temporary: Claim | undefined): Step {
    const { world, claim } = view;
    const worker =
        temporary === undefined
            ? undefined
            : world.get("Pod", claim.metadata.namespace, workerName(temporary, "copy"));
    return {
        writes: [
            ...annotate(claim, {
                "cdi.kubevirt.io/clonePhase": "Succeeded",
                ...standingAnnotations(complete),
                [`${prefix}populator.progress`]: whole,
            }),
            ...(worker === undefined ? [] : [removeAtOnce(worker)]),
            ...(temporary === undefined ? [] : handOver(view, temporary)),
        ],
        phase: "Succeeded",
        running: complete,
        progress: whole,
        restarts: 0,
    };
}

function standing(phase: string, running: Standing, writes: readonly Write[]): Step {
    return { ...idle(phase, writes), running };
}

function clonePhase(claim: Claim): string | undefined {
    return annotationOf(claim, "cdi.kubevirt.io/clonePhase");
}

/** As the profile says, but a copy by pods where drivers or volume modes differ or the class cannot grow a copy. */
function chooseStrategy({ world, claim, storageClass }: View, from: CloneSource): Strategy {
    if (from.of === "snapshot") {
        return "snapshot";
    }
    const source = world.get("PersistentVolumeClaim", from.namespace, from.name);
    const sourceClass = world.get("StorageClass", undefined, source?.spec.storageClassName ?? "");
    const larger = (sizeOf(claim.spec) ?? 0) > sourceSize(source);
    const alike =
        sourceClass?.provisioner === storageClass?.provisioner &&
        (source?.spec.volumeMode ?? "Filesystem") === (claim.spec.volumeMode ?? "Filesystem") &&
        (!larger || storageClass?.allowVolumeExpansion === true);
    const profile = world.get("StorageProfile", undefined, claim.spec.storageClassName ?? "");
    const wanted = profile?.status?.cloneStrategy ?? "snapshot";
    const snapshots = world
        .list("VolumeSnapshotClass")
        .some(({ driver }) => driver === storageClass?.provisioner);
    if (!alike || wanted === "copy" || (wanted === "snapshot" && !snapshots)) {
        return "copy";
    }
    return wanted === "csi-clone" ? "csi-clone" : "snapshot";
}

/** Whether there is something whole to copy. */
function isReady({ world }: View, source: Claim | VolumeSnapshot | undefined): boolean {
    if (source === undefined) {
        return false;
    }
    if (source.kind === "VolumeSnapshot") {
        return (source as VolumeSnapshot).status?.readyToUse === true;
    }
    const { namespace, name, ownerReferences } = source.metadata;
    const owned = ownerReferences?.some(({ kind }) => kind === "DataVolume") ?? false;
    const filled =
        !owned || world.get("DataVolume", namespace, name)?.status?.phase === "Succeeded";
    return (source as Claim).status?.phase === "Bound" && filled;
}

/** A pod that may write to the source. */
function sourceUser({ world }: View, from: CloneSource): string | undefined {
    const source = from.of === "pvc" ? cloned(world, from) : undefined;
    return source === undefined
        ? undefined
        : world
              .list("Pod", from.namespace)
              .filter(({ status }) => !["Succeeded", "Failed"].includes(status?.phase ?? ""))
              .find(({ spec }) =>
                  spec.volumes?.some(
                      ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === from.name,
                  ),
              )?.metadata.name;
}

function inUse({ claim }: View, from: CloneSource, pod: string): Write {
    const message = `pod ${from.namespace}/${pod} using PersistentVolumeClaim ${from.name}`;
    return warn(claim, "clone-controller", "CloneSourceInUse", message);
}
