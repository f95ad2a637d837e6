import { readFileSync } from "node:fs";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, Disk, ExistingStorage, VirtualizationPlatform } from "../../../components";

/** A cluster whose kubeconfig comes from a resource of the same program: a preview does not know it. */
const config = new pulumi.Config();
const text = readFileSync(config.require("kubeconfig"), "utf8");
const namespace = config.require("namespace");

const provider = new Provider("first", { kubeconfig: text, clusterIdentifier: "first" });
const made = new ConfigMap("made", { metadata: { namespace } }, { provider });

const cluster = new Cluster("second", {
    kubeconfig: made.metadata.uid.apply(() => text),
    namespace,
});
const platform = new VirtualizationPlatform("virt", {
    cluster,
    certManager: "skip",
    snapshots: "adopt",
    kubevirt: "adopt",
    cdi: "adopt",
});
const storage = new ExistingStorage("storage", {
    cluster: platform,
    storageClass: "sandbox-block",
});
export const disk = new Disk("late", { storage, size: "1Gi" }).ready;
