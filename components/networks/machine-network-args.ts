import type { InterfaceOverrides } from "../../manifests/machine-networks";
import type { RouteArgs } from "../../model/ipam";
import type { MachineNetwork } from "./machine-network";

/** What every interface of a machine may have. */
export interface NetworkInterfaceArgs {
    /**
     * Name of the interface inside this machine: what it is known by, whatever its place in the list. The MAC address is made of it.
     *
     * @impact live as for adding the new one and taking the old one away
     * @example "lan"
     */
    readonly name: string;
    /**
     * MAC address.
     *
     * @defaultValue one that is made of namespace, machine and interface, and stays for as long as their names do
     * @impact restart
     * @example "02:1a:2b:3c:4d:5e"
     */
    readonly macAddress?: string;
    /**
     * What kind of card the guest sees.
     *
     * @defaultValue KubeVirt's, `"virtio"`; SR-IOV has none
     * @impact restart
     */
    readonly model?: InterfaceModel;
    /**
     * Place in the order of what the machine tries to boot from; interfaces without are not tried.
     *
     * @unit from 1
     * @defaultValue none: no booting from the network
     * @impact restart
     */
    readonly bootOrder?: number;
    /**
     * `down` pulls the cable.
     *
     * @defaultValue `"up"`
     * @impact live
     */
    readonly state?: "up" | "down";
    /**
     * Where the guest has the card on its PCI bus.
     *
     * @defaultValue chosen by KubeVirt
     * @impact restart
     * @example "0000:81:01.0"
     */
    readonly pciAddress?: string;
    /**
     * Index that guests name the interface by (`eno5`), whatever its place on the PCI bus.
     *
     * @unit 1 to 16383
     * @defaultValue none
     * @impact restart
     */
    readonly acpiIndex?: number;
    /**
     * Whether the guest asks for addresses.
     *
     * @defaultValue `"ipv4"`; `"none"` with `addresses`
     * @impact restart: cloud-init writes it when the guest starts
     */
    readonly dhcp?: "ipv4" | "ipv6" | "both" | "none";
    /**
     * Largest packet that the guest sends.
     *
     * @unit bytes
     * @defaultValue the guest's own
     * @impact restart
     */
    readonly mtu?: number;
    /**
     * Name servers of the guest.
     *
     * @defaultValue those that DHCP tells
     * @impact restart
     */
    readonly nameservers?: readonly string[];
    /**
     * Domains that the guest tries for short names.
     *
     * @defaultValue those that DHCP tells
     * @impact restart
     */
    readonly searchDomains?: readonly string[];
    /**
     * Fields of the interface's two entries, as KubeVirt has them, for what the arguments do not cover. They are merged over them; a
     * field that is null is taken away.
     *
     * @defaultValue none
     * @impact restart
     * @example { interface: { macAddress: null } }
     */
    readonly overrides?: InterfaceOverrides;
}

/** An interface on the pod network. A machine has at most one. */
export interface PodNetworkArgs extends NetworkInterfaceArgs {
    /**
     * The pod network; with `cidr` the network that the guest sees behind masquerade.
     *
     * @impact restart
     */
    readonly pod: true | PodCidrArgs;
    /**
     * `masquerade`: the guest has an address of its own behind the pod's, and can be live-migrated. `passt`: the same, without
     * privileges. `bridge`: the guest has the pod's address, and cannot be live-migrated. A plugin that is registered with KubeVirt.
     *
     * @defaultValue `"masquerade"`
     * @impact restart
     */
    readonly binding?: "masquerade" | "bridge" | "passt" | PluginBindingArgs;
    /**
     * Ports that are let through to the guest.
     *
     * @defaultValue all of them
     * @impact restart
     */
    readonly ports?: readonly MachinePortArgs[];
}

/** An interface on another network, by a NetworkAttachmentDefinition. */
export interface AttachedNetworkArgs extends NetworkInterfaceArgs {
    /**
     * The network: of this program, an existing one, or its name; `namespace/name`, or a name in the machine's namespace.
     *
     * @impact live where the machine can be live-migrated, else restart
     */
    readonly network: MachineNetwork | string;
    /**
     * `bridge`: the guest is on the network with its own MAC address. `sriov`: the guest has a virtual function. A plugin that is
     * registered with KubeVirt.
     *
     * @defaultValue `"sriov"` on an SR-IOV network of this program, else `"bridge"`
     * @impact restart
     */
    readonly binding?: "bridge" | "sriov" | PluginBindingArgs;
    /**
     * Addresses that the guest always has, with the length of their network's prefix. They are written into cloud-init's network
     * configuration, which finds the interface by its MAC address. Give the network no whereabouts then, or exclude them.
     *
     * @defaultValue none: see `dhcp`
     * @impact restart
     * @example ["192.168.10.20/24"]
     */
    readonly addresses?: readonly string[];
    /**
     * Routers to everything, one for each family. Of all interfaces one should have the default route.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly gateways?: readonly string[];
    /**
     * Further routes.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly routes?: readonly RouteArgs[];
}

/** The network that the guest sees behind masquerade. */
export interface PodCidrArgs {
    /**
     * The IPv4 network: the router has its first address, the guest the second.
     *
     * @defaultValue KubeVirt's, `10.0.2.0/24`
     * @impact restart
     */
    readonly cidr?: string;
    /**
     * The IPv6 network.
     *
     * @defaultValue KubeVirt's, `fd10:0:2::/120`
     * @impact restart
     */
    readonly ipv6Cidr?: string;
}

/** A network binding plugin. */
export interface PluginBindingArgs {
    /**
     * Its name under `spec.configuration.network.binding` of KubeVirt.
     *
     * @impact restart
     * @example "l2bridge"
     */
    readonly plugin: string;
}

/** A port of a machine. */
export interface MachinePortArgs {
    /**
     * Name, by which a service finds it.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly name?: string;
    /**
     * Number.
     *
     * @unit 1 to 65535
     * @impact restart
     */
    readonly port: number;
    /**
     * Protocol.
     *
     * @defaultValue `"TCP"`
     * @impact restart
     */
    readonly protocol?: "TCP" | "UDP";
}

/** Source: KubeVirt pkg/network/admitter/netiface.go (validInterfaceModels) of v1.9.0. */
export const interfaceModels = [
    "virtio",
    "e1000",
    "e1000e",
    "igb",
    "ne2k_pci",
    "pcnet",
    "rtl8139",
] as const;
export type InterfaceModel = (typeof interfaceModels)[number];

/** An interface of a machine: on the pod network, or on another. */
export type MachineNetworkArgs = PodNetworkArgs | AttachedNetworkArgs;

/** What a machine has that names no networks. */
export const defaultNetworks: readonly MachineNetworkArgs[] = [{ name: "default", pod: true }];
