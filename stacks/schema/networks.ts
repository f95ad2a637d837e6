import { z } from "zod";
import { macvlanModes } from "../../model/network-type";
import { count, flag, free, labels, name, optional, required, text, texts } from "./fields";

const vlan = optional(count(0, 4094), "VLAN of the network.", "none", { unit: "0 to 4094" });
const mtu = optional(count(1), "Largest packet.", "that of the network below", { unit: "bytes" });

const bridge = z.strictObject({
    bridge: required(text, "Name of the bridge on the nodes.", { example: "br1" }),
    vlan,
    preserveDefaultVlan: optional(flag, "Keep the bridge's own VLAN.", "false with a VLAN"),
    macSpoofCheck: optional(flag, "Drop packets that pretend another sender.", "true"),
    mtu,
});

const macvlan = z.strictObject({
    parent: required(text, "Interface of the nodes.", { example: "eth1" }),
    mode: optional(z.enum(macvlanModes), "Who sees whom.", "bridge"),
    mtu,
});

const sriov = z.strictObject({
    resourceName: required(text, "What the device plugin calls the card's functions.", {
        example: "intel.com/sriov",
    }),
    vlan,
    vlanQoS: optional(count(0, 7), "Priority of its packets.", "0"),
    vlanProtocol: optional(z.enum(["802.1q", "802.1ad"]), "How packets are tagged.", "802.1q"),
    spoofCheck: optional(flag, "Drop packets that pretend another sender.", "the driver's"),
    trust: optional(flag, "The guest may change its address.", "the driver's: no"),
    linkState: optional(z.enum(["auto", "enable", "disable"]), "State of the link.", "auto"),
    maxTxRate: optional(count(0), "Limit of sending.", "none", { unit: "Mbit/s" }),
});

const whereabouts = z.strictObject({
    pools: required(
        z.array(
            z.strictObject({
                range: required(text, "Network, as 192.168.10.0/24."),
                start: optional(text, "First address.", "the network's"),
                end: optional(text, "Last address.", "the network's"),
                exclude: optional(texts, "Networks that are left out.", "none"),
            }),
        ),
        "Addresses to give away.",
    ),
    gateway: optional(text, "Router to everything.", "none: no way out"),
    routes: optional(
        z.array(
            z.strictObject({
                to: required(text, "Network, as 10.0.0.0/8."),
                via: required(text, "Address of the router."),
            }),
        ),
        "Further routes.",
        "none",
    ),
});

const common = {
    whereabouts: optional(
        whereabouts,
        "Addresses for pods from whereabouts.",
        "none: guests have their own",
    ),
    subnets: optional(texts, "Networks on the wire, which addresses are held against.", "none", {
        example: ["192.168.10.0/24"],
    }),
    broadcastDomain: optional(name, "Which wire it is.", "none"),
    networkName: optional(name, "Name on the cluster.", "its name here"),
    labels: optional(labels, "Labels of the network's object.", "none"),
};

/** The networks of a stack beside the pod network, by name. */
export const networks = z.record(
    name,
    z.union([
        z.strictObject({ bridge: required(bridge, "A bridge of the nodes."), ...common }),
        z.strictObject({ macvlan: required(macvlan, "A card of the nodes, shared."), ...common }),
        z.strictObject({ sriov: required(sriov, "Virtual functions of a card."), ...common }),
        z.strictObject({ plugin: required(free, "Another CNI plugin."), ...common }),
    ]),
);
