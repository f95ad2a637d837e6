import type * as pulumi from "@pulumi/pulumi";
import type { AccessMode, VolumeMode } from "../../model/access";
import type { Cluster } from "../cluster";

/** Where disks are kept: a StorageClass and how its volumes are handed to machines. */
export interface StorageBackend {
    /** The cluster that has the class. */
    readonly cluster: Cluster;
    /** Name of the StorageClass. A plain string, so that a change of the class object never reaches a claim. */
    readonly storageClass: string;
    /** How many nodes may mount a disk of it. */
    readonly accessMode: AccessMode;
    /** Raw device or filesystem. */
    readonly volumeMode: VolumeMode;
    /** What a disk has to be created after, once it is ready. */
    readonly dependsOn: Promise<pulumi.Resource[]>;
}
