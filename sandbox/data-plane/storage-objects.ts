import type { Condition, Texts } from "./metadata";

/** What the simulated storage systems read of their objects, beside what every object has. */

/** Source: k8s.io/api/core/v1 PersistentVolumeSpec and PersistentVolumeStatus. */
export interface VolumeFields {
    readonly spec: {
        readonly capacity?: { readonly storage?: string };
        readonly claimRef?: {
            readonly namespace?: string;
            readonly name?: string;
            readonly uid?: string;
        };
        readonly persistentVolumeReclaimPolicy?: string;
        readonly storageClassName?: string;
        readonly csi?: {
            readonly driver: string;
            readonly volumeHandle: string;
            readonly controllerExpandSecretRef?: SecretReference;
        };
    };
    readonly status?: { readonly phase?: string };
}

/** Where a Secret is. */
export interface SecretReference {
    readonly name: string;
    readonly namespace: string;
}

/** Source: k8s.io/api/storage/v1. */
export interface StorageClassFields {
    readonly provisioner: string;
    readonly parameters?: Texts;
    readonly volumeBindingMode?: string;
    readonly reclaimPolicy?: string;
    readonly allowVolumeExpansion?: boolean;
}

/** Access modes and a volume mode that go together. */
export interface ClaimPropertySet {
    readonly accessModes?: readonly string[];
    readonly volumeMode?: string;
}

/** How a class is best used. Source: CDI types.go, StorageProfile. */
export interface StorageProfileFields {
    readonly spec?: ProfileWish & { readonly snapshotClass?: string };
    readonly status?: ProfileWish & {
        readonly snapshotClass?: string;
        readonly conditions?: readonly Condition[];
    };
}

interface ProfileWish {
    readonly claimPropertySets?: readonly ClaimPropertySet[];
    readonly cloneStrategy?: string;
    readonly dataImportCronSourceFormat?: string;
}

/** Source: CSI external-snapshotter, VolumeSnapshot v1. */
export interface VolumeSnapshotFields {
    readonly spec: {
        readonly source: {
            readonly persistentVolumeClaimName?: string;
            readonly volumeSnapshotContentName?: string;
        };
        readonly volumeSnapshotClassName?: string;
    };
    readonly status?: {
        readonly readyToUse?: boolean;
        readonly restoreSize?: string;
        readonly boundVolumeSnapshotContentName?: string;
        readonly error?: { readonly message?: string };
    };
}

/** Source: CSI external-snapshotter, VolumeSnapshotContent v1. */
export interface VolumeSnapshotContentFields {
    readonly spec: {
        readonly driver: string;
        readonly deletionPolicy?: string;
        readonly sourceVolumeMode?: string;
        readonly source?: {
            readonly volumeHandle?: string;
            /** Of a snapshot that the storage system has already. */
            readonly snapshotHandle?: string;
        };
        readonly volumeSnapshotClassName?: string;
        readonly volumeSnapshotRef: {
            readonly namespace?: string;
            readonly name?: string;
            readonly uid?: string;
        };
    };
    readonly status?: {
        readonly readyToUse?: boolean;
        readonly restoreSize?: number;
        readonly snapshotHandle?: string;
    };
}

/** Source: CSI external-snapshotter, VolumeSnapshotClass v1. */
export interface VolumeSnapshotClassFields {
    readonly driver: string;
    readonly deletionPolicy?: string;
    readonly parameters?: Texts;
}

/** Source: k8s.io/api/storage/v1 CSINodeSpec. */
export interface CsiNodeFields {
    readonly spec: {
        readonly drivers?: readonly { readonly name: string; readonly nodeID: string }[] | null;
    };
}

/** Source: k8s.io/api/core/v1. The values are base64. */
export interface SecretFields {
    readonly data?: Texts;
}
