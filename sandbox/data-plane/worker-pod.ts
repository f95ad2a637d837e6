import type { Fault } from "./faults";
import type { Claim, Pod } from "./objects";
import { isDeleted, ownedBy } from "./reading";
import { sizeOf } from "./claim-spec";
import type { Store } from "./store";
import { prefix } from "./view";
import type { Job } from "./worker";
import type { NewObject } from "./writes";

const labels = {
    app: "containerized-data-importer",
    "app.kubernetes.io/component": "storage",
    "app.kubernetes.io/managed-by": "cdi-controller",
};

/** The labels that CDI puts on everything it makes. */
export const cdiLabels: Readonly<Record<string, string>> = labels;

/** No node has this label, so no node takes a pod that asks for it. */
export const nowhere = { "sandbox.pulumi-kubevirt.dev/no-such-node": "true" } as const;

/** CDI's defaults, so that a quota for pods counts them. */
const resources = {
    requests: { cpu: "100m", memory: "60M" },
    limits: { cpu: "750m", memory: "600M" },
} as const;

/** The name of the pod that fills a claim. Source: CDI pkg/controller/common/util.go. */
export function workerName(work: Claim, kind: Job["kind"]): string {
    const role = kind === "copy" || kind === "upload" ? "cdi-upload" : "importer";
    return `${role}-${work.metadata.name}`;
}

/** What is asked of a worker's pod. */
export interface WorkerWish {
    readonly kind: Job["kind"];
    readonly fault: Fault | undefined;
    readonly scratch: boolean;
    /** The node pulls this image and a second container serves it to the importer. */
    readonly nodeImage?: string | undefined;
    readonly priorityClassName?: string | undefined;
}

/** The pod that fills a claim. Only what a reader of pods looks at: there is no importer in it. */
export function workerPod(
    work: Claim,
    { kind, fault, scratch, nodeImage, priorityClassName }: WorkerWish,
): NewObject {
    const name = workerName(work, kind);
    const importer = name.startsWith("importer");
    const volumes = [
        { name: "cdi-data-vol", persistentVolumeClaim: { claimName: work.metadata.name } },
        ...(scratch
            ? [
                  {
                      name: "cdi-scratch-vol",
                      persistentVolumeClaim: { claimName: scratchName(work) },
                  },
              ]
            : []),
    ];
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            name,
            namespace: work.metadata.namespace ?? "",
            labels: {
                ...labels,
                "cdi.kubevirt.io": importer ? "importer" : "cdi-upload-server",
                ...(importer
                    ? { "prometheus.cdi.kubevirt.io": "true" }
                    : { service: name, "cdi.kubevirt.io/uploadTarget": work.metadata.uid ?? "" }),
            },
            annotations: {
                [`${prefix}createdBy${importer ? "" : "Upload"}Controller`]: "yes",
                "linkerd.io/inject": "disabled",
                "sidecar.istio.io/inject": "false",
            },
            ownerReferences: ownedBy(work),
        },
        spec: {
            restartPolicy: "OnFailure",
            ...(priorityClassName === undefined ? {} : { priorityClassName }),
            ...(fault === "unschedulable" ? { nodeSelector: nowhere } : {}),
            volumes,
            containers: [
                {
                    name: importer ? "importer" : "cdi-upload-server",
                    image: importer
                        ? "quay.io/kubevirt/cdi-importer:v1.66.0"
                        : "quay.io/kubevirt/cdi-uploadserver:v1.66.0",
                    ...mounts(work),
                    resources,
                },
                ...(nodeImage === undefined
                    ? []
                    : [{ name: "server", image: nodeImage, resources }]),
            ],
        },
    };
}

/** A pod that does nothing but use a claim. Source: CDI pkg/controller/clone/prep-claim.go, createPod. */
export function prepPod(name: string, claim: Claim): NewObject {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            name,
            namespace: claim.metadata.namespace ?? "",
            labels: { ...labels, "cdi.kubevirt.io": "cdi-populator-prep" },
            ownerReferences: ownedBy(claim),
        },
        spec: {
            restartPolicy: "OnFailure",
            volumes: [
                { name: "cdi-data-vol", persistentVolumeClaim: { claimName: claim.metadata.name } },
            ],
            containers: [
                {
                    name: "dummy",
                    image: "quay.io/kubevirt/cdi-importer:v1.66.0",
                    ...mounts(claim),
                    resources,
                },
            ],
        },
    };
}

function mounts({ spec }: Claim): object {
    return spec.volumeMode === "Block"
        ? { volumeDevices: [{ name: "cdi-data-vol", devicePath: "/dev/cdi-block-volume" }] }
        : { volumeMounts: [{ name: "cdi-data-vol", mountPath: "/data" }] };
}

/** The claim for a worker's scratch space. It belongs to the pod and goes with it. Source: CDI createScratchPersistentVolumeClaim. */
export function scratchClaim(
    work: Claim,
    pod: Pod,
    storageClassName: string | undefined,
): NewObject {
    const mebibyte = 2 ** 20;
    const size = Math.ceil(((sizeOf(work.spec) ?? 0) * 1.06) / mebibyte) * mebibyte;
    return {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: {
            name: scratchName(work),
            namespace: work.metadata.namespace ?? "",
            labels: { ...labels, "velero.io/exclude-from-backup": "true" },
            ownerReferences: ownedBy(pod),
        },
        spec: {
            accessModes: ["ReadWriteOnce"],
            volumeMode: "Filesystem",
            ...(storageClassName === undefined ? {} : { storageClassName }),
            resources: { requests: { storage: String(size) } },
        },
    };
}

/** The name of a worker's scratch claim. */
export function scratchName(work: Claim): string {
    return `${work.metadata.name}-scratch`;
}

/** Whether the pod was made with scratch space. */
export function usesScratch(pod: Pod, work: Claim): boolean {
    return claimsOf(pod).includes(scratchName(work));
}

/** The pods that use a claim and have not ended. */
export function usersOf(world: Store, claim: Claim): Pod[] {
    return world
        .list("Pod", claim.metadata.namespace)
        .filter((pod) => !["Succeeded", "Failed"].includes(pod.status?.phase ?? ""))
        .filter((pod) => !isDeleted(pod) || pod.spec.nodeName !== undefined)
        .filter((pod) => claimsOf(pod).includes(claim.metadata.name));
}

function claimsOf(pod: Pod): string[] {
    return (pod.spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
        persistentVolumeClaim === undefined ? [] : [persistentVolumeClaim.claimName],
    );
}
