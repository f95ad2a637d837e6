import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import {
    Cluster,
    VirtualizationPlatform,
    type VirtualizationPlatformArgs,
    VmNetwork,
    VmNetworkPolicy,
    VmService,
} from "../../../components";

/** A platform whose plumbing comes from the configuration, a network on it, and what stands between a machine and the others. */
const config = new pulumi.Config();
const cluster = new Cluster("sandbox", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    identifier: "sandbox",
    namespace: config.require("namespace"),
});
const networks =
    config.requireObject<NonNullable<VirtualizationPlatformArgs["networks"]>>("networks");
const platform = new VirtualizationPlatform(config.get("platform") ?? "virt", {
    cluster,
    certManager: "skip",
    snapshots: "skip",
    kubevirt: "skip",
    cdi: "skip",
    networks,
});

const lan = new VmNetwork("lan", {
    cluster: platform,
    bridge: { bridge: "br1", vlan: config.getNumber("vlan") ?? 100 },
    subnets: ["192.168.10.0/24"],
});
const ssh = new VmService("db-ssh", { cluster, machine: "db", ports: [{ port: 22 }] });
new VmNetworkPolicy("db", {
    cluster,
    group: "db",
    ingress: [{ peers: [{ group: "web" }], ports: [{ port: 5432 }] }],
});

export const network = lan.ready;
export const addresses = ssh.addresses;
export const plumbing = platform.networks?.ready;
