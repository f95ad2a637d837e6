import { driverOf } from "./drivers";
import type { VolumeSnapshot, VolumeSnapshotContent } from "./objects";
import { isDeleted, since, timestamp } from "./reading";
import type { Store } from "./store";
import { type Write, create, patchStatus, remove } from "./writes";

/** How long a snapshot takes. */
const snapshotMs = 1500;

/** What the snapshot controller and its sidecar would do for a snapshot now. Source: kubernetes-csi/external-snapshotter v8. */
export function reconcileSnapshot(world: Store, snapshot: VolumeSnapshot, now: number): Write[] {
    const { name, namespace, uid = "", creationTimestamp } = snapshot.metadata;
    const of = world.get(
        "VolumeSnapshotClass",
        undefined,
        snapshot.spec.volumeSnapshotClassName ?? "",
    );
    const driver = driverOf(world, of?.driver);
    if (
        isDeleted(snapshot) ||
        of === undefined ||
        driver?.runs.snapshotter !== true ||
        snapshot.status?.readyToUse === true
    ) {
        return [];
    }
    const claimName = snapshot.spec.source.persistentVolumeClaimName;
    const claim =
        claimName === undefined
            ? undefined
            : world.get("PersistentVolumeClaim", namespace, claimName);
    if (claim?.status?.phase !== "Bound") {
        const message = `Failed to create snapshot content with error snapshot controller failed to update ${name} on API server: cannot get claim from snapshot`;
        return claimName === undefined || claim !== undefined
            ? []
            : patchStatus(snapshot, {
                  readyToUse: false,
                  error: { message, time: creationTimestamp },
              });
    }
    const contentName = `snapcontent-${uid}`;
    const content = world.get("VolumeSnapshotContent", undefined, contentName);
    if (content === undefined) {
        return [
            create({
                apiVersion: "snapshot.storage.k8s.io/v1",
                kind: "VolumeSnapshotContent",
                metadata: { name: contentName },
                spec: {
                    deletionPolicy: of.deletionPolicy ?? "Delete",
                    driver: of.driver,
                    source: { volumeHandle: claim.spec.volumeName },
                    volumeSnapshotClassName: of.metadata.name,
                    volumeSnapshotRef: {
                        apiVersion: snapshot.apiVersion,
                        kind: snapshot.kind,
                        name,
                        namespace,
                        uid,
                    },
                },
            }),
            ...patchStatus(snapshot, {
                readyToUse: false,
                boundVolumeSnapshotContentName: contentName,
            }),
        ];
    }
    const refused = driver.snapshot(world, of);
    if (refused !== undefined) {
        const message = `Failed to check and update snapshot content: failed to take snapshot of the volume ${claim.spec.volumeName ?? ""}: "${refused.says ?? ""}"`;
        return patchStatus(snapshot, {
            readyToUse: false,
            error: { message, time: creationTimestamp },
        });
    }
    return since(creationTimestamp, now) < snapshotMs
        ? []
        : patchStatus(snapshot, {
              readyToUse: true,
              boundVolumeSnapshotContentName: contentName,
              restoreSize: claim.status.capacity?.storage,
              creationTime: timestamp(now),
              error: null,
          });
}

/** Deletes what a deleted snapshot leaves, where its class says so. */
export function reconcileSnapshotContent(world: Store, content: VolumeSnapshotContent): Write[] {
    const { driver, deletionPolicy, volumeSnapshotRef } = content.spec;
    const { namespace, name = "", uid } = volumeSnapshotRef;
    const snapshot = world.get("VolumeSnapshot", namespace, name);
    return driverOf(world, driver)?.runs.snapshotter === true &&
        deletionPolicy === "Delete" &&
        uid !== undefined &&
        snapshot?.metadata.uid !== uid
        ? remove(content)
        : [];
}
