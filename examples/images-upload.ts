import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, Disk, ExistingStorage, GoldenImage } from "../components";

/** Files of the machine that runs Pulumi, sent during the update. */
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

const appliance = new Disk("appliance", {
    storage,
    size: "20Gi",
    source: { upload: "images/appliance.qcow2" },
});

const image = new GoldenImage("appliance-image", {
    storage,
    size: "20Gi",
    source: {
        upload: "images/appliance.qcow2",
        checksum: config.require("checksum"),
    },
});
const second = new Disk("appliance-2", { storage, size: "20Gi", source: image });

export const claims = [appliance.claimName, second.claimName];
