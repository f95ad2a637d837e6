import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, ExistingNetwork, type MachineNetworkArgs, VmNetwork } from "../components";

/** Networks that machines have interfaces on, and the interfaces of a machine. */
const config = new pulumi.Config();
const cluster = new Cluster("prod", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    context: config.require("context"),
    namespace: "vms",
});

const lan = new VmNetwork("lan", {
    cluster,
    bridge: { bridge: "br1", vlan: 100 },
    subnets: ["192.168.10.0/24"],
});

const fast = new VmNetwork("fast", {
    cluster,
    sriov: { resourceName: "intel.com/lan_vfs", vlan: 200, spoofCheck: true },
});

const lab = new VmNetwork("lab", {
    cluster,
    macvlan: { parent: "eth1.300" },
    whereabouts: {
        pools: [{ range: "10.30.0.0/24", start: "10.30.0.50", exclude: ["10.30.0.100"] }],
        gateway: "10.30.0.1",
    },
    broadcastDomain: "lab",
});

const dmz = new ExistingNetwork("dmz", { cluster, namespace: "networks", networkName: "dmz" });

/** For `networks` of a VirtualMachine. */
export const networks: MachineNetworkArgs[] = [
    { name: "default", pod: true, ports: [{ name: "ssh", port: 22 }] },
    {
        name: "lan",
        network: lan,
        addresses: ["192.168.10.20/24"],
        gateways: ["192.168.10.1"],
        nameservers: ["192.168.10.2"],
    },
    { name: "fast", network: fast },
    { name: "dmz", network: dmz, state: "down" },
];

export const ready = [lan.ready, fast.ready, lab.ready];
