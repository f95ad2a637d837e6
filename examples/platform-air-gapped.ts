import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, VirtualizationPlatform } from "../components";

/** A platform from files and from a registry of one's own: nothing of it comes from the internet. */
const config = new pulumi.Config();
const cluster = new Cluster("prod", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    context: config.require("context"),
});

const registry = "registry.example.com";
const platform = new VirtualizationPlatform("virt", {
    cluster,
    certManager: { chart: "./releases/cert-manager-v1.21.1.tgz" },
    snapshots: {
        manifests: [
            { file: "./releases/snapshot-crds.yaml" },
            { file: "./releases/snapshot-controller.yaml" },
        ],
        imageRegistry: `${registry}/sig-storage`,
    },
    kubevirt: {
        manifest: { file: "./releases/kubevirt-operator.yaml" },
        imageRegistry: `${registry}/kubevirt`,
        imagePullSecrets: ["registry-login"],
    },
    cdi: {
        manifest: { file: "./releases/cdi-operator.yaml" },
        imageRegistry: `${registry}/kubevirt`,
        imagePullSecrets: ["registry-login"],
    },
    networks: {
        multus: {
            manifests: [{ file: "./releases/multus.yaml" }],
            imageRegistry: `${registry}/k8snetworkplumbingwg`,
        },
    },
});

export const ready = platform.ready;
