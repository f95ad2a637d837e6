import type { CdiSettingsArgs } from "../../model/cdi-settings";
import type { KubeVirtSettingsArgs } from "../../model/kubevirt-settings";
import type { PlacementArgs } from "../../model/placement";

const placement: Required<PlacementArgs> = {
    nodeSelector: { "node-role.kubernetes.io/infra": "" },
    tolerations: [{ key: "infra", operator: "Equal", value: "yes", effect: "NoExecute" }],
    affinity: {
        nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [{ matchExpressions: [{ key: "zone", operator: "Exists" }] }],
            },
        },
    },
};

const certificate = { duration: "48 hours", renewBefore: "12 hours" } as const;

/** Every setting of KubeVirt there is. */
export const everyKubeVirtSetting: Required<KubeVirtSettingsArgs> = {
    featureGates: { enable: ["MigrationStallDetection", "VSOCK"], disable: ["PasstBinding"] },
    liveMigration: {
        parallelPerCluster: 10,
        parallelOutboundPerNode: 3,
        bandwidthPerMigration: "64Mi",
        completionTimeoutPerGiB: "5 minutes",
        progressTimeout: "200 seconds",
        maxDowntime: "0.5 seconds",
        allowAutoConverge: true,
        allowPostCopy: true,
        allowWorkloadDisruption: true,
        network: "migration",
    },
    workloadUpdate: {
        methods: ["LiveMigrate", "Evict"],
        batchSize: 5,
        batchInterval: "2 minutes",
    },
    evictionStrategy: "LiveMigrate",
    emulation: true,
    infra: placement,
    infraReplicas: 2,
    workloads: placement,
    cpuModel: "Skylake-Server",
    vmRolloutStrategy: "Stage",
    vmStateStorageClass: "ceph-fs",
    imagePullPolicy: "Always",
    imagePullSecrets: ["registry-login"],
    seccompProfile: { localhost: "profiles/machines.json" },
    selinuxType: "virt_launcher.process",
    certificates: { ca: certificate, server: certificate },
    uninstallStrategy: "RemoveWorkloads",
    overrides: { configuration: { memBalloonStatsPeriod: 10 } },
};

/** Every setting of CDI there is. */
export const everyCdiSetting: Required<CdiSettingsArgs> = {
    scratchStorageClass: "fast",
    filesystemOverhead: { global: 0.05, byClass: { fast: 0.1 } },
    uploadProxyUrl: "https://cdi-upload.example.org",
    importProxy: {
        http: "http://proxy.example.org:3128",
        https: "http://proxy.example.org:3129",
        noProxy: [".cluster.local", "10.0.0.0/8"],
        trustedCa: "proxy-ca",
    },
    workerResources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "2Gi" } },
    honorWaitForFirstConsumer: true,
    claimAdoption: true,
    preallocation: true,
    insecureRegistries: ["registry.local:5000"],
    imagePullSecrets: ["registry-login"],
    imagePullPolicy: "Always",
    infra: placement,
    workloads: placement,
    replicas: { controller: 2, apiServer: 3, uploadProxy: 4 },
    cloneStrategy: "csi-clone",
    priorityClass: "system-cluster-critical",
    certificates: { ca: certificate, server: certificate, client: certificate },
    uninstallStrategy: "RemoveWorkloads",
    overrides: { config: { logVerbosity: 3 } },
};
