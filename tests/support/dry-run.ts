import type { PlainObject } from "../../manifests/plain-object";
import type { SharedSandbox } from "./sandbox";

/** Where objects of a kind are created: the group's version, the plural, and whether they have a namespace. */
const collections: Readonly<
    Record<string, readonly [root: string, plural: string, namespaced: boolean]>
> = {
    CronJob: ["/apis/batch/v1", "cronjobs", true],
    DataImportCron: ["/apis/cdi.kubevirt.io/v1beta1", "dataimportcrons", true],
    DataSource: ["/apis/cdi.kubevirt.io/v1beta1", "datasources", true],
    DataVolume: ["/apis/cdi.kubevirt.io/v1beta1", "datavolumes", true],
    Job: ["/apis/batch/v1", "jobs", true],
    NetworkAttachmentDefinition: [
        "/apis/k8s.cni.cncf.io/v1",
        "network-attachment-definitions",
        true,
    ],
    NetworkPolicy: ["/apis/networking.k8s.io/v1", "networkpolicies", true],
    PersistentVolume: ["/api/v1", "persistentvolumes", false],
    PersistentVolumeClaim: ["/api/v1", "persistentvolumeclaims", true],
    RoleBinding: ["/apis/rbac.authorization.k8s.io/v1", "rolebindings", true],
    Service: ["/api/v1", "services", true],
    VirtualMachine: ["/apis/kubevirt.io/v1", "virtualmachines", true],
    VolumeSnapshot: ["/apis/snapshot.storage.k8s.io/v1", "volumesnapshots", true],
    VolumeSnapshotContent: ["/apis/snapshot.storage.k8s.io/v1", "volumesnapshotcontents", false],
};

/** Has the API server judge an object as if it created it, unknown fields being errors. Throws what it says. */
export async function dryRun({ api }: SharedSandbox, object: PlainObject): Promise<void> {
    const [root, plural, namespaced] = collections[object.kind] ?? ["", object.kind, false];
    const namespace = namespaced ? `/namespaces/${object.metadata.namespace ?? ""}` : "";
    await api.request("POST", `${root}${namespace}/${plural}?dryRun=All&fieldValidation=Strict`, {
        type: "application/json",
        text: JSON.stringify(object),
    });
}
