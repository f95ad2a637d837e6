import * as pulumi from "@pulumi/pulumi";
import type { PlainObject } from "../../manifests/plain-object";
import { sriovConfig } from "../../manifests/sriov-config";
import { type Duration, millisecondsOf } from "../../model/duration";
import { plumbingFacts, type PlumbingPart } from "../../model/network-plumbing";
import type { Cluster } from "../cluster";
import { type After, atOnce } from "../depends-on";
import { ManifestPart } from "./manifest-part";
import type { SriovPartArgs } from "./network-plumbing-args";

/** @internal What a part is made of. */
export interface PlumbingPartSetup {
    readonly part: PlumbingPart;
    /** Name of the NetworkPlumbing, as messages begin. */
    readonly plumbing: string;
    readonly cluster: Cluster;
    readonly settings: SriovPartArgs & { readonly mode: "install" | "adopt" };
    readonly readyWithin: Duration;
    readonly after: After;
    /** Opens when what this part needs is there, and answers with it. */
    readonly needs: Promise<readonly pulumi.Resource[]>;
}

/** The raw resources of a part. */
export interface PlumbingPartNodes {
    readonly objects: readonly pulumi.CustomResource[];
}

/**
 * Multus, whereabouts or the SR-IOV plugins: made by {@link NetworkPlumbing}.
 *
 * Destroying it removes its DaemonSets and rights. The definitions stay, and with them every network.
 */
export class PlumbingPartResource extends pulumi.ComponentResource<PlumbingPartNodes> {
    static readonly type = "kubevirt:index:NetworkPlumbingPart";

    /** @internal Opens with the DaemonSets, `namespace/name`, when they run and the kinds are served. */
    readonly gate: Promise<readonly string[]>;

    readonly #part: ManifestPart;

    constructor(name: string, setup: PlumbingPartSetup, opts: pulumi.ComponentResourceOptions) {
        super(PlumbingPartResource.type, name, {}, atOnce(opts));
        const { part, plumbing, cluster, settings, after, needs } = setup;
        this.#part = new ManifestPart({
            component: this,
            name,
            of: { className: "NetworkPlumbing", name: plumbing },
            place: part,
            cluster,
            settings,
            facts: plumbingFacts[part],
            refused: false,
            after,
            needs,
            deadlineMs: millisecondsOf(setup.readyWithin),
            ...(part === "sriov" ? { beside: (objects) => [config(objects, settings)] } : {}),
        });
        this.gate = this.#part.gate;
    }

    /** The raw resources, for what this class does not cover. */
    get nodes(): Promise<PlumbingPartNodes> {
        return this.getData();
    }

    protected override async initialize(): Promise<PlumbingPartNodes> {
        // This runs inside super(): the constructor's own lines come first.
        await Promise.resolve();
        return { objects: await this.#part.provide() };
    }
}

/** The configuration without which the device plugin ends: where its DaemonSets are. */
function config(objects: readonly PlainObject[], { pools = [] }: SriovPartArgs) {
    const daemonSet = objects.find(({ kind }) => kind === "DaemonSet");
    return sriovConfig(daemonSet?.metadata.namespace ?? "kube-system", pools);
}
