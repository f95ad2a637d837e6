import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, type Duration, ExistingStorage, VirtualMachine } from "../../../components";
import type { InlineDisk } from "../../../components";

/** One machine whose disks and settings come from the configuration, so that a test can edit the program. */
const config = new pulumi.Config();

const cluster = new Cluster("sandbox", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    identifier: "sandbox",
    namespace: config.require("namespace"),
    failFast: config.getBoolean("failFast") ?? false,
});
const storage = new ExistingStorage("storage", {
    cluster,
    storageClass: config.get("storageClass") ?? "sandbox-block",
});

interface DiskSettings extends Omit<InlineDisk, "storage"> {
    readonly readyWithin?: Duration;
}

const disks = config.requireObject<readonly DiskSettings[]>("disks");

export const machine = new VirtualMachine("db", {
    cluster,
    machineName: config.get("machineName") ?? "db",
    cpu: config.getNumber("cpu") ?? 1,
    memory: "1Gi",
    disks: disks.map((disk) => ({ ...disk, storage })),
    runStrategy: config.get("runStrategy") ?? "Always",
    cloudInit: { packages: [config.get("package") ?? "nginx"] },
});
export const volumes = machine.volumes;
export const ready = machine.ready;
