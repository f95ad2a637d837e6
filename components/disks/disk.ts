import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim";
import { PersistentVolumeClaimPatch } from "@pulumi/kubernetes/core/v1/persistentVolumeClaimPatch";
import * as pulumi from "@pulumi/pulumi";
import { blankClaim, dataVolume, type DiskPlan, isFilled } from "../../manifests/disk";
import { componentAnnotation, onDestroyAnnotation } from "../../model/annotations";
import { sourceText } from "../../model/disk-source";
import { Problems } from "../../model/problems";
import { diskGate, growthGate, type ReadyDisk, whenOpen } from "../../waits/gates";
import { program } from "../../waits/program";
import type { ProvisioningFault } from "../../waits/provisioning-fault";
import type { GateArgs } from "../../waits/resource-gate";
import type { Cluster } from "../cluster";
import { GoldenImage } from "../images/golden-image";
import { takeName } from "../names-taken";
import { asItIs, formerOwners } from "../ownership";
import type { FoundObject } from "../platform/objects";
import { atOnce, dependencies } from "../depends-on";
import { refuse, refuseShape, tellFindings } from "../refusal";
import type { StorageBackend } from "../storage/backend";
import { refuseOtherVolume, releaseVolume } from "./adopted-volume";
import { besideObjects, findBeside, registerBeside } from "./beside";
import { checkGrowth, claimSize, type ClaimSize, sizeAsItIs } from "./claim-size";
import { checkClone } from "./clone-check";
import { checkDisk, type DiskArgs, diskShape, withSoundSource } from "./disk-args";
import { diskPlace, diskPlan, readyWithin } from "./disk-plan";
import { findDisk, notFound } from "./found-disk";
import { type Guarded, originHook, sizeHook, thereHook } from "./hooks";
import type { FoundDisk } from "./looked-for";
import { diskIdentity } from "./origin";
import { notOurs, previewSpec, specOptions } from "./raw-options";
import { checkUpload, uploadPlan } from "./upload";

/** The raw resources of a {@link Disk}: one of the first two, and what stands beside it. */
export interface DiskNodes {
    readonly dataVolume?: CustomResource;
    readonly claim?: PersistentVolumeClaim;
    /** Keeps the claim of a DataVolume as large as `size` says: CDI never changes one. */
    readonly size?: PersistentVolumeClaimPatch;
    /** The volume, or the snapshot, that the disk is made from. */
    readonly beside: readonly pulumi.CustomResource[];
}

/**
 * A persistent disk that a VirtualMachine boots from or attaches.
 *
 * Creates one DataVolume (with a source) or one PersistentVolumeClaim (empty, or for a volume that is there). Destroying the
 * stack keeps the data unless `onDestroy` says otherwise.
 *
 * @example
 * ```ts
 * const data = new Disk("db-data", { storage, size: "200Gi" });
 * const root = new Disk("db-root", { storage, size: "40Gi", source: { http: "https://example.org/fedora.qcow2" } });
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
    /** Where the disk is kept. */
    readonly storage: StorageBackend;
    /** @internal What machines build their manifests from. */
    readonly plan: DiskPlan;
    /** @internal What its driver says when it cannot make a volume. */
    readonly faults: readonly ProvisioningFault[];
    /** @internal The cluster the disk is on. */
    readonly cluster: Cluster;
    /** @internal Name of the machine of this program that has the disk: it can have one only. */
    machine: string | undefined;
    /** @internal Whether that machine shares it with others. */
    shared = false;
    /** @internal Open until the disk may be used; resources that wait for it are registered then. */
    readonly gate: Promise<ReadyDisk>;

    readonly #setup: {
        readonly name: string;
        readonly args: DiskArgs;
        readonly refused: boolean;
        readonly deadline: number;
        readonly opts: pulumi.ComponentResourceOptions;
        /** Owners of what it was called before. */
        readonly former: readonly string[];
        readonly guarded: Guarded;
    };
    #claimSize: ClaimSize | undefined;
    #foundBeside: readonly FoundObject[] = [];
    #first: Promise<ReadyDisk> | undefined;

    constructor(name: string, args: DiskArgs, opts: pulumi.ComponentResourceOptions = {}) {
        refuseShape("Disk", name, diskShape(args));
        const plan = diskPlan(name, withSoundSource(args, diskPlace(name, args)));
        const { cluster } = args.storage;
        const adopts = args.adopt !== undefined && "claim" in args.adopt;
        const guarded: Guarded = { name, cluster, adopts, component: undefined, refused: false };
        const { beforeUpdate = [], ...others } = opts.hooks ?? {};
        const hooks = { ...others, beforeUpdate: [originHook(guarded, plan), ...beforeUpdate] };
        super(Disk.type, name, diskIdentity(plan, cluster.identity), { ...atOnce(opts), hooks });
        guarded.component = this;
        this.cluster = cluster;
        this.storage = args.storage;
        this.onDestroy = args.onDestroy ?? "retain";
        this.plan = plan;
        this.claimName = plan.name;
        this.namespace = plan.namespace;
        this.faults = args.storage.faults;

        const place = { kind: "Disk", field: "claimName", component: name };
        const refused = refuse(this, "Disk", name, [
            ...checkDisk(args, plan),
            ...takeName(this.cluster, place, plan),
        ]);
        if (!refused) {
            const { storageClass } = args.storage;
            args.storage.requested({ name, size: args.size, storageClass });
        }
        const deadline = refused ? 0 : readyWithin(args);
        const former = formerOwners(this, name, opts);
        this.#setup = { name, args, refused, deadline, opts, former, guarded };

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
        const { name, refused, guarded } = this.#setup;
        const problems = new Problems();
        let found = notFound;
        let component = "";
        const mayRegister = await program.checked(async () => {
            if (refused) {
                return;
            }
            // Registered: the hook had nothing against it.
            component = await this.#component();
            if (guarded.refused) {
                return;
            }
            found = await this.#look(component, problems);
            refuse(this, "Disk", name, problems.all);
        });
        if (refused || guarded.refused || problems.all.length > 0 || !mayRegister) {
            return program.never();
        }
        return this.#register(found, component);
    }

    async #look(component: string, problems: Problems): Promise<FoundDisk> {
        const { name, args, opts, former } = this.#setup;
        const { plan, cluster } = this;
        const found = await findDisk(
            cluster,
            {
                name,
                plan,
                identity: diskIdentity(plan, cluster.identity),
                adopt: args.adopt,
                recreate: args.recreate ?? false,
                component,
                moved: opts.aliases !== undefined || former.length > 0,
                formerOwners: former,
            },
            problems,
        );
        if (found.asIs === true) {
            this.#claimSize = sizeAsItIs(found.requested, plan);
        } else {
            this.#claimSize = await claimSize(cluster, plan, found.requested);
            const growth = await checkGrowth(args.storage, plan, this.#claimSize, found.requested);
            tellFindings(this, "Disk", name, growth, problems);
        }
        this.#foundBeside = await findBeside(cluster, besideObjects(args, plan), problems);
        if (!found.exists) {
            await refuseOtherVolume(cluster, args, plan, problems);
            tellFindings(this, "Disk", name, await checkClone(args, plan), problems);
            await checkUpload(plan, problems);
        }
        return found;
    }

    /** Type of the component and its parents, as in its URN: where it is in the program. */
    async #component(): Promise<string> {
        const urn = await new Promise<string>((resolve) => this.urn.apply(resolve));
        return urn.split("::")[2] ?? "";
    }

    async #register(found: FoundDisk, component: string): Promise<DiskNodes> {
        const { name, args, guarded } = this.#setup;
        const plan = {
            ...this.plan,
            annotations: {
                [componentAnnotation]: component,
                [onDestroyAnnotation]: this.onDestroy,
            },
        };
        const before = this.#before(found);
        const beside = registerBeside(
            { component: this, cluster: this.cluster, name, after: before },
            this.#foundBeside,
        );
        const after: Promise<pulumi.Resource[]> = before.then((first) => [...first, ...beside]);
        const isExpected = args.recreate === true || found.unfilled !== undefined;
        const options: pulumi.CustomResourceOptions = {
            ...found.options,
            parent: this,
            provider: this.cluster.provider,
            dependsOn: after,
            retainOnDelete: this.onDestroy !== "delete",
            protect: this.onDestroy === "forbid",
            hooks: {
                beforeUpdate: [
                    ...(isFilled(plan) ? [] : [sizeHook(guarded)]),
                    ...(isExpected ? [] : [thereHook(guarded)]),
                ],
            },
        };
        if (isFilled(plan)) {
            const manifest = dataVolume(plan);
            const filled = new CustomResource(
                `${name}-data-volume`,
                { ...manifest, spec: await previewSpec(this.cluster, manifest) },
                {
                    ...options,
                    ...(found.asIs === true
                        ? asItIs
                        : await specOptions(this, name, found.unfilled)),
                },
            );
            return found.asIs === true
                ? { dataVolume: filled, beside }
                : { dataVolume: filled, size: this.#size(filled), beside };
        }
        if (!found.exists) {
            await releaseVolume(this.cluster, args, plan);
        }
        const { metadata, spec } = blankClaim(plan);
        return {
            beside,
            claim: new PersistentVolumeClaim(
                `${name}-claim`,
                {
                    metadata: {
                        ...metadata,
                        // The provider's own wait knows no consumer and gives up after five minutes; the gate waits.
                        annotations: {
                            ...metadata.annotations,
                            "pulumi.com/skipAwait": "true",
                            // Whoever made it wrote fields that are the disk's now: CDI its origin, of one that was released.
                            ...(guarded.adopts ? { "pulumi.com/patchForce": "true" } : {}),
                        },
                    },
                    spec: { ...spec, resources: this.#resources() },
                },
                // What would change the disk is in its origin.
                { ...options, ...(found.asIs === true ? asItIs : { ignoreChanges: [...notOurs] }) },
            ),
        };
    }

    /** A disk that is there needs nothing any more of what it was made from: a new version of an image must not hold it up. */
    async #before({ exists }: FoundDisk): Promise<pulumi.Resource[]> {
        const { args, opts } = this.#setup;
        const { storage, source, copyOf } = args;
        const first = [...(await dependencies(opts.dependsOn)), ...(await storage.dependsOn)];
        if (exists) {
            return first;
        }
        if (typeof copyOf === "object") {
            await copyOf.gate;
        }
        return source instanceof GoldenImage ? [...first, ...(await source.dependsOn)] : first;
    }

    /**
     * CDI makes the claim of a DataVolume and never changes it, so its size is set on the claim itself, once it is there. The
     * patch owns nothing else of it and leaves it alone when it goes.
     */
    #size(filled: CustomResource): PersistentVolumeClaimPatch {
        const after: Promise<pulumi.Resource[]> = this.#usable(filled).then(() => [filled]);
        return new PersistentVolumeClaimPatch(
            `${this.#setup.name}-size`,
            {
                metadata: {
                    name: this.claimName,
                    namespace: this.namespace,
                    annotations: {
                        "pulumi.com/patchForce": "true",
                        // On a class that waits for a consumer the provider waits for a claim that is pending still, and this one is not.
                        "pulumi.com/skipAwait": "true",
                    },
                },
                spec: { resources: this.#resources() },
            },
            {
                parent: this,
                provider: this.cluster.provider,
                retainOnDelete: true,
                dependsOn: after,
                hooks: { beforeUpdate: [sizeHook(this.#setup.guarded)] },
            },
        );
    }

    #resources() {
        return { requests: { storage: this.#claimSize?.quantity ?? this.plan.size } };
    }

    /** The first gate: the disk has its content, or has to be gone on with. */
    #usable(resource: pulumi.Resource): Promise<ReadyDisk> {
        const { name, deadline } = this.#setup;
        this.#first ??= diskGate({
            ...this.#gateArgs(resource),
            kind: isFilled(this.plan) ? "DataVolume" : "PersistentVolumeClaim",
            source: this.plan.sourceName ?? sourceName(this.plan),
            deadlineMs: deadline,
            label: `Disk ${JSON.stringify(name)}`,
            ...uploadPlan(this.plan),
        });
        return this.#first;
    }

    async #gate(): Promise<ReadyDisk> {
        const nodes = await this.getData();
        const resource = nodes.dataVolume ?? (nodes.claim as pulumi.Resource);
        const disk = await this.#usable(resource);
        const wantedBytes = this.#claimSize?.bytes ?? 0;
        // A disk without its volume gets one of the size that is asked for.
        return disk.bound && (disk.size ?? 0) < wantedBytes
            ? growthGate({ ...this.#gateArgs(nodes.size ?? resource), disk, wantedBytes })
            : disk;
    }

    #gateArgs(
        resource: pulumi.Resource,
    ): GateArgs & { readonly faults: readonly ProvisioningFault[] } {
        return {
            connection: this.cluster.connection,
            resource,
            label: `Disk ${JSON.stringify(this.#setup.name)}`,
            namespace: this.namespace,
            name: this.claimName,
            deadlineMs: this.#setup.deadline,
            faults: this.faults,
        };
    }
}

function sourceName({ source, namespace }: DiskPlan): string {
    return source === undefined ? "blank" : sourceText(source, namespace);
}
