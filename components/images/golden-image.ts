import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding";
import * as pulumi from "@pulumi/pulumi";
import type { FilledDiskPlan } from "../../manifests/disk";
import type { KubernetesObject } from "../../manifests/kubernetes-object";
import { sourceText } from "../../model/disk-source";
import { Problems } from "../../model/problems";
import { bytesOf, type Size, sizeFault } from "../../model/size";
import { diskGate, imageGate, type ReadyImage, whenOpen } from "../../waits/gates";
import { program } from "../../waits/program";
import { type After, atOnce, dependencies } from "../depends-on";
import { checkUpload, uploadPlan } from "../disks/upload";
import { type Existing, existing, takenBack } from "../ownership";
import { refuse, refuseShape } from "../refusal";
import type { StorageBackend } from "../storage/backend";
import {
    checkGoldenImage,
    type GoldenImageArgs,
    imageShape,
    withSoundImageSource,
} from "./golden-image-args";
import { imageObjects, type ImageObjects, imagePlan, importWithin, versionOf } from "./image-plan";

/** The raw resources of a {@link GoldenImage}. */
export interface GoldenImageNodes {
    /** The import of the version that the program names; none where CDI refreshes the image. */
    readonly dataVolume?: CustomResource;
    /** What disks are cloned from, where that is a snapshot. */
    readonly snapshot?: CustomResource;
    readonly dataSource?: CustomResource;
    /** What keeps the image up to date. */
    readonly cron?: CustomResource;
    readonly access: readonly RoleBinding[];
}

/**
 * An image that is imported once, and that disks are cloned from.
 *
 * Creates one DataVolume per version and a DataSource that names the newest; with `refresh` a DataImportCron, which makes both.
 * A new version never touches disks that are there.
 *
 * @example
 * ```ts
 * const ubuntu = new GoldenImage("ubuntu-24-04", {
 *     storage,
 *     size: "10Gi",
 *     source: { registry: "quay.io/containerdisks/ubuntu:24.04" },
 * });
 * new Disk("db-root", { storage, size: "40Gi", source: ubuntu });
 * ```
 */
export class GoldenImage extends pulumi.ComponentResource<GoldenImageNodes> {
    static readonly type = "kubevirt:index:GoldenImage";

    /** Name of the DataSource. Known at once. */
    readonly imageName: string;
    /** Namespace of the DataSource. */
    readonly namespace: string;
    /** Where the image is kept. */
    readonly storage: StorageBackend;
    /** Size of the image unpacked. */
    readonly size: Size;
    /** When disks can be cloned from it, and from what. */
    readonly ready: pulumi.Output<ReadyImage>;
    /** @internal What disks are cloned from. */
    readonly format: "claim" | "snapshot";
    /** @internal What a new disk is made after. */
    readonly dependsOn: Promise<pulumi.Resource[]>;

    readonly #setup: {
        readonly name: string;
        readonly args: GoldenImageArgs;
        readonly plan: FilledDiskPlan;
        readonly version: string;
        readonly refused: boolean;
        readonly after: After;
    };
    readonly #gate: Promise<ReadyImage>;

    constructor(name: string, args: GoldenImageArgs, opts: pulumi.ComponentResourceOptions = {}) {
        refuseShape("GoldenImage", name, imageShape(args));
        super(GoldenImage.type, name, {}, atOnce(opts));
        this.imageName = args.imageName ?? name;
        this.namespace = args.namespace ?? args.storage.cluster.namespace;
        this.storage = args.storage;
        this.size = args.size;
        this.format = args.format ?? (args.storage.clonesSnapshots ? "snapshot" : "claim");
        const at = { name: this.imageName, namespace: this.namespace };
        const plan = imagePlan(name, withSoundImageSource(args, at), this);
        const version = versionOf(plan);
        const longest = `${this.imageName}-${version}`;
        const place = { ...at, longest };
        const refused = refuse(this, "GoldenImage", name, checkGoldenImage(args, place));
        if (!refused) {
            const { storageClass } = args.storage;
            args.storage.requested({ name, size: args.size, storageClass });
        }
        this.#setup = { name, args, plan, version, refused, after: opts.dependsOn };
        this.#gate = this.#wait();
        this.ready = whenOpen(this.#gate);
        this.dependsOn = this.#gate.then(async () => {
            const { dataSource: source, cron, access } = await this.getData();
            return [source, cron, ...access].filter((node) => node !== undefined);
        });
        // A failed image is told on its own line; nobody has to wait for it.
        this.dependsOn.catch(() => undefined);
    }

    /** The raw resources, for what this class does not cover. */
    get nodes(): Promise<GoldenImageNodes> {
        return this.getData();
    }

    /** @internal Adds what a disk cannot be that is cloned from it. */
    checkDisk({ size }: { readonly size: Size }, problems: Problems): void {
        if (
            sizeFault(size) === undefined &&
            sizeFault(this.size) === undefined &&
            bytesOf(size) < bytesOf(this.size)
        ) {
            problems.add(
                "size",
                `is "${size}", and GoldenImage "${this.imageName}" has ${this.size}: a disk cannot be smaller than what it is cloned from`,
                `write "${this.size}" or more`,
            );
        }
    }

    protected override async initialize(): Promise<GoldenImageNodes> {
        // This runs inside super(): the constructor's own lines come first.
        await Promise.resolve();
        const { name, args, refused } = this.#setup;
        const problems = new Problems();
        const objects = imageObjects(this, args, this.#setup.plan);
        const options = new Map<KubernetesObject, pulumi.CustomResourceOptions>();
        const mayRegister = await program.checked(async () => {
            if (refused) {
                return;
            }
            for (const object of objects.all) {
                const found = await existing(this.storage.cluster, object, "imageName", problems);
                // The engine does not replace what it is told to import: a cron is replaced when its spec changes.
                const changes = object === objects.cron && !isSpecOf(object, live(found));
                options.set(object, changes ? {} : takenBack(found));
                if (object === objects.dataVolume && found.state === "absent") {
                    await checkUpload(this.#setup.plan, problems);
                }
            }
            refuse(this, "GoldenImage", name, problems.all);
        });
        if (refused || problems.all.length > 0 || !mayRegister) {
            return program.never();
        }
        const common: pulumi.CustomResourceOptions = {
            parent: this,
            provider: this.storage.cluster.provider,
            dependsOn: this.#before(),
        };
        const of = (object: KubernetesObject, more: pulumi.CustomResourceOptions = {}) => ({
            ...options.get(object),
            ...common,
            ...more,
        });
        const access = objects.access.map(
            (object) =>
                new RoleBinding(
                    `${name}${object.metadata.name.slice(this.imageName.length)}`,
                    object,
                    of(object),
                ),
        );
        return { ...this.#register(objects, of), access };
    }

    async #before(): Promise<pulumi.Resource[]> {
        return [...(await dependencies(this.#setup.after)), ...(await this.storage.dependsOn)];
    }

    #register(
        objects: ImageObjects,
        of: (
            object: KubernetesObject,
            more?: pulumi.CustomResourceOptions,
        ) => pulumi.CustomResourceOptions,
    ): Omit<GoldenImageNodes, "access"> {
        const { name, args, version } = this.#setup;
        const retainOnDelete = args.onDestroy === "retain";
        if (objects.cron !== undefined) {
            const cron = new CustomResource(
                `${name}-cron`,
                objects.cron,
                // CDI refuses every change of its spec, and the old one must be gone before another looks after the DataSource.
                of(objects.cron, {
                    replaceOnChanges: ["spec"],
                    deleteBeforeReplace: true,
                    retainOnDelete,
                }),
            );
            return { cron };
        }
        const filled = new CustomResource(
            `${name}-${version}`,
            objects.dataVolume,
            of(objects.dataVolume, { ignoreChanges: ["spec"], retainOnDelete }),
        );
        const imported = this.#imported(filled).then(() => [filled]);
        const snapshot =
            objects.snapshot === undefined
                ? undefined
                : new CustomResource(
                      `${name}-${version}-snapshot`,
                      objects.snapshot,
                      of(objects.snapshot, {
                          ignoreChanges: ["spec"],
                          retainOnDelete,
                          dependsOn: imported,
                      }),
                  );
        return {
            dataVolume: filled,
            ...(snapshot === undefined ? {} : { snapshot }),
            // It goes on naming the version before until the new one is there.
            dataSource: new CustomResource(
                `${name}-data-source`,
                objects.dataSource,
                of(objects.dataSource, {
                    dependsOn: snapshot === undefined ? imported : [snapshot],
                }),
            ),
        };
    }

    #imported(filled: CustomResource): Promise<unknown> {
        const { name, plan } = this.#setup;
        return diskGate({
            ...this.#gateArgs(filled, plan.name),
            kind: "DataVolume",
            source: sourceText(plan.source, plan.namespace),
            label: `GoldenImage ${JSON.stringify(name)}`,
            ...uploadPlan(plan),
        });
    }

    async #wait(): Promise<ReadyImage> {
        const { dataSource: source, cron } = await this.getData();
        const resource = source ?? cron;
        if (resource === undefined) {
            return program.never();
        }
        return imageGate({
            ...this.#gateArgs(resource, this.imageName),
            ...(cron === undefined ? {} : { cron: this.imageName }),
        });
    }

    #gateArgs(resource: pulumi.Resource, name: string) {
        const { args } = this.#setup;
        return {
            connection: this.storage.cluster.connection,
            resource,
            label: `GoldenImage ${JSON.stringify(this.#setup.name)}`,
            namespace: this.namespace,
            name,
            deadlineMs: importWithin(args),
            faults: this.storage.faults,
        };
    }
}

function live(found: Existing): unknown {
    return found.state === "ours" ? found.live : undefined;
}

/** Whether an object on the cluster has the spec that is wanted; what the API server has added does not count. */
function isSpecOf(wanted: KubernetesObject, object: unknown): boolean {
    const { spec } = wanted as { readonly spec?: unknown };
    return contains((object as { readonly spec?: unknown } | undefined)?.spec, spec);
}

function contains(object: unknown, part: unknown): boolean {
    if (typeof part !== "object" || part === null) {
        return object === part;
    }
    return (
        typeof object === "object" &&
        object !== null &&
        Object.entries(part).every(([key, value]) =>
            contains((object as Readonly<Record<string, unknown>>)[key], value),
        )
    );
}
