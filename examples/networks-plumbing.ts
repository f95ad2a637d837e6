import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, NetworkPlumbing } from "../components";

/** What networks beside the pod network are made with. */
const config = new pulumi.Config();
const cluster = new Cluster("prod", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    context: config.require("context"),
});

const plumbing = new NetworkPlumbing("plumbing", {
    cluster,
    multus: "adopt",
    whereabouts: "install",
    sriov: {
        pools: [{ name: "lan_vfs", vendors: ["8086"], pfNames: ["ens1f0"] }],
    },
});

export const ready = plumbing.ready;
