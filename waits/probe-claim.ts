import type { AccessMode, VolumeMode } from "../model/access";
import { managedByLabel, ownerAnnotation } from "../model/annotations";
import { isReady, takesPods } from "./nodes";
import type { KubernetesObject, StorageClass } from "./objects";
import type { ClusterNode, CsiNode } from "./platform-objects";

/** What a probe asks for. */
export interface ProbeClaim {
    readonly namespace: string;
    readonly name: string;
    /** Name of the class that is tried. */
    readonly storageClass: string;
    readonly accessMode: AccessMode;
    readonly volumeMode: VolumeMode;
    /** Whose probe it is: `<project>/<stack>/<resource name>`. */
    readonly owner: string;
}

/** Set by the scheduler on the claim of a class that waits for the first consumer. Source: Kubernetes storagehelpers.AnnSelectedNode. */
export const selectedNodeAnnotation = "volume.kubernetes.io/selected-node";

/** The claim of a probe: as small as every driver makes them. */
export function probeClaim(probe: ProbeClaim, node: string | undefined): KubernetesObject {
    const object = {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: {
            namespace: probe.namespace,
            name: probe.name,
            labels: managedByLabel,
            annotations: {
                [ownerAnnotation]: probe.owner,
                ...(node === undefined ? {} : { [selectedNodeAnnotation]: node }),
            },
        },
        spec: {
            storageClassName: probe.storageClass,
            accessModes: [probe.accessMode],
            volumeMode: probe.volumeMode,
            resources: { requests: { storage: "1Gi" } },
        },
    };
    return object;
}

/**
 * The node a probe's volume is made for where its class waits for the first consumer: one with the class's driver, that takes
 * pods if possible. A claim that names its node is provisioned without a pod.
 * Sources: Kubernetes pkg/controller/volume/persistentvolume/pv_controller.go (syncUnboundClaim) and
 * k8s.io/component-helpers/storage/volume (IsDelayBindingProvisioning); sig-storage-lib-external-provisioner
 * controller/controller.go (shouldProvision); a driver with topology looks into that node's CSINode (external-provisioner
 * pkg/controller/topology.go).
 */
export function probeNode(
    { provisioner }: StorageClass,
    nodes: readonly ClusterNode[],
    csiNodes: readonly CsiNode[],
): string | undefined {
    const withDriver = csiNodes
        .filter(({ spec }) => (spec?.drivers ?? []).some(({ name }) => name === provisioner))
        .map(({ metadata }) => metadata?.name);
    // A provisioner without a driver on the nodes is registered nowhere.
    const able = nodes
        .filter(isReady)
        .filter(({ metadata }) => withDriver.length === 0 || withDriver.includes(metadata?.name));
    return (able.find(takesPods) ?? able[0])?.metadata?.name;
}

/** Whether the class makes volumes only for a node. */
export function waitsForNode({ volumeBindingMode }: StorageClass): boolean {
    return volumeBindingMode === "WaitForFirstConsumer";
}
