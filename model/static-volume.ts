import type { Size } from "./size";

/** A volume that a storage system has already, as a claim can be given it. Source: Kubernetes CSIPersistentVolumeSource. */
export interface StaticVolume {
    /** How messages and the disk's origin name it: `rbd image vm-disks/legacy-db`. Never changes for the same volume. */
    readonly text: string;
    /** Name of the CSI driver. */
    readonly driver: string;
    /** Id of the volume in the driver's words. */
    readonly volumeHandle: string;
    readonly volumeAttributes: Readonly<Record<string, string>>;
    /** The Secrets that the driver needs, by the field of the PersistentVolume that names them. */
    readonly secrets: Readonly<
        Partial<
            Record<
                "nodeStageSecretRef" | "controllerExpandSecretRef" | "nodeExpandSecretRef",
                { readonly name: string; readonly namespace: string }
            >
        >
    >;
}

/** A backup that a storage system keeps, as a VolumeSnapshotContent can point to it. Source: external-snapshotter, pre-provisioned snapshots. */
export interface VolumeBackup {
    /** How messages and the disk's origin name it: `longhorn backup pvc-1/backup-2`. */
    readonly text: string;
    readonly driver: string;
    /** What the driver knows the backup by. Source: Longhorn csi/controller_server.go (`bak://volume/backup`). */
    readonly snapshotHandle: string;
    /** Class of the snapshot that stands for it: its driver's, never one that deletes the backup. */
    readonly snapshotClass: string;
    /** Size of the volume that was backed up, where it is known: into less it is never restored. */
    readonly size?: Size;
}
