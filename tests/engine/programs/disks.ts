import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, Disk, type DiskArgs, ExistingStorage } from "../../../components";

/** Disks without a machine, as the configuration lists them by name. */
const config = new pulumi.Config();

const cluster = new Cluster("sandbox", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    identifier: "sandbox",
    namespace: config.require("namespace"),
    failFast: config.getBoolean("failFast") ?? false,
});

interface Settings extends Omit<DiskArgs, "storage"> {
    readonly storageClass?: string;
}

for (const [name, { storageClass = "sandbox-block", ...disk }] of Object.entries(
    config.requireObject<Readonly<Record<string, Settings>>>("disks"),
)) {
    const storage = new ExistingStorage(`${name}-storage`, { cluster, storageClass });
    new Disk(name, { storage, ...disk });
}
