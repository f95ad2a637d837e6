import * as pulumi from "@pulumi/pulumi";
import { inWordsOfNetwork, networkAttachment } from "../../manifests/network-attachment";
import { type IpRange, parseCidr } from "../../model/ip-range";
import { type Ipam, subnetsOf } from "../../model/ipam";
import { type NetworkKind, networkKind } from "../../model/network-type";
import { Problems } from "../../model/problems";
import { collectionPath } from "../../waits/collections";
import { whenOpen } from "../../waits/resource-gate";
import type { Cluster } from "../cluster";
import { type After, afterAll, atOnce } from "../depends-on";
import { lookForOne } from "../one-object";
import { ownerOf } from "../ownership";
import type { NetworkPlumbing } from "../platform/network-plumbing";
import { ManifestResource, typeOf } from "../platform/objects";
import { clusterOf, plumbingAt } from "../platform/place";
import { refuse, refuseInUpdate, refuseShape } from "../refusal";
import { refuseOverlaps } from "./known-networks";
import type { MachineNetwork } from "./machine-network";
import { checkVmNetwork, networkShape, type VmNetworkArgs } from "./vm-network-args";

/** The raw resources of a {@link VmNetwork}. */
export interface VmNetworkNodes {
    /** The NetworkAttachmentDefinition. */
    readonly attachment: pulumi.CustomResource;
}

/**
 * A network beside the pod network that machines can have interfaces on: a bridge with or without a VLAN, macvlan, SR-IOV.
 *
 * Creates one NetworkAttachmentDefinition. What it says is read when a pod is made: a change reaches a running machine when it
 * moves (live migration makes a new pod) or is started anew. Destroying it takes no interface away from a running machine, and
 * keeps its pods from being made again.
 *
 * @example
 * ```ts
 * const lan = new VmNetwork("lan", { cluster, bridge: { bridge: "br1", vlan: 100 }, subnets: ["192.168.10.0/24"] });
 * ```
 */
export class VmNetwork extends pulumi.ComponentResource<VmNetworkNodes> implements MachineNetwork {
    static readonly type = "kubevirt:index:VmNetwork";

    readonly cluster: Cluster;
    /** Namespace of the network. */
    readonly namespace: string;
    readonly networkName: string;
    readonly kind: NetworkKind | undefined;
    readonly subnets: readonly IpRange[];
    readonly ipam: Ipam;
    readonly broadcastDomain: string | undefined;
    readonly dependsOn: Promise<pulumi.Resource[]>;
    /** Its name, when machines can be put on it. */
    readonly ready: pulumi.Output<string>;

    readonly #name: string;
    readonly #objectName: string;
    readonly #args: VmNetworkArgs;
    readonly #plumbing: NetworkPlumbing | undefined;
    readonly #after: After;
    readonly #refused: boolean;

    constructor(name: string, args: VmNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
        refuseShape("VmNetwork", name, networkShape(args));
        super(VmNetwork.type, name, {}, atOnce(opts));
        this.#name = name;
        this.#args = args;
        this.#plumbing = args.plumbing ?? plumbingAt(args.cluster);
        this.#after = opts?.dependsOn;
        this.#objectName = args.networkName ?? name;
        this.cluster = clusterOf(args.cluster);
        this.namespace = args.namespace ?? this.cluster.namespace;
        this.networkName = `${this.namespace}/${this.#objectName}`;
        this.kind = networkKind(args);
        const { whereabouts, static: fixed, subnets, broadcastDomain } = args;
        this.ipam = {
            ...(whereabouts === undefined ? {} : { whereabouts }),
            ...(fixed === undefined ? {} : { static: fixed }),
        };
        this.subnets =
            subnets?.flatMap((subnet) => parseCidr(subnet)?.network ?? []) ?? subnetsOf(this.ipam);
        this.broadcastDomain = broadcastDomain;
        const problems = new Problems();
        problems.all.push(
            ...checkVmNetwork(args, { name: this.#objectName, namespace: this.namespace }),
        );
        refuseOverlaps(this.cluster, this, problems);
        this.#refused = refuse(this, "VmNetwork", name, problems.all);
        this.dependsOn = this.#registered();
        this.ready = whenOpen(this.dependsOn.then(() => this.networkName));
    }

    /** The raw resources, for what this class does not cover. */
    get nodes(): Promise<VmNetworkNodes> {
        return this.getData();
    }

    protected override async initialize(): Promise<VmNetworkNodes> {
        // This runs inside super(): the constructor's own lines come first.
        await Promise.resolve();
        const { object, options } = await lookForOne({
            component: this,
            className: "VmNetwork",
            name: this.#name,
            place: this.#args.cluster,
            after: this.#after,
            object: this.#refused ? undefined : this.#object(),
            field: "networkName",
            check: (problems) => this.#refuseWithoutMultus(problems),
            adopt: this.#args.adopt ?? false,
            inWordsOf: inWordsOfNetwork,
        });
        const plumbing = (await this.#plumbing?.installed) ?? [];
        return {
            attachment: new ManifestResource(typeOf(object), `${this.#name}-attachment`, object, {
                ...options,
                dependsOn: afterAll(options.dependsOn, plumbing),
            }),
        };
    }

    /** Multus of the same program comes before the network; another's has to be there before an update. */
    async #refuseWithoutMultus(problems: Problems): Promise<void> {
        const connection = await this.cluster.connection;
        if (connection === undefined || this.#plumbing !== undefined) {
            return;
        }
        const answer = await connection.ask(
            collectionPath("NetworkAttachmentDefinition", this.namespace),
        );
        if (answer.state === "absent") {
            const problem = {
                field: "cluster",
                fault: "does not know networks beside the pod network: Multus is not there",
                cure: "give plumbing: new NetworkPlumbing(…), or have Multus installed by who looks after the cluster",
            };
            refuseInUpdate(this, "VmNetwork", this.#name, problem, problems);
        }
    }

    #object() {
        const { labels } = this.#args;
        return networkAttachment({
            name: this.#objectName,
            namespace: this.namespace,
            owner: ownerOf(this.#name),
            type: this.#args,
            ipam: this.ipam,
            broadcastDomain: this.broadcastDomain,
            labels,
        });
    }

    async #registered(): Promise<pulumi.Resource[]> {
        return [(await this.getData()).attachment];
    }
}
