interface Collection {
    readonly root: string;
    readonly plural: string;
    /** Cluster-wide kinds have no namespace in their path. */
    readonly namespaced: boolean;
}

const core = "/api/v1";
const admission = "/apis/admissionregistration.k8s.io/v1";
const apps = "/apis/apps/v1";
const cdi = "/apis/cdi.kubevirt.io/v1beta1";
const kubevirt = "/apis/kubevirt.io/v1";
const instancetypes = "/apis/instancetype.kubevirt.io/v1beta1";
const rbac = "/apis/rbac.authorization.k8s.io/v1";
const storage = "/apis/storage.k8s.io/v1";
const snapshots = "/apis/snapshot.storage.k8s.io/v1";

/** How each kind that is looked at is asked for. Source of the groups and versions: facts, table of API groups. */
const collections = {
    CDI: { root: cdi, plural: "cdis", namespaced: false },
    CDIConfig: { root: cdi, plural: "cdiconfigs", namespaced: false },
    ClusterRole: { root: rbac, plural: "clusterroles", namespaced: false },
    ClusterRoleBinding: { root: rbac, plural: "clusterrolebindings", namespaced: false },
    ControllerRevision: { root: apps, plural: "controllerrevisions", namespaced: true },
    ConfigMap: { root: core, plural: "configmaps", namespaced: true },
    CSIDriver: { root: storage, plural: "csidrivers", namespaced: false },
    CSINode: { root: storage, plural: "csinodes", namespaced: false },
    CustomResourceDefinition: {
        root: "/apis/apiextensions.k8s.io/v1",
        plural: "customresourcedefinitions",
        namespaced: false,
    },
    DaemonSet: { root: apps, plural: "daemonsets", namespaced: true },
    DataImportCron: { root: cdi, plural: "dataimportcrons", namespaced: true },
    DataSource: { root: cdi, plural: "datasources", namespaced: true },
    DataVolume: { root: cdi, plural: "datavolumes", namespaced: true },
    Deployment: { root: apps, plural: "deployments", namespaced: true },
    EndpointSlice: {
        root: "/apis/discovery.k8s.io/v1",
        plural: "endpointslices",
        namespaced: true,
    },
    Event: { root: core, plural: "events", namespaced: true },
    KubeVirt: { root: kubevirt, plural: "kubevirts", namespaced: true },
    LimitRange: { root: core, plural: "limitranges", namespaced: true },
    LonghornNode: { root: "/apis/longhorn.io/v1beta2", plural: "nodes", namespaced: true },
    MigrationPolicy: {
        root: "/apis/migrations.kubevirt.io/v1alpha1",
        plural: "migrationpolicies",
        namespaced: false,
    },
    MutatingWebhookConfiguration: {
        root: admission,
        plural: "mutatingwebhookconfigurations",
        namespaced: false,
    },
    Namespace: { root: core, plural: "namespaces", namespaced: false },
    NetworkAttachmentDefinition: {
        root: "/apis/k8s.cni.cncf.io/v1",
        plural: "network-attachment-definitions",
        namespaced: true,
    },
    NetworkPolicy: {
        root: "/apis/networking.k8s.io/v1",
        plural: "networkpolicies",
        namespaced: true,
    },
    Node: { root: core, plural: "nodes", namespaced: false },
    PersistentVolume: { root: core, plural: "persistentvolumes", namespaced: false },
    PersistentVolumeClaim: { root: core, plural: "persistentvolumeclaims", namespaced: true },
    Pod: { root: core, plural: "pods", namespaced: true },
    PriorityClass: {
        root: "/apis/scheduling.k8s.io/v1",
        plural: "priorityclasses",
        namespaced: false,
    },
    Role: { root: rbac, plural: "roles", namespaced: true },
    RoleBinding: { root: rbac, plural: "rolebindings", namespaced: true },
    Secret: { root: core, plural: "secrets", namespaced: true },
    SelfSubjectAccessReview: {
        root: "/apis/authorization.k8s.io/v1",
        plural: "selfsubjectaccessreviews",
        namespaced: false,
    },
    Service: { root: core, plural: "services", namespaced: true },
    ServiceAccount: { root: core, plural: "serviceaccounts", namespaced: true },
    StorageClass: { root: storage, plural: "storageclasses", namespaced: false },
    UploadTokenRequest: {
        root: "/apis/upload.cdi.kubevirt.io/v1beta1",
        plural: "uploadtokenrequests",
        namespaced: true,
    },
    ValidatingWebhookConfiguration: {
        root: admission,
        plural: "validatingwebhookconfigurations",
        namespaced: false,
    },
    VirtualMachine: { root: kubevirt, plural: "virtualmachines", namespaced: true },
    VirtualMachineClusterInstancetype: {
        root: instancetypes,
        plural: "virtualmachineclusterinstancetypes",
        namespaced: false,
    },
    VirtualMachineClusterPreference: {
        root: instancetypes,
        plural: "virtualmachineclusterpreferences",
        namespaced: false,
    },
    VirtualMachineInstance: {
        root: kubevirt,
        plural: "virtualmachineinstances",
        namespaced: true,
    },
    VirtualMachineInstanceMigration: {
        root: kubevirt,
        plural: "virtualmachineinstancemigrations",
        namespaced: true,
    },
    VirtualMachineInstancetype: {
        root: instancetypes,
        plural: "virtualmachineinstancetypes",
        namespaced: true,
    },
    VirtualMachinePreference: {
        root: instancetypes,
        plural: "virtualmachinepreferences",
        namespaced: true,
    },
    StorageProfile: { root: cdi, plural: "storageprofiles", namespaced: false },
    VolumeSnapshot: { root: snapshots, plural: "volumesnapshots", namespaced: true },
    VolumeSnapshotClass: { root: snapshots, plural: "volumesnapshotclasses", namespaced: false },
    VolumeSnapshotContent: { root: snapshots, plural: "volumesnapshotcontents", namespaced: false },
} as const satisfies Readonly<Record<string, Collection>>;

/** A kind whose collection is known. */
export type CollectionKind = keyof typeof collections;

/** Whether the collection of a kind is known. */
export function isCollectionKind(kind: string): kind is CollectionKind {
    return Object.hasOwn(collections, kind);
}

/** Path of a kind's objects: in one namespace, or everywhere. A namespace means nothing to a cluster-wide kind. */
export function collectionPath(kind: CollectionKind, namespace?: string): string {
    const { root, plural, namespaced } = collections[kind];
    return namespace === undefined || !namespaced
        ? `${root}/${plural}`
        : `${root}/namespaces/${namespace}/${plural}`;
}

/** "datavolumes.cdi.kubevirt.io in namespace vms": what an account has to be allowed to read. */
export function collectionLabel(kind: CollectionKind, namespace?: string): string {
    const { root, plural, namespaced } = collections[kind];
    const group = /^\/apis\/([^/]+)\//.exec(root)?.[1];
    const place = namespace === undefined || !namespaced ? "" : ` in namespace ${namespace}`;
    return `${plural}${group === undefined ? "" : `.${group}`}${place}`;
}
