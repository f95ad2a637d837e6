import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, ExistingStorage, VirtualMachine, VmNetwork } from "../components";

/** A database with CPUs, memory and a network card of its own. */
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

const fast = new VmNetwork("fast", {
    cluster,
    sriov: { resourceName: "intel.com/lan_vfs", vlan: 200 },
});

const oltp = new VirtualMachine("oltp", {
    cluster,
    cpu: {
        sockets: 1,
        cores: 8,
        model: "host-passthrough",
        dedicated: true,
        isolateEmulatorThread: true,
        numa: true,
    },
    memory: { guest: "32Gi", hugepages: "1Gi" },
    disks: [
        {
            name: "root",
            storage,
            size: "40Gi",
            source: { registry: "quay.io/containerdisks/fedora:42" },
        },
        { name: "wal", storage, size: "100Gi", dedicatedIoThread: true, serial: "wal" },
        { name: "data", storage, size: "500Gi", dedicatedIoThread: true, blockSize: 4096 },
    ],
    networks: [
        { name: "default", pod: true },
        { name: "fast", network: fast, addresses: ["10.20.0.5/24"], mtu: 9000 },
    ],
    placement: {
        nodeSelector: { "kubernetes.io/os": "linux" },
        tolerations: [{ key: "databases", operator: "Exists", effect: "NoSchedule" }],
    },
    probes: { liveness: { agent: true, initialDelay: "10 minutes" } },
    stopWithin: "10 minutes",
});

export const ready = oltp.ready;
/** Known in the preview. */
export const migratability = oltp.migratability;
