import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, Disk, ExistingStorage, VirtualMachine } from "../components";

/** A Windows server: installed from an image that was generalised with sysprep. */
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

const tools = new Disk("office-tools", {
    storage,
    size: "8Gi",
    source: { http: "https://images.example.org/tools.iso" },
});

const office = new VirtualMachine("office", {
    cluster,
    os: "windows",
    cpu: { sockets: 1, cores: 4 },
    memory: "16Gi",
    disks: [
        {
            name: "system",
            storage,
            size: "80Gi",
            source: { http: "https://images.example.org/windows-2022.qcow2" },
            boot: true,
        },
        { name: "data", storage, size: "200Gi" },
        { name: "tools", disk: tools, as: "cdrom" },
    ],
    sysprep: { unattend: config.requireSecret("unattend") },
    clock: { timezone: "Europe/Berlin" },
    devices: { video: "virtio" },
    readyWithin: "30 minutes",
});

export const ready = office.ready;
