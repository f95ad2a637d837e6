import type { Condition, LonghornNode, LonghornVolume, Texts, Volume } from "../objects";
import { withTimes } from "../operator-conditions";
import { conditionOf, isDeleted, timestamp } from "../reading";
import type { Store } from "../store";
import { type Write, patchStatus, release } from "../writes";
import { longhornDriverName, longhornFinalizer, longhornOf } from "./system";

/**
 * What Longhorn's manager says about a volume, and how it lets one go, data and all. Source: longhorn-manager
 * controller/volume_controller.go (ReconcileVolumeState) and controller/kubernetes_pv_controller.go (syncKubernetesStatus).
 */
export function reconcileLonghornVolume(
    world: Store,
    volume: LonghornVolume,
    now: number,
): Write[] {
    if (longhornOf(world) === undefined) {
        return [];
    }
    if (isDeleted(volume)) {
        return release(volume, longhornFinalizer);
    }
    const persistent = world
        .list("PersistentVolume")
        .find(
            ({ spec }) =>
                spec.csi?.driver === longhornDriverName &&
                spec.csi.volumeHandle === volume.metadata.name,
        );
    const place = attachedTo(world, persistent);
    const { numberOfReplicas = 3 } = volume.spec;
    const room = roomFor(world, volume);
    const before = volume.status?.conditions;
    return patchStatus(volume, {
        state: place === undefined ? "detached" : "attached",
        robustness: robustness(place !== undefined, room, numberOfReplicas),
        currentNodeID: place ?? "",
        kubernetesStatus: kubernetesStatus(volume, persistent, now),
        conditions: withTimes(
            [
                room >= numberOfReplicas
                    ? { type: "Scheduled", status: "True", reason: "", message: "" }
                    : {
                          type: "Scheduled",
                          status: "False",
                          reason: "ReplicaSchedulingFailure",
                          message: "tags not fulfilled;nodes are unavailable",
                      },
            ],
            before,
            () => ({ lastProbeTime: "", lastTransitionTime: timestamp(now) }),
        ),
    });
}

/**
 * The node of a pod that uses the volume. Without a kubelet Kubernetes makes no VolumeAttachment (the annotation
 * volumes.kubernetes.io/controller-managed-attach-detach is a kubelet's).
 */
function attachedTo(world: Store, persistent: Volume | undefined): string | undefined {
    const { namespace, name } = persistent?.spec.claimRef ?? {};
    return name === undefined
        ? undefined
        : world
              .list("Pod", namespace)
              .find(
                  ({ spec, status }) =>
                      spec.nodeName !== undefined &&
                      !["Succeeded", "Failed"].includes(status?.phase ?? "") &&
                      spec.volumes?.some((each) => each.persistentVolumeClaim?.claimName === name),
              )?.spec.nodeName;
}

/** How many nodes can take a replica of the volume. Source: longhorn-manager scheduler/replica_scheduler.go. */
function roomFor(world: Store, { metadata, spec }: LonghornVolume): number {
    const { nodeSelector = [], diskSelector = [] } = spec;
    return world
        .list("LonghornNode", metadata.namespace)
        .filter(
            (node) =>
                isTrue(node.status?.conditions, "Ready") &&
                isTrue(node.status?.conditions, "Schedulable") &&
                node.spec.allowScheduling !== false &&
                hasTags(node.spec.tags, nodeSelector) &&
                hasDisk(node, diskSelector),
        ).length;
}

function hasDisk({ spec, status }: LonghornNode, selector: readonly string[]): boolean {
    return Object.entries(spec.disks ?? {}).some(
        ([name, disk]) =>
            disk.allowScheduling === true &&
            hasTags(disk.tags, selector) &&
            isTrue(status?.diskStatus?.[name]?.conditions, "Schedulable"),
    );
}

function hasTags(tags: readonly string[] | undefined, selector: readonly string[]): boolean {
    return selector.every((tag) => tags?.includes(tag) === true);
}

function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
    return conditionOf(conditions, type)?.status === "True";
}

function robustness(attached: boolean, room: number, replicas: number): string {
    if (!attached) {
        return "unknown";
    }
    return room >= replicas ? "healthy" : room > 0 ? "degraded" : "faulted";
}

/** Who uses it, or did last: the claim stays named when it is gone. */
function kubernetesStatus(
    { status }: LonghornVolume,
    persistent: Volume | undefined,
    now: number,
): Texts {
    const before = status?.kubernetesStatus ?? {};
    const last = { lastPVCRefAt: before["lastPVCRefAt"] || timestamp(now) };
    if (persistent === undefined || isDeleted(persistent)) {
        return {
            pvName: "",
            pvStatus: "",
            ...((before["pvcName"] ?? "") === "" ? {} : last),
        };
    }
    const { claimRef } = persistent.spec;
    const pvStatus = persistent.status?.phase ?? "";
    const used = { pvName: persistent.metadata.name, pvStatus };
    if (pvStatus === "Bound") {
        const { name = "", namespace = "" } = claimRef ?? {};
        return { ...used, pvcName: name, namespace, lastPVCRefAt: "" };
    }
    return { ...used, ...(before["pvStatus"] === "Bound" ? last : {}) };
}
