import type { GoldenImageArgs } from "../../../components";
import { storage } from "../disks/storage";

/** As little as it takes, changed. */
export const imageArgs = (change: object = {}): GoldenImageArgs => ({
    storage: storage(),
    size: "10Gi",
    source: { registry: "quay.io/containerdisks/fedora:42" },
    ...change,
});
