import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, Disk, VirtualizationPlatform, VmStorageClass } from "../components";

/** A class on a driver that this package does not know, and that somebody else has installed. */
const config = new pulumi.Config();
const cluster = new Cluster("prod", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    context: config.require("context"),
    namespace: "vms",
});
const platform = new VirtualizationPlatform("virt", { cluster });

const driver = "csi.example.org";
const fast = new VmStorageClass("fast", {
    cluster: platform,
    plan: {
        name: "fast",
        provisioner: driver,
        parameters: { pool: "nvme" },
        reclaimPolicy: "Retain",
        volumeBindingMode: "Immediate",
        allowVolumeExpansion: true,
        accessMode: "ReadWriteMany",
        volumeMode: "Block",
        snapshotClasses: [
            {
                name: "fast-snap",
                driver,
                deletionPolicy: "Delete",
                parameters: {},
                isDefault: true,
            },
        ],
        capabilities: {
            shareBlock: true,
            snapshot: true,
            clone: "copy-on-write",
            expand: "online",
            encrypt: false,
            backup: false,
        },
    },
});

export const disk = new Disk("ledger", { storage: fast, size: "200Gi" }).claimName;
