import { faultOf } from "../faults";
import type { Condition, LonghornNode, Node } from "../objects";
import { type Saying, sayings, withTimes } from "../operator-conditions";
import { isDeleted, timestamp } from "../reading";
import type { Store } from "../store";
import { type Write, create, patch, patchStatus, remove } from "../writes";
import { diskBytes, diskId, disksFor, tagsFor } from "./disks";
import type { LonghornDisk } from "./objects";
import { type Longhorn, longhornApi, longhornOf, settingOf } from "./system";

/** What Longhorn's manager on a node makes of it. Source: longhorn-manager app/daemon.go and datastore/longhorn.go, CreateDefaultNode. */
export function reconcileStorageNode(world: Store, node: Node): Write[] {
    const longhorn = longhornOf(world);
    const { name } = node.metadata;
    if (longhorn === undefined || isDeleted(node) || !hasManager(longhorn, name)) {
        return [];
    }
    const { namespace } = longhorn;
    const there = world.get("LonghornNode", namespace, name);
    // Nodes are made after the settings that decide about their disks.
    if (world.get("LonghornSetting", namespace, "default-data-path") === undefined) {
        return [];
    }
    if (there === undefined) {
        return [
            create({
                apiVersion: longhornApi,
                kind: "LonghornNode",
                metadata: { name, namespace },
                spec: {
                    name,
                    allowScheduling: true,
                    evictionRequested: false,
                    instanceManagerCPURequest: 0,
                    tags: tagsFor(node),
                    disks: disksFor(world, namespace, node),
                },
            }),
        ];
    }
    const bare = Object.keys(there.spec.disks ?? {}).length === 0;
    const labelled = settingOf(world, namespace, "create-default-disk-labeled-nodes") === "true";
    return [
        ...(bare && labelled
            ? patch(there, { spec: { disks: disksFor(world, namespace, node) } })
            : []),
        ...((there.spec.tags ?? []).length === 0
            ? patch(there, { spec: { tags: tagsFor(node) } })
            : []),
    ];
}

/**
 * What Longhorn says about a node and its disks. Source: longhorn-manager controller/node_controller.go (syncNode,
 * updateDiskStatusSchedulableCondition) and controller/monitor/environment_check_monitor.go.
 */
export function reconcileLonghornNode(world: Store, node: LonghornNode, now: number): Write[] {
    const longhorn = longhornOf(world);
    if (longhorn === undefined || isDeleted(node)) {
        return [];
    }
    const { name } = node.metadata;
    const kubernetesNode = world.get("Node", undefined, name);
    if (kubernetesNode === undefined) {
        return remove(node);
    }
    const ready = hasManager(longhorn, name);
    const timed = (wanted: readonly Saying[], before: readonly Condition[] | undefined) =>
        withTimes(wanted, before, () => ({
            lastProbeTime: "",
            lastTransitionTime: timestamp(now),
        }));
    const disks = Object.entries(node.spec.disks ?? {});
    return patchStatus(node, {
        region: kubernetesNode.metadata.labels?.["topology.kubernetes.io/region"] ?? "",
        zone: kubernetesNode.metadata.labels?.["topology.kubernetes.io/zone"] ?? "",
        autoEvicting: false,
        conditions: timed(
            [
                readyCondition(name, ready),
                schedulable(world, kubernetesNode, longhorn.namespace),
                ...environment(faultOf(world, node) === "packages-missing"),
            ],
            node.status?.conditions,
        ),
        diskStatus: {
            ...Object.fromEntries(
                Object.keys(node.status?.diskStatus ?? {}).map((disk) => [disk, null]),
            ),
            ...Object.fromEntries(
                disks.map(([disk, spec]) => {
                    const before = node.status?.diskStatus?.[disk]?.conditions;
                    const full = faultOf(world, node) === "disk-pressure";
                    return [
                        disk,
                        {
                            ...diskFacts(name, disk, spec, full),
                            conditions: timed(diskSays(name, disk, spec, ready, full), before),
                        },
                    ];
                }),
            ),
        },
    });
}

function hasManager({ pods }: Longhorn, node: string): boolean {
    return pods.some(({ spec }) => spec.nodeName === node);
}

function readyCondition(name: string, ready: boolean): Saying {
    return ready
        ? { type: "Ready", status: "True", reason: "", message: `Node ${name} is ready` }
        : {
              type: "Ready",
              status: "False",
              reason: "ManagerPodMissing",
              message: `Manager pod is missing: node ${name} has no manager pod running on it`,
          };
}

/** Source: node_controller.go, SetSchedulableCondition. */
function schedulable(world: Store, node: Node, namespace: string): Saying {
    const cordoned =
        node.spec?.unschedulable === true &&
        settingOf(world, namespace, "disable-scheduling-on-cordoned-node") === "true";
    return {
        type: "Schedulable",
        status: cordoned ? "False" : "True",
        reason: cordoned ? "KubernetesNodeCordoned" : "",
        message: cordoned ? `Node ${node.metadata.name} is cordoned` : "",
    };
}

/** Source: environment_check_monitor.go, syncPackagesInstalled and what follows it. */
function environment(packagesMissing: boolean): readonly Saying[] {
    return [
        ...sayings({ MountPropagation: "True", Multipathd: "True" }, "", ""),
        {
            type: "RequiredPackages",
            status: packagesMissing ? "False" : "True",
            reason: packagesMissing ? "PackagesNotInstalled" : "",
            message: packagesMissing
                ? "Missing packages: [open-iscsi]"
                : "All required packages [nfs-common open-iscsi cryptsetup dmsetup] are installed",
        },
        {
            type: "KernelModulesLoaded",
            status: "True",
            reason: "",
            message: "Kernel modules [dm_crypt] are loaded",
        },
        ...sayings({ NFSClientInstalled: "True" }, "", ""),
    ];
}

function diskFacts(node: string, name: string, disk: LonghornDisk, full: boolean): object {
    const { path, diskType = "filesystem" } = disk;
    return {
        diskName: name,
        diskPath: path,
        diskType,
        diskUUID: diskId(node, path).slice(0, 32),
        filesystemType: diskType === "filesystem" ? "ext4" : "",
        storageMaximum: diskBytes,
        storageAvailable: full ? Math.floor(diskBytes / 10) : diskBytes,
    };
}

/** Source: node_controller.go, updateReadyDiskStatusReadyCondition, updateDiskStatusSchedulableCondition; scheduler/replica_scheduler.go, IsSchedulableToDisk. */
function diskSays(
    node: string,
    disk: string,
    { path }: LonghornDisk,
    ready: boolean,
    full: boolean,
): readonly Saying[] {
    const waiting = (type: string, wanted: string): Saying => ({
        type,
        status: "False",
        reason: "NodeNotReady",
        message: `Waiting for disk ${disk} (${path}) on node ${node} to be ${wanted}`,
    });
    if (!ready) {
        return [waiting("Ready", "ready"), waiting("Schedulable", "schedulable")];
    }
    const least = diskBytes / 4;
    return [
        {
            type: "Ready",
            status: "True",
            reason: "",
            message: `Disk ${disk}(${path}) on node ${node} is ready`,
        },
        full
            ? {
                  type: "Schedulable",
                  status: "False",
                  reason: "DiskPressure",
                  message: `Disk ${disk} (${path}) on the node ${node} is not schedulable for more replica; Actual space usage condition failed: CurrentAvailable = ${Math.floor(diskBytes / 10)} (StorageAvailable - Required) is less than or equal to MinimalAvailable = ${least} (25% of Storage Max).`,
              }
            : {
                  type: "Schedulable",
                  status: "True",
                  reason: "",
                  message: `Disk ${disk}(${path}) on node ${node} is schedulable`,
              },
    ];
}
