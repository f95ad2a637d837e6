import { setTimeout as pause } from "node:timers/promises";
import { type Api, type ApiObject } from "./api";
import { UserError } from "../model/user-error";
import { csiProvisioner, localProvisioner } from "./data-plane/drivers";
import { whereServed } from "./served";

/** Creates the sandbox's classes, and their snapshot class where the API server knows this kind. */
export async function applyStorageClasses(api: Api): Promise<void> {
    await Promise.all([
        api.apply("/apis/storage.k8s.io/v1/csidrivers", driver),
        ...classes.map((each) => api.apply("/apis/storage.k8s.io/v1/storageclasses", each)),
    ]);
    await whereServed("snapshot.storage.k8s.io/v1", "volumesnapshotclasses", api, (collection) =>
        api.apply(collection, snapshotClass),
    );
}

const driver: ApiObject & Record<string, unknown> = {
    apiVersion: "storage.k8s.io/v1",
    kind: "CSIDriver",
    metadata: { name: csiProvisioner },
    // Without capacity tracking the scheduler asks nobody how much room a node has.
    spec: { attachRequired: false, storageCapacity: false },
};

const classes: readonly ApiObject[] = [
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
): ApiObject {
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

/** Comes back when CDI has said how the classes are best used: DataVolumes need it. */
export async function waitForProfiles(api: Api, limit = 300_000): Promise<void> {
    const deadline = Date.now() + limit;
    for (;;) {
        const list = (await api.get("/apis/cdi.kubevirt.io/v1beta1/storageprofiles")) as {
            items: { metadata: { name: string }; status?: { cloneStrategy?: string } }[];
        };
        const told = list.items
            .filter(({ status }) => status?.cloneStrategy !== undefined)
            .map(({ metadata }) => metadata.name);
        const waiting = classes
            .map(({ metadata }) => metadata.name)
            .filter((name) => !told.includes(name));
        if (waiting.length === 0) {
            return;
        }
        if (Date.now() > deadline) {
            throw new UserError(
                `After ${limit / 1000} s the simulated CDI has no profile for ${waiting.join(", ")}. Look into data-plane.log.`,
            );
        }
        await pause(50);
    }
}
