import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, Disk, ExistingStorage } from "../components";

/** Disks that were there before: a claim that somebody else made, and a volume that was kept when its claim went. */
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

const ledger = new Disk("ledger", {
    storage,
    size: "50Gi",
    adopt: { claim: "ledger-2019" },
});
const archive = new Disk("archive", {
    storage,
    size: "100Gi",
    adopt: { volume: "pvc-0b1c4a52-7f2e-4a53-9c75-2d0f4c1f7a11" },
});

export const claims = [ledger.claimName, archive.claimName];
