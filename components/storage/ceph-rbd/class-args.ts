/** The pool of a zone. */
export interface CephTopologyPoolArgs {
    /**
     * Replicated pool of the images.
     *
     * @impact refused: a StorageClass never changes
     */
    readonly pool: string;
    /**
     * Erasure-coded pool of their data.
     *
     * @defaultValue none: the data is in `pool`
     * @impact refused: a StorageClass never changes
     */
    readonly dataPool?: string;
    /**
     * The zone: labels of nodes, out of `topology.domainLabels`, with their values.
     *
     * @impact refused: a StorageClass never changes
     * @example { "topology.kubernetes.io/zone": "east" }
     */
    readonly domain: Readonly<Record<string, string>>;
}

/** How an image is laid over its objects. */
export interface CephStripeArgs {
    /**
     * How much is written to one object before the next one's turn. It divides the object size.
     *
     * @unit bytes
     * @impact refused: a StorageClass never changes
     * @example 65536
     */
    readonly unit: number;
    /**
     * How many objects take turns.
     *
     * @unit count
     * @impact refused: a StorageClass never changes
     */
    readonly count: number;
}

/**
 * A StorageClass of images in a pool. A class never changes once it exists: other values are a class of another name beside it,
 * and claims stay on the class they have.
 */
export interface CephRbdClassArgs {
    /**
     * Name of the StorageClass.
     *
     * @defaultValue the component's name, followed by `-` and the tier's where there are tiers
     * @impact refused for disks that exist: a disk keeps its class
     */
    readonly className?: string;
    /**
     * Replicated pool of the images. It has to exist and to be prepared: `ceph osd pool create <pool>`, `rbd pool init <pool>`.
     * With `topologyPools` it has the driver's own notes.
     *
     * @defaultValue that of the arguments around the tier; one of the two has to name it
     * @impact refused: a StorageClass never changes
     */
    readonly pool?: string;
    /**
     * Erasure-coded pool of the images' data, with overwrites allowed.
     *
     * @defaultValue none: the data is in `pool`
     * @impact refused: a StorageClass never changes
     */
    readonly dataPool?: string;
    /**
     * Features of the images. Every node's kernel has to know them all: before 5.4, write `["layering"]`.
     *
     * @defaultValue layering (clones and snapshots), exclusive-lock (one writer at a time, handed over in a live migration),
     * object-map and fast-diff (quick to tell what is used), deep-flatten (snapshots let go of a clone's origin)
     * @impact refused: a StorageClass never changes
     */
    readonly imageFeatures?: readonly string[];
    /**
     * `windows` maps the disks with a bounce buffer (`rxbounce`, a kernel of 5.17 or newer): Windows reads into memory that changes
     * meanwhile, which the kernel otherwise takes for bad checksums and reads again.
     *
     * @defaultValue `any`: without it, which is faster for everybody else
     * @impact refused: a StorageClass never changes
     */
    readonly guests?: "any" | "windows";
    /**
     * Options of mapping a disk: `<mounter>:<option>,<option>`, with several mounters separated by `;`.
     *
     * @defaultValue none but what `guests` adds
     * @impact refused: a StorageClass never changes
     * @example "krbd:ms_mode=prefer-crc"
     */
    readonly mapOptions?: string;
    /**
     * Options of unmapping a disk, written in the same way.
     *
     * @defaultValue none
     * @impact refused: a StorageClass never changes
     * @example "krbd:force"
     */
    readonly unmapOptions?: string;
    /**
     * Maps with rbd-nbd, a process in the driver's pod, instead of the kernel.
     *
     * @defaultValue the kernel's own client (krbd), which a restart of the driver does not touch
     * @impact refused: a StorageClass never changes
     */
    readonly mounter?: "rbd-nbd";
    /**
     * Pools of zones: a disk is made in the pool of the node that its machine starts on, and moves within that zone only.
     *
     * @defaultValue none: all disks are in `pool`
     * @impact refused: a StorageClass never changes
     */
    readonly topologyPools?: readonly CephTopologyPoolArgs[];
    /**
     * Encrypts the disks (LUKS) with what `encryption` of the backend says.
     *
     * @defaultValue `false`
     * @impact refused: a StorageClass never changes
     */
    readonly encrypted?: boolean;
    /**
     * What becomes of an image when its claim is deleted. With `Retain` the volume stays as `Released` and its image in the pool,
     * also that of an import's scratch space unless CDI has a `scratchStorageClass`: somebody has to delete them by hand
     * (ceph-csi docs/resource-cleanup.md).
     *
     * @defaultValue `Retain`: a claim that is deleted by mistake costs a look at the pool, and no data
     * @impact refused: a StorageClass never changes; volumes that exist keep what they were made with
     */
    readonly reclaimPolicy?: "Retain" | "Delete";
    /**
     * Whether disks can grow. They do while their machine runs.
     *
     * @defaultValue `true`
     * @impact live
     */
    readonly allowVolumeExpansion?: boolean;
    /**
     * When a volume is made: at once, or when a machine that uses it was placed on a node.
     *
     * @defaultValue `Immediate`: every node reaches the pool; `WaitForFirstConsumer` with `topologyPools`, where the node decides
     * @impact refused: a StorageClass never changes
     */
    readonly bindingMode?: "Immediate" | "WaitForFirstConsumer";
    /**
     * Makes it a class of filesystems, which one node mounts: no live migration. For containers, not for machines.
     *
     * @defaultValue none: raw devices that several nodes can have, as live migration needs
     * @impact refused: a StorageClass never changes
     */
    readonly fsType?: "ext4" | "xfs";
    /**
     * Options of making the filesystem, instead of the driver's.
     *
     * @defaultValue the driver's: `-m0 -Enodiscard,lazy_itable_init=1,lazy_journal_init=1` for ext4, `-K` for xfs
     * @impact refused: a StorageClass never changes
     */
    readonly mkfsOptions?: string;
    /**
     * Options of mounting the filesystem.
     *
     * @defaultValue none
     * @impact live: for volumes that are made from then on
     * @example ["discard"]
     */
    readonly mountOptions?: readonly string[];
    /**
     * What the images' names begin with.
     *
     * @defaultValue `csi-vol-`
     * @impact refused: a StorageClass never changes
     */
    readonly volumeNamePrefix?: string;
    /**
     * How an image is laid over its objects. It takes a kernel of 4.17 or newer.
     *
     * @defaultValue Ceph's own: one object after the other
     * @impact refused: a StorageClass never changes
     */
    readonly stripe?: CephStripeArgs;
    /**
     * Size of an image's objects.
     *
     * @unit bytes, a power of two from 4096 to 33554432
     * @defaultValue Ceph's own: 4 MiB
     * @impact refused: a StorageClass never changes
     */
    readonly objectSize?: number;
    /**
     * Makes it the class of disks that name none. One class of a cluster at most.
     *
     * @defaultValue `false`
     * @impact live: for new disks
     */
    readonly isDefaultForMachines?: boolean;
    /**
     * Further parameters of the class, as ceph-csi names them. None that an argument stands for.
     *
     * @defaultValue none
     * @impact refused: a StorageClass never changes
     * @example { tryOtherMounters: "true" }
     */
    readonly parameters?: Readonly<Record<string, string>>;
}
