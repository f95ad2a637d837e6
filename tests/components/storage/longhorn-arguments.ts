import fc from "fast-check";
import type { Duration } from "../../../model/duration";
import type { LonghornClassArgs } from "../../../components/storage/longhorn/class-args";
import type { LonghornSettings } from "../../../components/storage/longhorn/tiers";

/** What must be in no value, class, label or message. */
export const secrets = {
    passphrase: "correct horse battery staple",
    accessKeyId: "AKIAEXAMPLEEXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

/** Every argument that reaches the chart's values. */
export const everything: LonghornSettings = {
    environment: "production",
    tiers: {
        fast: {
            diskTags: ["nvme", "ssd"],
            nodeTags: ["fast"],
            replicaAutoBalance: "best-effort",
            recurringJobs: [{ name: "nightly" }, { name: "weekly", isGroup: true }],
            isDefaultForMachines: true,
        },
        raw: { dataEngine: "v2", linkedClones: true, reclaimPolicy: "Delete" },
        files: { fsType: "xfs", mkfsParams: "-K", mountOptions: ["discard"], encrypted: true },
    },
    replicas: 2,
    dataPath: "/data/longhorn",
    nodes: {
        "node-1": {
            tags: ["fast"],
            disks: [
                { name: "nvme0", path: "/mnt/nvme0", tags: ["nvme", "ssd"], reserved: "10Gi" },
                { path: "/dev/nvme1n1", type: "block" },
            ],
        },
        "node-2": {
            tags: ["fast"],
            disks: [
                { path: "/mnt/nvme0", tags: ["nvme", "ssd"] },
                { path: "/dev/nvme1n1", type: "block" },
            ],
        },
    },
    csiReplicas: 2,
    managerResources: { requests: { cpu: "250m" } },
    guaranteedInstanceManagerCpu: 15,
    storageNetwork: "kube-system/storage",
    settings: { upgradeChecker: false },
    backupTarget: {
        s3: {
            bucket: "backups",
            region: "us-east-1",
            prefix: "clusters/prod-1",
            endpoint: "https://rgw.example.org",
            accessKeyId: secrets.accessKeyId,
            secretAccessKey: secrets.secretAccessKey,
            ca: "-----BEGIN CERTIFICATE-----\n",
            virtualHostedStyle: true,
        },
        pollInterval: "10 minutes",
    },
    encryption: { passphrase: secrets.passphrase, keySize: 512, pbkdf: "pbkdf2" },
    metrics: {
        serviceMonitor: true,
        labels: { release: "prometheus" },
        from: { namespace: "monitoring", podLabels: { app: "prometheus" } },
    },
    ui: {
        host: "longhorn.example.org",
        ingressClassName: "nginx",
        tlsSecret: "longhorn-tls",
        annotations: {
            "nginx.ingress.kubernetes.io/auth-type": "basic",
            "nginx.ingress.kubernetes.io/auth-secret": "basic-auth",
        },
    },
    networkPolicies: true,
    kubeletDir: "/var/lib/k0s/kubelet",
    nodeSelector: { "example.org/storage": "true" },
    tolerations: [{ key: "storage", operator: "Exists", effect: "NoSchedule" }],
};

const tags = fc.uniqueArray(fc.constantFrom("nvme", "hdd", "a.b", "x_1", "bad tag", ""), {
    maxLength: 2,
});

const classArgs = fc.record(
    {
        className: fc.constantFrom("longhorn-vm", "longhorn", "A", "fast.example.org"),
        replicas: fc.integer({ min: -1, max: 22 }),
        staleReplicaTimeout: fc.constantFrom(0, 30, 2880, 1.5),
        dataLocality: fc.constantFrom("disabled", "best-effort", "strict-local"),
        diskTags: tags,
        nodeTags: tags,
        replicaAutoBalance: fc.constantFrom("disabled", "least-effort", "best-effort"),
        trim: fc.boolean(),
        encrypted: fc.boolean(),
        dataEngine: fc.constantFrom("v1", "v2"),
        linkedClones: fc.boolean(),
        recurringJobs: fc.array(
            fc.record({
                name: fc.constantFrom("nightly", "N", "x".repeat(41)),
                isGroup: fc.boolean(),
            }),
            { maxLength: 2 },
        ),
        fromBackup: fc.constantFrom("s3://b@r/?backup=b-1&volume=v-1", "b-1"),
        fsType: fc.constantFrom("ext4", "xfs"),
        mkfsParams: fc.constant("-K"),
        mountOptions: fc.constant(["discard"]),
        reclaimPolicy: fc.constantFrom("Retain", "Delete"),
        allowVolumeExpansion: fc.boolean(),
        bindingMode: fc.constantFrom("Immediate", "WaitForFirstConsumer"),
        isDefaultForMachines: fc.boolean(),
        backupTargetName: fc.constant("second"),
        parameters: fc.dictionary(
            fc.constantFrom("replicaZoneSoftAntiAffinity", "migratable", "share", "fsType"),
            fc.constant("disabled"),
            { maxKeys: 1 },
        ),
    },
    { requiredKeys: [] },
) as fc.Arbitrary<LonghornClassArgs>;

const backupTarget = fc.constantFrom(
    everything.backupTarget,
    { nfs: { server: "nas.example.org", path: "/backups" } },
    { nfs: { server: "nas", path: "/backups" }, pollInterval: "90 seconds" as Duration },
);

/** Arguments of which some are refused. */
export const someArguments = fc
    .record(
        {
            environment: fc.constantFrom("production", "trial"),
            tiers: fc.dictionary(fc.constantFrom("fast", "capacity", "Bad"), classArgs, {
                minKeys: 1,
                maxKeys: 3,
            }),
            snapshotDeletionPolicy: fc.constantFrom("Delete", "Retain"),
            backupTarget,
            encryption: fc.constant(everything.encryption),
            settings: fc.constantFrom(
                {},
                { deletingConfirmationFlag: true },
                { autoSalvage: false },
            ),
            teardown: fc.constant("armed"),
            tolerations: fc.constant(everything.tolerations),
            nodes: fc.constantFrom(everything.nodes, {}),
        },
        { requiredKeys: [] },
    )
    .chain((args) =>
        classArgs.map((own) => ({ ...own, ...args })),
    ) as fc.Arbitrary<LonghornSettings>;

const common = {
    replicas: fc.integer({ min: 1, max: 3 }),
    staleReplicaTimeout: fc.integer({ min: 1, max: 10_000 }),
    diskTags: fc.subarray(["nvme", "a.b"]),
    nodeTags: fc.subarray(["fast", "x_1"]),
    replicaAutoBalance: fc.constantFrom("disabled", "least-effort", "best-effort"),
    dataLocality: fc.constantFrom("disabled", "best-effort"),
    encrypted: fc.boolean(),
    recurringJobs: fc.constantFrom([], everything.tiers?.["fast"]?.recurringJobs),
    fromBackup: fc.constant("s3://b@r/?backup=b-1&volume=v-1"),
    reclaimPolicy: fc.constantFrom("Retain", "Delete"),
    allowVolumeExpansion: fc.boolean(),
    bindingMode: fc.constantFrom("Immediate", "WaitForFirstConsumer"),
    backupTargetName: fc.constant("second"),
    parameters: fc.constant({ replicaZoneSoftAntiAffinity: "disabled" }),
};

const optional = { requiredKeys: [] };

const goodClass = fc.oneof(
    fc.record({ ...common, trim: fc.boolean() }, optional),
    fc
        .record({ ...common, linkedClones: fc.boolean() }, optional)
        .map((own) => ({ ...own, dataEngine: "v2" })),
    fc
        .record(
            { ...common, mkfsParams: fc.constant("-K"), mountOptions: fc.constant(["discard"]) },
            optional,
        )
        .map((own) => ({ ...own, fsType: "ext4" })),
) as fc.Arbitrary<LonghornClassArgs>;

const goodRest = fc.record(
    {
        environment: fc.constantFrom("production", "trial"),
        snapshotDeletionPolicy: fc.constantFrom("Delete", "Retain"),
        backupTarget,
        settings: fc.constantFrom({}, { autoSalvage: false }),
        teardown: fc.constant("armed"),
        tolerations: fc.constant(everything.tolerations),
        nodeSelector: fc.constant(everything.nodeSelector),
        ui: fc.constantFrom("off", everything.ui),
        metrics: fc.constant(everything.metrics),
        networkPolicies: fc.boolean(),
    },
    optional,
);

/** Arguments of which none is refused, where there are three nodes. */
export const goodArguments = fc
    .tuple(
        goodRest,
        fc.oneof(
            goodClass,
            fc.record({
                tiers: fc.dictionary(fc.constantFrom("fast", "capacity", "raw"), goodClass, {
                    minKeys: 1,
                }),
            }),
        ),
    )
    .map(([rest, classes]) => ({
        ...rest,
        ...classes,
        encryption: everything.encryption,
    })) as fc.Arbitrary<LonghornSettings>;
