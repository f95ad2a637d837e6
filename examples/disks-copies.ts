import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, Disk, ExistingStorage } from "../components";

/** Disks that are copies of what the cluster has, in their own namespace and in another one. */
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

const claim = new Disk("of-claim", {
    storage,
    size: "40Gi",
    source: { claim: "template" },
});
const snapshot = new Disk("of-snapshot", {
    storage,
    size: "40Gi",
    source: { snapshot: "template-monday" },
});
const image = new Disk("of-image", {
    storage,
    size: "40Gi",
    source: { dataSource: "debian-13", namespace: "images" },
});
const elsewhere = new Disk("of-another-namespace", {
    storage,
    size: "40Gi",
    source: { claim: "template", namespace: "images" },
});

export const strategies = [claim, snapshot, image, elsewhere].map(
    (disk) => disk.ready.cloneStrategy,
);
