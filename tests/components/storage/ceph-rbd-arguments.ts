import type { CephRbdArgs } from "../../../components/storage/ceph-rbd/args";
import type { Cluster } from "../../../components/cluster";

/** What is secret in the arguments below. */
export const secrets = {
    key: "AQBMZ2VuZXJhdGVkZm9ydGVzdHM9PQ==",
    passphrase: "correct horse battery",
};

/** No function here looks at the cluster. */
const cluster = undefined as unknown as Cluster;

/** As little as it takes. */
export const little: CephRbdArgs = {
    cluster,
    clusterId: "b9127830-b0cc-4e34-aa47-9d1a2e9949a8",
    monitors: ["10.0.0.1:6789"],
    user: { id: "kubevirt", key: secrets.key },
    pool: "vms",
};

/** Every argument that has a say in the chart's values or in a class. */
export const everything: CephRbdArgs = {
    ...little,
    monitors: ["10.0.0.1:6789", "[fd00::1]:6789", "mon-c.example.org:6789"],
    radosNamespace: "prod",
    tiers: {
        fast: {
            pool: "nvme",
            guests: "windows",
            mapOptions: "krbd:queue_depth=256;nbd:try-netlink",
        },
        capacity: {
            className: "bulk",
            dataPool: "hdd-ec",
            encrypted: true,
            reclaimPolicy: "Delete",
        },
        zoned: {
            topologyPools: [
                { pool: "east", domain: { "topology.kubernetes.io/zone": "east" } },
                { pool: "west", dataPool: "west-ec", domain: { zone: "west" } },
            ],
        },
        files: { fsType: "xfs", mkfsOptions: "-K", mountOptions: ["discard"] },
        nbd: { mounter: "rbd-nbd", allowVolumeExpansion: false },
        laid: {
            stripe: { unit: 65_536, count: 16 },
            objectSize: 8_388_608,
            volumeNamePrefix: "vm-",
            unmapOptions: "krbd:force",
            imageFeatures: ["layering"],
            parameters: { tryOtherMounters: "true" },
            isDefaultForMachines: true,
        },
    },
    encryption: {
        // The name that the chart's own example has.
        kmsId: "vault-unique-id-1",
        kms: {
            encryptionKMSType: "vault",
            vaultAddress: "https://vault.example.com",
            vaultRole: "csi-kubernetes",
        },
    },
    readAffinity: { crushLocationLabels: ["topology.kubernetes.io/zone"] },
    topology: { domainLabels: ["topology.kubernetes.io/zone"] },
    snapshotDeletionPolicy: "Retain",
    provisionerReplicas: 2,
    namespace: "storage",
    driverName: "second.rbd.csi.ceph.com",
    kubeletDir: "/var/lib/k0s/kubelet",
    version: "3.17.1",
};
