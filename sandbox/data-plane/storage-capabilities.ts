import { csiProvisioner } from "./drivers";
import { longhornDriverName } from "./longhorn/system";
import type { ClaimPropertySet, StorageClass } from "./objects";

const set = (accessMode: string, volumeMode: string): ClaimPropertySet => ({
    accessModes: [accessMode],
    volumeMode,
});

const shared = set("ReadWriteMany", "Block");
const block = set("ReadWriteOnce", "Block");
const file = set("ReadWriteOnce", "Filesystem");

/** The sandbox's own provisioners, as if CDI knew them. */
const own = [shared, file];

/** Source: CDI pkg/storagecapabilities/storagecapabilities.go, CapabilitiesByProvisionerKey; of its entries those that the sandbox has. */
const setsByKey: Readonly<Record<string, readonly ClaimPropertySet[]>> = {
    [csiProvisioner]: own,
    "sandbox.local/hostpath": own,
    "rbd.csi.ceph.com": [shared, block, file],
    "rook-ceph.rbd.csi.ceph.com": [shared, block, file],
    [longhornDriverName]: [block],
    [`${longhornDriverName}/migratable`]: [shared, block],
    [`${longhornDriverName}/nfs`]: [
        set("ReadWriteMany", "Filesystem"),
        set("ReadWriteOnce", "Filesystem"),
    ],
    [`${longhornDriverName}/fs`]: [file],
};

/** Source: the same file, CloneStrategyByProvisionerKey and SourceFormatsByProvisionerKey. */
const strategyByKey: Readonly<Record<string, string>> = {
    "rbd.csi.ceph.com": "csi-clone",
    "rook-ceph.rbd.csi.ceph.com": "csi-clone",
};
const formatByKey: Readonly<Record<string, string>> = { "rook-ceph.rbd.csi.ceph.com": "snapshot" };

/** What CDI knows of a class by its provisioner and parameters. */
export interface Advice {
    /** Absent: CDI does not know the provisioner. */
    readonly sets?: readonly ClaimPropertySet[] | undefined;
    readonly strategy?: string | undefined;
    readonly format?: string | undefined;
}

/** CDI's advice for a class. */
export function adviceFor(of: StorageClass): Advice {
    const key = keyOf(of);
    return { sets: setsByKey[key], strategy: strategyByKey[key], format: formatByKey[key] };
}

/** Source: the same file, storageClassToProvisionerKeyMapper. */
function keyOf({ provisioner, parameters = {} }: StorageClass): string {
    if (provisioner !== longhornDriverName) {
        return provisioner;
    }
    if (parameters["migratable"] === "true") {
        return `${provisioner}/migratable`;
    }
    if ((parameters["nfsOptions"] ?? "") !== "") {
        return `${provisioner}/nfs`;
    }
    return (parameters["fsType"] ?? "") === "" ? provisioner : `${provisioner}/fs`;
}
