import type { Kind } from "./objects";

/** Where the API server serves a kind. */
export interface Served {
    readonly apiVersion: string;
    readonly plural: string;
    readonly namespaced: boolean;
    /** Only metadata is read, and never the content. */
    readonly metadataOnly?: true;
    /** Its definition has no status subresource: the status is a field like others. */
    readonly plainStatus?: true;
    /** Only what this selects is read. */
    readonly fieldSelector?: string;
    /** What its objects call themselves, where another kind of the simulation has that name. */
    readonly calledKind?: string;
}

/** Every kind that the simulation watches. */
export const served: Readonly<Record<Kind, Served>> = {
    DataVolume: namespaced("cdi.kubevirt.io/v1beta1", "datavolumes"),
    DataSource: { ...namespaced("cdi.kubevirt.io/v1beta1", "datasources"), plainStatus: true },
    StorageProfile: clusterWide("cdi.kubevirt.io/v1beta1", "storageprofiles"),
    PersistentVolumeClaim: namespaced("v1", "persistentvolumeclaims"),
    PersistentVolume: clusterWide("v1", "persistentvolumes"),
    StorageClass: clusterWide("storage.k8s.io/v1", "storageclasses"),
    CSIDriver: clusterWide("storage.k8s.io/v1", "csidrivers"),
    Pod: namespaced("v1", "pods"),
    CSINode: clusterWide("storage.k8s.io/v1", "csinodes"),
    // A release of a chart is megabytes.
    Secret: { ...namespaced("v1", "secrets"), fieldSelector: "type!=helm.sh/release.v1" },
    ConfigMap: namespaced("v1", "configmaps"),
    VolumeSnapshot: namespaced("snapshot.storage.k8s.io/v1", "volumesnapshots"),
    VolumeSnapshotContent: clusterWide("snapshot.storage.k8s.io/v1", "volumesnapshotcontents"),
    VolumeSnapshotClass: clusterWide("snapshot.storage.k8s.io/v1", "volumesnapshotclasses"),
    VirtualMachine: namespaced("kubevirt.io/v1", "virtualmachines"),
    VirtualMachineInstance: {
        ...namespaced("kubevirt.io/v1", "virtualmachineinstances"),
        plainStatus: true,
    },
    VirtualMachineInstanceMigration: namespaced(
        "kubevirt.io/v1",
        "virtualmachineinstancemigrations",
    ),
    VirtualMachineInstancetype: namespaced(
        "instancetype.kubevirt.io/v1beta1",
        "virtualmachineinstancetypes",
    ),
    VirtualMachineClusterInstancetype: clusterWide(
        "instancetype.kubevirt.io/v1beta1",
        "virtualmachineclusterinstancetypes",
    ),
    VirtualMachinePreference: namespaced(
        "instancetype.kubevirt.io/v1beta1",
        "virtualmachinepreferences",
    ),
    VirtualMachineClusterPreference: clusterWide(
        "instancetype.kubevirt.io/v1beta1",
        "virtualmachineclusterpreferences",
    ),
    NetworkAttachmentDefinition: namespaced("k8s.cni.cncf.io/v1", "network-attachment-definitions"),
    ControllerRevision: {
        ...namespaced("apps/v1", "controllerrevisions"),
        metadataOnly: true,
    },
    KubeVirt: namespaced("kubevirt.io/v1", "kubevirts"),
    CDI: { ...clusterWide("cdi.kubevirt.io/v1beta1", "cdis"), plainStatus: true },
    CDIConfig: { ...clusterWide("cdi.kubevirt.io/v1beta1", "cdiconfigs"), plainStatus: true },
    DataImportCron: {
        ...namespaced("cdi.kubevirt.io/v1beta1", "dataimportcrons"),
        plainStatus: true,
    },
    // Their content is megabytes.
    CustomResourceDefinition: {
        ...clusterWide("apiextensions.k8s.io/v1", "customresourcedefinitions"),
        metadataOnly: true,
    },
    Deployment: namespaced("apps/v1", "deployments"),
    DaemonSet: namespaced("apps/v1", "daemonsets"),
    Service: namespaced("v1", "services"),
    ServiceAccount: { ...namespaced("v1", "serviceaccounts"), metadataOnly: true },
    Node: clusterWide("v1", "nodes"),
    ValidatingWebhookConfiguration: clusterWide(
        "admissionregistration.k8s.io/v1",
        "validatingwebhookconfigurations",
    ),
    MutatingWebhookConfiguration: clusterWide(
        "admissionregistration.k8s.io/v1",
        "mutatingwebhookconfigurations",
    ),
    APIService: clusterWide("apiregistration.k8s.io/v1", "apiservices"),
    LonghornNode: { ...namespaced("longhorn.io/v1beta2", "nodes"), calledKind: "Node" },
    LonghornSetting: { ...namespaced("longhorn.io/v1beta2", "settings"), calledKind: "Setting" },
    LonghornVolume: { ...namespaced("longhorn.io/v1beta2", "volumes"), calledKind: "Volume" },
    LonghornBackupTarget: {
        ...namespaced("longhorn.io/v1beta2", "backuptargets"),
        calledKind: "BackupTarget",
    },
    LonghornBackup: { ...namespaced("longhorn.io/v1beta2", "backups"), calledKind: "Backup" },
    LonghornRecurringJob: {
        ...namespaced("longhorn.io/v1beta2", "recurringjobs"),
        calledKind: "RecurringJob",
        metadataOnly: true,
    },
};

/** What objects of a kind call themselves. */
export function calledKind(kind: Kind): string {
    return served[kind].calledKind ?? kind;
}

/** The address of a kind's collection; of one namespace when one is given. */
export function collectionPath(kind: Kind, namespace?: string): string {
    const { apiVersion, plural } = served[kind];
    const group = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    return namespace === undefined
        ? `${group}/${plural}`
        : `${group}/namespaces/${namespace}/${plural}`;
}

function namespaced(apiVersion: string, plural: string): Served {
    return { apiVersion, plural, namespaced: true };
}

function clusterWide(apiVersion: string, plural: string): Served {
    return { apiVersion, plural, namespaced: false };
}
