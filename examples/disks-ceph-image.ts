import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { CephRbd, Cluster, Disk, VirtualizationPlatform } from "../components";

/** A disk that is an RBD image which somebody made by hand. */
const config = new pulumi.Config();
const cluster = new Cluster("prod", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    context: config.require("context"),
    namespace: "vms",
});
const platform = new VirtualizationPlatform("virt", {
    cluster,
    certManager: "skip",
    snapshots: "adopt",
    kubevirt: "adopt",
    cdi: "adopt",
});
const ceph = new CephRbd("ceph", {
    cluster: platform,
    clusterId: "b9127830-b0cc-4e34-aa47-9d1a2e9949a8",
    monitors: ["10.0.0.1:6789", "10.0.0.2:6789", "10.0.0.3:6789"],
    user: { id: "kubevirt", key: config.requireSecret("cephKey") },
    tiers: { fast: { pool: "vm-nvme" } },
});

const legacy = new Disk("legacy-db", {
    storage: ceph,
    size: "500Gi",
    source: ceph.image("legacy-db", "vm-legacy"),
});

export const claim = legacy.claimName;
