import type { CapacityArgs } from "../../../model/capacity";
import type { Duration } from "../../../model/duration";
import type { Toleration } from "../../../model/placement";
import type { Place } from "../../platform/place";
import type { LonghornBackupTarget } from "./backup-args";
import type { LonghornClassArgs } from "./class-args";
import type {
    LonghornEncryptionArgs,
    LonghornMetricsArgs,
    LonghornNodeArgs,
    LonghornUiArgs,
} from "./part-args";

/** What a Longhorn needs. The class arguments at the top level are those of the only class, or what all tiers have in common. */
export interface LonghornArgs extends LonghornClassArgs {
    /**
     * The cluster, or the platform on it. It has room for one Longhorn.
     *
     * @impact data-loss: it is removed from the old cluster, which is refused while the release is protected
     */
    readonly cluster: Place;
    /**
     * What its disks are worth. `production` refuses what leaves fewer copies than a class promises. `trial` lets a cluster with
     * fewer nodes than replicas work and says so.
     *
     * @defaultValue `production`: nobody finds out in an accident that there was one copy
     * @impact live: settings only
     */
    readonly environment?: "production" | "trial";
    /**
     * Several classes side by side, by name: each takes from the top level what it leaves out.
     *
     * @defaultValue one class, called `default`
     * @impact live to add one, or to take one out whose disks are gone
     * @example { fast: { diskTags: ["nvme"] }, capacity: { diskTags: ["hdd"], replicas: 2 } }
     */
    readonly tiers?: Readonly<Record<string, LonghornClassArgs>>;
    /**
     * The tier of disks that name none.
     *
     * @defaultValue the first
     * @impact live for new disks
     */
    readonly defaultTier?: string;
    /**
     * What happens to a snapshot's data when the VolumeSnapshot is deleted, for the snapshots of all classes. A snapshot lives
     * in its disk's volume and goes with it in any case.
     *
     * @defaultValue `Delete`: a snapshot that stays takes room, and nobody sees it
     * @impact live for new snapshots
     */
    readonly snapshotDeletionPolicy?: "Delete" | "Retain";
    /**
     * Folder on the nodes in which Longhorn keeps data, or a raw device for the engine v2.
     *
     * @defaultValue `/var/lib/longhorn/`, Longhorn's own
     * @impact live for nodes that have no disk of Longhorn's yet; nothing for the others
     * @example "/data/longhorn"
     */
    readonly dataPath?: string;
    /**
     * The nodes that keep data, with their disks and tags, by name. Other nodes get no disk; they can use volumes all the same.
     *
     * @defaultValue every node, with one folder at `dataPath`
     * @impact live for nodes that have no disk of Longhorn's yet; what Longhorn has taken over once it keeps
     * @example { "node-1": { disks: [{ path: "/mnt/nvme0", tags: ["nvme"] }] } }
     */
    readonly nodes?: Readonly<Record<string, LonghornNodeArgs>>;
    /**
     * Pods of each of the four CSI controllers.
     *
     * @defaultValue 3, Longhorn's own: they keep apart where they can, and share a node where they cannot
     * @impact live
     */
    readonly csiReplicas?: number;
    /**
     * Resources of the manager's pods, as Kubernetes has them.
     *
     * @defaultValue none, Longhorn's own
     * @impact live: the managers start anew; machines go on
     * @example { requests: { cpu: "250m", memory: "512Mi" } }
     */
    readonly managerResources?: Readonly<Record<string, unknown>>;
    /**
     * Part of a node's processors that is kept for the processes through which disks are read and written.
     *
     * @unit percent, 0 to 40
     * @defaultValue 12, Longhorn's own. Leaving it out later keeps the last value
     * @impact live: Longhorn applies it on a node when no disk is in use there
     */
    readonly guaranteedInstanceManagerCpu?: number;
    /**
     * Network of its own for copying between nodes: a NetworkAttachmentDefinition of Multus.
     *
     * @unit `namespace/name`
     * @defaultValue the cluster's pod network
     * @impact restart: Longhorn applies it when all disks are out of use
     * @example "kube-system/storage-network"
     */
    readonly storageNetwork?: string;
    /**
     * Further settings of Longhorn, by their names in the chart (`defaultSettings`), over those this package sets. A setting
     * that is left out later keeps its last value: write the value you want instead.
     *
     * @defaultValue none but those of `environment`
     * @impact live for most; see Longhorn's reference of settings
     * @example { storageMinimalAvailablePercentage: 10 }
     */
    readonly settings?: Readonly<Record<string, unknown>>;
    /**
     * Where backups go. Taking it out makes Longhorn forget the target; the backups stay where they are.
     *
     * @defaultValue none: disks have snapshots, and no backups
     * @impact live
     */
    readonly backupTarget?: LonghornBackupTarget;
    /**
     * Encryption of the classes that are `encrypted`.
     *
     * @defaultValue none
     * @impact live for new disks; data-loss with another passphrase, see there
     */
    readonly encryption?: LonghornEncryptionArgs;
    /**
     * Metrics.
     *
     * @defaultValue no ServiceMonitor, and nobody of another namespace is let in
     * @impact live
     */
    readonly metrics?: LonghornMetricsArgs;
    /**
     * Longhorn's user interface: off, or behind an ingress that asks for a login.
     *
     * @defaultValue `off`: it has no login, and whoever reaches it can delete every volume
     * @impact live
     */
    readonly ui?: "off" | LonghornUiArgs;
    /**
     * Longhorn's own network policies, which let its parts reach each other and nobody else.
     *
     * @defaultValue true, as chart 1.12.1: what speaks to a manager can delete volumes
     * @impact live
     */
    readonly networkPolicies?: boolean;
    /**
     * The kubelet's folder on the nodes.
     *
     * @defaultValue found by Longhorn; k0s and MicroK8s need theirs
     * @impact live: the driver is registered anew; what is mounted stays
     * @example "/var/lib/k0s/kubelet"
     */
    readonly kubeletDir?: string;
    /**
     * Labels of the nodes that all parts of Longhorn run on. Machines on other nodes cannot use its disks.
     *
     * @defaultValue none: every node
     * @impact restart: Longhorn applies it when all disks are out of use
     */
    readonly nodeSelector?: Readonly<Record<string, string>>;
    /**
     * Taints of nodes that all parts of Longhorn live with.
     *
     * @defaultValue none
     * @impact restart: Longhorn applies it when all disks are out of use
     * @example [{ key: "storage", operator: "Exists", effect: "NoSchedule" }]
     */
    readonly tolerations?: readonly Toleration[];
    /**
     * Version of the chart. One minor after the other: Longhorn refuses to skip one or to go back.
     *
     * @defaultValue the version this package is tried with
     * @impact live: engines of disks in use stay at the old version until they are upgraded
     * @example "1.12.1"
     */
    readonly version?: string;
    /**
     * The chart as a folder or file, for a machine without a way to the internet.
     *
     * @defaultValue https://charts.longhorn.io
     * @impact live: another version is an upgrade
     * @example "./charts/longhorn-1.12.1.tgz"
     */
    readonly chart?: string;
    /**
     * Values of the chart, merged last: objects field by field, lists as a whole. The chart ignores what it does not know.
     *
     * @defaultValue none
     * @impact live for most
     * @example { longhornManager: { log: { format: "json" } } }
     */
    readonly values?: Readonly<Record<string, unknown>>;
    /**
     * How much room there is, to hold the disks of the program against.
     *
     * @defaultValue nothing is compared
     * @impact live
     */
    readonly capacity?: CapacityArgs;
    /**
     * Make a small claim of every class and delete it again, before anything depends on them.
     *
     * @defaultValue false: the nodes' own word is taken
     * @impact live
     */
    readonly probe?: boolean;
    /**
     * How long it may take to become ready. What is late stays, and the next update goes on waiting.
     *
     * @unit duration: `"90 seconds"`, `"20 minutes"`, `"2 hours"`
     * @defaultValue 15 minutes: images of a gigabyte on every node
     * @impact live
     */
    readonly readyWithin?: Duration;
    /**
     * The first of two steps to remove Longhorn: `armed`, applied by an update, lets the next destroy do it. The removal erases
     * every copy of every volume, in use or not. Arming is refused while a volume exists that `eraseVolumes` does not name.
     *
     * @defaultValue none: a destroy is refused before it deletes anything
     * @impact data-loss with the destroy that follows; taking it out again disarms
     */
    readonly teardown?: "armed";
    /**
     * Volumes of Longhorn's that go with it, by their own names (`kubectl -n longhorn-system get volumes.longhorn.io`).
     *
     * @defaultValue none
     * @impact data-loss: they are erased when Longhorn is removed
     * @example ["pvc-8f3c2d6e-0c5b-4b56-9d6e-3f1f6a2b7c11"]
     */
    readonly eraseVolumes?: readonly string[];
}
