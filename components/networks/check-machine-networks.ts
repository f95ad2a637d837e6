import { addressFault, addressText, parseCidr, subnetFault } from "../../model/ip-range";
import { Check, type Findings } from "../../model/findings";
import { macFault, normalMac } from "../../model/mac-address";
import { numberFrom } from "../../model/network-type";
import { objectNameFault } from "../../model/object-name";
import { Problems } from "../../model/problems";
import { checkAttached, checkBinding } from "./check-attached-network";
import { checkPorts } from "./check-ports";
import {
    interfaceModels,
    type MachineNetworkArgs,
    type PodNetworkArgs,
} from "./machine-network-args";
import { bindingOf, isOnPodNetwork, type NetworkedMachine } from "./machine-networks";

/**
 * Everything that is wrong with a machine's networks, as far as the machine alone decides; what KubeVirt accepts although it
 * cannot work too. Source: KubeVirt pkg/network/admitter of v1.9.0.
 */
export function checkMachineNetworks(
    networks: readonly MachineNetworkArgs[] | undefined,
    machine: NetworkedMachine,
): Findings {
    const check = new Check();
    if (networks === undefined) {
        return check;
    }
    checkTogether(networks, check);
    for (const args of networks) {
        const place = `networks, ${JSON.stringify(args.name)}`;
        const one = new Check();
        checkInterface(args, one);
        if (isOnPodNetwork(args)) {
            checkPod(args, one);
        } else {
            checkAttached(args, machine, one);
        }
        for (const { field, fault, cure } of one.problems) {
            check.refuse(`${place}: ${field}`, fault, cure);
        }
        for (const { field, fault, cure } of one.warnings) {
            check.warn(`${place}: ${field}`, fault, cure);
        }
    }
    return check;
}

/** What only all of them together show. */
function checkTogether(networks: readonly MachineNetworkArgs[], check: Check): void {
    const pods = networks.filter(isOnPodNetwork).map(({ name }) => JSON.stringify(name));
    if (pods.length > 1) {
        check.refuse(
            "networks",
            `has ${pods.join(" and ")} on the pod network, and a machine has at most one there`,
            "put the others on networks of their own",
        );
    }
    const repeated = (values: readonly (string | number | undefined)[]) =>
        new Set(values.filter((value, at) => value !== undefined && values.indexOf(value) < at));
    for (const name of repeated(networks.map((one) => one.name))) {
        check.refuse(
            "networks",
            `has ${JSON.stringify(name)} twice`,
            "give each interface a name of its own",
        );
    }
    const macs = networks.map(({ macAddress }) => macAddress && normalMac(macAddress));
    for (const mac of repeated(macs)) {
        check.refuse("networks", `has the macAddress ${String(mac)} twice`, "leave one out");
    }
    for (const field of ["bootOrder", "acpiIndex", "pciAddress"] as const) {
        for (const value of repeated(networks.map((one) => one[field]))) {
            check.refuse(
                "networks",
                `has the ${field} ${String(value)} twice`,
                "give each interface another, or leave it out",
            );
        }
    }
    const addresses = networks
        .flatMap((one) => (isOnPodNetwork(one) ? [] : (one.addresses ?? [])))
        .flatMap((text) => parseCidr(text) ?? [])
        .map(addressText);
    for (const address of repeated(addresses)) {
        check.refuse("networks", `has the address ${String(address)} twice`, "leave one out");
    }
}

/** What every interface has. */
function checkInterface(args: MachineNetworkArgs, check: Check): void {
    const problems = new Problems();
    if (!/^[A-Za-z0-9_-]{1,63}$/.test(args.name)) {
        check.refuse(
            "name",
            `is ${JSON.stringify(args.name)}, which KubeVirt does not take for an interface`,
            `write up to 63 letters, digits, "-" and "_"`,
        );
    }
    const { macAddress, pciAddress, model, state, dhcp } = args;
    problems.addIf("macAddress", macAddress === undefined ? undefined : macFault(macAddress));
    problems.addUnknown("model", model, interfaceModels);
    problems.addUnknown("state", state, ["up", "down"]);
    problems.addUnknown("dhcp", dhcp, ["ipv4", "ipv6", "both", "none"]);
    numberFrom("bootOrder", args.bootOrder, 1, 1_000_000, problems);
    numberFrom("acpiIndex", args.acpiIndex, 1, 16_383, problems);
    numberFrom("mtu", args.mtu, 68, 65_535, problems);
    // Source: KubeVirt pkg/util/hardware/hw_utils.go (PCI_ADDRESS_PATTERN).
    if (
        pciAddress !== undefined &&
        !/^[\da-f]{4}:[\da-f]{2}:[\da-f]{2}\.[0-7]$/i.test(pciAddress)
    ) {
        problems.add(
            "pciAddress",
            `is ${JSON.stringify(pciAddress)}, which is not a PCI address`,
            `write it as "0000:81:01.0"`,
        );
    }
    (args.nameservers ?? []).forEach((server, index) =>
        problems.addIf(`nameservers[${String(index)}]`, addressFault(server)),
    );
    for (const domain of (args.searchDomains ?? []).filter((one) => objectNameFault(one))) {
        problems.add(
            "searchDomains",
            `has ${JSON.stringify(domain)}, which is not a domain`,
            `write it as "example.org"`,
        );
    }
    for (const { field, fault, cure } of problems.all) {
        check.refuse(field, fault, cure);
    }
}

function checkPod(args: PodNetworkArgs, check: Check): void {
    const binding = bindingOf(args);
    const known = ["masquerade", "bridge", "passt"];
    checkBinding(binding, known, "which the pod network does not have", check);
    if (args.ports !== undefined) {
        if (binding === "masquerade" || binding === "passt") {
            for (const { field, fault, cure } of checkPorts(args.ports)) {
                check.refuse(field, fault, cure);
            }
        } else {
            check.refuse(
                "ports",
                "are given, and nothing stands between the pod network and the guest with this binding",
                `leave them out, or write binding: "masquerade"`,
            );
        }
    }
    const { cidr, ipv6Cidr } = args.pod === true ? {} : args.pod;
    for (const [field, text, family] of [
        ["pod.cidr", cidr, 4],
        ["pod.ipv6Cidr", ipv6Cidr, 6],
    ] as const) {
        if (text !== undefined) {
            const fault = subnetFault(text);
            check.refuseIf(field, fault);
            if (fault === undefined && parseCidr(text)?.family !== family) {
                check.refuse(
                    field,
                    `is ${JSON.stringify(text)}, which is not an IPv${String(family)} network`,
                    "write it under the other name",
                );
            }
        }
    }
    for (const field of ["addresses", "gateways", "routes"] as const) {
        if (field in args) {
            check.refuse(
                field,
                "are given on the pod network, whose addresses the cluster gives",
                "leave them out, and put the guest on a network of its own for an address that stays",
            );
        }
    }
}
