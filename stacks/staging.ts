import { Cluster, VirtualizationPlatform, VirtualMachine } from "../components";
import { environment } from "./environment";
import { goldenImages } from "./images";
import { storageOf } from "./storage";

/** A stack on a real cluster: the context, the storage and the images come from its configuration. */
const { cluster: where, storage: choice, images } = environment();

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
const { fedora } = goldenImages(images, storage);

const machine = new VirtualMachine("demo", {
    cluster: platform,
    cpu: 2,
    memory: "2Gi",
    disks: [
        {
            name: "root",
            storage,
            size: "10Gi",
            source: fedora ?? { registry: "quay.io/containerdisks/fedora:42" },
            boot: true,
        },
    ],
});

export const vm = machine.machineName;
export const ready = machine.ready;
export const volumes = machine.volumes;
export const console = machine.console;
