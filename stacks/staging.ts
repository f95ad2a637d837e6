import * as pulumi from "@pulumi/pulumi";
import { Cluster, ExistingStorage, VirtualMachine } from "../components";
import { namedCluster } from "./environment";

/** A stack on a real cluster: the context and the StorageClass come from its configuration. */
const config = new pulumi.Config();

const cluster = new Cluster("staging", {
    ...namedCluster(),
    namespace: config.get("namespace") ?? "default",
});
const storage = new ExistingStorage("storage", {
    cluster,
    storageClass: config.require("storageClass"),
});

const machine = new VirtualMachine("demo", {
    cluster,
    cpu: 2,
    memory: "2Gi",
    disks: [
        {
            name: "root",
            storage,
            size: "10Gi",
            image: { registry: "quay.io/containerdisks/fedora:42" },
            boot: true,
        },
    ],
});

export const vm = machine.machineName;
export const ready = machine.ready;
export const volumes = machine.volumes;
export const console = machine.console;
