import { Problems, type Problem } from "./problems";
import { shown } from "./source-fields";

/** A Linux bridge of the nodes, made before: by the operating system, by nmstate. */
export interface BridgeNetworkArgs {
    /**
     * Name of the bridge on the nodes. A bridge that is not there is made by the plugin, without an uplink: machines on one node
     * then reach each other, and nobody else.
     *
     * @impact restart: pods that are made from then on, those of a migration too, use the other bridge
     * @example "br1"
     */
    readonly bridge: string;
    /**
     * VLAN of the machines' traffic on the bridge, which then filters VLANs. The guest sees frames without a tag.
     *
     * @unit VLAN id, 1 to 4094
     * @defaultValue none: frames are passed as the bridge has them
     * @impact restart
     */
    readonly vlan?: number;
    /**
     * Leave the bridge's default VLAN on the port beside `vlan`.
     *
     * @defaultValue `false` with a `vlan`: the port carries that VLAN only; else the plugin's own, `true`
     * @impact restart
     */
    readonly preserveDefaultVlan?: boolean;
    /**
     * Drop what a machine sends from a MAC address that is not its own.
     *
     * @defaultValue `true`: a machine cannot pretend to be another. Guests that forward for others (routers, nested machines) need `false`
     * @impact restart
     */
    readonly macSpoofCheck?: boolean;
    /**
     * Largest packet of the pod's interface and the machine's.
     *
     * @unit bytes
     * @defaultValue that of the bridge
     * @impact restart
     */
    readonly mtu?: number;
}

/** An interface of the nodes that machines share, each with a MAC address of its own. */
export interface MacvlanNetworkArgs {
    /**
     * Interface of the nodes that frames go out by; a VLAN's own interface for a VLAN.
     *
     * @impact restart
     * @example "eth1.100"
     */
    readonly parent: string;
    /**
     * `bridge`: machines of a node reach each other. `private`: they do not. `vepa`: by way of the switch. `passthru`: one machine
     * alone has the parent. The node itself reaches its own machines in none of them.
     *
     * @defaultValue `"bridge"`
     * @impact restart
     */
    readonly mode?: MacvlanMode;
    /**
     * Largest packet.
     *
     * @unit bytes
     * @defaultValue that of the parent
     * @impact restart
     */
    readonly mtu?: number;
}

/** Virtual functions of a network card: a machine has one for itself. */
export interface SriovNetworkArgs {
    /**
     * What the device plugin calls its pool of virtual functions, as `kubectl get node -o yaml` shows it under `allocatable`.
     *
     * @impact restart: the pool is taken from when a pod is made
     * @example "intel.com/sriov_netdevice"
     */
    readonly resourceName: string;
    /**
     * VLAN of the virtual function; the guest sees frames without a tag.
     *
     * @unit VLAN id, 1 to 4094
     * @defaultValue none
     * @impact restart
     */
    readonly vlan?: number;
    /**
     * Priority of the VLAN's frames.
     *
     * @unit 0 to 7
     * @defaultValue 0
     * @impact restart
     */
    readonly vlanQoS?: number;
    /**
     * Tag of the VLAN: `802.1ad` is a provider's outer tag.
     *
     * @defaultValue `"802.1q"`
     * @impact restart
     */
    readonly vlanProtocol?: "802.1q" | "802.1ad";
    /**
     * Have the card drop what the machine sends from another MAC address.
     *
     * @defaultValue the driver's own
     * @impact restart
     */
    readonly spoofCheck?: boolean;
    /**
     * Let the guest change what a trusted virtual function may: its MAC address, promiscuous mode.
     *
     * @defaultValue the driver's own: not trusted
     * @impact restart
     */
    readonly trust?: boolean;
    /**
     * What the guest sees of the link; not every driver can.
     *
     * @defaultValue the driver's own, `"auto"`: as the card's port
     * @impact restart
     */
    readonly linkState?: "auto" | "enable" | "disable";
    /**
     * Most that the machine may send.
     *
     * @unit megabits a second
     * @defaultValue no limit
     * @impact restart
     */
    readonly maxTxRate?: number;
}

export const macvlanModes = ["bridge", "private", "vepa", "passthru"] as const;
export type MacvlanMode = (typeof macvlanModes)[number];

/** What a network is made of: one of them. */
export interface NetworkTypeArgs {
    /**
     * A Linux bridge of the nodes, with or without a VLAN.
     *
     * @defaultValue none; one of the four is given
     * @impact restart
     */
    readonly bridge?: BridgeNetworkArgs;
    /**
     * An interface of the nodes that machines share.
     *
     * @defaultValue none; one of the four is given
     * @impact restart
     */
    readonly macvlan?: MacvlanNetworkArgs;
    /**
     * Virtual functions of a network card.
     *
     * @defaultValue none; one of the four is given
     * @impact restart
     */
    readonly sriov?: SriovNetworkArgs;
    /**
     * The configuration of another CNI plugin, for what this package does not know: with `type`, without `name` and `ipam`.
     *
     * @defaultValue none; one of the four is given
     * @impact restart
     * @example { type: "ovs", bridge: "br-ex", vlan: 100 }
     */
    readonly plugin?: Readonly<Record<string, unknown>>;
}

/** The kinds of networks. */
export const networkKinds = ["bridge", "macvlan", "sriov", "plugin"] as const;
export type NetworkKind = (typeof networkKinds)[number];

/** Which kind a network is; the first where several are given. */
export function networkKind(args: NetworkTypeArgs): NetworkKind | undefined {
    return networkKinds.find((kind) => args[kind] !== undefined);
}

/**
 * What the plugins would refuse, or ignore. Source: containernetworking/plugins plugins/main/bridge and macvlan;
 * k8snetworkplumbingwg/sriov-cni docs/configuration-reference.md.
 */
export function checkNetworkType(args: NetworkTypeArgs): Problem[] {
    const problems = new Problems();
    const given = networkKinds.filter((kind) => args[kind] !== undefined);
    if (given.length !== 1) {
        problems.add(
            given[1] ?? "bridge",
            given.length === 0
                ? "is missing, and so are macvlan, sriov and plugin: nothing says what the network is"
                : `is given beside ${given[0] ?? ""}: a network is of one kind`,
            `write one of ${networkKinds.join(", ")}`,
        );
    }
    checkBridge(args.bridge, problems);
    checkMacvlan(args.macvlan, problems);
    checkSriov(args.sriov, problems);
    if (args.plugin !== undefined) {
        if (typeof args.plugin["type"] !== "string" || args.plugin["type"] === "") {
            problems.add(
                "plugin.type",
                "is missing: it is the name of the CNI plugin's program on the nodes",
                `write it, as { type: "ovs" }`,
            );
        }
        for (const field of ["name", "ipam"].filter((one) => one in (args.plugin ?? {}))) {
            problems.add(
                `plugin.${field}`,
                "is given, which this package writes itself",
                field === "ipam" ? "write whereabouts or static instead" : "leave it out",
            );
        }
    }
    return problems.all;
}

function checkBridge(args: BridgeNetworkArgs | undefined, problems: Problems): void {
    if (args !== undefined) {
        interfaceName("bridge.bridge", args.bridge, problems);
        numberFrom("bridge.vlan", args.vlan, 1, 4094, problems);
        numberFrom("bridge.mtu", args.mtu, 68, 65535, problems);
        if (args.preserveDefaultVlan !== undefined && args.vlan === undefined) {
            problems.add(
                "bridge.preserveDefaultVlan",
                "is given without a vlan, and means nothing then",
                "give bridge.vlan, or leave it out",
            );
        }
    }
}

function checkMacvlan(args: MacvlanNetworkArgs | undefined, problems: Problems): void {
    if (args !== undefined) {
        interfaceName("macvlan.parent", args.parent, problems);
        numberFrom("macvlan.mtu", args.mtu, 68, 65535, problems);
        problems.addUnknown("macvlan.mode", args.mode, macvlanModes);
    }
}

function checkSriov(args: SriovNetworkArgs | undefined, problems: Problems): void {
    if (args === undefined) {
        return;
    }
    if (!/^[a-z0-9.-]+\/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(args.resourceName)) {
        problems.add(
            "sriov.resourceName",
            `is ${JSON.stringify(args.resourceName)}, which is not the name of a node's resource`,
            `write it with the prefix of the device plugin: "intel.com/sriov_netdevice"`,
        );
    }
    numberFrom("sriov.vlan", args.vlan, 1, 4094, problems);
    numberFrom("sriov.vlanQoS", args.vlanQoS, 0, 7, problems);
    numberFrom("sriov.maxTxRate", args.maxTxRate, 0, 1_000_000, problems);
    problems.addUnknown("sriov.vlanProtocol", args.vlanProtocol, ["802.1q", "802.1ad"]);
    problems.addUnknown("sriov.linkState", args.linkState, ["auto", "enable", "disable"]);
    for (const field of ["vlanQoS", "vlanProtocol"] as const) {
        if (args[field] !== undefined && args.vlan === undefined) {
            problems.add(
                `sriov.${field}`,
                "is given without a vlan, which the plugin refuses",
                "give sriov.vlan, or leave it out",
            );
        }
    }
}

/** Source: Linux include/uapi/linux/if.h (IFNAMSIZ) and net/core/dev.c (dev_valid_name). */
function interfaceName(field: string, name: string, problems: Problems): void {
    if (!/^[^\s/:]{1,15}$/.test(name) || name === "." || name === "..") {
        problems.add(
            field,
            `is ${JSON.stringify(name)}, which is not the name of a network interface`,
            `write up to 15 characters without spaces, "/" and ":", as \`ip link\` lists it`,
        );
    }
}

/** Adds that a number is not a whole one between two others. */
export function numberFrom(
    field: string,
    value: number | undefined,
    least: number,
    most: number,
    problems: Problems,
): void {
    if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most)) {
        problems.add(
            field,
            `is ${shown(value)}, which is not a whole number from ${String(least)} to ${String(most)}`,
            "write one",
        );
    }
}
