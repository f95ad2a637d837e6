import * as pulumi from "@pulumi/pulumi";
import { ownerAnnotation } from "../../model/annotations";
import type { PlainObject } from "../../manifests/plain-object";
import { withImages } from "../../manifests/release";
import type { ReleaseImages } from "../../manifests/release-images";
import { type Duration, millisecondsOf } from "../../model/duration";
import { Problems } from "../../model/problems";
import { pinned, snapshotterUrls } from "../../model/versions";
import { collectionPath } from "../../waits/collections";
import type { Connection } from "../../waits/connection";
import { rolloutGate, servedGate } from "../../waits/platform-gates";
import { program } from "../../waits/program";
import { whenOpen } from "../../waits/resource-gate";
import { say } from "../../waits/say";
import type { Cluster } from "../cluster";
import { Deferred } from "../deferred";
import { ownerOf } from "../ownership";
import { refuse, refuseInUpdate } from "../refusal";
import { tellVersion } from "./compatibility";
import {
    type FoundObject,
    lookForAll,
    madeBy,
    owned,
    registerObjects,
    relinquish,
} from "./objects";
import { checkOperatorArgs } from "./operator-args";
import { readObjects, type ReleaseManifest } from "./release-manifest";

/** What a {@link SnapshotSupport} needs. */
export interface SnapshotSupportArgs {
    /**
     * The cluster.
     *
     * @impact live: the definitions and with them every snapshot stay on the old cluster
     */
    readonly cluster: Cluster;
    /**
     * `install`: the definitions and one snapshot controller. `adopt`: the distribution brings them (RKE2, OpenShift, GKE, AKS do);
     * they are checked, and never changed or deleted.
     *
     * @defaultValue `install`
     * @impact live: from `install` to `adopt` the stack lets go and everything stays; back again it is taken back
     */
    readonly mode?: "install" | "adopt";
    /**
     * Version of external-snapshotter.
     *
     * @defaultValue the version this package is tried with
     * @impact live
     * @example "v8.6.0"
     */
    readonly version?: string;
    /**
     * The manifests, for a cluster without a way to the internet: the three definitions of `snapshot.storage.k8s.io`, the
     * controller's rights and its Deployment, in any number of files.
     *
     * @defaultValue the project's own files of `version`
     * @impact live
     */
    readonly manifests?: readonly ReleaseManifest[];
    /**
     * Registry (and path) that has the image instead of `registry.k8s.io/sig-storage`.
     *
     * @defaultValue the manifest's own
     * @impact live
     */
    readonly imageRegistry?: string;
    /**
     * Take over a snapshot controller that somebody else has installed.
     *
     * @defaultValue `false`: two stacks never fight over one
     * @impact live: nothing once it is taken over
     */
    readonly takeOver?: boolean;
    /**
     * How long the controller may take to run.
     *
     * @unit duration: `"90 seconds"`, `"20 minutes"`, `"2 hours"`
     * @defaultValue 5 minutes: one small image
     * @impact live
     */
    readonly readyWithin?: Duration;
}

/** A snapshot controller that runs. */
export interface ReadySnapshots {
    /** Where the controller is, `namespace/name`; empty where an adopted one could not be found by its name. */
    readonly controller: string;
}

/** The raw resources of a {@link SnapshotSupport}. */
export interface SnapshotSupportNodes {
    readonly objects: readonly pulumi.CustomResource[];
}

const group = "/apis/snapshot.storage.k8s.io/v1";
const servedPaths = ["volumesnapshots", "volumesnapshotcontents", "volumesnapshotclasses"].map(
    (plural) => `${group}/${plural}`,
);

/**
 * Snapshots of volumes: the definitions of `snapshot.storage.k8s.io` and the one controller that every CSI driver's snapshots
 * need.
 *
 * Destroying it removes the controller. The definitions stay, and with them every snapshot.
 *
 * @example
 * ```ts
 * new SnapshotSupport("snapshots", { cluster, mode: "adopt" });
 * ```
 */
export class SnapshotSupport extends pulumi.ComponentResource<SnapshotSupportNodes> {
    static readonly type = "kubevirt:index:SnapshotSupport";

    /** When snapshots can be taken. */
    readonly ready: pulumi.Output<ReadySnapshots>;
    /** @internal Opens when the definitions are served and the controller runs. */
    readonly gate: Promise<ReadySnapshots>;

    readonly #name: string;
    readonly #args: SnapshotSupportArgs;
    readonly #after: pulumi.ResourceOptions["dependsOn"];
    readonly #refused: boolean;
    readonly #opening = new Deferred<ReadySnapshots>();

    constructor(name: string, args: SnapshotSupportArgs, opts?: pulumi.ComponentResourceOptions) {
        super(SnapshotSupport.type, name, {}, opts);
        this.#name = name;
        this.#args = args;
        const given = args.readyWithin === undefined ? {} : { readyWithin: args.readyWithin };
        this.#refused = refuse(this, "SnapshotSupport", name, checkOperatorArgs(given));
        this.#after = opts?.dependsOn;
        const version =
            args.mode === "adopt" ? undefined : (args.version ?? pinned.externalSnapshotter);
        tellVersion(args.cluster, "externalSnapshotter", Promise.resolve(version));
        this.gate = this.#opening.promise;
        this.ready = whenOpen(this.gate);
    }

    /** The raw resources, for what this class does not cover. */
    get nodes(): Promise<SnapshotSupportNodes> {
        return this.getData();
    }

    protected override async initialize(): Promise<SnapshotSupportNodes> {
        // This runs inside super(): the constructor's own lines come first.
        await Promise.resolve();
        return this.#args.mode === "adopt" ? this.#adopt() : this.#install();
    }

    async #install(): Promise<SnapshotSupportNodes> {
        const { cluster } = this.#args;
        const problems = new Problems();
        let found: readonly FoundObject[] = [];
        const mayRegister = await program.checked(async () => {
            if (this.#refused) {
                return;
            }
            const objects = await this.#read(problems);
            found = await lookForAll(cluster, owned(objects, this.#name));
            this.#refuseStanding(found, problems);
            refuse(this, "SnapshotSupport", this.#name, problems.all);
        });
        if (this.#refused || problems.all.length > 0 || !mayRegister) {
            return program.never();
        }
        const objects = registerObjects(this.#registrar, found);
        const controllers = found.filter(({ object }) => object.kind === "Deployment");
        this.#opening.settle(
            this.#ready(
                controllers.map(({ object }) => object),
                objects.at(-1) ?? this,
            ),
        );
        return { objects };
    }

    async #adopt(): Promise<SnapshotSupportNodes> {
        let ours: readonly PlainObject[] = [];
        let controllers: readonly PlainObject[] = [];
        const problems = new Problems();
        const mayRegister = await program.checked(async () => {
            if (this.#refused) {
                return;
            }
            const connection = await this.#args.cluster.connection;
            if (connection === undefined) {
                return;
            }
            const served = (await connection.look(group)) !== undefined;
            controllers = await this.#controllers(connection);
            const owner = ownerOf(this.#name);
            if (
                controllers.some(
                    ({ metadata }) => metadata.annotations?.[ownerAnnotation] === owner,
                )
            ) {
                ours = await madeBy(this.#name, this.#args.cluster);
            }
            this.#sayFound(served, controllers, problems);
            refuse(this, "SnapshotSupport", this.#name, problems.all);
        });
        if (this.#refused || problems.all.length > 0 || !mayRegister) {
            return program.never();
        }
        const objects = relinquish(this.#registrar, ours);
        this.#opening.settle(this.#ready(controllers, this));
        return { objects };
    }

    /** Snapshot controllers have no mark of their own: they are known by their name. */
    async #controllers(connection: Connection): Promise<PlainObject[]> {
        const answer = await connection.ask(collectionPath("Deployment"));
        if (answer.state !== "found") {
            if (answer.state === "unreadable") {
                const text = `which snapshot controller runs cannot be seen: ${answer.reason}`;
                say("info", text, this);
            }
            return [];
        }
        const { items = [] } = answer.object as {
            items?: readonly { metadata: PlainObject["metadata"] }[];
        };
        return items
            .filter(({ metadata }) => /(^|-)snapshot-controller$/.test(metadata.name))
            .map(({ metadata }) => ({ apiVersion: "apps/v1", kind: "Deployment", metadata }));
    }

    #sayFound(served: boolean, controllers: readonly PlainObject[], problems: Problems): void {
        const names = controllers.map(
            ({ metadata }) => `${metadata.namespace ?? ""}/${metadata.name}`,
        );
        if (!served) {
            const problem = {
                field: "mode",
                fault: "is adopt, and the cluster does not know VolumeSnapshots",
                cure: `write mode: "install"`,
            };
            refuseInUpdate(this, "SnapshotSupport", this.#name, problem, problems);
        } else if (names.length === 0) {
            say(
                "warn",
                "the cluster knows VolumeSnapshots, and no Deployment is called snapshot-controller: snapshots stay unready if nobody else looks after them",
                this,
            );
        } else {
            say("info", `adopted: ${names.join(", ")}`, this);
        }
    }

    #refuseStanding(found: readonly FoundObject[], problems: Problems): void {
        const foreign = found.find((one) => one.found.state === "foreign");
        if (foreign !== undefined && this.#args.takeOver !== true) {
            const { kind, metadata } = foreign.object;
            problems.add(
                "mode",
                `is install, and the cluster has snapshot support that this stack did not make: ${kind} ${metadata.name}`,
                `write mode: "adopt" to use it as it is, or takeOver: true to make it part of this stack`,
            );
        }
    }

    async #read(problems: Problems): Promise<PlainObject[]> {
        const { manifests, version = pinned.externalSnapshotter } = this.#args;
        const urls = snapshotterUrls(version);
        const sources: readonly ReleaseManifest[] =
            manifests ??
            [...urls.snapshotDefinitions, urls.controllerAccess, urls.controller].map((url) => ({
                url,
            }));
        const read = await Promise.all(
            sources.map((source) =>
                readObjects(
                    source,
                    manifests === undefined,
                    "give the manifests of external-snapshotter",
                ),
            ),
        );
        return read.flatMap((one) => {
            if ("fault" in one) {
                problems.add("manifests", one.fault, one.cure);
                return [];
            }
            return withImages(one, this.#images());
        });
    }

    /** The files of a tag name the image of an earlier one: those of v8.6.0 have v8.5.0 (setup-snapshot-controller.yaml). */
    #images(): ReleaseImages {
        const { manifests, version = pinned.externalSnapshotter, imageRegistry } = this.#args;
        if (manifests !== undefined) {
            return imageRegistry === undefined ? {} : { registry: imageRegistry };
        }
        const registry = imageRegistry ?? "registry.k8s.io/sig-storage";
        return { images: { "snapshot-controller": `${registry}/snapshot-controller:${version}` } };
    }

    async #ready(
        controllers: readonly PlainObject[],
        resource: pulumi.Resource,
    ): Promise<ReadySnapshots> {
        const { cluster, readyWithin } = this.#args;
        const common = {
            connection: cluster.connection,
            resource,
            label: `SnapshotSupport ${JSON.stringify(this.#name)}`,
            deadlineMs: millisecondsOf(readyWithin ?? "5 minutes"),
        };
        const paths = servedPaths;
        await servedGate({ ...common, namespace: "", name: "snapshot.storage.k8s.io", paths });
        const names = controllers.map(({ metadata }) => ({
            namespace: metadata.namespace ?? "",
            name: metadata.name,
        }));
        await Promise.all(names.map((where) => rolloutGate({ ...common, ...where })));
        return { controller: names.map(({ namespace, name }) => `${namespace}/${name}`).join(",") };
    }

    get #registrar() {
        const { cluster, takeOver = false } = this.#args;
        return { component: this, name: this.#name, cluster, after: this.#after, takeOver };
    }
}
