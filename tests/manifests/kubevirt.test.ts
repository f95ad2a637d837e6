import assert from "node:assert/strict";
import fc from "fast-check";
import { kubeVirt } from "../../manifests/kubevirt";
import type { KubeVirtSettingsArgs } from "../../model/kubevirt-settings";
import { everyKubeVirtSetting } from "./platform-settings";

const spec = (settings: KubeVirtSettingsArgs) => kubeVirt({ namespace: "kubevirt", settings }).spec;

const protecting = {
    uninstallStrategy: "BlockUninstallIfWorkloadsExist",
    workloadUpdateStrategy: { workloadUpdateMethods: ["LiveMigrate"] },
    configuration: { evictionStrategy: "LiveMigrateIfPossible" },
};

describe("kubeVirt", () => {
    it("is the one object that tools expect, in the operator's namespace", () => {
        const { apiVersion, kind, metadata } = kubeVirt({ namespace: "virt", settings: {} });
        assert.deepEqual(
            { apiVersion, kind, metadata },
            {
                apiVersion: "kubevirt.io/v1",
                kind: "KubeVirt",
                metadata: { name: "kubevirt", namespace: "virt" },
            },
        );
    });

    it("without settings says only what protects machines", () => {
        assert.deepEqual(spec({}), protecting);
    });

    it("writes nothing for parts of settings that say nothing", () => {
        const empty = {
            liveMigration: {},
            workloadUpdate: {},
            infra: {},
            workloads: {},
            certificates: { ca: {} },
            imagePullSecrets: [],
            featureGates: {},
            overrides: {},
        };
        assert.deepEqual(spec(empty), protecting);
    });

    it("writes every setting where KubeVirt reads it", () => {
        const nodePlacement = everyKubeVirtSetting.infra;
        const certificate = { duration: "172800s", renewBefore: "43200s" };
        assert.deepEqual(spec(everyKubeVirtSetting), {
            uninstallStrategy: "RemoveWorkloads",
            imagePullPolicy: "Always",
            imagePullSecrets: [{ name: "registry-login" }],
            infra: { nodePlacement, replicas: 2 },
            workloads: { nodePlacement },
            certificateRotateStrategy: {
                selfSigned: { ca: certificate, server: certificate },
            },
            workloadUpdateStrategy: {
                workloadUpdateMethods: ["LiveMigrate", "Evict"],
                batchEvictionSize: 5,
                batchEvictionInterval: "120s",
            },
            configuration: {
                evictionStrategy: "LiveMigrate",
                developerConfiguration: {
                    featureGates: ["MigrationStallDetection", "VSOCK"],
                    disabledFeatureGates: ["PasstBinding"],
                    useEmulation: true,
                },
                migrations: {
                    parallelMigrationsPerCluster: 10,
                    parallelOutboundMigrationsPerNode: 3,
                    bandwidthPerMigration: "64Mi",
                    completionTimeoutPerGiB: 300,
                    progressTimeout: 200,
                    maxDowntimeMs: 500,
                    allowAutoConverge: true,
                    allowPostCopy: true,
                    allowWorkloadDisruption: true,
                    network: "migration",
                },
                cpuModel: "Skylake-Server",
                vmRolloutStrategy: "Stage",
                vmStateStorageClass: "ceph-fs",
                imagePullPolicy: "Always",
                seccompConfiguration: {
                    virtualMachineInstanceProfile: {
                        customProfile: { localhostProfile: "profiles/machines.json" },
                    },
                },
                selinuxLauncherType: "virt_launcher.process",
                memBalloonStatsPeriod: 10,
            },
        });
    });

    for (const [profile, customProfile] of [
        ["RuntimeDefault", { runtimeDefaultProfile: true }],
        ["KubeVirt", { localhostProfile: "kubevirt/kubevirt.json" }],
    ] as const) {
        it(`knows the seccomp profile ${profile}`, () => {
            const { configuration } = spec({ seccompProfile: profile });
            assert.deepEqual(configuration, {
                evictionStrategy: "LiveMigrateIfPossible",
                seccompConfiguration: { virtualMachineInstanceProfile: { customProfile } },
            });
        });
    }

    it("merges overrides last, field by field, and takes lists as a whole", () => {
        const merged = spec({
            infraReplicas: 2,
            workloadUpdate: { methods: ["LiveMigrate", "Evict"], batchSize: 5 },
            overrides: {
                infra: { replicas: 3 },
                workloadUpdateStrategy: { workloadUpdateMethods: [] },
            },
        });
        assert.deepEqual(merged["infra"], { replicas: 3 });
        assert.deepEqual(merged["workloadUpdateStrategy"], {
            workloadUpdateMethods: [],
            batchEvictionSize: 5,
        });
    });

    it("writes the same for the same settings, whichever of them are given", () => {
        const names = Object.keys(everyKubeVirtSetting) as (keyof KubeVirtSettingsArgs)[];
        fc.assert(
            fc.property(fc.subarray(names), (given) => {
                const settings = Object.fromEntries(
                    given.map((name) => [name, everyKubeVirtSetting[name]]),
                ) as KubeVirtSettingsArgs;
                const text = JSON.stringify(spec(settings));
                assert.equal(text, JSON.stringify(spec(settings)));
                assert.ok(!text.includes("undefined") && !text.includes("{}"), text);
                assert.equal(
                    text.includes("vmRolloutStrategy"),
                    given.includes("vmRolloutStrategy"),
                );
                assert.equal(text.includes("useEmulation"), given.includes("emulation"));
            }),
        );
    });
});
