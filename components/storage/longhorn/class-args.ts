/** What a class of disks is like. A tier that leaves something out takes it from the top level. */
export interface LonghornClassArgs {
    /**
     * Name of the StorageClass.
     *
     * @defaultValue the component's name without tiers, with `-vm` where Longhorn has a class of that name itself (`longhorn`); with
     * tiers `<component>-<tier>`, and only a tier may give another
     * @impact refused for disks that exist: a class under a new name stands beside the old one, and disks stay where they are
     * @example "longhorn-vm"
     */
    readonly className?: string;
    /**
     * On how many nodes every disk is written. Each copy takes the disk's whole size.
     *
     * @unit 1 to 20
     * @defaultValue 3: a node may fail while another is being repaired
     * @impact refused on a class that exists
     */
    readonly replicas?: number;
    /**
     * How long a copy that has failed is kept, in the hope that its node comes back.
     *
     * @unit minutes
     * @defaultValue 2880 (two days), Longhorn's own: a node that is away for a weekend's repair brings its copy back
     * @impact refused on a class that exists
     */
    readonly staleReplicaTimeout?: number;
    /**
     * Whether a copy has to be on the node where the machine runs. `best-effort` moves one there after the machine has moved.
     * `strict-local` keeps the only copy on the machine's node: no live migration, so for filesystem classes only.
     *
     * @defaultValue `disabled`: a migration causes no copying
     * @impact refused on a class that exists
     */
    readonly dataLocality?: "disabled" | "best-effort" | "strict-local";
    /**
     * Longhorn tags that a disk of a node has to have, all of them. Tags are Longhorn's own, not labels of Kubernetes.
     *
     * @defaultValue none: every disk
     * @impact refused on a class that exists
     * @example ["nvme"]
     */
    readonly diskTags?: readonly string[];
    /**
     * Longhorn tags that a node has to have, all of them.
     *
     * @defaultValue none: every node
     * @impact refused on a class that exists
     * @example ["fast"]
     */
    readonly nodeTags?: readonly string[];
    /**
     * Whether copies move by themselves when a node is added.
     *
     * @defaultValue as Longhorn's setting `replicaAutoBalance` says, which is `disabled`: no traffic that nobody asked for
     * @impact refused on a class that exists
     */
    readonly replicaAutoBalance?: "disabled" | "least-effort" | "best-effort";
    /**
     * Give room back when the guest deletes files (discard), as far as snapshots are concerned too: the newest snapshot and
     * those before it are **removed** then. Room that no snapshot holds comes back in any case.
     *
     * @defaultValue as Longhorn's setting `removeSnapshotsDuringFilesystemTrim` says, which is false: snapshots stay
     * @impact refused on a class that exists; data-loss of snapshots on its disks, whenever a guest discards
     */
    readonly trim?: boolean;
    /**
     * Encrypt its disks (LUKS) with the passphrase of `encryption`.
     *
     * @defaultValue false
     * @impact refused on a class that exists
     */
    readonly encrypted?: boolean;
    /**
     * `v2` writes with SPDK: faster, and it wants a raw disk of its own (`type: "block"`), 2 GiB of huge pages and two
     * processor cores on every node, and machines stop for an upgrade of Longhorn.
     *
     * @defaultValue `v1`: needs nothing but iSCSI, and is upgraded while machines run
     * @impact refused on a class that exists
     */
    readonly dataEngine?: "v1" | "v2";
    /**
     * Clones share their blocks with the disk they are made of: in no time, with as many copies as that one or fewer, and that
     * one cannot be deleted before them. Of the engine `v2` only.
     *
     * @defaultValue false: a clone is a full copy and stands alone
     * @impact refused on a class that exists
     */
    readonly linkedClones?: boolean;
    /**
     * Recurring jobs (snapshots, backups) of new disks, by the name of the job or of a group.
     *
     * @defaultValue none named: then jobs of the group `default` take care of the disk
     * @impact refused on a class that exists
     * @example [{ name: "nightly", isGroup: true }]
     */
    readonly recurringJobs?: readonly LonghornRecurringJobArgs[];
    /**
     * **A class that restores.** Every disk that is made of it becomes a copy of this backup, whatever it was asked for. Give it
     * to a tier of its own, make the one disk, then take the tier out again.
     *
     * @defaultValue none: disks begin empty
     * @impact refused on a class that exists
     * @example "s3://backups\@eu-central-1/?backup=backup-1&volume=pvc-1"
     */
    readonly fromBackup?: string;
    /**
     * Makes it a class of filesystems: its disks are files on a filesystem that one node mounts. Machines on them cannot
     * migrate. Without it disks are raw devices on two nodes at once, which is what live migration needs.
     *
     * @defaultValue none: raw devices that migrate
     * @impact refused on a class that exists
     */
    readonly fsType?: "ext4" | "xfs";
    /**
     * Options of `mkfs`. Filesystem classes only.
     *
     * @defaultValue none but Longhorn's own
     * @impact refused on a class that exists
     * @example "-O ^64bit,^metadata_csum"
     */
    readonly mkfsParams?: string;
    /**
     * Options of `mount`. Filesystem classes only: a raw device is not mounted.
     *
     * @defaultValue none
     * @impact live for new disks
     * @example ["discard"]
     */
    readonly mountOptions?: readonly string[];
    /**
     * What happens to the data when a claim is deleted. `Retain`: volume and copies stay and take room until somebody deletes
     * the PersistentVolume and the Longhorn volume by hand. `Delete`: both go.
     *
     * @defaultValue `Retain`: a claim that is deleted by mistake costs no data
     * @impact refused on a class that exists
     */
    readonly reclaimPolicy?: "Retain" | "Delete";
    /**
     * Whether disks can grow. Clones that are larger than their source need it, too.
     *
     * @defaultValue true: they grow while their machines run
     * @impact live
     */
    readonly allowVolumeExpansion?: boolean;
    /**
     * When a disk is provided: at once, or where its first machine starts.
     *
     * @defaultValue `Immediate`: a disk can be used from every node, wherever its copies are
     * @impact refused on a class that exists
     */
    readonly bindingMode?: "Immediate" | "WaitForFirstConsumer";
    /**
     * Mark it as what CDI takes for machines whose disks name no class. One class of the cluster only.
     *
     * @defaultValue false; at the top level it counts for the default tier
     * @impact live for new disks
     */
    readonly isDefaultForMachines?: boolean;
    /**
     * Name of the BackupTarget that backups of its disks go to, where there are several.
     *
     * @defaultValue `default`: the one of `backupTarget`
     * @impact refused on a class that exists
     */
    readonly backupTargetName?: string;
    /**
     * Further parameters of the class, as Longhorn's reference has them. None of those that the other arguments set.
     *
     * @defaultValue none
     * @impact refused on a class that exists
     * @example { replicaZoneSoftAntiAffinity: "disabled" }
     */
    readonly parameters?: Readonly<Record<string, string>>;
}

/** A recurring job, or a group of them, that looks after a disk. */
export interface LonghornRecurringJobArgs {
    /**
     * Name of the RecurringJob or of the group.
     *
     * @impact refused on a class that exists
     */
    readonly name: string;
    /**
     * Whether it is a group of jobs.
     *
     * @defaultValue false: one job
     * @impact refused on a class that exists
     */
    readonly isGroup?: boolean;
}
