import * as pulumi from "@pulumi/pulumi";
import type { AccessMode, VolumeMode } from "../../model/access";
import { Problems } from "../../model/problems";
import type { StorageCapabilities } from "../../model/storage";
import { collectionPath } from "../../waits/collections";
import type { Answer } from "../../waits/connection";
import { program } from "../../waits/program";
import type { ProvisioningFault } from "../../waits/provisioning-fault";
import { say } from "../../waits/say";
import type { Cluster } from "../cluster";
import { atOnce } from "../depends-on";
import { cameBefore, clusterOf, type Place } from "../platform/place";
import { refuse } from "../refusal";
import type { Cloning, StorageBackend } from "./backend";

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
    /**
     * VolumeSnapshotClass that snapshots of its disks are taken with.
     *
     * @defaultValue none: CDI and KubeVirt choose one of the class's driver
     * @impact live: for snapshots to come
     */
    readonly snapshotClass?: string;
    /**
     * What its volumes can do, where the cluster does not say so or cannot be asked.
     *
     * @defaultValue what the class, its snapshot classes and CDI's profile say
     * @impact live: disks stay as they are
     */
    readonly capabilities?: Partial<StorageCapabilities>;
}

/** How the cluster describes a class that is there already. */
export interface ExistingClass {
    readonly provisioner: string;
    readonly volumeBindingMode: string;
    readonly reclaimPolicy: "Retain" | "Delete";
    readonly allowVolumeExpansion: boolean;
    /** VolumeSnapshotClasses of the same driver. */
    readonly snapshotClasses: readonly string[];
    /** How CDI's profile claims disks of it, as "ReadWriteMany Block"; empty without CDI. */
    readonly claims: readonly string[];
    /** CDI's way to clone; empty without CDI. */
    readonly cloneStrategy: string;
}

/** The same, as far as it could be read. */
interface ReadClass extends ExistingClass {
    readonly snapshotsUnread: boolean;
}

/**
 * Storage that is there already: a StorageClass somebody else looks after.
 *
 * Creates nothing and deletes nothing. Reads what the cluster says about the class, and warns where it does not fit.
 *
 * @example
 * ```ts
 * const storage = new ExistingStorage("storage", { cluster, storageClass: "fast-block" });
 * ```
 */
export class ExistingStorage extends pulumi.ComponentResource implements StorageBackend {
    static readonly type = "kubevirt:index:ExistingStorage";

    readonly cluster: Cluster;
    readonly storageClass: string;
    readonly accessMode: AccessMode;
    readonly volumeMode: VolumeMode;
    readonly snapshotClass: string | undefined;
    readonly clonesSnapshots: boolean;
    readonly cloning: Promise<Cloning>;
    readonly reclaimPolicy: Promise<"Retain" | "Delete" | undefined>;
    readonly capabilities: Promise<StorageCapabilities>;
    readonly faults: readonly ProvisioningFault[] = [];
    readonly dependsOn: Promise<pulumi.Resource[]>;
    /** What the cluster says about the class; undefined where it has none of that name, or cannot be asked. */
    readonly found: pulumi.Output<ExistingClass | undefined>;

    constructor(name: string, args: ExistingStorageArgs, opts?: pulumi.ComponentResourceOptions) {
        super(ExistingStorage.type, name, {}, atOnce(opts));
        this.cluster = clusterOf(args.cluster);
        this.dependsOn = cameBefore(opts, args.cluster);
        this.storageClass = args.storageClass;
        this.accessMode = args.accessMode ?? "ReadWriteMany";
        this.volumeMode = args.volumeMode ?? "Block";
        this.snapshotClass = args.snapshotClass;

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

        const found = readClass(this.cluster, args.storageClass);
        this.found = pulumi.output(found.then(foundClass));
        this.clonesSnapshots =
            args.snapshotClass !== undefined && args.capabilities?.clone === "copy-on-write";
        this.cloning = found.then(cloningOf);
        this.reclaimPolicy = found.then((one) =>
            one === "unknown" ? undefined : one?.reclaimPolicy,
        );
        this.capabilities = found.then((one) => ({
            ...capabilitiesOf(one === "unknown" ? undefined : one),
            ...args.capabilities,
        }));
        void program.checked(async () => {
            const text = doubt(this, await found);
            if (text !== undefined) {
                say("warn", `ExistingStorage "${name}": ${text}`, this);
            }
        });
        this.registerOutputs({ storageClass: this.storageClass });
    }

    /** Nobody looks after its capacity here. */
    requested(): void {
        return undefined;
    }
}

interface LiveClass {
    readonly provisioner?: string;
    readonly reclaimPolicy?: string;
    readonly volumeBindingMode?: string;
    readonly allowVolumeExpansion?: boolean;
}

interface LiveProfile {
    readonly status?: {
        readonly cloneStrategy?: string;
        readonly claimPropertySets?: readonly {
            readonly accessModes?: readonly string[];
            readonly volumeMode?: string;
        }[];
    };
}

interface LiveSnapshotClasses {
    readonly items?: readonly {
        readonly driver?: string;
        readonly metadata: { readonly name: string };
    }[];
}

/** Reads the class and what goes with it. Undefined: it is not there. */
async function readClass(
    cluster: Cluster,
    name: string,
): Promise<ReadClass | undefined | "unknown"> {
    const connection = await cluster.connection;
    if (connection === undefined) {
        return "unknown";
    }
    // A doubt is not worth a refusal: an account that may not read them has its disks all the same.
    const answer = await connection.ask(`${collectionPath("StorageClass")}/${name}`);
    if (answer.state !== "found") {
        return answer.state === "absent" ? undefined : "unknown";
    }
    const live = answer.object as LiveClass;
    const [ofSnapshots, ofProfile] = await Promise.all([
        connection.ask(collectionPath("VolumeSnapshotClass")),
        connection.ask(`${collectionPath("StorageProfile")}/${name}`),
    ]);
    const snapshots = objectIn(ofSnapshots) as LiveSnapshotClasses | undefined;
    const profile = objectIn(ofProfile) as LiveProfile | undefined;
    return {
        provisioner: live.provisioner ?? "",
        volumeBindingMode: live.volumeBindingMode ?? "Immediate",
        // Source: Kubernetes storage/v1, the default of reclaimPolicy.
        reclaimPolicy: live.reclaimPolicy === "Retain" ? "Retain" : "Delete",
        allowVolumeExpansion: live.allowVolumeExpansion === true,
        snapshotClasses: (snapshots?.items ?? [])
            .filter(({ driver }) => driver === live.provisioner)
            .map(({ metadata }) => metadata.name),
        claims: (profile?.status?.claimPropertySets ?? []).flatMap(
            ({ accessModes = [], volumeMode = "Filesystem" }) =>
                accessModes.map((mode) => `${mode} ${volumeMode}`),
        ),
        cloneStrategy: profile?.status?.cloneStrategy ?? "",
        snapshotsUnread: ofSnapshots.state === "unreadable",
    };
}

function objectIn(answer: Answer): unknown {
    return answer.state === "found" ? answer.object : undefined;
}

function foundClass(found: ReadClass | undefined | "unknown"): ExistingClass | undefined {
    if (found === undefined || found === "unknown") {
        return undefined;
    }
    const { snapshotsUnread: _, ...rest } = found;
    return rest;
}

/** What the cluster's description comes down to. Whether it encrypts or keeps backups is not in it. */
function capabilitiesOf(found: ExistingClass | undefined): StorageCapabilities {
    const snapshot = (found?.snapshotClasses ?? []).length > 0;
    return {
        shareBlock: found?.claims.includes("ReadWriteMany Block") === true,
        snapshot,
        // Whether a driver's own clone takes room is not said; a host-assisted copy always does.
        clone: found === undefined ? "none" : "full-copy",
        expand: found === undefined ? "unknown" : found.allowVolumeExpansion ? "online" : "none",
        encrypt: false,
        backup: false,
    };
}

function cloningOf(found: ReadClass | undefined | "unknown"): Cloning {
    const known = found === "unknown" ? undefined : found;
    const strategies = ["snapshot", "csi-clone", "copy"] as const;
    return {
        provisioner: known?.provisioner,
        strategy: strategies.find((strategy) => strategy === known?.cloneStrategy),
        snapshotsUnread: known?.snapshotsUnread === true,
    };
}

/** What a person should know before disks are made of it. */
function doubt(
    { storageClass, accessMode, volumeMode }: ExistingStorage,
    found: ExistingClass | undefined | "unknown",
): string | undefined {
    if (found === "unknown") {
        return undefined;
    }
    if (found === undefined) {
        return `storageClass is ${JSON.stringify(storageClass)}, and the cluster has none of that name yet. Disks wait for it; see: kubectl get storageclass.`;
    }
    const wanted = `${accessMode} ${volumeMode}`;
    return found.claims.length === 0 || found.claims.includes(wanted)
        ? undefined
        : `disks are claimed ${wanted}, and CDI's profile of StorageClass ${JSON.stringify(storageClass)} knows ${found.claims.join(", ")}. Write accessMode and volumeMode as the class has them; on ReadWriteOnce a machine cannot be live-migrated.`;
}
