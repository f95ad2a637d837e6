import assert from "node:assert/strict";
import fc from "fast-check";
import { metricsPolicy } from "../../../components/storage/longhorn/metrics-policy";
import {
    backupSecret,
    backupTargetUrl,
    encryptionSecret,
} from "../../../components/storage/longhorn/secrets";
import { settingsFor } from "../../../components/storage/longhorn/settings";
import type { LonghornSettings } from "../../../components/storage/longhorn/tiers";
import { longhornValues } from "../../../components/storage/longhorn/values";
import { keptValues, unknownKeys } from "../../support/chart-values";
import { everything, goodArguments, secrets, someArguments } from "./longhorn-arguments";

interface Values {
    readonly defaultSettings: Readonly<Record<string, unknown>>;
    readonly [part: string]: Readonly<Record<string, unknown>> | undefined;
}

const valuesOf = (args: LonghornSettings) => longhornValues("lab", args) as unknown as Values;

describe("longhornValues", () => {
    const charts = keptValues("longhorn");
    for (const { version, text } of charts) {
        it(`writes only what chart ${version} has`, () => {
            assert.deepEqual(unknownKeys(longhornValues("lab", everything), text), []);
            assert.deepEqual(unknownKeys(longhornValues("lab", { teardown: "armed" }), text), []);
        });

        it(`sets nothing that chart ${version} does not have, whatever the arguments`, () => {
            fc.assert(
                fc.property(goodArguments, (args) => {
                    assert.deepEqual(unknownKeys(longhornValues("lab", args), text), []);
                }),
            );
        });
    }
    if (charts.length === 0) {
        it.skip("writes only what the chart has (no values file of it beside the checkout)");
    }

    it("never makes Longhorn's own class, nor the default of it", () => {
        assert.deepEqual(valuesOf({})["persistence"], {
            createStorageClass: false,
            defaultClass: false,
        });
    });

    it("says in both directions whether Longhorn may be removed, since what is left out stays", () => {
        const flag = (args: LonghornSettings) =>
            valuesOf(args).defaultSettings["deletingConfirmationFlag"];
        assert.equal(flag({ teardown: "armed" }), true);
        assert.equal(flag({}), false);
        assert.equal(flag({ settings: { deletingConfirmationFlag: true } }), false);
    });

    it("makes Longhorn forget what an argument does not say any more", () => {
        const { defaultSettings, defaultBackupStore } = valuesOf({});
        assert.deepEqual(defaultBackupStore, {
            backupTarget: "",
            backupTargetCredentialSecret: "",
            pollInterval: 300,
        });
        for (const setting of [
            "storageNetwork",
            "taintToleration",
            "systemManagedComponentsNodeSelector",
        ]) {
            assert.equal(defaultSettings[setting], "", setting);
        }
        assert.equal(defaultSettings["createDefaultDiskLabeledNodes"], false);
    });

    it("names target and Secret of the backups", () => {
        assert.deepEqual(valuesOf(everything)["defaultBackupStore"], {
            backupTarget: "s3://backups@us-east-1/clusters/prod-1/",
            backupTargetCredentialSecret: "lab-backup-target",
            pollInterval: 600,
        });
        const nfs = { nfs: { server: "nas", path: "/b" } };
        assert.deepEqual(valuesOf({ backupTarget: nfs })["defaultBackupStore"], {
            backupTarget: "nfs://nas:/b",
            backupTargetCredentialSecret: "",
            pollInterval: 300,
        });
    });

    it("tells placement to the chart's own parts and, as Longhorn writes it, to the others", () => {
        const { defaultSettings, global } = valuesOf({
            nodeSelector: { "example.org/storage": "true", disk: "ssd" },
            tolerations: [
                { key: "a", value: "b", effect: "NoSchedule" },
                { key: "c", operator: "Exists" },
                { operator: "Exists", effect: "NoExecute" },
            ],
        });
        assert.equal(defaultSettings["taintToleration"], "a=b:NoSchedule;c:;:NoExecute");
        assert.equal(
            defaultSettings["systemManagedComponentsNodeSelector"],
            "example.org/storage:true;disk:ssd",
        );
        assert.deepEqual(Object.keys(global ?? {}), ["nodeSelector", "tolerations"]);
    });

    it("switches the engine v2 on for a class that wants it, and never off", () => {
        const { defaultSettings } = valuesOf({ tiers: { a: {}, b: { dataEngine: "v2" } } });
        assert.equal(defaultSettings["v2DataEngine"], true);
        assert.ok(!("v2DataEngine" in valuesOf({}).defaultSettings));
    });

    it("has no user interface, and one behind an ingress only with what asks for a login", () => {
        assert.deepEqual(valuesOf({})["longhornUI"], { replicas: 0 });
        assert.deepEqual(valuesOf({})["ingress"], { enabled: false });
        assert.deepEqual(valuesOf(everything)["ingress"], {
            enabled: true,
            host: "longhorn.example.org",
            ingressClassName: "nginx",
            tls: true,
            tlsSecret: "longhorn-tls",
            annotations: {
                "nginx.ingress.kubernetes.io/auth-type": "basic",
                "nginx.ingress.kubernetes.io/auth-secret": "basic-auth",
            },
        });
    });

    it("takes settings over its own, and values over everything", () => {
        const { defaultSettings, longhornManager } = valuesOf({
            settings: { autoSalvage: false, logLevel: "Debug" },
            values: { longhornManager: { log: { format: "json" } } },
            managerResources: { limits: { cpu: "1" } },
        });
        assert.equal(defaultSettings["autoSalvage"], false);
        assert.equal(defaultSettings["logLevel"], "Debug");
        assert.deepEqual(longhornManager, {
            resources: { limits: { cpu: "1" } },
            log: { format: "json" },
        });
    });

    it("has nothing secret", () => {
        fc.assert(
            fc.property(someArguments, (args) => {
                const text = JSON.stringify([
                    longhornValues("lab", args),
                    longhornValues("lab", everything),
                ]);
                for (const secret of Object.values(secrets)) {
                    assert.ok(!text.includes(secret));
                }
            }),
        );
    });
});

describe("settingsFor", () => {
    it("lets disks begin with fewer copies in a trial only", () => {
        const setting = "allowVolumeCreationWithDegradedAvailability";
        assert.equal(settingsFor("trial")[setting], true);
        assert.equal(settingsFor("production")[setting], false);
        assert.equal(settingsFor(undefined)[setting], false);
    });

    it("keeps copies apart everywhere", () => {
        assert.equal(settingsFor("trial")["replicaSoftAntiAffinity"], false);
    });
});

describe("backupTargetUrl", () => {
    const s3 = { region: "us-east-1", accessKeyId: "a", secretAccessKey: "b" };

    it("ends in a slash, without which Longhorn refuses it, and never names the server", () => {
        const url = (prefix?: string) =>
            backupTargetUrl({
                s3: {
                    ...s3,
                    bucket: "b",
                    endpoint: "https://rgw",
                    ...(prefix === undefined ? {} : { prefix }),
                },
            });
        assert.equal(url(), "s3://b@us-east-1/");
        assert.equal(url("x/y"), "s3://b@us-east-1/x/y/");
        assert.equal(url("/x/"), "s3://b@us-east-1/x/");
    });
});

describe("backupSecret", () => {
    it("has the keys that Longhorn reads", () => {
        assert.ok(everything.backupTarget);
        assert.deepEqual(backupSecret(everything.backupTarget), {
            AWS_ACCESS_KEY_ID: secrets.accessKeyId,
            AWS_SECRET_ACCESS_KEY: secrets.secretAccessKey,
            AWS_ENDPOINTS: "https://rgw.example.org",
            AWS_CERT: "-----BEGIN CERTIFICATE-----\n",
            VIRTUAL_HOSTED_STYLE: "true",
        });
    });

    it("is none for an export", () => {
        assert.equal(backupSecret({ nfs: { server: "nas", path: "/b" } }), undefined);
    });
});

describe("encryptionSecret", () => {
    it("has the passphrase, and the rest where it is given", () => {
        assert.deepEqual(encryptionSecret({ passphrase: "x" }), {
            CRYPTO_KEY_VALUE: "x",
            CRYPTO_KEY_PROVIDER: "secret",
        });
        assert.deepEqual(
            encryptionSecret({
                passphrase: "x",
                cipher: "aes-xts-plain64",
                hash: "sha512",
                keySize: 512,
                pbkdf: "pbkdf2",
            }),
            {
                CRYPTO_KEY_VALUE: "x",
                CRYPTO_KEY_PROVIDER: "secret",
                CRYPTO_KEY_CIPHER: "aes-xts-plain64",
                CRYPTO_KEY_HASH: "sha512",
                CRYPTO_KEY_SIZE: "512",
                CRYPTO_PBKDF: "pbkdf2",
            },
        );
    });
});

describe("metricsPolicy", () => {
    it("lets in the pods that are named, of their namespace, to the port of the metrics", () => {
        assert.deepEqual(metricsPolicy("lab", everything), {
            apiVersion: "networking.k8s.io/v1",
            kind: "NetworkPolicy",
            metadata: { name: "lab-metrics", namespace: "longhorn-system" },
            spec: {
                podSelector: { matchLabels: { app: "longhorn-manager" } },
                policyTypes: ["Ingress"],
                ingress: [
                    {
                        from: [
                            {
                                namespaceSelector: {
                                    matchLabels: { "kubernetes.io/metadata.name": "monitoring" },
                                },
                                podSelector: { matchLabels: { app: "prometheus" } },
                            },
                        ],
                        ports: [{ protocol: "TCP", port: 9500 }],
                    },
                ],
            },
        });
    });

    it("is not the first policy of the managers, which would keep Longhorn's own parts out", () => {
        assert.equal(metricsPolicy("lab", { ...everything, networkPolicies: false }), undefined);
        assert.equal(metricsPolicy("lab", { ...everything, version: "1.12.0" }), undefined);
        assert.equal(metricsPolicy("lab", {}), undefined);
    });
});
