import type * as pulumi from "@pulumi/pulumi";
import {
    guestAddresses,
    type NetworkBinding,
    type NetworkInterfacePlan,
} from "../../manifests/machine-networks";
import { type IpAddress, addressText } from "../../model/ip-range";
import { normalMac } from "../../model/mac-address";
import { stableMacAddress } from "../../model/names";
import { type Problem, Problems } from "../../model/problems";
import type { Cluster } from "../cluster";
import type { MachineNetwork } from "./machine-network";
import {
    type AttachedNetworkArgs,
    defaultNetworks,
    type MachineNetworkArgs,
    type PodNetworkArgs,
} from "./machine-network-args";

/** Which machine the interfaces are of. */
export interface NetworkedMachine {
    readonly machineName: string;
    readonly namespace: string;
}

/** Whether an interface is on the pod network. */
export function isOnPodNetwork(args: MachineNetworkArgs): args is PodNetworkArgs {
    return "pod" in args;
}

/** What the interfaces are built from. Each is worked out of its own entry: taking one off the list leaves the others as they are. */
export function networkInterfacePlans(
    networks: readonly MachineNetworkArgs[] | undefined,
    machine: NetworkedMachine,
): NetworkInterfacePlan[] {
    return (networks ?? defaultNetworks).map((args) => plan(args, machine));
}

function plan(
    args: MachineNetworkArgs,
    { machineName, namespace }: NetworkedMachine,
): NetworkInterfacePlan {
    const { name, macAddress, model, bootOrder, state, pciAddress, acpiIndex, mtu } = args;
    const { overrides } = args;
    const attached: Partial<AttachedNetworkArgs> = isOnPodNetwork(args) ? {} : args;
    const { addresses = [], gateways = [], routes = [] } = attached;
    return {
        name,
        network: networkOf(args, namespace),
        binding: bindingOf(args),
        macAddress:
            macAddress === undefined
                ? stableMacAddress(namespace, machineName, name)
                : normalMac(macAddress),
        model,
        ports: isOnPodNetwork(args) ? args.ports : undefined,
        bootOrder,
        state,
        pciAddress,
        acpiIndex,
        guest: {
            dhcp: args.dhcp ?? (addresses.length > 0 ? "none" : "ipv4"),
            addresses,
            gateways,
            routes,
            nameservers: args.nameservers ?? [],
            searchDomains: args.searchDomains ?? [],
            mtu,
        },
        ...(overrides === undefined ? {} : { overrides }),
    };
}

function networkOf(args: MachineNetworkArgs, namespace: string): NetworkInterfacePlan["network"] {
    if (isOnPodNetwork(args)) {
        const { cidr, ipv6Cidr } = args.pod === true ? {} : args.pod;
        return { pod: { cidr, ipv6Cidr } };
    }
    return { attachment: attachmentName(args.network, namespace) };
}

/** `namespace/name`, always written out: the same network is never written in two ways. */
export function attachmentName(network: MachineNetwork | string, namespace: string): string {
    if (typeof network !== "string") {
        return network.networkName;
    }
    return network.includes("/") ? network : `${namespace}/${network}`;
}

/** How an interface is tied to its network, as it was said or as it goes without saying. */
export function bindingOf(args: MachineNetworkArgs): NetworkBinding {
    if (args.binding !== undefined) {
        return args.binding;
    }
    if (isOnPodNetwork(args)) {
        return "masquerade";
    }
    return typeof args.network === "object" && args.network.kind === "sriov" ? "sriov" : "bridge";
}

/** The networks of the program that the machine is registered after. */
export async function networkDependencies(
    networks: readonly MachineNetworkArgs[] | undefined,
): Promise<pulumi.Resource[]> {
    const all = (networks ?? []).flatMap((args) =>
        isOnPodNetwork(args) || typeof args.network === "string" ? [] : [args.network],
    );
    return (await Promise.all(all.map(({ dependsOn }) => dependsOn))).flat();
}

interface Taken {
    readonly machine: string;
    readonly interfaceName: string;
    readonly macAddress: string;
    readonly addresses: readonly IpAddress[];
    readonly networkName: string | undefined;
    readonly network: MachineNetwork | undefined;
}

/** What the machines of a program have so far, by their cluster: each is held against those before it. */
const taken = new WeakMap<Cluster, Taken[]>();

/** Problems with what another machine of the program has already: a MAC address, a static address on the same wire. To be asked once for each machine. */
export function takeAddresses(
    cluster: Cluster,
    networks: readonly MachineNetworkArgs[] | undefined,
    machine: NetworkedMachine,
): readonly Problem[] {
    const problems = new Problems();
    const others = taken.get(cluster) ?? [];
    const mine = (networks ?? defaultNetworks).map((args) => takenBy(args, machine));
    for (const one of mine) {
        const field = `networks, ${JSON.stringify(one.interfaceName)}`;
        for (const other of others) {
            const who = `interface ${JSON.stringify(other.interfaceName)} of VirtualMachine ${other.machine} of this program has`;
            if (one.macAddress === other.macAddress) {
                problems.add(
                    field,
                    `has the macAddress ${one.macAddress}, which ${who}`,
                    "leave macAddress out, or choose another",
                );
            }
            const shared = one.addresses.find((address) =>
                other.addresses.some((another) => isSame(address, another)),
            );
            if (shared !== undefined && isSameWire(one, other)) {
                problems.add(
                    field,
                    `has the address ${addressText(shared)}, which ${who}`,
                    "choose another address, or write broadcastDomain on both networks if they are not on one wire",
                );
            }
        }
    }
    taken.set(cluster, [...others, ...mine]);
    return problems.all;
}

function takenBy(args: MachineNetworkArgs, machine: NetworkedMachine): Taken {
    const plan = networkInterfacePlans([args], machine)[0] as NetworkInterfacePlan;
    const network =
        isOnPodNetwork(args) || typeof args.network === "string" ? undefined : args.network;
    return {
        machine: `${machine.namespace}/${machine.machineName}`,
        interfaceName: args.name,
        macAddress: plan.macAddress,
        addresses: guestAddresses(plan),
        networkName: "attachment" in plan.network ? plan.network.attachment : undefined,
        network,
    };
}

function isSame(one: IpAddress, other: IpAddress): boolean {
    return one.family === other.family && one.value === other.value;
}

/** Two networks of the program are taken for one wire unless they are said to be two; others are known by their name alone. */
function isSameWire(one: Taken, other: Taken): boolean {
    if (one.networkName === other.networkName) {
        return true;
    }
    const [first, second] = [one.network, other.network];
    return (
        first !== undefined &&
        second !== undefined &&
        (first.broadcastDomain === undefined ||
            second.broadcastDomain === undefined ||
            first.broadcastDomain === second.broadcastDomain)
    );
}
