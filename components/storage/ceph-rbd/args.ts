import type * as pulumi from "@pulumi/pulumi";
import type { CapacityArgs } from "../../../model/capacity";
import type { Duration } from "../../../model/duration";
import type { Place } from "../../platform/place";
import type { CephRbdClassArgs } from "./class-args";

/** The Ceph user that makes and maps images. */
export interface CephUserArgs {
    /**
     * Its name, without the `client.` that Ceph writes before it.
     *
     * @impact live: the driver uses it from the next volume on; images that are mapped stay mapped
     * @example "kubevirt"
     */
    readonly id: string;
    /**
     * Its key, as `ceph auth get-key` prints it. It is written to a Secret of Kubernetes and nowhere else.
     *
     * @impact live: the driver uses it from the next volume on; images that are mapped stay mapped
     */
    readonly key: pulumi.Input<string>;
}

/** One passphrase for all encrypted disks, kept beside the user's key. */
export interface CephPassphraseArgs {
    /**
     * The passphrase of the disks' LUKS headers.
     *
     * @impact refused: a disk that was encrypted with another passphrase could not be read any more
     */
    readonly passphrase: pulumi.Input<string>;
}

/** A key management system that has a passphrase for each encrypted disk. */
export interface CephKmsArgs {
    /**
     * Name of the configuration. It is part of every encrypted class.
     *
     * @impact refused: a StorageClass never changes
     * @example "vault"
     */
    readonly kmsId: string;
    /**
     * The configuration, with the keys of ceph-csi's documentation (docs/deploy-rbd.md, "Encryption for RBD volumes"). It is written to a
     * ConfigMap: it names Secrets, and never has what is in them.
     *
     * @impact live: from the next volume on. Data-loss where encrypted disks have their passphrases in another place
     * @example { encryptionKMSType: "vault", vaultAddress: "https://vault.example.org" }
     */
    readonly kms: Readonly<Record<string, unknown>>;
}

/** Reads that are answered by the copy nearest to the node. */
export interface CephReadAffinityArgs {
    /**
     * Labels of the nodes that say where they are, in the words of Ceph's CRUSH map.
     *
     * @impact live: for disks that are mapped from then on
     * @example ["topology.kubernetes.io/zone"]
     */
    readonly crushLocationLabels: readonly string[];
}

/** Zones that have pools of their own. */
export interface CephTopologyArgs {
    /**
     * Labels of the nodes that say in which zone they are. Every node has to have all of them: the driver does not start on one
     * that lacks a label.
     *
     * @impact live: the driver's pods are started anew
     * @example ["topology.kubernetes.io/zone"]
     */
    readonly domainLabels: readonly string[];
}

/** What a {@link CephRbd} needs. What its classes have in common stands here too, and each tier may say otherwise. */
export interface CephRbdArgs extends CephRbdClassArgs {
    /**
     * The cluster, or the platform on it.
     *
     * @impact live: the driver moves to the new cluster; disks stay on the old one, in the same pool
     */
    readonly cluster: Place;
    /**
     * Name of the Ceph cluster, best its own: `ceph fsid`. It is part of the handle of every volume.
     *
     * @unit text of at most 36 bytes
     * @impact refused: a StorageClass never changes, and volumes that exist would not be found any more
     * @example "b9127830-b0cc-4e34-aa47-9d1a2e9949a8"
     */
    readonly clusterId: string;
    /**
     * Addresses of Ceph's monitors, each with its port: 6789, or 3300 with the map option `ms_mode`.
     *
     * @impact live: from the next volume or mapping on. A disk that is mapped learns of new monitors from Ceph
     * @example ["10.0.0.1:6789", "10.0.0.2:6789", "[fd00::3]:6789"]
     */
    readonly monitors: readonly string[];
    /**
     * The Ceph user. The output `caps` has the command that makes one with no more rights than it takes.
     *
     * @impact live
     */
    readonly user: CephUserArgs;
    /**
     * RADOS namespace of the images, in all pools. It has to exist: `rbd namespace create <pool>/<namespace>`.
     *
     * @defaultValue none: the pool's own
     * @impact refused: volumes that exist would be looked for in the new namespace, and not be found there
     */
    readonly radosNamespace?: string;
    /**
     * Classes side by side, each with a name of its own here: `fast`, `capacity`. What a tier leaves out comes from the
     * arguments around it, but for `className` and `isDefaultForMachines`, which there mean the default tier.
     *
     * @defaultValue one, called `default`
     * @impact live: a new tier is a new class; a class that is removed leaves its claims where they are
     * @example { fast: { pool: "nvme" }, capacity: { pool: "hdd", dataPool: "hdd-ec" } }
     */
    readonly tiers?: Readonly<Record<string, CephRbdClassArgs>>;
    /**
     * The tier that a disk is on when it is given the backend and no tier.
     *
     * @defaultValue the first
     * @impact refused for disks that exist: a disk keeps its class
     */
    readonly defaultTier?: string;
    /**
     * Where the passphrases of encrypted disks are. Which disks are encrypted is said by their class (`encrypted`).
     *
     * @defaultValue none: no class can be encrypted
     * @impact data-loss: a disk whose passphrase is not found cannot be read any more
     */
    readonly encryption?: CephPassphraseArgs | CephKmsArgs;
    /**
     * Reads are answered by the nearest copy instead of the primary one. It takes a kernel of 5.8 or newer.
     *
     * @defaultValue none: the primary copy answers
     * @impact live: for disks that are mapped from then on
     */
    readonly readAffinity?: CephReadAffinityArgs;
    /**
     * Zones with pools of their own, for classes with `topologyPools`.
     *
     * @defaultValue none: every node reaches every pool
     * @impact live: the driver's pods are started anew
     */
    readonly topology?: CephTopologyArgs;
    /**
     * What becomes of a snapshot's content when the VolumeSnapshot is deleted. The tiers share one snapshot class.
     *
     * @defaultValue `Delete`: schedules and backups delete what they have made, and nobody looks for what would stay behind
     * @impact live: for snapshots that are taken from then on
     */
    readonly snapshotDeletionPolicy?: "Delete" | "Retain";
    /**
     * Replicas of the driver's controller. Each needs a node of its own: with more than there are nodes the install never ends.
     *
     * @unit count of at least 1
     * @defaultValue 3, or the number of nodes where there are fewer
     * @impact live
     */
    readonly provisionerReplicas?: number;
    /**
     * Namespace of the driver and its Secret. Its pods are privileged.
     *
     * @defaultValue `ceph-csi-rbd`
     * @impact refused: the classes name the Secret in it
     */
    readonly namespace?: string;
    /**
     * Name of the driver, and the provisioner of its classes. A second Ceph cluster is a CephRbd of its own with another name
     * and namespace, and with other metrics ports in `values`: the node plugins share the nodes' network.
     *
     * @defaultValue `rbd.csi.ceph.com`, the name that CDI knows
     * @impact refused: a StorageClass never changes, and volumes that exist belong to the old driver
     */
    readonly driverName?: string;
    /**
     * The kubelet's folder on the nodes: `/var/lib/k0s/kubelet` on k0s, `/var/snap/microk8s/common/var/lib/kubelet` on MicroK8s.
     *
     * @defaultValue `/var/lib/kubelet`
     * @impact live: the driver's pods are started anew
     */
    readonly kubeletDir?: string;
    /**
     * Version of the chart `ceph-csi-rbd`.
     *
     * @defaultValue the version this package is tried with
     * @impact live: the driver's pods are started anew; disks stay mapped
     * @example "3.17.1"
     */
    readonly version?: string;
    /**
     * The chart as a folder or a file, for a cluster without a way to the internet.
     *
     * @defaultValue `ceph-csi-rbd` of https://ceph.github.io/csi-charts
     * @impact live
     * @example "./charts/ceph-csi-rbd-3.17.1.tgz"
     */
    readonly chart?: string;
    /**
     * Values of the chart for what no argument says, merged last. The chart ignores what it does not know, without a word.
     *
     * @defaultValue none
     * @impact live: the driver's pods are started anew
     * @example { nodeplugin: { httpMetrics: { containerPort: 8081 } } }
     */
    readonly values?: Readonly<Record<string, unknown>>;
    /**
     * What the pools have, to hold the disks of the program against.
     *
     * @defaultValue none: nothing is compared
     * @impact live: it is only compared with
     */
    readonly capacity?: CapacityArgs;
    /**
     * Makes a volume of 1 GiB in each update and deletes it again. The driver's pods are ready with a wrong key, too: only a volume
     * proves monitors, user and pool.
     *
     * @defaultValue `false`: the first disk says the same, and an update makes nothing that was not asked for
     * @impact live
     */
    readonly probe?: boolean;
    /**
     * How long the driver may take to be ready on the nodes.
     *
     * @unit duration: `"90 seconds"`, `"20 minutes"`, `"2 hours"`
     * @defaultValue 10 minutes
     * @impact live
     */
    readonly readyWithin?: Duration;
}
