import type * as pulumi from "@pulumi/pulumi";
import type { AccessMode, VolumeMode } from "../../model/access";
import type { RequestedDisk, StorageCapabilities } from "../../model/storage";
import type { ProvisioningFault } from "../../waits/provisioning-fault";
import type { Cluster } from "../cluster";

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
    /** What its volumes can do. */
    readonly capabilities: Promise<StorageCapabilities>;
    /** What its driver says when it cannot make a volume. */
    readonly faults: readonly ProvisioningFault[];
    /** Told of every disk of the program, before anything is registered. */
    readonly requested: (disk: RequestedDisk) => void;
    /** What a disk has to be created after, once it is ready. */
    readonly dependsOn: Promise<pulumi.Resource[]>;
}
