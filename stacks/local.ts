import {
    Cluster,
    ExistingStorage,
    safetyLedger,
    VirtualizationPlatform,
    VirtualMachine,
} from "../components";
import { sandboxCluster } from "./sandbox";

const cluster = new Cluster("local", sandboxCluster());
// Somebody else looks after KubeVirt and CDI; here it is the sandbox. docs/guide/platform.md shows how a stack brings them.
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

const machine = new VirtualMachine("demo", {
    cluster: platform,
    cpu: 2,
    memory: "2Gi",
    disks: [
        {
            name: "root",
            storage,
            size: "10Gi",
            source: { registry: "quay.io/containerdisks/fedora:42" },
            boot: true,
            // The sandbox and its disks are for trying out. Elsewhere leave it out: disks are kept.
            onDestroy: "delete",
        },
        { name: "data", storage, size: "20Gi", onDestroy: "delete" },
    ],
    cloudInit: { packages: ["nginx"] },
});

export const vm = machine.machineName;
export const ready = machine.ready;
export const volumes = machine.volumes;
export const console = machine.commands.console;
export const ledger = safetyLedger({ machines: [machine] });
