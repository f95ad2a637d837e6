import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, VmNetworkPolicy, VmService } from "../components";

/** How machines are reached on the pod network, and by whom. */
const config = new pulumi.Config();
const cluster = new Cluster("prod", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    context: config.require("context"),
    namespace: "vms",
});

const ssh = new VmService("db-ssh", { cluster, machine: "db", ports: [{ port: 22 }] });

const web = new VmService("web", {
    cluster,
    group: "web",
    type: "LoadBalancer",
    ports: [
        { name: "http", port: 80 },
        { name: "https", port: 443 },
    ],
    sourceRanges: ["203.0.113.0/24"],
});

new VmNetworkPolicy("db", {
    cluster,
    group: "db",
    ingress: [
        { peers: [{ group: "web" }], ports: [{ port: 5432 }] },
        { peers: [{ namespace: "monitoring" }], ports: [{ port: 9100 }] },
    ],
    egress: [{ peers: [{ cidr: "10.20.0.0/16" }], ports: [{ port: 443 }] }],
    resolvers: ["169.254.20.10"],
});

export const host = ssh.host;
export const addresses = web.addresses;
