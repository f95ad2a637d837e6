import type { Check } from "../../model/findings";
import {
    addressFault,
    addressText,
    type Cidr,
    cidrFault,
    contains,
    type IpRange,
    parseAddress,
    parseCidr,
    sizeOf,
    subnetFault,
} from "../../model/ip-range";
import { addressesOf } from "../../model/ipam";
import { objectNameFault } from "../../model/object-name";
import type { Fault } from "../../model/source-fields";
import type { AttachedNetworkArgs } from "./machine-network-args";
import { attachmentName, bindingOf, type NetworkedMachine } from "./machine-networks";

/** What is wrong with an interface on another network than the pod network. */
export function checkAttached(
    args: AttachedNetworkArgs,
    machine: NetworkedMachine,
    check: Check,
): void {
    const binding = bindingOf(args);
    checkBinding(binding, ["bridge", "sriov"], "which is only for the pod network", check);
    const name = attachmentName(args.network, machine.namespace);
    if (name.split("/").length !== 2 || name.split("/").some((part) => objectNameFault(part))) {
        check.refuse(
            "network",
            `is ${JSON.stringify(args.network)}, which is not the name of a network`,
            `write "namespace/name", or give the VmNetwork`,
        );
    }
    const kind = typeof args.network === "string" ? undefined : args.network.kind;
    if (
        kind !== undefined &&
        (kind === "sriov") !== (binding === "sriov") &&
        typeof binding === "string"
    ) {
        check.refuse(
            "binding",
            `is ${JSON.stringify(binding)}, and ${name} is a network of ${kind}`,
            kind === "sriov"
                ? `write binding: "sriov", or leave it out`
                : `write binding: "bridge", or leave it out`,
        );
    }
    if (binding === "sriov") {
        for (const field of ["state", "model"] as const) {
            if (args[field] !== undefined) {
                check.refuse(
                    field,
                    "is given for SR-IOV, where the card itself is the interface",
                    "leave it out",
                );
            }
        }
    }
    if ("ports" in args) {
        check.refuse("ports", "are given, and are for the pod network only", "leave them out");
    }
    checkGuestAddresses(args, check);
}

function checkGuestAddresses(args: AttachedNetworkArgs, check: Check): void {
    const { addresses = [], gateways = [], routes = [], network } = args;
    const cidrs = addresses.flatMap((text) => parseCidr(text) ?? []);
    addresses.forEach((text, index) => {
        const field = `addresses[${String(index)}]`;
        const cidr = parseCidr(text);
        check.refuseIf(field, cidr === undefined ? cidrFault(text) : noGuestFault(text, cidr));
        if (cidr === undefined || typeof network === "string") {
            return;
        }
        const subnets = network.subnets.filter(({ family }) => family === cidr.family);
        if (network.subnets.length > 0 && !subnets.some((subnet) => contains(subnet, cidr))) {
            check.refuse(
                field,
                `is ${JSON.stringify(text)}, which is in none of the subnets of ${network.networkName}`,
                "write an address of the network, or correct its subnets",
            );
        } else {
            check.refuseIf(field, prefixFault(text, cidr, subnets, network.networkName));
        }
        if (addressesOf(network.ipam).some((range) => contains(range, cidr))) {
            check.refuse(
                field,
                `is ${JSON.stringify(text)}, which ${network.networkName} gives away to pods`,
                `exclude it there: exclude: ["${addressText(cidr)}"]`,
            );
        } else if (network.ipam.whereabouts !== undefined || network.ipam.static !== undefined) {
            check.warn(
                field,
                `is given on ${network.networkName}, which gives the pod an address too, and KubeVirt offers that one to the guest`,
                "use a network without whereabouts for guests with addresses of their own",
            );
        }
    });
    const router = (field: string, text: string) => {
        const address = parseAddress(text);
        check.refuseIf(field, addressFault(text));
        if (
            address !== undefined &&
            cidrs.some(({ family }) => family === address.family) &&
            !cidrs.some((cidr) => contains(cidr.network, address))
        ) {
            check.refuse(
                field,
                `is ${JSON.stringify(text)}, which is on none of the networks of the addresses`,
                "write a router of the same network",
            );
        }
    };
    gateways.forEach((text, index) => {
        router(`gateways[${String(index)}]`, text);
    });
    const families = gateways.map((text) => text.includes(":"));
    if (new Set(families).size < families.length) {
        check.refuse(
            "gateways",
            "has two of one family, and there is one default route for each",
            "write the others as routes",
        );
    }
    routes.forEach(({ to, via }, index) => {
        check.refuseIf(`routes[${String(index)}].to`, subnetFault(to));
        router(`routes[${String(index)}].via`, via);
    });
}

/** Why a network's own address, or that of all its hosts, is no guest's. Networks of one or two addresses have neither (RFC 3021). */
function noGuestFault(text: string, cidr: Cidr): Fault | undefined {
    if (sizeOf(cidr.network) <= 2n) {
        return undefined;
    }
    const { first, last } = cidr.network;
    const whose =
        cidr.value === first
            ? "the network's own address"
            : cidr.family === 4 && cidr.value === last
              ? "the address of all hosts of the network (broadcast)"
              : undefined;
    return whose === undefined
        ? undefined
        : {
              fault: `is ${JSON.stringify(text)}, which is ${whose}`,
              cure: "write a host's address",
          };
}

/** Why a prefix is another than that of the network on the wire: the guest would look for neighbours behind the router, or the other way round. */
function prefixFault(
    text: string,
    cidr: Cidr,
    subnets: readonly IpRange[],
    networkName: string,
): Fault | undefined {
    const around = subnets.find((subnet) => contains(subnet, cidr));
    if (
        around === undefined ||
        sizeOf(cidr.network) === 1n ||
        subnets.some((subnet) => sizeOf(subnet) === sizeOf(cidr.network) && contains(subnet, cidr))
    ) {
        return undefined;
    }
    const bits = cidr.family === 4 ? 32 : 128;
    const prefix = String(bits - (sizeOf(around).toString(2).length - 1));
    return {
        fault: `is ${JSON.stringify(text)}, and the network of ${networkName} has the prefix /${prefix}`,
        cure: `write "${addressText(cidr)}/${prefix}", or correct its subnets`,
    };
}

/**
 * What is wrong with how an interface is bound; of a plugin, that nobody checks its name.
 *
 * @param known the bindings that its network has.
 */
export function checkBinding(
    binding: unknown,
    known: readonly string[],
    why: string,
    check: Check,
): void {
    if (typeof binding === "string" && !known.includes(binding)) {
        check.refuse(
            "binding",
            `is ${JSON.stringify(binding)}, ${why}`,
            `write one of ${known.join(", ")}, or { plugin: "…" }`,
        );
    }
    if (typeof binding === "object") {
        const { plugin } = binding as { readonly plugin: string };
        check.warn(
            "binding",
            `is plugin ${JSON.stringify(plugin)}: KubeVirt accepts a name that nobody has registered, and the machine then does not start`,
            "see that it is under spec.configuration.network.binding of KubeVirt",
        );
    }
}
