import type { DiskSource } from "../../model/disk-source";

const digest = `sha256:${"0a".repeat(32)}`;

/** Namespace of sources that are not in the disk's own. CDI's webhook looks for it, and for DataSources. */
export const elsewhere = "every-source-images";

/** A volume as a backend describes it. */
const volume = {
    text: "rbd image vm-disks/legacy-db",
    driver: "rbd.csi.ceph.com",
    volumeHandle: "legacy-db",
    volumeAttributes: { clusterID: "c1", pool: "vm-disks", staticVolume: "true" },
    secrets: {
        nodeStageSecretRef: { name: "rbd-node", namespace: "ceph-csi" },
        controllerExpandSecretRef: { name: "rbd-provisioner", namespace: "ceph-csi" },
        nodeExpandSecretRef: { name: "rbd-node", namespace: "ceph-csi" },
    },
} as const;

/** A backup as a backend describes it. */
const backup = {
    text: "longhorn backup pvc-1/backup-2",
    driver: "driver.longhorn.io",
    snapshotHandle: "bak://pvc-1/backup-2",
    snapshotClass: "longhorn-backup",
} as const;

/** Every source, each with nothing, with each of its options, and with all that go together. For a disk of files. */
export const everySource: readonly (readonly [string, DiskSource])[] = [
    ["http", { http: "https://example.org/a.qcow2" }],
    ["http from a port, with a query", { http: "http://127.0.0.1:8080/a.img?v=2&arch=amd64" }],
    ["http from an IPv6 address", { http: "http://[fd00::1]:8080/a.img" }],
    ...["md5", "sha1", "sha256", "sha512"].map((algorithm, index) => {
        const length = [32, 40, 64, 128][index] ?? 0;
        const checksum = `${algorithm}:${"0a".repeat(length / 2)}`;
        return [
            `http with ${algorithm}`,
            { http: "https://example.org/a.qcow2", checksum },
        ] as const;
    }),
    [
        "http with everything",
        {
            http: "https://example.org/a.tar.gz",
            checksum: digest,
            extraHeaders: ["X-Mirror: eu", "Accept: */*"],
            secretExtraHeaders: ["mirror-login"],
            certConfigMap: "ca",
            secretRef: "login",
            contentType: "archive",
        },
    ],
    ["http without a check", { http: "https://example.org/a.qcow2", insecureSkipVerify: true }],
    ["http that is a disk image", { http: "https://example.org/a", contentType: "kubevirt" }],
    ["registry", { registry: "quay.io/containerdisks/fedora:42" }],
    ["registry with scheme", { registry: "docker://quay.io/containerdisks/fedora:42" }],
    ["registry with port", { registry: "registry.local:5000/a/b_c/d--e:1.2" }],
    ["registry without tag", { registry: "fedora" }],
    ["registry by digest", { registry: `quay.io/containerdisks/fedora@${digest}` }],
    ["registry by tag and digest", { registry: `quay.io/containerdisks/fedora:42@${digest}` }],
    ["registry with digest", { registry: "quay.io/containerdisks/fedora:42", digest }],
    [
        "registry with everything",
        {
            registry: "quay.io/containerdisks/fedora:42",
            digest,
            pullMethod: "pod",
            architecture: "arm64",
            certConfigMap: "ca",
            secretRef: "login",
        },
    ],
    [
        "registry by the node",
        { registry: "quay.io/a/b:1", pullMethod: "node", architecture: "amd64" },
    ],
    ["archive of the importer", { registry: "oci-archive:///images/fedora.tar:latest" }],
    ["s3", { s3: "https://s3.eu-west-1.amazonaws.com/images/fedora.qcow2" }],
    [
        "s3 with everything",
        { s3: "http://rgw:8080/images/a/fedora.qcow2", certConfigMap: "ca", secretRef: "keys" },
    ],
    ["gcs", { gcs: "gs://images/fedora.qcow2" }],
    [
        "gcs by https",
        { gcs: "https://storage.googleapis.com/images/fedora.qcow2", secretRef: "account" },
    ],
    ["upload", { upload: "images/fedora.qcow2" }],
    [
        "upload with everything",
        {
            upload: "C:\\images\\fedora.tar",
            checksum: digest,
            uploadProxy: {
                url: "https://cdi-uploadproxy.example.org:31001",
                ca: "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n",
            },
            contentType: "archive",
        },
    ],
    ["blank", { blank: true }],
    [
        "imageio",
        {
            imageio: "https://engine.example.org/ovirt-engine/api",
            diskId: "0ad3d1c6-6a4b-4f0e-9d3b-8d3a5d0f6a55",
            secretRef: "engine",
            certConfigMap: "ca",
        },
    ],
    [
        "imageio without a check",
        {
            imageio: "https://engine.example.org/ovirt-engine/api",
            diskId: "disk-1",
            secretRef: "engine",
            insecureSkipVerify: true,
        },
    ],
    [
        "vddk",
        {
            vddk: "https://vcenter.example.org",
            uuid: "52260566-b032-36cb-55b1-79bf29e30490",
            backingFile: "[iSCSI Datastore] vm/vm_1.vmdk",
            thumbprint: "20:6C:8A:5D:44:40:B3:79:4B:28:EA:76:13:60:90:6E:49:D9:D9:A3",
            secretRef: "vcenter",
        },
    ],
    [
        "vddk with everything",
        {
            vddk: "https://esxi.example.org:443/sdk",
            uuid: "52260566-b032-36cb-55b1-79bf29e30490",
            backingFile: "[a] b/c-000001.vmdk",
            thumbprint: "20:6c:8a:5d:44:40:b3:79:4b:28:ea:76:13:60:90:6e:49:d9:d9:a3",
            secretRef: "vcenter",
            certConfigMap: "ca",
            initImageURL: "registry.example.org/vddk:8.0",
            extraArgs: "vddk-args",
        },
    ],
    ["claim", { claim: "golden" }],
    ["claim elsewhere", { claim: "golden", namespace: elsewhere }],
    ["snapshot", { snapshot: "golden-1" }],
    ["snapshot elsewhere", { snapshot: "golden-1", namespace: elsewhere }],
    ["data source", { dataSource: "fedora" }],
    ["data source elsewhere", { dataSource: "fedora", namespace: elsewhere }],
    ["volume", { volume }],
    ["backup", { backup }],
    ["backup of a known size", { backup: { ...backup, size: "10Gi" } }],
];
