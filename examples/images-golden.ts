import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, Disk, ExistingStorage, GoldenImage } from "../components";

/** Images that are imported once, in a namespace of their own, and disks that are cloned from them. */
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

const ubuntu = new GoldenImage("ubuntu-24-04", {
    storage,
    namespace: "images",
    size: "10Gi",
    source: {
        registry: "quay.io/containerdisks/ubuntu",
        digest: "sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0",
    },
    format: "snapshot",
    sharedWith: ["vms"],
});

const root = new Disk("shop-root", { storage, size: "40Gi", source: ubuntu });

const fedora = new GoldenImage("fedora-42", {
    storage,
    size: "10Gi",
    source: { registry: "quay.io/containerdisks/fedora:42" },
    refresh: { schedule: "30 4 * * 1", keep: 2 },
});
const builder = new Disk("builder-root", { storage, size: "20Gi", source: fedora });

export const image = ubuntu.ready;
export const claims = [root.claimName, builder.claimName];
