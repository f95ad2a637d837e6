import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, Disk, ExistingStorage, VirtualMachine } from "../components";

/** A disk moves to another class: a copy is made beside it, and the machine is switched over. */
const config = new pulumi.Config();
const cluster = new Cluster("prod", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    context: config.require("context"),
    namespace: "vms",
});
const slow = new ExistingStorage("slow", {
    cluster,
    storageClass: config.require("storageClass"),
    snapshotClass: config.require("snapshotClass"),
});
const fast = new ExistingStorage("fast", {
    cluster,
    storageClass: config.require("fastStorageClass"),
});

const old = new Disk("shop-data", { storage: slow, size: "100Gi" });
const copy = new Disk("shop-data-2", { storage: fast, size: "200Gi", copyOf: old });

new VirtualMachine("shop", {
    cluster,
    cpu: 2,
    memory: "4Gi",
    disks: [{ name: "data", disk: copy, switchFrom: "shop-data" }],
});

export const cloneStrategy = copy.ready.cloneStrategy;
