import { normalMac } from "../../model/mac-address";
import type { Fields } from "../../model/machine-difference";
import { stableMacAddress } from "../../model/names";
import {
    type InterfaceOverrides,
    interfaces,
    type NetworkBinding,
    type NetworkInterfacePlan,
    networks,
    type PortPlan,
} from "../machine-networks";
import { entriesAt, numberAt, partAt, patch, some, textAt, wordOf } from "./patch";

/** An interface of a machine: the plan, and the argument that comes to it. */
export interface ReadInterface {
    readonly plan: NetworkInterfacePlan;
    readonly args: Fields;
    /** `namespace/name` of the network it is on; undefined on the pod network. */
    readonly attachment: string | undefined;
}

/** Where the machine is. */
interface Place {
    readonly name: string;
    readonly namespace: string;
}

/** What the guest is told at its first boot: nothing here, as its first-boot settings stay what they are. */
const untold: NetworkInterfacePlan["guest"] = {
    dhcp: "ipv4",
    addresses: [],
    gateways: [],
    nameservers: [],
    searchDomains: [],
    routes: [],
};

/** The interfaces of a machine. Undefined where interfaces and networks are not of each other, or on networks that nobody knows. */
export function readInterfaces(
    template: Fields,
    place: Place,
): readonly ReadInterface[] | undefined {
    const cards = entriesAt(partAt(partAt(template, "domain"), "devices"), "interfaces");
    const wires = entriesAt(template, "networks");
    const all = cards.map((card, index) => {
        const wire = wires[index];
        return wire?.["name"] === card["name"] && wire !== undefined
            ? readInterface(card, wire, place)
            : undefined;
    });
    const known = all.filter((one) => one !== undefined);
    return known.length === all.length && wires.length === cards.length ? known : undefined;
}

function readInterface(
    card: Fields,
    wire: Fields,
    { name: machine, namespace }: Place,
): ReadInterface | undefined {
    const name = textAt(card, "name") ?? "";
    const pod = partAt(wire, "pod");
    const multus = textAt(partAt(wire, "multus"), "networkName");
    if (pod === undefined && multus === undefined) {
        return undefined;
    }
    const attachment =
        multus === undefined || multus.includes("/") ? multus : `${namespace}/${multus}`;
    const cidrs = some({
        cidr: textAt(pod, "vmNetworkCIDR"),
        ipv6Cidr: textAt(pod, "vmIPv6NetworkCIDR"),
    });
    const binding = readBinding(card);
    const isUsual = binding === (attachment === undefined ? "masquerade" : "bridge");
    const mac = textAt(card, "macAddress");
    const ports = attachment === undefined ? readPorts(card) : undefined;
    const shared = some({
        model: textAt(card, "model"),
        bootOrder: numberAt(card, "bootOrder"),
        state: wordOf(card["state"], ["up", "down"] as const),
        pciAddress: textAt(card, "pciAddress"),
        acpiIndex: numberAt(card, "acpiIndex"),
    });
    const plain: NetworkInterfacePlan = {
        name,
        network: attachment === undefined ? { pod: cidrs ?? {} } : { attachment },
        binding,
        macAddress: mac === undefined ? stableMacAddress(namespace, machine, name) : normalMac(mac),
        ...shared,
        ports,
        guest: untold,
    };
    const overrides = some({
        interface: patch(interfaces([plain])[0] ?? {}, card),
        network: patch(networks([plain])[0] ?? {}, wire),
    }) as InterfaceOverrides | undefined;
    return {
        plan: overrides === undefined ? plain : { ...plain, overrides },
        args: {
            name,
            ...(attachment === undefined ? { pod: cidrs ?? true } : { network: attachment }),
            ...(isUsual ? {} : { binding }),
            ...(mac === undefined ? {} : { macAddress: mac }),
            ...shared,
            ...(ports === undefined ? {} : { ports }),
            ...(overrides === undefined ? {} : { overrides }),
        },
        attachment,
    };
}

function readBinding(card: Fields): NetworkBinding {
    const plugin = textAt(partAt(card, "binding"), "name");
    if (plugin !== undefined) {
        return { plugin };
    }
    const word = (["masquerade", "bridge", "sriov"] as const).find(
        (one) => card[one] !== undefined,
    );
    return word ?? (card["passtBinding"] === undefined ? "bridge" : "passt");
}

function readPorts(card: Fields): readonly PortPlan[] | undefined {
    const ports = entriesAt(card, "ports").flatMap((port): readonly PortPlan[] => {
        const number = numberAt(port, "port");
        return number === undefined
            ? []
            : [
                  {
                      port: number,
                      ...some({
                          name: textAt(port, "name"),
                          protocol: wordOf(port["protocol"], ["TCP", "UDP"] as const),
                      }),
                  },
              ];
    });
    return ports.length === 0 ? undefined : ports;
}
