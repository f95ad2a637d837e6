import { driverOf } from "./drivers";
import { faultOf } from "./faults";
import type { Claim, VolumeSnapshot, VolumeSnapshotClass, VolumeSnapshotContent } from "./objects";
import { annotationOf, isDeleted, since, timestamp } from "./reading";
import type { Store } from "./store";
import { type Write, create, patch, patchStatus, remove } from "./writes";

/** How long a snapshot takes. */
const snapshotMs = 1500;

/** What the snapshot controller and its sidecar would do for a snapshot now. Source: kubernetes-csi/external-snapshotter v8. */
export function reconcileSnapshot(world: Store, snapshot: VolumeSnapshot, now: number): Write[] {
    const { persistentVolumeClaimName: claimName, volumeSnapshotContentName: contentName } =
        snapshot.spec.source;
    if (isDeleted(snapshot) || snapshot.status?.readyToUse === true) {
        return [];
    }
    if (contentName !== undefined) {
        return adoptContent(world, snapshot, contentName, now);
    }
    const of = classOf(world, snapshot, claimName);
    const running = driverOf(world, of?.driver)?.runs.snapshotter === true;
    if (of === undefined || !running || claimName === undefined) {
        return [];
    }
    const claim = world.get("PersistentVolumeClaim", snapshot.metadata.namespace, claimName);
    if (claim?.status?.phase !== "Bound") {
        const { name } = snapshot.metadata;
        const message = `Failed to create snapshot content with error snapshot controller failed to update ${name} on API server: cannot get claim from snapshot`;
        return claim === undefined ? failed(snapshot, message) : [];
    }
    return takeSnapshot(world, snapshot, claim, of, now);
}

/** The class that is named, else the default of the claim's driver. Source: external-snapshotter pkg/common-controller, SetDefaultSnapshotClass. */
function classOf(
    world: Store,
    { metadata, spec }: VolumeSnapshot,
    claimName: string | undefined,
): VolumeSnapshotClass | undefined {
    if (spec.volumeSnapshotClassName !== undefined) {
        return world.get("VolumeSnapshotClass", undefined, spec.volumeSnapshotClassName);
    }
    const claim = world.get("PersistentVolumeClaim", metadata.namespace, claimName ?? "");
    const storage = world.get("StorageClass", undefined, claim?.spec.storageClassName ?? "");
    return world
        .list("VolumeSnapshotClass")
        .find(
            (each) =>
                each.driver === storage?.provisioner &&
                annotationOf(each, "snapshot.storage.kubernetes.io/is-default-class") === "true",
        );
}

function takeSnapshot(
    world: Store,
    snapshot: VolumeSnapshot,
    claim: Claim,
    of: VolumeSnapshotClass,
    now: number,
): Write[] {
    const { uid = "", creationTimestamp } = snapshot.metadata;
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
                    sourceVolumeMode: claim.spec.volumeMode ?? "Filesystem",
                    volumeSnapshotClassName: of.metadata.name,
                    volumeSnapshotRef: referenceTo(snapshot),
                },
            }),
            ...patchStatus(snapshot, {
                readyToUse: false,
                boundVolumeSnapshotContentName: contentName,
            }),
        ];
    }
    if ([snapshot, claim].some((each) => faultOf(world, each) === "snapshot-stuck")) {
        return [];
    }
    const refused = driverOf(world, of.driver)?.snapshot(world, of);
    if (refused !== undefined) {
        const message = `Failed to check and update snapshot content: failed to take snapshot of the volume ${claim.spec.volumeName ?? ""}: "${refused.says ?? ""}"`;
        return failed(snapshot, message);
    }
    return since(creationTimestamp, now) < snapshotMs
        ? []
        : ready(snapshot, contentName, claim.status?.capacity?.storage, now);
}

/**
 * A snapshot of something that the storage system has already. Both sides have to name each other. Source: external-snapshotter
 * pkg/common-controller/snapshot_controller.go, syncUnreadySnapshot and checkandBindSnapshotContent.
 */
function adoptContent(
    world: Store,
    snapshot: VolumeSnapshot,
    contentName: string,
    now: number,
): Write[] {
    const content = world.get("VolumeSnapshotContent", undefined, contentName);
    if (content === undefined) {
        return failed(snapshot, "VolumeSnapshotContent is missing");
    }
    const { namespace, name, uid } = content.spec.volumeSnapshotRef;
    const { metadata } = snapshot;
    if (
        namespace !== metadata.namespace ||
        name !== metadata.name ||
        (uid !== undefined && uid !== "" && uid !== metadata.uid)
    ) {
        return failed(
            snapshot,
            `VolumeSnapshotContent [${contentName}] is bound to a different snapshot`,
        );
    }
    const bound = patch(content, { spec: { volumeSnapshotRef: { uid: metadata.uid } } });
    const { readyToUse, restoreSize } = content.status ?? {};
    return readyToUse === true
        ? [...bound, ...ready(snapshot, contentName, sizeText(restoreSize), now)]
        : [
              ...bound,
              ...patchStatus(snapshot, {
                  readyToUse: false,
                  boundVolumeSnapshotContentName: contentName,
              }),
          ];
}

function sizeText(bytes: number | undefined): string | undefined {
    return bytes === undefined ? undefined : String(bytes);
}

function ready(
    snapshot: VolumeSnapshot,
    contentName: string,
    restoreSize: string | undefined,
    now: number,
): Write[] {
    return patchStatus(snapshot, {
        readyToUse: true,
        boundVolumeSnapshotContentName: contentName,
        restoreSize,
        creationTime: timestamp(now),
        error: null,
    });
}

function failed(snapshot: VolumeSnapshot, message: string): Write[] {
    const time = snapshot.metadata.creationTimestamp;
    return patchStatus(snapshot, { readyToUse: false, error: { message, time } });
}

function referenceTo({ apiVersion, kind, metadata }: VolumeSnapshot): object {
    const { name, namespace, uid } = metadata;
    return { apiVersion, kind, name, namespace, uid };
}

/**
 * Deletes what a deleted snapshot leaves, where its class says so. A snapshot that the storage system has already counts as ready at
 * once, without a size: neither driver lists its snapshots, so nobody asks whether it is there. Source: external-snapshotter
 * pkg/snapshotter/snapshotter.go, GetSnapshotStatus.
 */
export function reconcileSnapshotContent(world: Store, content: VolumeSnapshotContent): Write[] {
    const { driver, deletionPolicy, volumeSnapshotRef, source } = content.spec;
    const { namespace, name = "", uid = "" } = volumeSnapshotRef;
    const snapshot = world.get("VolumeSnapshot", namespace, name);
    if (driverOf(world, driver)?.runs.snapshotter !== true || isDeleted(content)) {
        return [];
    }
    if (deletionPolicy === "Delete" && uid !== "" && snapshot?.metadata.uid !== uid) {
        return remove(content);
    }
    const { snapshotHandle } = source ?? {};
    return snapshotHandle === undefined
        ? []
        : patchStatus(content, { snapshotHandle, readyToUse: true, restoreSize: 0 });
}
