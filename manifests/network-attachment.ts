import { managedByLabel, ownerAnnotation } from "../model/annotations";
import { isSame } from "../model/machine-difference";
import type { AddressPoolArgs, Ipam, RouteArgs } from "../model/ipam";
import type { BridgeNetworkArgs, NetworkTypeArgs, SriovNetworkArgs } from "../model/network-type";
import { type Fields, given } from "./fields";
import type { KubernetesObject } from "./kubernetes-object";

/** What a network's object is made of. */
export interface NetworkAttachmentPlan {
    readonly name: string;
    readonly namespace: string;
    readonly owner: string;
    readonly type: NetworkTypeArgs;
    readonly ipam: Ipam;
    /** Keeps the pools of one wire apart from those of another. */
    readonly broadcastDomain?: string | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** A NetworkAttachmentDefinition. Source: k8snetworkplumbingwg multi-net-spec v1.3. */
export interface NetworkAttachmentManifest extends KubernetesObject {
    readonly spec: { readonly config: string };
}

/** Tells Multus which of the node's devices a pod needs. Source: k8snetworkplumbingwg/multus-cni docs/configuration.md. */
const resourceAnnotation = "k8s.v1.cni.cncf.io/resourceName";

/** The object for a network: a CNI configuration that Multus hands on to the plugins. */
export function networkAttachment(plan: NetworkAttachmentPlan): NetworkAttachmentManifest {
    const { sriov } = plan.type;
    return {
        apiVersion: "k8s.cni.cncf.io/v1",
        kind: "NetworkAttachmentDefinition",
        metadata: {
            name: plan.name,
            namespace: plan.namespace,
            labels: { ...plan.labels, ...managedByLabel },
            annotations: {
                [ownerAnnotation]: plan.owner,
                ...(sriov === undefined ? {} : { [resourceAnnotation]: sriov.resourceName }),
            },
        },
        spec: { config: JSON.stringify(cniConfig(plan)) },
    };
}

/** The object with its configuration written as the live one has it, where both say the same. */
export function inWordsOfNetwork(
    live: { readonly spec?: unknown },
    object: NetworkAttachmentManifest,
): NetworkAttachmentManifest {
    const { config } = (live.spec ?? {}) as { readonly config?: unknown };
    const isWritten =
        typeof config === "string" &&
        isSame(parsedConfig(config), parsedConfig(object.spec.config));
    return isWritten ? { ...object, spec: { config } } : object;
}

/** A configuration; undefined where the text is none. */
export function parsedConfig(config: string): unknown {
    try {
        return JSON.parse(config);
    } catch {
        return undefined;
    }
}

/** The CNI configuration. No `ipam` means an interface without an address: the guest has its own. */
export function cniConfig(plan: NetworkAttachmentPlan): Fields {
    const ipam = ipamConfig(plan);
    return {
        cniVersion: "0.3.1",
        name: plan.name,
        ...pluginConfig(plan.type),
        ...(ipam === undefined ? {} : { ipam }),
    };
}

function pluginConfig({ bridge, macvlan, sriov, plugin }: NetworkTypeArgs): Fields {
    if (bridge !== undefined) {
        return bridgeConfig(bridge);
    }
    if (macvlan !== undefined) {
        const { parent, mode = "bridge", mtu } = macvlan;
        return { type: "macvlan", master: parent, mode, ...given({ mtu }) };
    }
    return sriov === undefined ? { ...plugin } : sriovConfig(sriov);
}

/** Source: containernetworking/plugins plugins/main/bridge/bridge.go (NetConf). */
function bridgeConfig(args: BridgeNetworkArgs): Fields {
    const { bridge, vlan, mtu, macSpoofCheck = true } = args;
    const preserveDefaultVlan =
        vlan === undefined ? undefined : (args.preserveDefaultVlan ?? false);
    return {
        type: "bridge",
        bridge,
        ...given({ vlan, preserveDefaultVlan, mtu }),
        macspoofchk: macSpoofCheck,
    };
}

/** Source: k8snetworkplumbingwg/sriov-cni docs/configuration-reference.md. */
function sriovConfig(args: SriovNetworkArgs): Fields {
    const onOff = (flag: boolean | undefined) =>
        flag === undefined ? undefined : flag ? "on" : "off";
    return {
        type: "sriov",
        ...given({
            vlan: args.vlan,
            vlanQoS: args.vlanQoS,
            vlanProto: args.vlanProtocol,
            spoofchk: onOff(args.spoofCheck),
            trust: onOff(args.trust),
            link_state: args.linkState,
            max_tx_rate: args.maxTxRate,
        }),
    };
}

/** Source: whereabouts pkg/types/types.go (IPAMConfig); containernetworking/plugins plugins/ipam/static. */
function ipamConfig({ ipam, broadcastDomain }: NetworkAttachmentPlan): Fields | undefined {
    const { whereabouts, static: fixed } = ipam;
    if (whereabouts !== undefined) {
        return {
            type: "whereabouts",
            ipRanges: whereabouts.pools.map(poolConfig),
            ...given({
                gateway: whereabouts.gateway,
                routes: routes(whereabouts.routes),
                // Its own list of what is taken: the same address on another wire is another one.
                network_name: broadcastDomain,
            }),
        };
    }
    return fixed === undefined
        ? undefined
        : {
              type: "static",
              addresses: fixed.addresses.map((address) => ({
                  address,
                  ...given({ gateway: gatewayFor(address, fixed.gateway) }),
              })),
              ...given({ routes: routes(fixed.routes) }),
          };
}

function poolConfig({ range, start, end, exclude }: AddressPoolArgs): Fields {
    return { range, ...given({ range_start: start, range_end: end, exclude }) };
}

function routes(all: readonly RouteArgs[] | undefined): Fields[] | undefined {
    return all?.map(({ to, via }) => ({ dst: to, gw: via }));
}

/** The gateway belongs to the address of its own family. */
function gatewayFor(address: string, gateway: string | undefined): string | undefined {
    return gateway !== undefined && gateway.includes(":") === address.includes(":")
        ? gateway
        : undefined;
}
