import { bindImmediateAnnotation } from "../../model/annotations";
import type { DiskObservation } from "../../waits/disk-facts";
import type { Condition } from "../../waits/objects";

interface DiskSketch {
    readonly phase?: string;
    readonly source?: "http" | "pvc";
    readonly progress?: string;
    readonly restarts?: number;
    readonly conditions?: readonly Condition[];
    /** Reason and message of Bound=False. */
    readonly bound?: readonly [string, string];
    /** Status, reason and message of Running. */
    readonly running?: readonly [string, string, string];
    /** Phase of the claim a machine mounts. */
    readonly claim?: string;
    /** Phase of the populator's temporary claim. */
    readonly work?: string;
    readonly scratch?: string;
    readonly workerSaid?: string;
    readonly events?: readonly (readonly ["claim" | "work" | "worker", string, string])[];
    readonly deleting?: boolean;
    readonly bindNow?: boolean;
}

type Sketched = DiskObservation & {
    without(part: "dataVolume" | "claim"): DiskObservation;
};

const names = { claim: "root", work: "prime-1", worker: "importer-prime-1" } as const;

/** A state of the DataVolume `vms/root` on CSI storage, as CDI would show it. */
export function disk(sketch: DiskSketch): Sketched {
    const [runningStatus, runningReason, runningMessage] = sketch.running ?? ["False", "", ""];
    const [boundReason, boundMessage] = sketch.bound ?? ["Pending", "PVC root Pending"];
    const claim = (name: string, phase: string): DiskObservation["claims"][number] => ({
        metadata: { namespace: "vms", name, uid: `uid-of-${name}` },
        spec: { storageClassName: "fast" },
        status: { phase },
    });
    const phase = sketch.claim ?? "Bound";
    const observed: DiskObservation = {
        namespace: "vms",
        name: "root",
        dataVolume: {
            metadata: {
                namespace: "vms",
                name: "root",
                annotations: {
                    "cdi.kubevirt.io/storage.usePopulator": "true",
                    ...(sketch.bindNow === true ? { [bindImmediateAnnotation]: "" } : {}),
                },
                ...(sketch.deleting === true ? { deletionTimestamp: "2026-11-21T08:00:00Z" } : {}),
            },
            spec: { source: { [sketch.source ?? "http"]: {} } },
            status: {
                ...(sketch.phase === undefined ? {} : { phase: sketch.phase }),
                ...(sketch.restarts === undefined ? {} : { restartCount: sketch.restarts }),
                progress: sketch.progress ?? "N/A",
                conditions: sketch.conditions ?? [
                    { type: "Bound", status: "False", reason: boundReason, message: boundMessage },
                    { type: "Ready", status: "False" },
                    {
                        type: "Running",
                        status: runningStatus,
                        reason: runningReason,
                        message: runningMessage,
                    },
                ],
            },
        },
        claim: {
            ...claim("root", phase),
            metadata: {
                ...claim("root", phase).metadata,
                annotations: { "cdi.kubevirt.io/storage.populator.pvcPrime": "prime-1" },
            },
        },
        claims: [
            ...(sketch.work === undefined ? [] : [claim("prime-1", sketch.work)]),
            ...(sketch.scratch === undefined ? [] : [claim("prime-1-scratch", sketch.scratch)]),
        ],
        storageClass: undefined,
        pods: [
            {
                metadata: { namespace: "vms", name: names.worker },
                status: {
                    containerStatuses:
                        sketch.workerSaid === undefined
                            ? []
                            : [{ lastState: { terminated: { message: sketch.workerSaid } } }],
                },
            },
        ],
        events: (sketch.events ?? []).map(([on, reason, message]) => ({
            reason,
            message,
            lastTimestamp: "2026-11-21T08:00:00Z",
            involvedObject: { name: names[on] },
        })),
        consumer: "none",
    };
    return { ...observed, without: (part) => ({ ...observed, [part]: undefined }) };
}
