import * as pulumi from "@pulumi/pulumi";
import { type IpRange, parseCidr, subnetFault } from "../../model/ip-range";
import { nameFault } from "../../model/names";
import { type NetworkKind, networkKinds } from "../../model/network-type";
import { objectNameFault } from "../../model/object-name";
import { Problems } from "../../model/problems";
import { collectionPath } from "../../waits/collections";
import { program } from "../../waits/program";
import { say } from "../../waits/say";
import type { Cluster } from "../cluster";
import { atOnce } from "../depends-on";
import { cameBefore, clusterOf, type Place } from "../platform/place";
import { refuse } from "../refusal";
import type { MachineNetwork } from "./machine-network";

/** What an {@link ExistingNetwork} needs. */
export interface ExistingNetworkArgs {
    /**
     * The cluster, or the platform on it.
     *
     * @impact restart: machines take the network of their own cluster
     */
    readonly cluster: Place;
    /**
     * Namespace of the network.
     *
     * @defaultValue the cluster's
     * @impact live where the machine can be live-migrated, else restart: its interface is put on the other network
     */
    readonly namespace?: string;
    /**
     * Name of the NetworkAttachmentDefinition.
     *
     * @impact live where the machine can be live-migrated, else restart: its interface is put on the other network
     */
    readonly networkName: string;
    /**
     * What it is made of: an SR-IOV network takes another binding than the others.
     *
     * @defaultValue none: what a machine says is right
     * @impact restart
     */
    readonly kind?: NetworkKind;
    /**
     * The networks on the wire, so that static addresses of guests are checked against them.
     *
     * @defaultValue none: addresses are not checked against the network
     * @impact live: nothing on the cluster
     */
    readonly subnets?: readonly string[];
    /**
     * Which wire it is: on different ones two guests may have the same address.
     *
     * @defaultValue none
     * @impact live: nothing on the cluster
     */
    readonly broadcastDomain?: string;
}

/**
 * A network that somebody else looks after: another stack, whoever looks after the cluster.
 *
 * Creates nothing and deletes nothing. Warns where the cluster has none of that name.
 *
 * @example
 * ```ts
 * const lan = new ExistingNetwork("lan", { cluster, namespace: "networks", networkName: "vlan-100" });
 * ```
 */
export class ExistingNetwork extends pulumi.ComponentResource implements MachineNetwork {
    static readonly type = "kubevirt:index:ExistingNetwork";

    readonly cluster: Cluster;
    readonly networkName: string;
    readonly kind: NetworkKind | undefined;
    readonly subnets: readonly IpRange[];
    readonly ipam = {};
    readonly broadcastDomain: string | undefined;
    readonly dependsOn: Promise<pulumi.Resource[]>;

    constructor(name: string, args: ExistingNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
        super(ExistingNetwork.type, name, {}, atOnce(opts));
        this.cluster = clusterOf(args.cluster);
        const namespace = args.namespace ?? this.cluster.namespace;
        this.networkName = `${namespace}/${args.networkName}`;
        this.kind = args.kind;
        this.broadcastDomain = args.broadcastDomain;
        this.subnets = (args.subnets ?? []).flatMap((subnet) => parseCidr(subnet)?.network ?? []);
        this.dependsOn = cameBefore(opts, args.cluster);
        const problems = new Problems();
        problems.addIf("networkName", objectNameFault(args.networkName));
        problems.addIf("namespace", nameFault(namespace));
        problems.addUnknown("kind", args.kind, networkKinds);
        (args.subnets ?? []).forEach((subnet, index) =>
            problems.addIf(`subnets[${String(index)}]`, subnetFault(subnet)),
        );
        const refused = refuse(this, "ExistingNetwork", name, problems.all);
        void program.checked(async () => {
            const connection = await this.cluster.connection;
            if (refused || connection === undefined) {
                return;
            }
            const path = `${collectionPath("NetworkAttachmentDefinition", namespace)}/${args.networkName}`;
            if ((await connection.ask(path)).state === "absent") {
                say(
                    "warn",
                    `ExistingNetwork "${name}": networkName is ${JSON.stringify(args.networkName)}, and namespace ${namespace} has no network of that name yet. Machines on it do not start before; see: kubectl get network-attachment-definitions -n ${namespace}.`,
                    this,
                );
            }
        });
        this.registerOutputs({ networkName: this.networkName });
    }
}
