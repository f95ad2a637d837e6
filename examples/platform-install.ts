import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, VirtualizationPlatform } from "../components";

/** A platform that this stack brings, upgrades and removes. */
const config = new pulumi.Config();
const cluster = new Cluster("prod", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    context: config.require("context"),
});

const platform = new VirtualizationPlatform("virt", {
    cluster,
    // Most distributions bring one; look with: kubectl get deploy -A | grep snapshot-controller
    snapshots: "adopt",
    kubevirt: {
        liveMigration: { bandwidthPerMigration: "1Gi", parallelOutboundPerNode: 2 },
        featureGates: { enable: ["VSOCK"] },
    },
    cdi: { scratchStorageClass: "fast-scratch" },
    // Only where machines are on other networks than the pod network.
    networks: { multus: "install", whereabouts: "install" },
});

export const ready = platform.ready;
export const preflight = platform.preflight;
