import { Cluster, Disk } from "../components";
import { environment } from "../stacks/environment";
import { goldenImages } from "../stacks/images";
import { storageOf } from "../stacks/storage";

/** Disks made from the images that the stack's configuration names, each as images.lock.json has it. */
const { cluster: where, storage: choice, images } = environment();
const cluster = new Cluster("prod", where);
const storage = storageOf(choice, cluster);

const { fedora } = goldenImages(images, storage);
const root = new Disk("catalog-root", {
    storage,
    size: "20Gi",
    source: fedora ?? { registry: "quay.io/containerdisks/fedora:42" },
});

export const claim = root.claimName;
