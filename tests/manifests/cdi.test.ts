import assert from "node:assert/strict";
import fc from "fast-check";
import { cdi } from "../../manifests/cdi";
import type { CdiSettingsArgs } from "../../model/cdi-settings";
import { everyCdiSetting } from "./platform-settings";

const spec = (settings: CdiSettingsArgs) => cdi({ settings }).spec;
const linux = { nodeSelector: { "kubernetes.io/os": "linux" } };

/** The release's own object (CDI manifests/templates/release/cdi-cr.yaml.in of v1.66.0), and no removal under disks. */
const plain = {
    uninstallStrategy: "BlockUninstallIfWorkloadsExist",
    imagePullPolicy: "IfNotPresent",
    infra: linux,
    workload: linux,
    config: { featureGates: ["HonorWaitForFirstConsumer"] },
};

describe("cdi", () => {
    it("is the one object that tools expect, without a namespace", () => {
        const { apiVersion, kind, metadata } = cdi({ settings: {} });
        assert.deepEqual(
            { apiVersion, kind, metadata },
            { apiVersion: "cdi.kubevirt.io/v1beta1", kind: "CDI", metadata: { name: "cdi" } },
        );
    });

    it("without settings is the release's own object, and refuses to go under disks", () => {
        assert.deepEqual(spec({}), plain);
    });

    it("writes nothing for parts of settings that say nothing", () => {
        const empty = {
            filesystemOverhead: {},
            importProxy: {},
            workerResources: {},
            replicas: {},
            certificates: {},
            infra: {},
            imagePullSecrets: [],
        };
        assert.deepEqual(spec(empty), plain);
    });

    it("writes every setting where CDI reads it", () => {
        const certificate = { duration: "172800s", renewBefore: "43200s" };
        const placement = {
            ...everyCdiSetting.infra,
            nodeSelector: { "kubernetes.io/os": "linux", "node-role.kubernetes.io/infra": "" },
        };
        assert.deepEqual(spec(everyCdiSetting), {
            uninstallStrategy: "RemoveWorkloads",
            imagePullPolicy: "Always",
            infra: {
                ...placement,
                deploymentReplicas: 2,
                apiServerReplicas: 3,
                uploadProxyReplicas: 4,
            },
            workload: placement,
            cloneStrategyOverride: "csi-clone",
            priorityClass: "system-cluster-critical",
            certConfig: { ca: certificate, server: certificate, client: certificate },
            config: {
                featureGates: ["HonorWaitForFirstConsumer", "DataVolumeClaimAdoption"],
                scratchSpaceStorageClass: "fast",
                filesystemOverhead: { global: "0.05", storageClass: { fast: "0.1" } },
                uploadProxyURLOverride: "https://cdi-upload.example.org",
                importProxy: {
                    HTTPProxy: "http://proxy.example.org:3128",
                    HTTPSProxy: "http://proxy.example.org:3129",
                    noProxy: ".cluster.local,10.0.0.0/8",
                    trustedCAProxy: "proxy-ca",
                },
                podResourceRequirements: {
                    requests: { cpu: "1", memory: "1Gi" },
                    limits: { memory: "2Gi" },
                },
                preallocation: true,
                insecureRegistries: ["registry.local:5000"],
                imagePullSecrets: [{ name: "registry-login" }],
                logVerbosity: 3,
            },
        });
    });

    it("binds disks at once only where that is asked for", () => {
        assert.deepEqual(spec({ honorWaitForFirstConsumer: false })["config"], {
            featureGates: [],
        });
    });

    it("keeps CDI on Linux nodes whatever the placement, and lets overrides have the last word", () => {
        fc.assert(
            fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.string()), (labels) => {
                const { infra } = spec({ infra: { nodeSelector: labels } });
                assert.deepEqual(infra, { nodeSelector: { ...linux.nodeSelector, ...labels } });
            }),
        );
        const windows = { "kubernetes.io/os": "windows" };
        const { workload } = spec({ overrides: { workload: { nodeSelector: windows } } });
        assert.deepEqual(workload, { nodeSelector: windows });
    });
});
