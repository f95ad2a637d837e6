import type { ConfigMap, Deployment } from "../objects";
import type { Store } from "../store";

/** What the configuration of Ceph CSI says of one cluster. Source: ceph-csi api/deploy/kubernetes/csi-config-map.go. */
interface ClusterInfo {
    readonly clusterID?: string;
    readonly monitors?: readonly string[];
    readonly rbd?: { readonly radosNamespace?: string };
}

/** What the driver needs of it. */
export interface CephCluster {
    readonly monitors: readonly string[];
    readonly radosNamespace: string;
}

/** The cluster by its id, or the driver's words. Source: ceph-csi internal/util/csiconfig.go, readClusterInfo and Mons. */
export function clusterEntry(
    world: Store,
    deployment: Deployment,
    clusterID: string,
): CephCluster | string {
    const quoted = `failed to fetch monitor list using clusterID (${clusterID}): `;
    const text = mounted(world, deployment, "ceph-csi-config")?.data?.["config.json"];
    if (text === undefined) {
        return `${quoted}error fetching configuration for cluster ID "${clusterID}": open /etc/ceph-csi-config/config.json: no such file or directory`;
    }
    const clusters = parsed(text);
    if (!Array.isArray(clusters)) {
        return `${quoted}unmarshal failed (json: cannot unmarshal into Go value of type []kubernetes.ClusterInfo), raw buffer response: ${text}`;
    }
    const found = (clusters as readonly ClusterInfo[]).find((each) => each.clusterID === clusterID);
    if (found === undefined) {
        return `${quoted}missing configuration for cluster ID "${clusterID}"`;
    }
    const { monitors = [], rbd } = found;
    return monitors.length === 0
        ? `${quoted}empty monitor list for cluster ID (${clusterID}) in config`
        : { monitors, radosNamespace: rbd?.radosNamespace ?? "" };
}

/** The configuration of key management, by id. Source: ceph-csi internal/kms/kms.go, getKMSConfiguration. */
export function kmsIds(world: Store, deployment: Deployment): readonly string[] {
    const text = mounted(world, deployment, "ceph-csi-encryption-kms-config")?.data?.[
        "config.json"
    ];
    return Object.keys((text === undefined ? undefined : parsed(text)) ?? {});
}

/** The ConfigMap behind a volume of the controller's pods: the chart lets its name be chosen. */
function mounted(world: Store, deployment: Deployment, volume: string): ConfigMap | undefined {
    const { metadata, spec } = deployment;
    const name = spec.template.spec.volumes?.find((each) => each.name === volume)?.configMap?.name;
    return name === undefined ? undefined : world.get("ConfigMap", metadata.namespace, name);
}

function parsed(text: string): object | null | undefined {
    try {
        return JSON.parse(text) as object | null;
    } catch (error) {
        if (error instanceof SyntaxError) {
            return undefined;
        }
        throw error;
    }
}
