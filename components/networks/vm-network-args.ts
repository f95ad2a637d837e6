import { checkIpam, type StaticIpamArgs, type WhereaboutsArgs } from "../../model/ipam";
import { subnetFault } from "../../model/ip-range";
import { checkLabels } from "../../model/labels";
import { nameFault } from "../../model/names";
import { checkNetworkType, type NetworkTypeArgs } from "../../model/network-type";
import { objectNameFault } from "../../model/object-name";
import { type Problem, Problems } from "../../model/problems";
import { closedShapeProblems, type Shapes } from "../../model/shape";
import type { NetworkPlumbing } from "../platform/network-plumbing";
import type { Place } from "../platform/place";

/** What a {@link VmNetwork} needs: one of `bridge`, `macvlan`, `sriov` and `plugin`, and what is common to them. */
export interface VmNetworkArgs extends NetworkTypeArgs {
    /**
     * The cluster, or the platform on it.
     *
     * @impact replace-vm: the network on the old cluster goes; machines that are on it keep their interface until they stop
     */
    readonly cluster: Place;
    /**
     * The plumbing of the same program, which the network waits for.
     *
     * @defaultValue none: Multus is there already, and an update is refused where it is not
     * @impact live
     */
    readonly plumbing?: NetworkPlumbing;
    /**
     * Namespace of the network. Machines of others name it too, unless Multus isolates namespaces.
     *
     * @defaultValue the cluster's
     * @impact restart: another object; machines that named the old one are updated, and take it when they move or start anew
     */
    readonly namespace?: string;
    /**
     * Name of the network on the cluster.
     *
     * @defaultValue the component's name
     * @impact restart: another object, as `namespace`
     */
    readonly networkName?: string;
    /**
     * Addresses for pods from whereabouts. They belong to the pods, not to the guests.
     *
     * @defaultValue none: an interface without an address, which a guest with an address of its own wants
     * @impact restart
     */
    readonly whereabouts?: WhereaboutsArgs;
    /**
     * The same addresses for whichever pod is on it.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly static?: StaticIpamArgs;
    /**
     * The networks on the wire, so that static addresses of guests are checked against them.
     *
     * @defaultValue those of `whereabouts` or `static`
     * @impact live: nothing on the cluster
     * @example ["192.168.10.0/24"]
     */
    readonly subnets?: readonly string[];
    /**
     * Which wire it is. Two networks with different ones may have the same addresses, and their pools are kept apart; two with the
     * same one may share a pool.
     *
     * @defaultValue none: addresses that another network of the program gives away are refused
     * @impact restart: with `whereabouts` the addresses are given away anew
     * @example "lab"
     */
    readonly broadcastDomain?: string;
    /**
     * Labels of the network's object.
     *
     * @defaultValue none but the package's own
     * @impact live
     */
    readonly labels?: Readonly<Record<string, string>>;
    /**
     * Take over the network of this name that somebody else made. As long as it is what the program says nothing is written on it; the
     * first change marks it as this program's.
     *
     * @defaultValue `false`: a network of that name that somebody else made is refused
     * @impact live
     */
    readonly adopt?: boolean;
}

/** Values of a wrong type, which no network can be made of. */
export function networkShape(args: VmNetworkArgs): readonly Problem[] {
    const problems = new Problems();
    problems.all.push(...closedShapeProblems(args, shapes));
    for (const [field, inner] of Object.entries(parts)) {
        const value = args[field as keyof VmNetworkArgs];
        if (problems.all.length === 0 && value !== undefined) {
            problems.addFrom(field, closedShapeProblems(value, inner));
        }
    }
    if (problems.all.length === 0) {
        args.whereabouts?.pools.forEach((pool, index) =>
            problems.addFrom(
                `whereabouts.pools[${String(index)}]`,
                closedShapeProblems(pool, poolShape),
            ),
        );
    }
    return problems.all;
}

const shapes: Shapes = {
    all: {
        cluster: "object",
        plumbing: "object",
        namespace: "text",
        networkName: "text",
        bridge: "object",
        macvlan: "object",
        sriov: "object",
        plugin: "object",
        whereabouts: "object",
        static: "object",
        subnets: "texts",
        broadcastDomain: "text",
        labels: "object",
        adopt: "flag",
    },
    required: ["cluster"],
};

const parts: Readonly<Record<string, Shapes>> = {
    bridge: {
        all: {
            bridge: "text",
            vlan: "number",
            mtu: "number",
            preserveDefaultVlan: "flag",
            macSpoofCheck: "flag",
        },
        required: ["bridge"],
    },
    macvlan: { all: { parent: "text", mode: "text", mtu: "number" }, required: ["parent"] },
    sriov: {
        all: {
            resourceName: "text",
            vlan: "number",
            vlanQoS: "number",
            vlanProtocol: "text",
            spoofCheck: "flag",
            trust: "flag",
            linkState: "text",
            maxTxRate: "number",
        },
        required: ["resourceName"],
    },
    whereabouts: { all: { pools: "list", gateway: "text", routes: "list" }, required: ["pools"] },
    static: {
        all: { addresses: "texts", gateway: "text", routes: "list" },
        required: ["addresses"],
    },
};

const poolShape: Shapes = {
    all: { range: "text", start: "text", end: "text", exclude: "texts" },
    required: ["range"],
};

/** Everything that is wrong with a network's arguments. */
export function checkVmNetwork(
    args: VmNetworkArgs,
    resolved: { readonly name: string; readonly namespace: string },
): readonly Problem[] {
    const problems = new Problems();
    problems.addIf("networkName", objectNameFault(resolved.name));
    problems.addIf("namespace", nameFault(resolved.namespace));
    problems.all.push(...checkNetworkType(args), ...checkIpam(args));
    (args.subnets ?? []).forEach((subnet, index) =>
        problems.addIf(`subnets[${String(index)}]`, subnetFault(subnet)),
    );
    if (args.broadcastDomain !== undefined) {
        // It becomes a part of the name of whereabouts' pool (pkg/storage/kubernetes/ipam.go, IPPoolName).
        problems.addIf("broadcastDomain", nameFault(args.broadcastDomain));
    }
    problems.addFrom("labels", checkLabels(args.labels ?? {}));
    return problems.all;
}
