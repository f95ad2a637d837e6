import type * as pulumi from "@pulumi/pulumi";
import type { AccessMode, VolumeMode } from "../../model/access";
import type { RequestedDisk, StorageCapabilities } from "../../model/storage";
import type { ProvisioningFault } from "../../waits/provisioning-fault";
import type { Cluster } from "../cluster";

/** How volumes of a class are cloned, as far as it is known. */
export interface Cloning {
    /** Provisioner of the class. */
    readonly provisioner: string | undefined;
    /** CDI's way to clone, as its profile of the class says. Source: CDI StorageProfile, status.cloneStrategy. */
    readonly strategy: "snapshot" | "csi-clone" | "copy" | undefined;
    /** Nobody could read whether there are VolumeSnapshotClasses of its driver. */
    readonly snapshotsUnread?: boolean;
}

/** Where disks are kept: a StorageClass and how its volumes are handed to machines. A backend is its own default class. */
export interface StorageBackend {
    /** The cluster that has the class. */
    readonly cluster: Cluster;
    /** Name of the StorageClass. A plain string, so that a change of the class object never reaches a claim. */
    readonly storageClass: string;
    /** How many nodes may mount a disk of it. */
    readonly accessMode: AccessMode;
    /** Raw device or filesystem. */
    readonly volumeMode: VolumeMode;
    /** Name of the VolumeSnapshotClass its snapshots are taken with; undefined where it has none, or nobody has said. */
    readonly snapshotClass: string | undefined;
    /**
     * Images are kept as snapshots, because disks are cloned from those without a copy. A plain value: which objects exist
     * depends on it.
     */
    readonly clonesSnapshots: boolean;
    /** The driver behind the class, and how CDI is told to clone its volumes; undefined where nobody knows. */
    readonly cloning: Promise<Cloning>;
    /** What becomes of a volume when its claim is deleted; undefined where nobody knows. */
    readonly reclaimPolicy: Promise<"Retain" | "Delete" | undefined>;
    /** What its volumes can do. */
    readonly capabilities: Promise<StorageCapabilities>;
    /** What its driver says when it cannot make a volume. */
    readonly faults: readonly ProvisioningFault[];
    /** Told of every disk of the program, before anything is registered. */
    readonly requested: (disk: RequestedDisk) => void;
    /** What a disk has to be created after, once it is ready. */
    readonly dependsOn: Promise<pulumi.Resource[]>;
}
