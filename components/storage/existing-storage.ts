import * as pulumi from "@pulumi/pulumi";
import type { AccessMode, VolumeMode } from "../../model/access";
import { Problems } from "../../model/problems";
import type { Cluster } from "../cluster";
import { clusterOf, installedAt, type Place } from "../platform/place";
import { refuse } from "../refusal";
import type { StorageBackend } from "./backend";

/** What an {@link ExistingStorage} is told. */
export interface ExistingStorageArgs {
    /**
     * The cluster that has the class, or the platform on it: disks are then made when the platform is ready.
     *
     * @impact replace-vm for what lives on it, and new disks there: the old ones stay where they are
     */
    readonly cluster: Place;
    /**
     * Name of the StorageClass. It is never changed or deleted.
     *
     * @impact refused for disks that exist: a disk keeps its class
     * @example "rook-ceph-block"
     */
    readonly storageClass: string;
    /**
     * How many nodes may mount a disk at the same time.
     *
     * @defaultValue `ReadWriteMany`: what live migration needs
     * @impact refused for disks that exist
     */
    readonly accessMode?: AccessMode;
    /**
     * Whether a disk is a raw device (`Block`) or a file on a filesystem.
     *
     * @defaultValue `Block`: faster, and on most backends the only way to be mounted on two nodes
     * @impact refused for disks that exist
     */
    readonly volumeMode?: VolumeMode;
}

/**
 * Storage that is there already: a StorageClass somebody else looks after.
 *
 * Creates nothing and deletes nothing.
 *
 * @example
 * ```ts
 * const storage = new ExistingStorage("storage", { cluster, storageClass: "rook-ceph-block" });
 * ```
 */
export class ExistingStorage extends pulumi.ComponentResource implements StorageBackend {
    static readonly type = "kubevirt:index:ExistingStorage";

    readonly cluster: Cluster;
    readonly storageClass: string;
    readonly accessMode: AccessMode;
    readonly volumeMode: VolumeMode;
    readonly dependsOn: Promise<pulumi.Resource[]>;

    constructor(name: string, args: ExistingStorageArgs, opts?: pulumi.ComponentResourceOptions) {
        super(ExistingStorage.type, name, {}, opts);
        this.cluster = clusterOf(args.cluster);
        this.dependsOn = installedAt(args.cluster);
        this.storageClass = args.storageClass;
        this.accessMode = args.accessMode ?? "ReadWriteMany";
        this.volumeMode = args.volumeMode ?? "Block";

        const problems = new Problems();
        // Source: Kubernetes class names are DNS subdomains.
        if (!/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(args.storageClass)) {
            problems.add(
                "storageClass",
                `is ${JSON.stringify(args.storageClass)}, which is not the name of a StorageClass`,
                "write a name that `kubectl get storageclass` lists",
            );
        }
        refuse(this, "ExistingStorage", name, problems.all);

        this.registerOutputs({ storageClass: this.storageClass });
    }
}
