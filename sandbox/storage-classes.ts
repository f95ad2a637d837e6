import { type Api, ApiError, type ApiObject } from "./api";

/** The simulated CSI driver. The data plane answers for it. */
export const csiProvisioner = "sandbox.csi.pulumi-kubevirt.dev";

/** A provisioner without a CSIDriver object: CDI takes its older way with such a class. */
export const localProvisioner = "sandbox.local/hostpath";

/** Creates the sandbox's classes, and their profiles and snapshot class where the API server knows these kinds. */
export async function applyStorageClasses(api: Api): Promise<void> {
    await Promise.all([
        api.apply("/apis/storage.k8s.io/v1/csidrivers", driver),
        ...classes.map((each) => api.apply("/apis/storage.k8s.io/v1/storageclasses", each)),
    ]);
    await whereServed("cdi.kubevirt.io/v1beta1", "storageprofiles", api, async (collection) => {
        for (const each of classes) {
            await api.apply(collection, profile(each));
            await api.apply(collection, profileStatus(each), "status");
        }
    });
    await whereServed("snapshot.storage.k8s.io/v1", "volumesnapshotclasses", api, (collection) =>
        api.apply(collection, snapshotClass),
    );
}

interface StorageClass extends ApiObject {
    readonly provisioner: string;
}

const driver: ApiObject & Record<string, unknown> = {
    apiVersion: "storage.k8s.io/v1",
    kind: "CSIDriver",
    metadata: { name: csiProvisioner },
    // Without capacity tracking the scheduler asks nobody how much room a node has.
    spec: { attachRequired: false, storageCapacity: false },
};

const classes: readonly StorageClass[] = [
    storageClass("sandbox-block", csiProvisioner, "Immediate", {
        "storageclass.kubernetes.io/is-default-class": "true",
    }),
    storageClass("sandbox-block-wffc", csiProvisioner, "WaitForFirstConsumer"),
    storageClass("sandbox-local", localProvisioner, "WaitForFirstConsumer"),
];

const snapshotClass: ApiObject & Record<string, unknown> = {
    apiVersion: "snapshot.storage.k8s.io/v1",
    kind: "VolumeSnapshotClass",
    metadata: { name: "sandbox-snapshots" },
    driver: csiProvisioner,
    deletionPolicy: "Delete",
};

function storageClass(
    name: string,
    provisioner: string,
    volumeBindingMode: "Immediate" | "WaitForFirstConsumer",
    annotations: Readonly<Record<string, string>> = {},
): StorageClass {
    const object = {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name, annotations },
        provisioner,
        volumeBindingMode,
        allowVolumeExpansion: true,
        reclaimPolicy: "Delete",
    };
    return object;
}

/** In a real cluster CDI makes a profile for each class; what a claim leaves open is taken from it. */
const claimPropertySets = [
    { accessModes: ["ReadWriteMany"], volumeMode: "Block" },
    { accessModes: ["ReadWriteOnce"], volumeMode: "Filesystem" },
];

function profile(of: StorageClass) {
    return {
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "StorageProfile",
        metadata: { name: of.metadata.name },
        spec: { claimPropertySets },
    };
}

function profileStatus(of: StorageClass) {
    return {
        ...profile(of),
        spec: undefined,
        status: {
            storageClass: of.metadata.name,
            provisioner: of.provisioner,
            cloneStrategy: "snapshot",
            claimPropertySets,
        },
    };
}

async function whereServed(
    groupVersion: string,
    plural: string,
    api: Api,
    work: (collection: string) => Promise<void>,
): Promise<void> {
    const collection = `/apis/${groupVersion}/${plural}`;
    try {
        await api.get(`${collection}?limit=1`);
    } catch (error) {
        if (error instanceof ApiError && error.status === 404) {
            return;
        }
        throw error;
    }
    await work(collection);
}
