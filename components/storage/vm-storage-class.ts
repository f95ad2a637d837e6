import { CustomResourcePatch } from "@pulumi/kubernetes/apiextensions/customResourcePatch";
import * as pulumi from "@pulumi/pulumi";
import {
    storageClass,
    type StorageClassObject,
    storageProfile,
} from "../../manifests/storage-class";
import type { AccessMode, VolumeMode } from "../../model/access";
import { originAnnotation } from "../../model/annotations";
import { refuseClassChanges } from "../../model/class-origin";
import { type Duration, millisecondsOf } from "../../model/duration";
import { objectNameFault } from "../../model/object-name";
import { type Problem, Problems } from "../../model/problems";
import type { RequestedDisk, StorageCapabilities, StorageClassPlan } from "../../model/storage";
import { collectionPath } from "../../waits/collections";
import { program } from "../../waits/program";
import type { ProvisioningFault } from "../../waits/provisioning-fault";
import { whenOpen } from "../../waits/resource-gate";
import { answersGate } from "../../waits/storage-gates";
import type { Cluster } from "../cluster";
import { type After, afterAll, atOnce } from "../depends-on";
import { type Existing, type LiveObject, lookFor, refuseOthers, takenBack } from "../ownership";
import { type FoundObject, ManifestResource, ownedBy, typeOf } from "../platform/objects";
import { clusterOf, installedAt, type Place } from "../platform/place";
import { refuse } from "../refusal";
import type { Cloning, StorageBackend } from "./backend";
import { keepHook } from "./keep-hook";
import { findSnapshotClasses, registerSnapshotClasses } from "./snapshot-classes";

/** What a {@link VmStorageClass} needs. */
export interface VmStorageClassArgs {
    /**
     * The cluster, or the platform on it: the snapshot class and CDI's profile are then made when the platform is ready.
     *
     * @impact live: a new class on the new cluster; claims stay where they are
     */
    readonly cluster: Place;
    /**
     * The class, its snapshot classes and its profile.
     *
     * @impact refused for name, provisioner, parameters, reclaim policy and binding mode; live for the rest
     */
    readonly plan: StorageClassPlan;
    /**
     * What its driver says when it cannot make a volume, so that a disk's diagnosis names the cause.
     *
     * @defaultValue none: the driver's own words are shown
     * @impact live
     */
    readonly faults?: readonly ProvisioningFault[];
    /**
     * How long CDI and the snapshot controller may take to know the class.
     *
     * @unit duration: `"90 seconds"`, `"20 minutes"`, `"2 hours"`
     * @defaultValue 3 minutes: nothing is transferred
     * @impact live
     */
    readonly readyWithin?: Duration;
}

/** @internal What a backend adds to a class of its own. */
export interface ClassOfBackend {
    /** Opens when the driver is there; the class is made after these and removed before them. */
    readonly after: Promise<pulumi.Resource[]>;
    /** The snapshot classes, which its classes share. */
    readonly snapshotClasses: Promise<readonly pulumi.Resource[]>;
    /** What stands between a destroy and the driver, made when the classes are there. */
    readonly guard: Promise<readonly pulumi.Resource[]>;
    readonly requested: (disk: RequestedDisk) => void;
}

/** The raw resources of a {@link VmStorageClass}. */
export interface VmStorageClassNodes {
    readonly storageClass: pulumi.CustomResource;
    /** Empty where the classes belong to the backend. */
    readonly snapshotClasses: readonly pulumi.CustomResource[];
    /** The fields that are set on CDI's profile of the class. */
    readonly profile: pulumi.CustomResource;
}

/**
 * What never changes. Source: pulumi-kubernetes provider/pkg/provider/diff.go (a class is replaced on parameters and provisioner),
 * Kubernetes pkg/apis/storage/validation (the others are refused).
 */
const immutableFields = [
    "metadata.name",
    "parameters",
    "provisioner",
    "reclaimPolicy",
    "volumeBindingMode",
];

/**
 * A class of disks for machines: a StorageClass with the VolumeSnapshotClass of its driver and what CDI has to know about it.
 * Backends make theirs; a driver that this package does not know gets one by hand.
 *
 * Destroying it removes the class. Claims of it stay, and are used and deleted as before; only growing needs the class.
 *
 * @example
 * ```ts
 * const disk = new Disk("db-data", { storage: ceph.tiers.fast, size: "200Gi" });
 * ```
 */
export class VmStorageClass
    extends pulumi.ComponentResource<VmStorageClassNodes>
    implements StorageBackend
{
    static readonly type = "kubevirt:index:VmStorageClass";

    readonly cluster: Cluster;
    readonly storageClass: string;
    readonly accessMode: AccessMode;
    readonly volumeMode: VolumeMode;
    readonly snapshotClass: string | undefined;
    readonly clonesSnapshots: boolean;
    readonly cloning: Promise<Cloning>;
    readonly reclaimPolicy: Promise<"Retain" | "Delete" | undefined>;
    readonly capabilities: Promise<StorageCapabilities>;
    readonly faults: readonly ProvisioningFault[];
    readonly requested: (disk: RequestedDisk) => void;
    readonly dependsOn: Promise<pulumi.Resource[]>;
    /** When disks can be made of it. */
    readonly ready: pulumi.Output<string>;

    readonly #name: string;
    readonly #args: VmStorageClassArgs;
    readonly #of: ClassOfBackend | undefined;
    readonly #after: After;
    readonly #refused: boolean;

    constructor(
        name: string,
        args: VmStorageClassArgs,
        opts?: pulumi.ComponentResourceOptions,
        /** @internal */
        of?: ClassOfBackend,
    ) {
        super(VmStorageClass.type, name, {}, atOnce(opts));
        const { plan } = args;
        this.#name = name;
        this.#args = args;
        this.#of = of;
        this.#after = opts?.dependsOn;
        this.cluster = clusterOf(args.cluster);
        this.storageClass = plan.name;
        this.accessMode = plan.accessMode;
        this.volumeMode = plan.volumeMode;
        this.snapshotClass = plan.snapshotClasses[0]?.name;
        this.clonesSnapshots =
            plan.dataImportCronSourceFormat === "snapshot" && this.snapshotClass !== undefined;
        this.cloning = Promise.resolve({
            provisioner: plan.provisioner,
            strategy: plan.cloneStrategy,
        });
        this.reclaimPolicy = Promise.resolve(plan.reclaimPolicy);
        this.capabilities = Promise.resolve(plan.capabilities);
        this.faults = args.faults ?? [];
        this.requested = of?.requested ?? (() => undefined);
        this.#refused = refuse(this, "VmStorageClass", name, checkClass(plan));
        this.dependsOn = this.#registered();
        this.ready = whenOpen(this.dependsOn.then(() => plan.name));
    }

    /** The raw resources, for what this class does not cover. */
    get nodes(): Promise<VmStorageClassNodes> {
        return this.getData();
    }

    protected override async initialize(): Promise<VmStorageClassNodes> {
        // This runs inside super(): the constructor's own lines come first.
        await Promise.resolve();
        const { plan } = this.#args;
        const problems = new Problems();
        let found: Existing = { state: "absent" };
        let snapshots: readonly FoundObject[] = [];
        const mayRegister = await program.checked(async () => {
            if (this.#refused) {
                return;
            }
            found = await lookFor(this.cluster, this.#object());
            await this.#refuseStanding(found, problems);
            const own = this.#of === undefined ? plan.snapshotClasses : [];
            snapshots = await findSnapshotClasses(this.cluster, this.#name, own, problems);
            refuse(this, "VmStorageClass", this.#name, problems.all);
        });
        if (this.#refused || problems.all.length > 0 || !mayRegister) {
            return program.never();
        }
        const of = this.#of;
        const after = (await of?.after) ?? [];
        const wanted = this.#object();
        const object = new ManifestResource(typeOf(wanted), `${this.#name}-class`, wanted, {
            parent: this,
            provider: this.cluster.provider,
            dependsOn: afterAll(this.#after, after),
            ignoreChanges: immutableFields,
            hooks: { beforeUpdate: [keepHook("class", "VmStorageClass", this.#name, keepsOrigin)] },
            ...takenBack(found),
        });
        return {
            storageClass: object,
            snapshotClasses: await registerSnapshotClasses(
                { component: this, name: this.#name, cluster: this.cluster, after: object },
                this.#args.cluster,
                this.#wait(object),
                snapshots,
            ),
            profile: await this.#profile(object),
        };
    }

    #object(): StorageClassObject {
        return ownedBy(storageClass(this.#args.plan), this.#name);
    }

    async #refuseStanding(found: Existing, problems: Problems): Promise<void> {
        refuseOthers(
            found,
            this.#object(),
            "className",
            problems,
            "choose another name, or use that class as it is with ExistingStorage",
        );
        if (found.state === "ours") {
            const before = found.live.metadata?.annotations?.[originAnnotation];
            const after = this.#object().metadata.annotations?.[originAnnotation];
            if (before !== after) {
                refuseClassChanges(before, after, await this.#claims(), problems);
            }
        }
    }

    /** The claims of the class, `namespace/name`. */
    async #claims(): Promise<readonly string[]> {
        const connection = await this.cluster.connection;
        const { items = [] } = ((await connection?.look(collectionPath("PersistentVolumeClaim"))) ??
            {}) as { readonly items?: readonly LiveClaim[] };
        return items
            .filter(({ spec }) => spec?.storageClassName === this.storageClass)
            .map(({ metadata }) => `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`);
    }

    /** CDI makes the profile as soon as it sees the class; then its fields are set. */
    async #profile(after: pulumi.CustomResource): Promise<pulumi.CustomResource> {
        const { cluster, plan } = this.#args;
        const installed = await installedAt(cluster);
        const { metadata, ...profile } = storageProfile(plan);
        await answersGate({
            ...this.#wait(after),
            paths: [`${collectionPath("StorageProfile")}/${plan.name}`],
            verdict: ([answer]) =>
                answer === undefined
                    ? { kind: "waiting", phase: "waiting for CDI's profile of the class" }
                    : { kind: "ready" },
        });
        return new CustomResourcePatch(
            `${this.#name}-profile`,
            {
                ...profile,
                metadata: { ...metadata, annotations: { "pulumi.com/patchForce": "true" } },
            },
            {
                parent: this,
                provider: this.cluster.provider,
                dependsOn: [after, ...installed],
                // CDI removes the profile with the class. Without our fields it would have no spec, which its definition refuses.
                retainOnDelete: true,
            },
        );
    }

    #wait(resource: pulumi.Resource) {
        const { plan, readyWithin } = this.#args;
        return {
            connection: this.cluster.connection,
            resource,
            label: `VmStorageClass ${JSON.stringify(this.#name)}`,
            namespace: "",
            name: plan.name,
            deadlineMs: millisecondsOf(readyWithin ?? "3 minutes"),
        };
    }

    async #registered(): Promise<pulumi.Resource[]> {
        const nodes = await this.getData();
        const shared = await Promise.all([this.#of?.snapshotClasses, this.#of?.guard]);
        return [
            nodes.storageClass,
            nodes.profile,
            ...nodes.snapshotClasses,
            ...shared.flatMap((resources) => resources ?? []),
        ];
    }
}

interface LiveClaim extends LiveObject {
    readonly metadata?: LiveObject["metadata"] & {
        readonly name?: string;
        readonly namespace?: string;
    };
    readonly spec?: { readonly storageClassName?: string };
}

function checkClass(plan: StorageClassPlan) {
    const problems = new Problems();
    problems.addIf("className", objectNameFault(plan.name));
    return problems.all;
}

/** What of a class never changes is written on it, and these fields are under `ignoreChanges`: an edit would be swallowed in silence. */
function keepsOrigin(before: unknown, after: unknown): readonly Problem[] {
    const problems = new Problems();
    refuseClassChanges(originIn(before), originIn(after), [], problems);
    return problems.all;
}

function originIn(inputs: unknown): string | undefined {
    const { metadata } = (inputs ?? {}) as {
        readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> };
    };
    return metadata?.annotations?.[originAnnotation];
}
