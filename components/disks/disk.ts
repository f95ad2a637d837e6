import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim";
import * as pulumi from "@pulumi/pulumi";
import type { DiskPlan } from "../../manifests/disk";
import { blankClaim, dataVolume } from "../../manifests/disk";
import { managedByLabel } from "../../model/annotations";
import { type Duration, durationFault, millisecondsOf } from "../../model/duration";
import { checkImage, type Image } from "../../model/image";
import { nameFault } from "../../model/names";
import { Problems } from "../../model/problems";
import { bytesOf, type Size, sizeFault } from "../../model/size";
import { diskGate, type ReadyDisk, whenOpen } from "../../waits/gates";
import { program } from "../../waits/program";
import type { ProvisioningFault } from "../../waits/provisioning-fault";
import type { Cluster } from "../cluster";
import { existing, ownerOf, takenBack } from "../ownership";
import { refuse } from "../refusal";
import type { StorageBackend } from "../storage/backend";
import { originHook, refuseChanges } from "./origin";

/** What a {@link Disk} needs. */
export interface DiskArgs {
    /**
     * Where the disk is kept.
     *
     * @impact refused: a disk keeps its class; make a new disk beside it and switch the machine over
     */
    readonly storage: StorageBackend;
    /**
     * Capacity the guest sees.
     *
     * @unit binary size: Mi, Gi or Ti
     * @impact refused on an existing disk with an image; live on an empty one (grow only: a claim never shrinks)
     * @example "40Gi"
     */
    readonly size: Size;
    /**
     * What is on the disk when it is new.
     *
     * @defaultValue none: an empty disk
     * @impact refused on an existing disk: it would overwrite the data
     * @example { registry: "quay.io/containerdisks/fedora:42" }
     */
    readonly image?: Image;
    /**
     * Namespace of the disk: that of the machines that use it.
     *
     * @defaultValue the cluster's namespace
     * @impact refused on an existing disk
     */
    readonly namespace?: string;
    /**
     * Name of the claim (and of the DataVolume) on the cluster.
     *
     * @defaultValue the component's name
     * @impact refused on an existing disk
     */
    readonly claimName?: string;
    /**
     * What happens to the data when the disk leaves the program or the stack is destroyed. `retain`: the stack lets go and the
     * data stays; the same program takes it back later. `delete`: the data goes. `forbid`: the engine refuses to remove it.
     *
     * @defaultValue `retain`: data is never lost by an edit
     * @impact live
     */
    readonly onDestroy?: "retain" | "delete" | "forbid";
    /**
     * How long the disk may take to become ready. A disk that is late is kept, and the next update goes on waiting.
     *
     * @unit duration: `"90 seconds"`, `"20 minutes"`, `"2 hours"`
     * @defaultValue an empty disk: 10 minutes; a disk with an image: 30 minutes, or as long as its size takes at 10 MiB/s
     * @impact live
     */
    readonly readyWithin?: Duration;
    /**
     * When a class that waits for its first consumer (WaitForFirstConsumer) provides the disk: `first-machine`, on the node
     * where the first machine starts; `now`, at once, for a disk that no machine starts with yet.
     *
     * @defaultValue `first-machine`: a volume of a class with topology lands where it can be used
     * @impact live before the disk is bound, nothing afterwards
     */
    readonly bind?: "first-machine" | "now";
    /**
     * Labels of the disk's objects.
     *
     * @defaultValue none but the package's own
     * @impact live
     */
    readonly labels?: Readonly<Record<string, string>>;
}

/** The raw resources of a {@link Disk}: one of the two. */
export interface DiskNodes {
    readonly dataVolume?: CustomResource;
    readonly claim?: PersistentVolumeClaim;
}

/**
 * A persistent disk that a VirtualMachine boots from or attaches.
 *
 * Creates one DataVolume (with an image) or one PersistentVolumeClaim (empty). Destroying the stack keeps the data unless
 * `onDestroy` says otherwise.
 *
 * @example
 * ```ts
 * const data = new Disk("db-data", { storage, size: "200Gi" });
 * ```
 */
export class Disk extends pulumi.ComponentResource<DiskNodes> {
    static readonly type = "kubevirt:index:Disk";

    /** Name of the claim a machine mounts. Known at once. */
    readonly claimName: string;
    /** Namespace of the claim. */
    readonly namespace: string;
    /** When the disk may be used, and what it is then. Depend on this, not on the raw resource. */
    readonly ready: pulumi.Output<ReadyDisk>;
    /** What is done with the data when the disk leaves the program. */
    readonly onDestroy: "retain" | "delete" | "forbid";
    /** @internal What machines build their manifests from. */
    readonly plan: DiskPlan;
    /** @internal What its driver says when it cannot make a volume. */
    readonly faults: readonly ProvisioningFault[];
    /** @internal The cluster the disk is on. */
    readonly cluster: Cluster;
    /** @internal Name of the machine of this program that has the disk: it can have one only. */
    machine: string | undefined;
    /** @internal Open until the disk may be used; resources that wait for it are registered then. */
    readonly gate: Promise<ReadyDisk>;

    readonly #setup: {
        readonly name: string;
        readonly refused: boolean;
        readonly deadline: number;
        readonly after: Promise<pulumi.Resource[]>;
    };

    constructor(name: string, args: DiskArgs, opts?: pulumi.ComponentResourceOptions) {
        super(Disk.type, name, {}, opts);
        this.cluster = args.storage.cluster;
        this.onDestroy = args.onDestroy ?? "retain";
        this.plan = diskPlan(name, args);
        this.claimName = this.plan.name;
        this.namespace = this.plan.namespace;

        const refused = refuse(this, "Disk", name, checkDisk(args, this.plan));
        if (!refused) {
            const { storageClass } = args.storage;
            args.storage.requested({ name, size: args.size, storageClass });
        }
        const deadline = refused ? 0 : readyWithin(args);
        const { dependsOn: after, faults } = args.storage;
        this.#setup = { name, refused, deadline, after };
        this.faults = faults;

        this.gate = this.#gate();
        this.ready = whenOpen(this.gate);
    }

    /** The raw resources, for what this class does not cover. */
    get nodes(): Promise<DiskNodes> {
        return this.getData();
    }

    /** @internal How long the disk may take, in milliseconds. */
    get deadlineMs(): number {
        return this.#setup.deadline;
    }

    protected override async initialize(): Promise<DiskNodes> {
        // This runs inside super(): the constructor's own lines come first.
        await Promise.resolve();
        const { name, refused } = this.#setup;
        const problems = new Problems();
        const manifest = this.#manifest();
        let options: pulumi.CustomResourceOptions = {};
        const mayRegister = await program.checked(async () => {
            if (refused) {
                return;
            }
            const found = await existing(this.cluster, manifest, "claimName", problems);
            if (found.state === "ours") {
                const { annotations } = manifest.metadata;
                refuseChanges(found.live.metadata?.annotations, annotations, problems);
            }
            refuse(this, "Disk", name, problems.all);
            options = takenBack(found);
        });
        if (refused || problems.all.length > 0 || !mayRegister) {
            return program.never();
        }
        return this.#create(options);
    }

    #create(found: pulumi.CustomResourceOptions): DiskNodes {
        const { name } = this.#setup;
        const options: pulumi.CustomResourceOptions = {
            ...found,
            parent: this,
            provider: this.cluster.provider,
            dependsOn: this.#setup.after,
            retainOnDelete: this.onDestroy !== "delete",
            protect: this.onDestroy === "forbid",
            hooks: { beforeUpdate: [originHook()] },
        };
        if (this.plan.image !== undefined) {
            return {
                dataVolume: new CustomResource(
                    `${name}-data-volume`,
                    dataVolume({ ...this.plan, image: this.plan.image }),
                    // CDI refuses every change of a DataVolume's spec; what would change the disk is in its origin.
                    { ...options, ignoreChanges: ["spec"] },
                ),
            };
        }
        const { metadata, spec } = blankClaim(this.plan);
        return {
            claim: new PersistentVolumeClaim(
                `${name}-claim`,
                {
                    metadata: {
                        ...metadata,
                        // The provider's own wait knows no consumer and gives up after five minutes; the gate waits.
                        annotations: { ...metadata.annotations, "pulumi.com/skipAwait": "true" },
                    },
                    spec,
                },
                // What would change the disk is in its origin.
                { ...options, ignoreChanges: [...notOurs] },
            ),
        };
    }

    #manifest() {
        return this.plan.image === undefined
            ? blankClaim(this.plan)
            : dataVolume({ ...this.plan, image: this.plan.image });
    }

    async #gate(): Promise<ReadyDisk> {
        const nodes = await this.getData();
        return diskGate({
            connection: this.cluster.connection,
            resource: nodes.dataVolume ?? (nodes.claim as pulumi.Resource),
            label: `Disk ${JSON.stringify(this.#setup.name)}`,
            kind: nodes.dataVolume === undefined ? "PersistentVolumeClaim" : "DataVolume",
            namespace: this.namespace,
            name: this.claimName,
            deadlineMs: this.#setup.deadline,
            faults: this.faults,
        });
    }
}

/**
 * What an update leaves alone. The provider replaces a claim on a change of the first five (pulumi-kubernetes
 * provider/pkg/provider/diff.go); the others are what controllers write, which a claim that is taken back brings along.
 */
const notOurs = [
    "spec.accessModes",
    "spec.selector",
    "spec.storageClassName",
    "spec.volumeMode",
    "spec.volumeName",
    "metadata.finalizers",
    ...[
        "pv.kubernetes.io/bind-completed",
        "pv.kubernetes.io/bound-by-controller",
        "volume.beta.kubernetes.io/storage-provisioner",
        "volume.kubernetes.io/selected-node",
        "volume.kubernetes.io/storage-provisioner",
        "volume.kubernetes.io/storage-resizer",
    ].map((annotation) => `metadata.annotations["${annotation}"]`),
];

function diskPlan(name: string, args: DiskArgs): DiskPlan {
    const { storage } = args;
    return {
        name: args.claimName ?? name,
        namespace: args.namespace ?? storage.cluster.namespace,
        owner: ownerOf(name),
        size: args.size,
        storageClass: storage.storageClass,
        accessMode: storage.accessMode,
        volumeMode: storage.volumeMode,
        ...(args.image === undefined ? {} : { image: args.image }),
        bindImmediately: args.bind === "now",
        ...(args.labels === undefined ? {} : { labels: args.labels }),
    };
}

/** Everything that is wrong with a disk's arguments. */
export function checkDisk(args: DiskArgs, plan: Pick<DiskPlan, "name" | "namespace">) {
    const problems = new Problems();
    const check = (field: string, fault: { fault: string; cure: string } | undefined) => {
        if (fault !== undefined) {
            problems.add(field, fault.fault, fault.cure);
        }
    };
    check("claimName", nameFault(plan.name));
    check("namespace", nameFault(plan.namespace));
    check("size", sizeFault(args.size));
    if (args.readyWithin !== undefined) {
        check("readyWithin", durationFault(args.readyWithin));
    }
    if (args.image !== undefined) {
        problems.addFrom("image", checkImage(args.image));
    }
    for (const label of Object.keys(managedByLabel)) {
        if (args.labels?.[label] !== undefined) {
            problems.add("labels", `sets ${label}, which this package sets itself`, "leave it out");
        }
    }
    return problems.all;
}

const minute = 60_000;

function readyWithin(args: DiskArgs): number {
    if (args.readyWithin !== undefined) {
        return millisecondsOf(args.readyWithin);
    }
    if (args.image === undefined) {
        return 10 * minute;
    }
    const atTenMebibytesASecond = (bytesOf(args.size) / (10 * 2 ** 20)) * 1000;
    return Math.max(30 * minute, atTenMebibytesASecond);
}
