import type { Size } from "./size";

/** What a backend's volumes can do for machines. */
export interface StorageCapabilities {
    /** A disk can be a raw device on two nodes at the same time: what live migration needs. */
    readonly shareBlock: boolean;
    /** Snapshots of a disk. */
    readonly snapshot: boolean;
    /** How a disk is cloned: `copy-on-write` takes no time and no room, `full-copy` reads and writes everything. */
    readonly clone: "copy-on-write" | "full-copy" | "none";
    /** Whether a disk can grow, and whether its machine may run meanwhile; `unknown` where the class cannot be read, or is not there yet. */
    readonly expand: "online" | "offline" | "none" | "unknown";
    /** What is on the disks is encrypted at rest. */
    readonly encrypt: boolean;
    /** The backend itself keeps backups outside the cluster. */
    readonly backup: boolean;
}

/** A StorageClass that disks are made with, and what belongs to it. Pure data: what a backend's arguments come down to. */
export interface StorageClassPlan {
    /** Name of the StorageClass, and of its StorageProfile. */
    readonly name: string;
    readonly provisioner: string;
    /** Immutable, as Kubernetes has it. All values are strings. */
    readonly parameters: Readonly<Record<string, string>>;
    readonly reclaimPolicy: "Retain" | "Delete";
    readonly volumeBindingMode: "Immediate" | "WaitForFirstConsumer";
    readonly allowVolumeExpansion: boolean;
    readonly mountOptions?: readonly string[];
    readonly annotations?: Readonly<Record<string, string>>;
    /** How disks of it are claimed: the StorageProfile's first set, and what {@link StorageBackend} hands to disks. */
    readonly accessMode: "ReadWriteMany" | "ReadWriteOnce" | "ReadWriteOncePod";
    readonly volumeMode: "Block" | "Filesystem";
    /** CDI's way to clone. Source: CDI StorageProfile spec.cloneStrategy. */
    readonly cloneStrategy?: "snapshot" | "csi-clone" | "copy";
    /** What a DataImportCron keeps. Source: CDI StorageProfile spec.dataImportCronSourceFormat. */
    readonly dataImportCronSourceFormat?: "snapshot" | "pvc";
    /** The first is what snapshots are taken with, the others (backups) never are by accident. */
    readonly snapshotClasses: readonly SnapshotClassPlan[];
    readonly capabilities: StorageCapabilities;
}

/** A VolumeSnapshotClass. */
export interface SnapshotClassPlan {
    readonly name: string;
    readonly driver: string;
    readonly deletionPolicy: "Delete" | "Retain";
    readonly parameters: Readonly<Record<string, string>>;
    /** Marked as the default of its driver, which CDI, KubeVirt and Velero look for. */
    readonly isDefault: boolean;
    readonly labels?: Readonly<Record<string, string>>;
}

/** A disk of the program, as far as storage is concerned. */
export interface RequestedDisk {
    readonly name: string;
    readonly size: Size;
    /** Its StorageClass. */
    readonly storageClass: string;
}
