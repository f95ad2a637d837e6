import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, Disk, ExistingStorage, VirtualMachine } from "../components";

/** Disks and their life: made, grown, kept. */
const config = new pulumi.Config();
const cluster = new Cluster("prod", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    context: config.require("context"),
    namespace: "vms",
});
const storage = new ExistingStorage("storage", {
    cluster,
    storageClass: config.require("storageClass"),
});

const data = new Disk("db-data", {
    storage,
    size: "200Gi",
    onDestroy: "forbid",
    labels: { team: "billing" },
});

const files = new Disk("db-files", {
    storage,
    size: "50Gi",
    volumeMode: "Filesystem",
    accessMode: "ReadWriteOnce",
    readyWithin: "20 minutes",
});

const db = new VirtualMachine("db", {
    cluster,
    cpu: 4,
    memory: "16Gi",
    disks: [
        {
            name: "root",
            storage,
            size: "40Gi",
            source: { registry: "quay.io/containerdisks/fedora:42" },
            boot: true,
        },
        { name: "data", disk: data },
        files,
        { name: "scratch", storage, size: "20Gi", onDestroy: "delete" },
    ],
});

/** Claim, phase, bound, size, source, and how a copy was made. */
export const ready = data.ready;
/** Per disk of the machine, with what the guest sees of it. */
export const volumes = db.volumes;
