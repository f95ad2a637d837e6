import { parseAddress, parseCidr } from "../model/ip-range";
import type { RouteArgs } from "../model/ipam";
import type { SpecOverrides } from "../model/overrides";
import { type Fields, given, patched } from "./fields";

/** How an interface is tied to its network. */
export type NetworkBinding =
    "masquerade" | "bridge" | "passt" | "sriov" | { readonly plugin: string };

/** What of the interface the guest is told at its first boot. */
export interface GuestNetworkPlan {
    readonly dhcp: "ipv4" | "ipv6" | "both" | "none";
    readonly addresses: readonly string[];
    readonly gateways: readonly string[];
    readonly nameservers: readonly string[];
    readonly searchDomains: readonly string[];
    readonly routes: readonly RouteArgs[];
    readonly mtu?: number | undefined;
}

/** A port that the machine is reached by. */
export interface PortPlan {
    readonly name?: string | undefined;
    readonly port: number;
    readonly protocol?: "TCP" | "UDP" | undefined;
}

/** Everything one interface is built from; nothing of the other interfaces. */
export interface NetworkInterfacePlan {
    /** The user's name of the interface inside this machine. */
    readonly name: string;
    /** The pod network, or a NetworkAttachmentDefinition as `namespace/name`. */
    readonly network:
        | {
              readonly pod: {
                  readonly cidr?: string | undefined;
                  readonly ipv6Cidr?: string | undefined;
              };
          }
        | { readonly attachment: string };
    readonly binding: NetworkBinding;
    readonly macAddress: string;
    readonly model?: string | undefined;
    readonly ports?: readonly PortPlan[] | undefined;
    readonly bootOrder?: number | undefined;
    readonly state?: "up" | "down" | undefined;
    readonly pciAddress?: string | undefined;
    readonly acpiIndex?: number | undefined;
    readonly guest: GuestNetworkPlan;
    readonly overrides?: InterfaceOverrides | undefined;
}

/** Fields of the entries that an interface has in its machine. */
export interface InterfaceOverrides {
    /** Of its entry under `domain.devices.interfaces`. */
    readonly interface?: SpecOverrides;
    /** Of its entry under `networks`. */
    readonly network?: SpecOverrides;
}

/** An entry of `spec.template.spec.domain.devices.interfaces`. */
export type InterfaceObject = Fields & { readonly name: string; readonly state?: string };

/** An entry of `spec.template.spec.networks`. */
export type NetworkObject = Fields & { readonly name: string };

/** What a machine's template says of networks. */
export interface TemplateNetworks {
    readonly interfaces: readonly InterfaceObject[];
    readonly networks: readonly NetworkObject[];
}

/** The interfaces. Source: KubeVirt core/v1 schema.go (Interface) of v1.9.0. */
export function interfaces(plans: readonly NetworkInterfacePlan[]): InterfaceObject[] {
    return plans.map((plan) => ({
        ...patched(plainInterface(plan), plan.overrides?.interface),
        name: plan.name,
    }));
}

function plainInterface(plan: NetworkInterfacePlan): Fields {
    return {
        name: plan.name,
        ...bindingOf(plan.binding),
        macAddress: plan.macAddress,
        ...given({
            model: plan.model,
            ports: plan.ports?.map(({ name, port, protocol }) => ({
                port,
                ...given({ name, protocol }),
            })),
            bootOrder: plan.bootOrder,
            state: plan.state,
            pciAddress: plan.pciAddress,
            acpiIndex: plan.acpiIndex,
        }),
    };
}

function bindingOf(binding: NetworkBinding): Fields {
    if (typeof binding === "object") {
        return { binding: { name: binding.plugin } };
    }
    return { [binding === "passt" ? "passtBinding" : binding]: {} };
}

/** The networks, one for each interface: KubeVirt refuses one without the other. */
export function networks(plans: readonly NetworkInterfacePlan[]): NetworkObject[] {
    return plans.map((plan) => ({
        ...patched(plainNetwork(plan), plan.overrides?.network),
        name: plan.name,
    }));
}

function plainNetwork({ name, network }: NetworkInterfacePlan): Fields {
    return "pod" in network
        ? {
              name,
              pod: {
                  ...given({
                      vmNetworkCIDR: network.pod.cidr,
                      vmIPv6NetworkCIDR: network.pod.ipv6Cidr,
                  }),
              },
          }
        : { name, multus: { networkName: network.attachment } };
}

/**
 * cloud-init's network configuration, version 2, each interface found by its MAC address; undefined where nothing was asked for:
 * the guest then asks for addresses on its first interface by itself. Interfaces that are not in it stay without an address, so
 * all are. The default route is written as an address: not every renderer of cloud-init knows the word.
 * Source: https://docs.cloud-init.io/en/latest/reference/network-config-format-v2.html; cloudinit/net/network_state.py
 * (handle_ethernets: without `set-name` the name is looked up by the MAC address).
 */
export function networkData(plans: readonly NetworkInterfacePlan[]): string | undefined {
    if (!plans.some(isAskedFor)) {
        return undefined;
    }
    const ethernets = Object.fromEntries(
        plans.map(({ name, macAddress, guest }) => [name, ethernet(macAddress, guest)]),
    );
    return `${JSON.stringify({ version: 2, ethernets }, undefined, 2)}\n`;
}

/** Something that cloud-init would not do by itself. */
function isAskedFor({ guest }: NetworkInterfacePlan): boolean {
    return (
        guest.dhcp !== "ipv4" ||
        guest.mtu !== undefined ||
        [
            guest.addresses,
            guest.gateways,
            guest.nameservers,
            guest.searchDomains,
            guest.routes,
        ].some(({ length }) => length > 0)
    );
}

function ethernet(macAddress: string, guest: GuestNetworkPlan): Fields {
    const { dhcp, addresses, gateways, nameservers, searchDomains, mtu } = guest;
    const routes = [
        ...gateways.map((via) => ({ to: via.includes(":") ? "::/0" : "0.0.0.0/0", via })),
        ...guest.routes.map(({ to, via }) => ({ to, via })),
    ];
    const list = <T>(all: readonly T[]) => (all.length === 0 ? undefined : all);
    return {
        match: { macaddress: macAddress },
        dhcp4: dhcp === "ipv4" || dhcp === "both",
        dhcp6: dhcp === "ipv6" || dhcp === "both",
        ...given({
            addresses: list(addresses),
            routes: list(routes),
            nameservers: given({ addresses: list(nameservers), search: list(searchDomains) }),
            mtu,
        }),
    };
}

/** The addresses that guests are given, without their prefix, in one way of writing. */
export function guestAddresses({
    guest,
}: NetworkInterfacePlan): { family: 4 | 6; value: bigint }[] {
    return guest.addresses.flatMap((text) => parseCidr(text) ?? parseAddress(text) ?? []);
}
