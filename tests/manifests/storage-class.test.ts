import assert from "node:assert/strict";
import { snapshotClass, storageClass, storageProfile } from "../../manifests/storage-class";
import { originAnnotation } from "../../model/annotations";
import type { StorageClassPlan } from "../../model/storage";

const plan: StorageClassPlan = {
    name: "fast",
    provisioner: "driver.example.org",
    parameters: { pool: "nvme" },
    reclaimPolicy: "Retain",
    volumeBindingMode: "Immediate",
    allowVolumeExpansion: true,
    accessMode: "ReadWriteMany",
    volumeMode: "Block",
    cloneStrategy: "csi-clone",
    dataImportCronSourceFormat: "snapshot",
    snapshotClasses: [
        {
            name: "fast-snap",
            driver: "driver.example.org",
            deletionPolicy: "Delete",
            parameters: { type: "snap" },
            isDefault: true,
            labels: { "velero.io/csi-volumesnapshot-class": "true" },
        },
        {
            name: "fast-bak",
            driver: "driver.example.org",
            deletionPolicy: "Retain",
            parameters: { type: "bak" },
            isDefault: false,
        },
    ],
    capabilities: {
        shareBlock: true,
        snapshot: true,
        clone: "copy-on-write",
        expand: "online",
        encrypt: false,
        backup: true,
    },
};

describe("the objects of a class", () => {
    it("have the class with what never changes of it written on it", () => {
        const { metadata, ...fields } = storageClass(plan);
        assert.deepEqual(fields, {
            apiVersion: "storage.k8s.io/v1",
            kind: "StorageClass",
            provisioner: "driver.example.org",
            parameters: { pool: "nvme" },
            reclaimPolicy: "Retain",
            volumeBindingMode: "Immediate",
            allowVolumeExpansion: true,
        });
        assert.deepEqual(JSON.parse(metadata.annotations?.[originAnnotation] ?? ""), {
            className: "fast",
            provisioner: "driver.example.org",
            reclaimPolicy: "Retain",
            volumeBindingMode: "Immediate",
            "parameters.pool": "nvme",
        });
    });

    it("keep the class's own annotations and mount options", () => {
        const made = storageClass({
            ...plan,
            annotations: { "storageclass.kubevirt.io/is-default-virt-class": "true" },
            mountOptions: ["discard"],
        });
        assert.equal(
            made.metadata.annotations?.["storageclass.kubevirt.io/is-default-virt-class"],
            "true",
        );
        assert.deepEqual(made.mountOptions, ["discard"]);
    });

    it("mark the snapshot class that is the driver's default, and no other", () => {
        const marks = plan.snapshotClasses.map(
            (one) =>
                snapshotClass(one).metadata.annotations?.[
                    "snapshot.storage.kubernetes.io/is-default-class"
                ],
        );
        assert.deepEqual(marks, ["true", undefined]);
    });

    it("tell CDI how its disks are claimed, cloned and snapshotted: by the first snapshot class", () => {
        assert.deepEqual(storageProfile(plan).spec, {
            claimPropertySets: [{ accessModes: ["ReadWriteMany"], volumeMode: "Block" }],
            cloneStrategy: "csi-clone",
            dataImportCronSourceFormat: "snapshot",
            snapshotClass: "fast-snap",
        });
    });

    it("leave to CDI what the plan does not say", () => {
        const { cloneStrategy: _, dataImportCronSourceFormat: __, ...rest } = plan;
        assert.deepEqual(storageProfile({ ...rest, snapshotClasses: [] }).spec, {
            claimPropertySets: [{ accessModes: ["ReadWriteMany"], volumeMode: "Block" }],
        });
    });
});
