import type { Fault } from "./faults";
import type { Claim, DataVolume, StorageClass } from "./objects";
import { annotationOf } from "./reading";
import type { Source } from "./sources";
import type { Store } from "./store";
import type { Write } from "./writes";

/** One look at a DataVolume that has its claim. */
export interface View {
    readonly world: Store;
    readonly now: number;
    readonly dataVolume: DataVolume;
    readonly source: Source;
    /** The claim that a machine mounts. */
    readonly claim: Claim;
    /** Of the claim; undefined when there is none by its name. */
    readonly storageClass: StorageClass | undefined;
    /** A temporary claim is filled, and its volume handed over (CDI's populators); else the claim itself is. */
    readonly populated: boolean;
    readonly fault: Fault | undefined;
}

/** How a condition stands. */
export interface Standing {
    readonly status: "True" | "False";
    readonly reason?: string;
    readonly message?: string;
}

/** What to do now for a DataVolume, and what its status is to say about it. */
export interface Step {
    readonly writes: readonly Write[];
    /** Empty: the field is absent. */
    readonly phase: string;
    readonly running: Standing;
    readonly progress: string;
    readonly restarts: number;
    /** What the claims' newest event says; the condition Bound quotes it while the claim is Pending. */
    readonly said?: string;
    /** What CDI waits for before it can fill the claim; the condition Bound says it while the claim is Pending. */
    readonly waits?: { readonly reason: string; readonly message: string };
}

/** Prefix of most of CDI's annotations. Source: CDI pkg/controller/common/util.go. */
export const prefix = "cdi.kubevirt.io/storage.";

/** Where the scheduler wants a claim's volume. Set when a pod that uses the claim comes. */
export const selectedNode = "volume.kubernetes.io/selected-node";

/** The finished import or clone. */
export const whole = "100.0%";

/** Nothing is happening. */
export function idle(phase: string, writes: readonly Write[] = []): Step {
    return { writes, phase, running: { status: "False" }, progress: "N/A", restarts: 0 };
}

/** Whether the claim waits until a pod uses it, and nobody asked CDI not to wait. */
export function waitsForConsumer(view: View): boolean {
    return (
        bindsLate(view) &&
        view.claim.status?.phase !== "Bound" &&
        !wantsImmediate(view) &&
        annotationOf(view.claim, selectedNode) === undefined
    );
}

/** Whether the class waits for a first consumer. */
export function bindsLate({ storageClass }: View): boolean {
    return storageClass?.volumeBindingMode === "WaitForFirstConsumer";
}

/** Whether CDI is asked not to wait for a consumer. Any value counts. */
export function wantsImmediate({ dataVolume, claim }: View): boolean {
    const annotation = `${prefix}bind.immediate.requested`;
    return [dataVolume, claim].some((each) => annotationOf(each, annotation) !== undefined);
}
