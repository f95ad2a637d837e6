import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, ExistingStorage, VirtualizationPlatform, VirtualMachine } from "../components";

/** Machines on a platform that another stack, or another team, looks after. */
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
const storage = new ExistingStorage("storage", {
    cluster: platform,
    storageClass: "rook-ceph-block",
});

const db = new VirtualMachine("db", {
    cluster: platform,
    cpu: 2,
    memory: "4Gi",
    disks: [
        {
            name: "root",
            storage,
            size: "20Gi",
            source: { registry: "quay.io/containerdisks/fedora:42" },
        },
    ],
});

export const ready = db.ready;
