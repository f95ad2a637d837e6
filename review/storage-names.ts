import { isFields } from "../model/machine-difference";
import { fieldsAt } from "../model/machine-object";
import type { Thing } from "./thing";

/** Names that storage systems and their drivers go by, in charts, namespaces, labels and objects. */
const storage =
    /(^|[-_./ ])(longhorn|ceph|rook|csi|openebs|mayastor|jiva|cstor|linstor|piraeus|drbd|topolvm|portworx|px|trident|democratic|local-path|lvm|zfs|nfs|iscsi|glusterfs|gluster|seaweedfs|juicefs|minio|vsphere|netapp|purestorage|pure|robin|storageos|ondat|hwameistor|carina|stork|storage|provisioner)([-_./ 0-9]|$)/i;

/** Operators whose release brings the definitions of machines and disks. */
const virtualization =
    /(^|[-_./])(kubevirt|cdi|containerized-data-importer|hyperconverged|hco|harvester)([-_./]|$)/i;

export function namesStorage(text: string): boolean {
    return storage.test(text);
}

export function namesVirtualization(text: string): boolean {
    return virtualization.test(text);
}

/** Whether an object is a part of a storage system, by its names and labels. */
export function isStoragePart({ namespace, name, state }: Thing): boolean {
    const { labels } = fieldsAt(state.inputs, ["metadata"]);
    const said = isFields(labels)
        ? ["app", "app.kubernetes.io/name", "app.kubernetes.io/part-of", "helm.sh/chart"].map(
              (key) => labels[key],
          )
        : [];
    return [namespace, name, ...said].some(
        (text) => typeof text === "string" && namesStorage(text),
    );
}
