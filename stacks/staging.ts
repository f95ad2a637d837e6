import { Cluster, VirtualizationPlatform, VirtualMachine } from "../components";
import { environment } from "./environment";
import { storageOf } from "./storage";

/** A stack on a real cluster: the context and the storage come from its configuration. */
const { cluster: where, storage: choice } = environment();

const cluster = new Cluster("staging", where);
// Somebody else looks after KubeVirt and CDI; docs/guide/platform.md shows how a stack brings them.
const platform = new VirtualizationPlatform("virt", {
    cluster,
    certManager: "skip",
    snapshots: "adopt",
    kubevirt: "adopt",
    cdi: "adopt",
});
const storage = storageOf(choice, platform);

const machine = new VirtualMachine("demo", {
    cluster: platform,
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
