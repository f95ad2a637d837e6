import * as pulumi from "@pulumi/pulumi";
import { machinePolicy } from "../../manifests/machine-policy";
import { type After, atOnce } from "../depends-on";
import { lookForOne } from "../one-object";
import { ownerOf } from "../ownership";
import { ManifestResource, typeOf } from "../platform/objects";
import { clusterOf } from "../platform/place";
import { refuse, refuseShape } from "../refusal";
import {
    checkVmNetworkPolicy,
    policyShape,
    type VmNetworkPolicyArgs,
} from "./vm-network-policy-args";

/** The raw resources of a {@link VmNetworkPolicy}. */
export interface VmNetworkPolicyNodes {
    readonly policy: pulumi.CustomResource;
}

/**
 * A wall around the machines of a group, with openings: nothing gets in and nothing out but what is written here.
 *
 * Creates one NetworkPolicy. It holds on the pod network, where the cluster's network enforces policies; an interface on another
 * network goes past it. Consoles and live migration are the node agents' business, and go on.
 *
 * @example
 * ```ts
 * new VmNetworkPolicy("db", { cluster, group: "db", ingress: [{ peers: [{ group: "web" }], ports: [{ port: 5432 }] }] });
 * ```
 */
export class VmNetworkPolicy extends pulumi.ComponentResource<VmNetworkPolicyNodes> {
    static readonly type = "kubevirt:index:VmNetworkPolicy";

    readonly #name: string;
    readonly #args: VmNetworkPolicyArgs;
    readonly #after: After;
    readonly #place: { readonly name: string; readonly namespace: string };
    readonly #refused: boolean;

    constructor(name: string, args: VmNetworkPolicyArgs, opts?: pulumi.ComponentResourceOptions) {
        refuseShape("VmNetworkPolicy", name, policyShape(args));
        super(VmNetworkPolicy.type, name, {}, atOnce(opts));
        this.#name = name;
        this.#args = args;
        this.#after = opts?.dependsOn;
        this.#place = {
            name: args.policyName ?? name,
            namespace: args.namespace ?? clusterOf(args.cluster).namespace,
        };
        const problems = checkVmNetworkPolicy(args, this.#place);
        this.#refused = refuse(this, "VmNetworkPolicy", name, problems);
    }

    /** The raw resources, for what this class does not cover. */
    get nodes(): Promise<VmNetworkPolicyNodes> {
        return this.getData();
    }

    protected override async initialize(): Promise<VmNetworkPolicyNodes> {
        // This runs inside super(): the constructor's own lines come first.
        await Promise.resolve();
        const { object, options } = await lookForOne({
            component: this,
            className: "VmNetworkPolicy",
            name: this.#name,
            place: this.#args.cluster,
            after: this.#after,
            object: this.#refused ? undefined : this.#object(),
            field: "policyName",
        });
        return {
            policy: new ManifestResource(typeOf(object), `${this.#name}-policy`, object, options),
        };
    }

    #object() {
        const { group, ingress = [], egress = [], resolvers = [], labels } = this.#args;
        return machinePolicy({
            name: this.#place.name,
            namespace: this.#place.namespace,
            owner: ownerOf(this.#name),
            group,
            ingress,
            egress: egress === "open" ? undefined : egress,
            resolvers: resolvers === false ? undefined : resolvers,
            labels,
        });
    }
}
