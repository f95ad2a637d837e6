import { Cluster, Disk } from "../components";
import { environment } from "../stacks/environment";
import { goldenImages } from "../stacks/images";
import { storageOf } from "../stacks/storage";

/** Disks made from the images that the stack's environment names, each as images.lock.json has it. */
const env = environment();
const cluster = new Cluster("prod", env.cluster);
const { backend: storage } = storageOf(env, cluster);

const { fedora } = goldenImages(env.images, storage);
const root = new Disk("catalog-root", {
    storage,
    size: "20Gi",
    source: fedora ?? { registry: "quay.io/containerdisks/fedora:42" },
});

export const claim = root.claimName;
