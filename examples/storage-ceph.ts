import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { CephRbd, Cluster, Disk, VirtualizationPlatform, VirtualMachine } from "../components";

/** Disks on a Ceph cluster that is run elsewhere, in two tiers. */
const config = new pulumi.Config();
const cluster = new Cluster("prod", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    context: config.require("context"),
    namespace: "vms",
});
const platform = new VirtualizationPlatform("virt", { cluster });

const ceph = new CephRbd("ceph", {
    cluster: platform,
    clusterId: "b9127830-b0cc-4e34-aa47-9d1a2e9949a8",
    monitors: ["10.0.0.1:6789", "10.0.0.2:6789", "10.0.0.3:6789"],
    user: { id: "kubevirt", key: config.requireSecret("cephKey") },
    tiers: {
        fast: { pool: "vm-nvme" },
        windows: { pool: "vm-nvme", guests: "windows" },
        capacity: { pool: "vm-hdd", dataPool: "vm-hdd-ec" },
    },
    capacity: { raw: "120Ti", replicas: 3 },
    probe: true,
});

const archive = new Disk("archive", { storage: ceph.tiers.capacity, size: "2Ti" });

new VirtualMachine("db", {
    cluster: platform,
    cpu: 4,
    memory: "16Gi",
    disks: [
        {
            name: "root",
            storage: ceph.tiers.fast,
            size: "40Gi",
            source: { registry: "quay.io/containerdisks/fedora:42" },
            boot: true,
        },
        archive,
    ],
});

/** The user that this program needs: run it where Ceph is administrated. */
export const caps = ceph.caps;
export const forecast = ceph.forecast;
