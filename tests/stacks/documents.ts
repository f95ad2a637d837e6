/** An environment with something in every place, with the storage that is asked for. */
export function fullEnvironment(storage: keyof typeof storages): Record<string, unknown> {
    return structuredClone({ ...everything, storage: { [storage]: storages[storage] } });
}

const key = { secret: "cephKey" };

/** Storage of each kind. */
export const storages = {
    existing: {
        storageClass: "rook-ceph-block",
        accessMode: "ReadWriteMany",
        tiers: { fast: { storageClass: "nvme" } },
    },
    ceph: {
        clusterId: "b9127830-b0cc-4e34-aa47-9d1a2e9949a8",
        monitors: ["10.0.0.1:6789"],
        user: { id: "kubevirt", key },
        pool: "vm",
        capacity: { raw: "12Ti", headroom: 1.5, shortage: "warn" },
        encryption: { passphrase: { secret: "diskPassphrase" } },
        tiers: { fast: { pool: "nvme", encrypted: true } },
        values: { nodeplugin: { httpMetrics: { containerPort: 8081 } } },
        probe: true,
        readyWithin: "5 minutes",
    },
    longhorn: {
        replicas: 2,
        tiers: { fast: { diskTags: ["nvme"] } },
        nodes: { "node-1": { disks: [{ path: "/mnt/nvme0", reserved: "10Gi" }] } },
        backupTarget: {
            s3: { bucket: "b", region: "r", accessKeyId: key, secretAccessKey: key },
        },
        settings: { storageMinimalAvailablePercentage: 10 },
    },
} as const;

const everything = {
    stage: "production",
    cluster: { context: "prod-1", namespace: "vms", identifier: "prod" },
    platform: {
        certManager: "skip",
        snapshots: { manifests: [{ file: "a.yaml" }, { url: "https://example.org/b.yaml" }] },
        kubevirt: {
            version: "v1.9.0",
            manifest: { file: "kubevirt.yaml", sha256: "0a".repeat(32) },
            liveMigration: { bandwidthPerMigration: "1Gi" },
            featureGates: { enable: ["VSOCK"] },
            overrides: { infra: { replicas: 3 } },
        },
        cdi: "adopt",
    },
    disks: { onDestroy: "retain" },
    images: {
        fedora: { source: { registry: "quay.io/containerdisks/fedora:42" }, size: "10Gi" },
        debian: { source: { http: "https://example.org/d.qcow2" }, size: "5Gi" },
    },
    networks: {
        lan: { bridge: { bridge: "br1", vlan: 100 }, subnets: ["192.168.10.0/24"] },
        fast: { sriov: { resourceName: "intel.com/sriov" } },
    },
    machines: {
        db: {
            cpu: 4,
            memory: "8Gi",
            disks: [
                { name: "root", image: "fedora", size: "20Gi", boot: true },
                { name: "data", size: "50Gi", tier: "fast", onDestroy: "forbid" },
            ],
            networks: [
                { name: "default", pod: true, ports: [{ port: 5432 }] },
                { name: "lan", network: "lan", addresses: ["192.168.10.20/24"] },
                { name: "other", network: "elsewhere/lan" },
            ],
            ready: { tcp: 5432 },
            placement: { apart: "node" },
            group: "db",
            overrides: { template: { spec: { dnsPolicy: "ClusterFirst" } } },
        },
        files: {
            instancetype: "u1.medium",
            preference: { name: "mine", kind: "VirtualMachinePreference" },
            disks: [{ name: "root", size: "10Gi", image: "debian", boot: true }],
        },
    },
    fleets: {
        web: {
            machines: ["blue", "green"],
            machine: { cpu: 1, memory: "1Gi", disks: [{ name: "root", size: "10Gi" }] },
        },
        batch: { machines: 3, startAtOnce: 2, machine: { disks: [], cpu: 1, memory: "1Gi" } },
    },
};
