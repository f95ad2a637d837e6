import assert from "node:assert/strict";
import { dataVolume, type DiskPlan } from "../../manifests/disk";
import { persistentVolume } from "../../manifests/static-volume";
import { restoreSnapshot, restoreSnapshotContent } from "../../manifests/volume-restore";
import type { DiskSource } from "../../model/disk-source";
import { elsewhere, everySource } from "../support/every-source";

const plan: DiskPlan = {
    name: "db",
    namespace: "vms",
    owner: "shop/test/db",
    size: "20Gi",
    storageClass: "ceph-block",
    accessMode: "ReadWriteMany",
    volumeMode: "Block",
};
const digest = `sha256:${"0a".repeat(32)}`;

const named = (name: string) => {
    const [, source] = everySource.find(([what]) => what === name) ?? [];
    assert.ok(source !== undefined, name);
    return source;
};

/** `source`, `sourceRef` and `contentType` of the DataVolume. */
function content(source: DiskSource): unknown {
    const { storage: _, ...rest } = dataVolume({ ...plan, source }).spec;
    return rest;
}

describe("the source of a DataVolume", () => {
    const table: readonly (readonly [string, object])[] = [
        [
            "http with everything",
            {
                source: {
                    http: {
                        url: "https://example.org/a.tar.gz",
                        checksum: digest,
                        extraHeaders: ["X-Mirror: eu", "Accept: */*"],
                        secretExtraHeaders: ["mirror-login"],
                        certConfigMap: "ca",
                        secretRef: "login",
                    },
                },
                contentType: "archive",
            },
        ],
        [
            "registry with everything",
            {
                source: {
                    registry: {
                        url: `docker://quay.io/containerdisks/fedora@${digest}`,
                        pullMethod: "pod",
                        platform: { architecture: "arm64" },
                        certConfigMap: "ca",
                        secretRef: "login",
                    },
                },
            },
        ],
        [
            "registry by tag and digest",
            { source: { registry: { url: `docker://quay.io/containerdisks/fedora@${digest}` } } },
        ],
        [
            "s3 with everything",
            {
                source: {
                    s3: {
                        url: "http://rgw:8080/images/a/fedora.qcow2",
                        certConfigMap: "ca",
                        secretRef: "keys",
                    },
                },
            },
        ],
        ["gcs", { source: { gcs: { url: "gs://images/fedora.qcow2" } } }],
        ["upload with everything", { source: { upload: {} }, contentType: "archive" }],
        ["blank", { source: { blank: {} } }],
        [
            "imageio without a check",
            {
                source: {
                    imageio: {
                        url: "https://engine.example.org/ovirt-engine/api",
                        diskId: "disk-1",
                        secretRef: "engine",
                        insecureSkipVerify: true,
                    },
                },
            },
        ],
        [
            "vddk with everything",
            {
                source: {
                    vddk: {
                        url: "https://esxi.example.org:443/sdk",
                        uuid: "52260566-b032-36cb-55b1-79bf29e30490",
                        backingFile: "[a] b/c-000001.vmdk",
                        // Compared letter by letter, and so in capitals.
                        thumbprint: "20:6C:8A:5D:44:40:B3:79:4B:28:EA:76:13:60:90:6E:49:D9:D9:A3",
                        secretRef: "vcenter",
                        certConfigMap: "ca",
                        initImageURL: "registry.example.org/vddk:8.0",
                        extraArgs: "vddk-args",
                    },
                },
            },
        ],
        ["claim", { source: { pvc: { name: "golden", namespace: "vms" } } }],
        ["claim elsewhere", { source: { pvc: { name: "golden", namespace: elsewhere } } }],
        ["snapshot", { source: { snapshot: { name: "golden-1", namespace: "vms" } } }],
        [
            "data source elsewhere",
            { sourceRef: { kind: "DataSource", name: "fedora", namespace: elsewhere } },
        ],
        ["backup", { source: { snapshot: { name: "db-restore", namespace: "vms" } } }],
    ];
    for (const [name, expected] of table) {
        it(`is CDI's own for ${name}`, () => assert.deepEqual(content(named(name)), expected));
    }
});

describe("persistentVolume", () => {
    const source = named("volume");
    assert.ok("volume" in source);
    const { metadata, spec } = persistentVolume({ ...plan, source }, source.volume);

    it("is kept whatever happens, and is the disk's alone", () => {
        assert.equal(metadata.name, "vms-db");
        assert.equal(spec.persistentVolumeReclaimPolicy, "Retain");
        assert.deepEqual(spec.claimRef, {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            namespace: "vms",
            name: "db",
        });
    });

    it("has the class, modes and size that the claim asks for, so that they match", () => {
        const { storageClassName, accessModes, volumeMode, capacity } = spec;
        assert.deepEqual(
            [storageClassName, accessModes, volumeMode, capacity],
            ["ceph-block", ["ReadWriteMany"], "Block", { storage: "20Gi" }],
        );
    });

    it("names volume and Secrets as the backend describes them", () => {
        const { driver, volumeHandle, volumeAttributes, secrets } = source.volume;
        assert.deepEqual(spec.csi, { driver, volumeHandle, volumeAttributes, ...secrets });
    });

    it("says whose it is", () => {
        assert.equal(metadata.annotations?.["pulumi-kubevirt.dev/owner"], "shop/test/db");
        assert.match(metadata.annotations["pulumi-kubevirt.dev/origin"] ?? "", /legacy-db/);
    });
});

describe("the objects of a restore", () => {
    const source = named("backup");
    assert.ok("backup" in source);
    const disk = { ...plan, source };
    const contents = restoreSnapshotContent(disk, source.backup);
    const snapshot = restoreSnapshot(disk, source.backup);

    it("never delete the backup", () => assert.equal(contents.spec.deletionPolicy, "Retain"));

    it("name each other, which binds them", () => {
        assert.deepEqual(contents.spec.volumeSnapshotRef, { namespace: "vms", name: "db-restore" });
        assert.equal(snapshot.spec.source.volumeSnapshotContentName, contents.metadata.name);
        assert.deepEqual(
            [snapshot.metadata.namespace, snapshot.metadata.name],
            ["vms", "db-restore"],
        );
    });

    it("say the mode of the disk, and point to the backup", () => {
        assert.equal(contents.spec.sourceVolumeMode, "Block");
        assert.deepEqual(contents.spec.source, { snapshotHandle: "bak://pvc-1/backup-2" });
        assert.equal(contents.spec.driver, "driver.longhorn.io");
    });

    it("of two namespaces differ in name", () => {
        const other = restoreSnapshotContent({ ...disk, namespace: "other" }, source.backup);
        assert.notEqual(other.metadata.name, contents.metadata.name);
    });
});
