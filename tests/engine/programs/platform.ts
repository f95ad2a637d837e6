import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import {
    Cluster,
    Disk,
    ExistingStorage,
    VirtualizationPlatform,
    type VirtualizationPlatformArgs,
    VirtualMachine,
} from "../../../components";

/** A platform whose parts come from the configuration, and a machine on it where the configuration asks for one. */
const config = new pulumi.Config();

const cluster = new Cluster("sandbox", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    identifier: "sandbox",
    namespace: config.get("namespace") ?? "default",
    failFast: config.getBoolean("failFast") ?? false,
});
const parts = config.requireObject<Omit<VirtualizationPlatformArgs, "cluster">>("parts");

const platform = new VirtualizationPlatform("virt", { ...parts, cluster });
export const ready = platform.ready;
export const preflight = platform.preflight;

const storage = new ExistingStorage("storage", {
    cluster: platform,
    storageClass: "sandbox-block",
});
if (config.getBoolean("machine") === true) {
    const image = { registry: "quay.io/containerdisks/fedora:42" } as const;
    const root = new Disk("db-root", { storage, size: "1Gi", source: image });
    new VirtualMachine("db", { cluster: platform, cpu: 1, memory: "1Gi", disks: [root] });
}
