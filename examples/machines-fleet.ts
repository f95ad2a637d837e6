import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import {
    Cluster,
    ExistingStorage,
    GoldenImage,
    MigrationPolicy,
    VirtualMachineFleet,
} from "../components";

/** A hundred machines from one definition. */
const config = new pulumi.Config();
const cluster = new Cluster("prod", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    context: config.require("context"),
    namespace: "vms",
});
const storage = new ExistingStorage("storage", {
    cluster,
    storageClass: config.require("storageClass"),
    snapshotClass: config.require("snapshotClass"),
});
const fedora = new GoldenImage("fedora", {
    storage,
    size: "10Gi",
    source: { registry: "quay.io/containerdisks/fedora:42" },
});

const web = new VirtualMachineFleet("web", {
    machines: 100,
    without: config.getObject<string[]>("without") ?? [],
    startAtOnce: 20,
    definition: ({ index }) => ({
        cluster,
        cpu: 1,
        memory: "1Gi",
        disks: [{ name: "root", storage, size: "10Gi", source: fedora }],
        cloudInit: { runCommands: [`echo worker ${String(index)} > /etc/motd`] },
        placement: { apart: "node" },
    }),
});

new MigrationPolicy("web", {
    cluster,
    machines: { "pulumi-kubevirt.dev/group": "web" },
    bandwidthPerMigration: "256Mi",
});

export const addresses = web.ready.apply((machines) =>
    Object.values(machines).map(({ addresses }) => addresses[0]),
);
