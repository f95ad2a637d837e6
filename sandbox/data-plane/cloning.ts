import { sizeOf, sourceSize } from "./claim-spec";
import { type Strategy, planClone } from "./clone-plan";
import {
    type Reporting,
    beginClone,
    clonePending,
    finishClone,
    makeTemporary,
    populating,
    populator,
    prepName,
    snapshotPhase,
    standing,
    temporaryName,
    temporarySnapshot,
} from "./clone-volume";
import { handOver } from "./handover";
import type { Claim, VolumeSnapshot } from "./objects";
import { annotationOf } from "./reading";
import { type CloneSource, cloned } from "./sources";
import { fill, work } from "./filling";
import { type Standing, type Step, type View, idle, prefix, waitsForConsumer, whole } from "./view";
import { workerName } from "./worker-pod";
import { readReport, standingAnnotations } from "./worker-report";
import { type Write, annotate, remove, removeAtOnce, warn } from "./writes";

/** The DataVolume's phase while the source is still used by somebody. */
const copyingPhase: Readonly<Record<Strategy, string>> = {
    "csi-clone": "CSICloneInProgress",
    snapshot: "SnapshotForSmartCloneInProgress",
    copy: "CloneInProgress",
};

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

/** The populators' way: the copy is made into a temporary claim beside the source, whose volume is handed over. */
function cloneByPopulator(view: View, from: CloneSource): Step {
    const { world, claim } = view;
    const temporary = world.get("PersistentVolumeClaim", from.namespace, temporaryName(claim));
    if (clonePhase(claim) === "Succeeded" || claim.status?.phase === "Bound") {
        return cloneDone(view, from, temporary);
    }
    if (waitsForConsumer(view)) {
        return idle("PendingPopulation");
    }
    const decided = annotationOf(claim, "cdi.kubevirt.io/cloneType");
    const { strategy, fallback } =
        decided === undefined ? planClone(view, from) : { strategy: decided as Strategy };
    const at: Reporting = (phase) => [
        ...annotate(claim, {
            "cdi.kubevirt.io/cloneType": strategy,
            "cdi.kubevirt.io/clonePhase": phase,
            ...(fallback && { "cdi.kubevirt.io/cloneFallbackReason": fallback.message }),
        }),
        ...(fallback ? [warn(claim, populator, fallback.reason, fallback.message)] : []),
    ];
    const source = cloned(world, from);
    if (temporary === undefined && !isReady(view, source)) {
        return source?.kind === "VolumeSnapshot"
            ? standing(snapshotPhase, populating, at("SnapshotClone"))
            : standing("CloneScheduled", clonePending, at("Pending"));
    }
    const user = temporary === undefined ? sourceUser(view, from) : undefined;
    if (user !== undefined) {
        const said = [...at("Pending"), inUse(view, from, user)];
        return standing(copyingPhase[strategy], populating, said);
    }
    if (strategy === "copy") {
        return temporary === undefined
            ? standing("CloneScheduled", clonePending, [
                  ...at("Pending"),
                  makeTemporary(view, from, { type: strategy }),
              ])
            : copyByPods(view, temporary, at);
    }
    return temporary === undefined
        ? beginClone(view, from, strategy, at)
        : finishClone(view, temporary, strategy, at);
}

function copyByPods(view: View, temporary: Claim, at: Reporting): Step {
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

function cloneDone(view: View, from: CloneSource, temporary: Claim | undefined): Step {
    const { world, claim } = view;
    const snapshot = world.get("VolumeSnapshot", from.namespace, temporarySnapshot(claim));
    const pods =
        temporary === undefined
            ? []
            : [workerName(temporary, "copy"), prepName(claim)].flatMap(
                  (name) => world.get("Pod", from.namespace, name) ?? [],
              );
    return {
        writes: [
            ...annotate(claim, {
                "cdi.kubevirt.io/clonePhase": "Succeeded",
                ...standingAnnotations(complete),
                [`${prefix}populator.progress`]: whole,
            }),
            ...pods.map(removeAtOnce),
            ...(temporary === undefined ? [] : handOver(view, temporary)),
            ...(snapshot === undefined ? [] : remove(snapshot)),
        ],
        phase: "Succeeded",
        running: complete,
        progress: whole,
        restarts: 0,
    };
}

function clonePhase(claim: Claim): string | undefined {
    return annotationOf(claim, "cdi.kubevirt.io/clonePhase");
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
