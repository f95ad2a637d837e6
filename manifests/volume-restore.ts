import type { VolumeMode } from "../model/access";
import { managedByLabel, originAnnotation, ownerAnnotation } from "../model/annotations";
import type { VolumeBackup } from "../model/static-volume";
import { type DiskPlan, diskOrigin, restoreSnapshotName } from "./disk";
import type { KubernetesObject } from "./kubernetes-object";
import type { PlainObject } from "./plain-object";

/** A VolumeSnapshotContent that was there before the snapshot. */
export interface SnapshotContentManifest extends PlainObject {
    readonly spec: {
        readonly driver: string;
        readonly deletionPolicy: "Retain";
        readonly sourceVolumeMode: VolumeMode;
        readonly volumeSnapshotClassName: string;
        readonly source: { readonly snapshotHandle: string };
        readonly volumeSnapshotRef: { readonly namespace: string; readonly name: string };
    };
}

/** A VolumeSnapshot that stands for such a content. */
export interface RestoreSnapshotManifest extends KubernetesObject {
    readonly spec: {
        readonly volumeSnapshotClassName: string;
        readonly source: { readonly volumeSnapshotContentName: string };
    };
}

/** Name of the VolumeSnapshotContent of a disk that is restored: contents have no namespace of their own. */
export function restoreContentName({
    namespace,
    name,
}: Pick<DiskPlan, "namespace" | "name">): string {
    return `${namespace}-${restoreSnapshotName(name)}`;
}

/**
 * The VolumeSnapshotContent that points to a backup. Retain: with Delete, removing the snapshot would delete the backup. Source:
 * external-snapshotter client/apis/volumesnapshot/v1 (pre-provisioned snapshots); Longhorn docs, CSI snapshot of type `bak`.
 */
export function restoreSnapshotContent(
    plan: DiskPlan,
    backup: VolumeBackup,
): SnapshotContentManifest {
    return {
        apiVersion: "snapshot.storage.k8s.io/v1",
        kind: "VolumeSnapshotContent",
        metadata: { name: restoreContentName(plan), ...marks(plan) },
        spec: {
            driver: backup.driver,
            deletionPolicy: "Retain",
            // Without it CDI takes the mode for unknown, and a restored raw device for a filesystem.
            sourceVolumeMode: plan.volumeMode,
            volumeSnapshotClassName: backup.snapshotClass,
            source: { snapshotHandle: backup.snapshotHandle },
            volumeSnapshotRef: { namespace: plan.namespace, name: restoreSnapshotName(plan.name) },
        },
    };
}

/** The VolumeSnapshot in the disk's namespace that the disk is cloned from. Each of the two has to name the other. */
export function restoreSnapshot(plan: DiskPlan, backup: VolumeBackup): RestoreSnapshotManifest {
    return {
        apiVersion: "snapshot.storage.k8s.io/v1",
        kind: "VolumeSnapshot",
        metadata: {
            name: restoreSnapshotName(plan.name),
            namespace: plan.namespace,
            ...marks(plan),
        },
        spec: {
            volumeSnapshotClassName: backup.snapshotClass,
            source: { volumeSnapshotContentName: restoreContentName(plan) },
        },
    };
}

function marks(plan: DiskPlan) {
    return {
        labels: { ...plan.labels, ...managedByLabel },
        annotations: { [ownerAnnotation]: plan.owner, [originAnnotation]: diskOrigin(plan) },
    };
}
