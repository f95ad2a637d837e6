import * as pulumi from "@pulumi/pulumi";
import { type Duration, millisecondsOf } from "../../model/duration";
import type { PartFacts } from "../../model/manifest-part";
import { pinned, snapshotterUrls } from "../../model/versions";
import { whenOpen } from "../../waits/resource-gate";
import type { Cluster } from "../cluster";
import { atOnce } from "../depends-on";
import { refuse } from "../refusal";
import { tellVersion } from "./compatibility";
import { ManifestPart } from "./manifest-part";
import { checkOperatorArgs } from "./operator-args";
import type { ReleaseManifest } from "./release-manifest";

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

const facts: PartFacts = {
    title: "snapshot support",
    version: pinned.externalSnapshotter,
    urls: (version) => {
        const urls = snapshotterUrls(version);
        return [...urls.snapshotDefinitions, urls.controllerAccess, urls.controller];
    },
    registry: "registry.k8s.io/sig-storage",
    // The files of v8.6.0 have the image of v8.5.0 (setup-snapshot-controller.yaml).
    images: (version) => ({ "snapshot-controller": `snapshot-controller:${version}` }),
    api: {
        group: "/apis/snapshot.storage.k8s.io/v1",
        plurals: ["volumesnapshots", "volumesnapshotcontents", "volumesnapshotclasses"],
        words: "VolumeSnapshots",
    },
    workload: "Deployment",
    workloads: /(^|-)snapshot-controller$/,
    unattended:
        "the cluster knows VolumeSnapshots, and no Deployment is called snapshot-controller: snapshots stay unready if nobody else looks after them",
};

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

    readonly #part: ManifestPart;

    constructor(name: string, args: SnapshotSupportArgs, opts?: pulumi.ComponentResourceOptions) {
        super(SnapshotSupport.type, name, {}, atOnce(opts));
        const given = args.readyWithin === undefined ? {} : { readyWithin: args.readyWithin };
        const refused = refuse(this, "SnapshotSupport", name, checkOperatorArgs(given));
        const version =
            args.mode === "adopt" ? undefined : (args.version ?? pinned.externalSnapshotter);
        tellVersion(args.cluster, "externalSnapshotter", Promise.resolve(version));
        this.#part = new ManifestPart({
            component: this,
            name,
            of: { className: "SnapshotSupport", name },
            cluster: args.cluster,
            settings: args,
            facts,
            refused,
            after: opts?.dependsOn,
            deadlineMs: refused ? 0 : millisecondsOf(args.readyWithin ?? "5 minutes"),
        });
        this.gate = this.#part.gate.then((places) => ({ controller: places.join(",") }));
        this.ready = whenOpen(this.gate);
    }

    /** The raw resources, for what this class does not cover. */
    get nodes(): Promise<SnapshotSupportNodes> {
        return this.getData();
    }

    protected override async initialize(): Promise<SnapshotSupportNodes> {
        // This runs inside super(): the constructor's own lines come first.
        await Promise.resolve();
        return { objects: await this.#part.provide() };
    }
}
