import type { AccessMode, VolumeMode } from "../model/access";
import { managedByLabel, originAnnotation, ownerAnnotation } from "../model/annotations";
import type { StaticVolume } from "../model/static-volume";
import { type DiskPlan, diskOrigin } from "./disk";
import type { PlainObject } from "./plain-object";

/** A PersistentVolume of a CSI driver. */
export interface PersistentVolumeManifest extends PlainObject {
    readonly spec: {
        readonly capacity: { readonly storage: string };
        readonly accessModes: AccessMode[];
        readonly volumeMode: VolumeMode;
        readonly storageClassName: string;
        readonly persistentVolumeReclaimPolicy: "Retain";
        readonly claimRef: {
            readonly apiVersion: "v1";
            readonly kind: "PersistentVolumeClaim";
            readonly namespace: string;
            readonly name: string;
        };
        readonly csi: Readonly<Record<string, unknown>>;
    };
}

/** Name of the PersistentVolume of a disk whose volume was there before: PersistentVolumes have no namespace of their own. */
export function persistentVolumeName({
    namespace,
    name,
}: Pick<DiskPlan, "namespace" | "name">): string {
    return `${namespace}-${name}`;
}

/**
 * The PersistentVolume that stands for a volume that is there. It is the disk's alone (claimRef), and what happens to it never
 * touches the volume (Retain). Source: Kubernetes PersistentVolumeSpec; ceph-csi docs/static-pvc.md.
 */
export function persistentVolume(plan: DiskPlan, volume: StaticVolume): PersistentVolumeManifest {
    const { namespace, name } = plan;
    return {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: {
            name: persistentVolumeName(plan),
            labels: { ...plan.labels, ...managedByLabel },
            annotations: { [ownerAnnotation]: plan.owner, [originAnnotation]: diskOrigin(plan) },
        },
        spec: {
            capacity: { storage: plan.size },
            accessModes: [plan.accessMode],
            volumeMode: plan.volumeMode,
            storageClassName: plan.storageClass,
            persistentVolumeReclaimPolicy: "Retain",
            claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name },
            csi: {
                driver: volume.driver,
                volumeHandle: volume.volumeHandle,
                volumeAttributes: volume.volumeAttributes,
                ...volume.secrets,
            },
        },
    };
}
