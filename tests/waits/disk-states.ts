import { bindImmediateAnnotation } from "../../model/annotations";
import type { DiskObservation } from "../../waits/disk-facts";
import type { Claim, Condition, DataVolume } from "../../waits/objects";

/** Where a DataVolume's content comes from, as its spec says it. The names are those of the table. */
export const dataVolumeSources = {
    http: { source: { http: { url: "https://example.org/a.img" } } },
    registry: { source: { registry: { url: "docker://quay.io/a/b" } } },
    s3: { source: { s3: { url: "https://rgw.example.org/images/a.img" } } },
    gcs: { source: { gcs: { url: "gs://images/a.img" } } },
    imageio: { source: { imageio: { url: "https://engine.example.org/api", diskId: "1" } } },
    vddk: { source: { vddk: { url: "https://vcenter.example.org" } } },
    archive: { source: { http: { url: "https://example.org/a.tar" } }, contentType: "archive" },
    "blank image": { source: { blank: {} } },
    upload: { source: { upload: {} } },
    "claim clone": { source: { pvc: { name: "golden", namespace: "vms" } } },
    "snapshot clone": { source: { snapshot: { name: "golden", namespace: "vms" } } },
    DataSource: { sourceRef: { kind: "DataSource", name: "golden", namespace: "images" } },
    restore: { storage: { dataSourceRef: { kind: "VolumeSnapshot", name: "golden" } } },
} as const satisfies Readonly<Record<string, object>>;

/** The name of a source. */
export type SourceName = keyof typeof dataVolumeSources;

/** The sources by how CDI fills the disk. */
export const kindsOfSources: Readonly<Record<string, readonly SourceName[]>> = {
    import: ["http", "registry", "s3", "gcs", "imageio", "vddk", "archive", "blank image"],
    upload: ["upload"],
    clone: ["claim clone", "snapshot clone", "DataSource"],
    external: ["restore"],
};

/** What is seen of a disk; everything that is left out is as in a disk that is all right. */
export interface Sight {
    readonly phase?: string;
    readonly progress?: string;
    readonly restarts?: number;
    /** Reason and message of Bound=False. */
    readonly bound?: readonly [string, string];
    /** Status, reason and message of Running. */
    readonly running?: readonly [string, string, string];
    /** Phase of the claim a machine mounts; "none": it is not there. */
    readonly claim?: string;
    /** Phase of the populator's temporary claim; left out: it is not there. Without a populator there is none. */
    readonly temporary?: string;
    readonly scratch?: string;
    /** The scheduler or whoever made the claim has chosen a node. */
    readonly placed?: boolean;
    readonly bindNow?: boolean;
    readonly annotations?: Readonly<Record<string, string>>;
    /** What the scheduler says of the worker. */
    readonly unscheduled?: string;
    /** What the worker's last attempt said. */
    readonly workerSaid?: string;
    readonly events?: readonly (readonly [
        on: "disk" | "claim" | "temporary" | "worker",
        reason: string,
        message: string,
    ])[];
    readonly conditions?: readonly Condition[];
    readonly observed?: Partial<DiskObservation> | undefined;
}

/** How a disk is set up. */
export interface Setting {
    readonly source: SourceName;
    /** CDI's populators fill it, as on any storage with a CSI driver. */
    readonly populator: boolean;
    readonly binding: "Immediate" | "WaitForFirstConsumer";
    readonly consumer: DiskObservation["consumer"];
}

const size = { requests: { storage: "10Gi" } };

/** The disk `vms/root`, as CDI and Kubernetes would show it. */
export function diskState({ source, populator, binding, consumer }: Setting, sight: Sight) {
    const isClone = kindsOfSources["clone"]?.includes(source) === true;
    const prime = isClone ? "tmp-pvc-uid-of-root" : "prime-uid-of-root";
    const work = populator ? prime : "root";
    const names = { disk: "root", claim: "root", temporary: prime, worker: `importer-${work}` };
    const uids = { disk: "uid-of-disk", claim: "uid-of-root", temporary: "", worker: "" };
    const claim: Claim = {
        ...claimObject("root", sight.claim ?? "Bound"),
        metadata: {
            namespace: "vms",
            name: "root",
            uid: "uid-of-root",
            annotations: {
                ...(populator && !isClone
                    ? { "cdi.kubevirt.io/storage.populator.pvcPrime": prime }
                    : {}),
                ...(sight.placed === true
                    ? { "volume.kubernetes.io/selected-node": "node-1" }
                    : {}),
                ...sight.annotations,
            },
        },
    };
    const temporary =
        populator && sight.temporary !== undefined ? [claimObject(prime, sight.temporary)] : [];
    const scratch =
        sight.scratch === undefined ? [] : [claimObject(`${work}-scratch`, sight.scratch)];
    const observed: DiskObservation = {
        namespace: "vms",
        name: "root",
        dataVolume: dataVolumeObject({ source, populator }, sight),
        claim: sight.claim === "none" ? undefined : claim,
        claims: [...(sight.claim === "none" ? [] : [claim]), ...temporary, ...scratch],
        storageClass: { metadata: { name: "fast" }, volumeBindingMode: binding },
        pods: [
            {
                metadata: { namespace: "vms", name: names.worker },
                status: {
                    ...(sight.unscheduled === undefined
                        ? {}
                        : { conditions: [{ type: "PodScheduled", message: sight.unscheduled }] }),
                    containerStatuses:
                        sight.workerSaid === undefined
                            ? []
                            : [{ lastState: { terminated: { message: sight.workerSaid } } }],
                },
            },
        ],
        events: (sight.events ?? []).map(([on, reason, message]) => ({
            reason,
            message,
            lastTimestamp: "2026-11-21T08:00:00Z",
            involvedObject: {
                name: names[on],
                ...(uids[on] === "" ? {} : { uid: uids[on] }),
            },
        })),
        consumer,
        ...sight.observed,
    };
    return observed;
}

function claimObject(name: string, phase: string): Claim {
    return {
        metadata: { namespace: "vms", name },
        spec: { storageClassName: "fast", resources: size },
        status: { phase, ...(phase === "Bound" ? { capacity: { storage: "10Gi" } } : {}) },
    };
}

function dataVolumeObject(
    { source, populator }: Pick<Setting, "source" | "populator">,
    sight: Sight,
): DataVolume {
    const [status, reason, message] = sight.running ?? ["False", "", ""];
    const [boundReason, boundMessage] = sight.bound ?? ["Pending", "PVC root Pending"];
    const spec = dataVolumeSources[source];
    return {
        metadata: {
            namespace: "vms",
            name: "root",
            uid: "uid-of-disk",
            annotations: {
                "cdi.kubevirt.io/storage.usePopulator": String(populator),
                ...(sight.bindNow === true ? { [bindImmediateAnnotation]: "" } : {}),
            },
        },
        spec: {
            ...spec,
            storage: { resources: size, ...("storage" in spec ? spec.storage : {}) },
        },
        status: {
            ...(sight.phase === undefined || sight.phase === "" ? {} : { phase: sight.phase }),
            ...(sight.claim === "none" && sight.phase !== "Succeeded"
                ? {}
                : { claimName: "root", progress: "N/A" }),
            ...(sight.progress === undefined ? {} : { progress: sight.progress }),
            ...(sight.restarts === undefined ? {} : { restartCount: sight.restarts }),
            conditions: sight.conditions ?? [
                { type: "Bound", status: "False", reason: boundReason, message: boundMessage },
                { type: "Ready", status: "False" },
                { type: "Running", status, reason, message },
            ],
        },
    };
}
