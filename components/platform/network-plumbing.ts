import * as pulumi from "@pulumi/pulumi";
import { type PlumbingPart, plumbingParts } from "../../model/network-plumbing";
import { program } from "../../waits/program";
import { whenOpen } from "../../waits/resource-gate";
import { atOnce } from "../depends-on";
import { refuse, refuseShape } from "../refusal";
import {
    checkPlumbing,
    type NetworkPlumbingArgs,
    partSettings,
    plumbingShape,
} from "./network-plumbing-args";
import { PlumbingPartResource } from "./plumbing-part";

/** The DaemonSets that run, `namespace/name`; empty for what is skipped, and for what is adopted and cannot be seen. */
export interface ReadyPlumbing {
    readonly multus: readonly string[];
    readonly whereabouts: readonly string[];
    readonly sriov: readonly string[];
}

/** The raw resources of a {@link NetworkPlumbing}. */
export interface NetworkPlumbingNodes {
    readonly objects: readonly pulumi.CustomResource[];
}

/**
 * What the networks of machines need beside the pod network: Multus, and where they are asked for whereabouts and the SR-IOV
 * plugins. Each is installed from its release's manifests, or adopted, or skipped, as it is written here.
 *
 * Destroying it removes the DaemonSets and their rights. The definitions stay, and with them every network.
 *
 * @example
 * ```ts
 * const plumbing = new NetworkPlumbing("plumbing", { cluster, multus: "adopt", whereabouts: "install" });
 * ```
 */
export class NetworkPlumbing extends pulumi.ComponentResource {
    static readonly type = "kubevirt:index:NetworkPlumbing";

    /** When networks can be made. */
    readonly ready: pulumi.Output<ReadyPlumbing>;
    /** @internal Opens when every part runs. */
    readonly gate: Promise<ReadyPlumbing>;
    /** @internal What is registered after, and removed before, what uses it; once it is ready. */
    readonly installed: Promise<pulumi.Resource[]>;

    readonly #parts: Promise<Readonly<Record<PlumbingPart, PlumbingPartResource | undefined>>>;

    constructor(name: string, args: NetworkPlumbingArgs, opts?: pulumi.ComponentResourceOptions) {
        refuseShape("NetworkPlumbing", name, plumbingShape(args));
        super(NetworkPlumbing.type, name, {}, atOnce(opts));
        const refused = refuse(this, "NetworkPlumbing", name, checkPlumbing(args));
        const part = (which: PlumbingPart, needs: Promise<readonly pulumi.Resource[]>) => {
            const { mode, ...settings } = partSettings(args, which);
            return refused || mode === "skip"
                ? undefined
                : new PlumbingPartResource(
                      `${name}-${which}`,
                      {
                          part: which,
                          plumbing: name,
                          cluster: args.cluster,
                          settings: { ...settings, mode },
                          readyWithin: args.readyWithin ?? "10 minutes",
                          after: opts?.dependsOn,
                          needs,
                      },
                      { parent: this },
                  );
        };
        const multus = part("multus", Promise.resolve([]));
        // whereabouts watches Multus' kind and ends where it is not served.
        const needs = objectsOf(multus);
        const parts = {
            multus,
            whereabouts: part("whereabouts", needs),
            sriov: part("sriov", needs),
        };
        this.#parts = refused ? program.never() : Promise.resolve(parts);
        this.gate = this.#gate();
        this.ready = whenOpen(this.gate);
        this.installed = this.gate.then(async () => [...(await this.nodes).objects]);
        // What failed is told on its own line; nobody has to wait for it.
        this.installed.catch(() => undefined);
        this.registerOutputs({});
    }

    /** The raw resources, for what this class does not cover. */
    get nodes(): Promise<NetworkPlumbingNodes> {
        return this.#objects().then((objects) => ({ objects }));
    }

    async #objects(): Promise<readonly pulumi.CustomResource[]> {
        const parts = await this.#parts;
        const nodes = plumbingParts.map(
            async (which) => (await parts[which]?.nodes)?.objects ?? [],
        );
        return (await Promise.all(nodes)).flat();
    }

    async #gate(): Promise<ReadyPlumbing> {
        const parts = await this.#parts;
        const opened = plumbingParts.map(
            async (which) => [which, (await parts[which]?.gate) ?? []] as const,
        );
        return Object.fromEntries(await Promise.all(opened)) as unknown as ReadyPlumbing;
    }
}

/** The objects of a part, once it is ready. */
async function objectsOf(
    part: PlumbingPartResource | undefined,
): Promise<readonly pulumi.Resource[]> {
    await part?.gate;
    return part === undefined ? [] : (await part.nodes).objects;
}
