import type { Cluster, StorageBackend } from "../../../components";

/** A storage backend as far as arguments are checked against it. No function that takes it looks at a cluster. */
export function storage(change: Partial<StorageBackend> = {}): StorageBackend {
    return {
        cluster: { namespace: "vms" } as unknown as Cluster,
        storageClass: "ceph-block",
        accessMode: "ReadWriteMany",
        volumeMode: "Block",
        snapshotClass: undefined,
        clonesSnapshots: false,
        ...change,
    } as StorageBackend;
}
