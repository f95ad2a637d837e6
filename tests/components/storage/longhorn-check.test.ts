import assert from "node:assert/strict";
import fc from "fast-check";
import { checkLonghorn } from "../../../components/storage/longhorn/check";
import { everything, goodArguments, secrets, someArguments } from "./longhorn-arguments";

/** What is said, one line each, about arguments that types would not always allow. */
function said(args: object, nodes: number | undefined = 3, name = "lab") {
    const found = checkLonghorn(name, args, nodes);
    const lines = (findings: typeof found.problems) =>
        findings.map(({ field, fault, cure }) => `${field} ${fault}. ${cure}`);
    return { problems: lines(found.problems), warnings: lines(found.warnings) };
}

const s3 = {
    bucket: "backups",
    region: "us-east-1",
    accessKeyId: secrets.accessKeyId,
    secretAccessKey: secrets.secretAccessKey,
};

const good: readonly (readonly [string, object])[] = [
    ["nothing at all", {}],
    ["a tier of two replicas", { tiers: { fast: { replicas: 2 } }, defaultTier: "fast" }],
    [
        "a class with tags",
        { className: "fast.example.org", diskTags: ["nvme"], nodeTags: ["a.b/c"] },
    ],
    [
        "copies near the machine",
        { dataLocality: "best-effort", replicaAutoBalance: "least-effort" },
    ],
    ["an encrypted class", { encrypted: true, encryption: { passphrase: "x", keySize: 256 } }],
    ["the engine v2 on raw disks", { dataEngine: "v2", replicas: 2, nodes: everything.nodes }],
    ["a bucket of AWS", { backupTarget: { s3 } }],
    ["a bucket in a folder", { backupTarget: { s3: { ...s3, prefix: "clusters/prod-1/" } } }],
    ["an export", { backupTarget: { nfs: { server: "10.0.0.1", path: "/backups" } } }],
    ["a user interface behind a login", { ui: everything.ui }],
    ["metrics", { metrics: everything.metrics }],
    ["settings", { settings: { storageMinimalAvailablePercentage: 10 } }],
    ["values", { values: { longhornManager: { log: { format: "json" } } } }],
    ["a disarmed one", { eraseVolumes: [] }],
];

const refused: readonly (readonly [string, object, RegExp])[] = [
    ["no replica", { replicas: 0 }, /^replicas is 0, .* write a whole number from 1 to 20/],
    ["too many replicas", { replicas: 21 }, /^replicas is 21/],
    [
        "more replicas than nodes",
        { replicas: 4 },
        /^replicas is 4, which is more than the 3 nodes that take pods, .* write 3 or less, add nodes/,
    ],
    [
        "a tier with more replicas than nodes",
        { tiers: { fast: { replicas: 5 }, slow: {} } },
        /^tiers\.fast\.replicas is 5/,
    ],
    [
        "tags that too few nodes have",
        { replicas: 2, diskTags: ["hdd"], nodes: everything.nodes },
        /^replicas is 2, and there are no nodes of `nodes` with a disk with all its diskTags/,
    ],
    ["a timeout of nothing", { staleReplicaTimeout: 0 }, /^staleReplicaTimeout is 0/],
    [
        "one copy on the machine's node for machines that migrate",
        { dataLocality: "strict-local", replicas: 1 },
        /^dataLocality is "strict-local", which keeps a machine on one node/,
    ],
    [
        "copies of what has one",
        { dataLocality: "strict-local", fsType: "ext4" },
        /^dataLocality is "strict-local", which has one copy, and replicas is 3/,
    ],
    [
        "linked clones of the engine v1",
        { linkedClones: true },
        /^linkedClones is true, which the engine v1 cannot do/,
    ],
    [
        "trim of the engine v2",
        { dataEngine: "v2", trim: true },
        /^trim is true, which the engine v2/,
    ],
    [
        "the engine v2 without a raw disk",
        { dataEngine: "v2", replicas: 1, nodes: { a: { disks: [{ path: "/mnt/a" }] } } },
        /^replicas is 1, and there are no nodes of `nodes` with a disk of the type "block"/,
    ],
    [
        "the engine v2 switched off",
        { dataEngine: "v2", settings: { v2DataEngine: false } },
        /^dataEngine is "v2", and settings\.v2DataEngine is false/,
    ],
    ["an unknown engine", { dataEngine: "v3" }, /^dataEngine is "v3", .* write one of v1, v2/],
    [
        "encryption with nothing",
        { encrypted: true },
        /^encrypted is true, and there is no encryption/,
    ],
    ["an empty passphrase", { encryption: { passphrase: "" } }, /^encryption\.passphrase is empty/],
    [
        "half a byte of a key",
        { encryption: { passphrase: "x", keySize: 300 } },
        /^encryption\.keySize is 300/,
    ],
    [
        "options of mount without a filesystem",
        { mountOptions: ["discard"] },
        /^mountOptions is given/,
    ],
    ["a tag of two words", { diskTags: ["a b"] }, /^diskTags\[0\] is "a b", which is not a tag/],
    ["tags in one text", { nodeTags: ["a,b"] }, /^nodeTags\[0\] is "a,b"/],
    [
        "a long name of a job",
        { recurringJobs: [{ name: "x".repeat(41) }] },
        /^recurringJobs\[0\]\.name is "x+", .* use 2 to 40/,
    ],
    [
        "a backup by its name",
        { fromBackup: "backup-1" },
        /^fromBackup is "backup-1", which is not the/,
    ],
    [
        "a parameter of an argument",
        { parameters: { numberOfReplicas: "2" } },
        /^parameters\.numberOfReplicas is set by this package. use replicas/,
    ],
    [
        "a class that is not migratable",
        { parameters: { migratable: "false" } },
        /^parameters\.migratable is set by this package/,
    ],
    [
        "a filesystem by its other name",
        { parameters: { "csi.storage.k8s.io/fstype": "xfs" } },
        /^parameters\.csi\.storage\.k8s\.io\/fstype is set/,
    ],
    [
        "a parameter that is no text",
        { parameters: { x: 2 } },
        /^parameters\.x is 2, .* write it as "2"/,
    ],
    [
        "the name of Longhorn's class",
        { className: "longhorn" },
        /^className is "longhorn", which is the/,
    ],
    ["no tier", { tiers: {} }, /^tiers is empty/],
    [
        "two classes of one name",
        { tiers: { a: { className: "x" }, b: { className: "x" } } },
        /^tiers\.b\.className is "x", which is the name of the tier a's class, too/,
    ],
    [
        "two defaults for machines",
        { tiers: { a: { isDefaultForMachines: true }, b: { isDefaultForMachines: true } } },
        /^isDefaultForMachines is true for a and b/,
    ],
    [
        "a default that is no tier",
        { defaultTier: "fast" },
        /^defaultTier is "fast", .* one of default/,
    ],
    [
        "a name for all tiers",
        { className: "vm", tiers: { a: {} } },
        /^className is given beside tiers/,
    ],
    ["a tier that is no name", { tiers: { "Fast one": {} } }, /^tiers\.Fast one is "Fast one"/],
    ["a relative data path", { dataPath: "data" }, /^dataPath is "data"/],
    [
        "a network without a namespace",
        { storageNetwork: "storage" },
        /^storageNetwork is "storage"/,
    ],
    [
        "more processors than Longhorn takes",
        { guaranteedInstanceManagerCpu: 50 },
        /is 50, .* 0 to 40/,
    ],
    ["no CSI pod", { csiReplicas: 0 }, /^csiReplicas is 0/],
    ["a version that is none", { version: "newest" }, /^version is "newest", .* "1\.12\.1"/],
    ["a deadline that is none", { readyWithin: "soon" }, /^readyWithin is "soon"/],
    ["no node", { nodes: {} }, /^nodes is empty/],
    [
        "one path twice",
        {
            replicas: 1,
            environment: "trial",
            nodes: { a: { disks: [{ path: "/d" }, { path: "/d" }] } },
        },
        /^nodes\.a\.disks\[1\]\.path is "\/d", which another disk of the node has/,
    ],
    [
        "a reserve in decimal units",
        {
            replicas: 1,
            environment: "trial",
            nodes: { a: { disks: [{ path: "/d", reserved: "5GB" }] } },
        },
        /^nodes\.a\.disks\[0\]\.reserved is "5GB"/,
    ],
    [
        "a bucket with a folder",
        { backupTarget: { s3: { ...s3, bucket: "backups/prod" } } },
        /^backupTarget\.s3\.bucket is "backups\/prod", .* a folder goes to prefix/,
    ],
    [
        "a server for a region",
        { backupTarget: { s3: { ...s3, region: "https://rgw.example.org" } } },
        /^backupTarget\.s3\.region is "https:\/\/rgw\.example\.org", .* goes to endpoint/,
    ],
    [
        "an endpoint without a scheme",
        { backupTarget: { s3: { ...s3, endpoint: "rgw.example.org" } } },
        /^backupTarget\.s3\.endpoint is "rgw\.example\.org"/,
    ],
    [
        "a certificate's path",
        { backupTarget: { s3: { ...s3, ca: "/etc/ssl/ca.pem" } } },
        /^backupTarget\.s3\.ca is not a certificate/,
    ],
    [
        "a key with a line break",
        { backupTarget: { s3: { ...s3, secretAccessKey: `${s3.secretAccessKey}\n` } } },
        /^backupTarget\.s3\.secretAccessKey begins or ends with a blank/,
    ],
    [
        "a server with a scheme",
        { backupTarget: { nfs: { server: "nfs://nas", path: "/b" } } },
        /^backupTarget\.nfs\.server is "nfs:\/\/nas"/,
    ],
    [
        "an export without a root",
        { backupTarget: { nfs: { server: "nas", path: "backups" } } },
        /^backupTarget\.nfs\.path is "backups"/,
    ],
    [
        "a poll interval that is none",
        { backupTarget: { s3, pollInterval: "now" } },
        /^backupTarget\.pollInterval is "now"/,
    ],
    [
        "a user interface without a login",
        { ui: { host: "longhorn.example.org", tlsSecret: "tls", annotations: {} } },
        /^ui\.annotations is empty, and the user interface has no login/,
    ],
    [
        "everybody of a namespace",
        { metrics: { from: { namespace: "monitoring", podLabels: {} } } },
        /^metrics\.from\.podLabels is empty/,
    ],
    ["labels of nothing", { metrics: { labels: { a: "b" } } }, /^metrics\.labels is given/],
    [
        "a toleration with seconds",
        { tolerations: [{ key: "a", effect: "NoExecute", tolerationSeconds: 5 }] },
        /^tolerations\[0\]\.tolerationSeconds is 5/,
    ],
    [
        "the flag by hand",
        { settings: { deletingConfirmationFlag: true } },
        /^settings\.deletingConfirmationFlag is true, .* use teardown: "armed"/,
    ],
    [
        "the flag in the values",
        { values: { defaultSettings: { deletingConfirmationFlag: true } } },
        /^values\.defaultSettings\.deletingConfirmationFlag is true/,
    ],
    [
        "a setting of an older chart",
        { settings: { backupTarget: "s3://b@r/" } },
        /^settings\.backupTarget is given, which the chart does not have any more/,
    ],
    [
        "a setting by Longhorn's own name",
        { settings: { "auto-salvage": true } },
        /^settings\.auto-salvage is given, .* write it as the chart does: autoSalvage/,
    ],
    [
        "Longhorn's own class as the default",
        { values: { persistence: { defaultClass: true } } },
        /^values\.persistence\.defaultClass is true, .* use isDefaultForMachines/,
    ],
    [
        "Longhorn's own class",
        { values: { persistence: { createStorageClass: true } } },
        /^values\.persistence\.createStorageClass is true/,
    ],
    [
        "the user interface on every node",
        { values: { service: { ui: { type: "NodePort" } } } },
        /^values\.service\.ui\.type is "NodePort", .* no login/,
    ],
    [
        "volumes that go without Longhorn",
        { eraseVolumes: ["pvc-1"] },
        /^eraseVolumes is given, and teardown is not "armed"/,
    ],
    ["a capacity that is none", { capacity: { raw: "12TB" } }, /^capacity\.raw is "12TB"/],
];

const warned: readonly (readonly [string, object, RegExp])[] = [
    ["one copy", { replicas: 1 }, /^replicas is 1, and a disk is gone with the node/],
    [
        "fewer nodes in a trial",
        { environment: "trial", replicas: 4 },
        /^replicas is 4, which is more than the 3 nodes/,
    ],
    [
        "trim, which costs snapshots",
        { trim: true },
        /^trim is true, and a guest that discards removes/,
    ],
    [
        "a class that restores",
        { fromBackup: "s3://b@r/?volume=v&backup=b" },
        /^fromBackup is given, and/,
    ],
    [
        "a class of filesystems",
        { fsType: "ext4" },
        /^fsType is "ext4", and machines .* cannot migrate/,
    ],
    ["linked clones", { dataEngine: "v2", linkedClones: true }, /^linkedClones is true/],
    ["open managers", { networkPolicies: false }, /^networkPolicies is false, and every pod/],
    [
        "readers let in where nobody is kept out",
        { version: "1.12.0", metrics: { from: { namespace: "m", podLabels: { a: "b" } } } },
        /^metrics\.from is given, and Longhorn 1\.12\.0 has no policies/,
    ],
    [
        "backups over plain http",
        { backupTarget: { s3: { ...s3, endpoint: "http://minio:9000" } } },
        /^backupTarget\.s3\.endpoint is "http:\/\/minio:9000", and everybody/,
    ],
    [
        "an annotation that asks for no login",
        { ui: { host: "a.b", tlsSecret: "t", annotations: { "example.org/x": "y" } } },
        /^ui\.annotations has example\.org\/x, none of which/,
    ],
    [
        "a drain that takes the last copy",
        { settings: { nodeDrainPolicy: "always-allow" } },
        /^settings\.nodeDrainPolicy is "always-allow", and a drained node/,
    ],
    [
        "more promised than there is",
        { settings: { storageOverProvisioningPercentage: "200" } },
        /^settings\.storageOverProvisioningPercentage is "200"/,
    ],
    [
        "a toleration of Kubernetes' own",
        { tolerations: [{ key: "node-role.kubernetes.io/control-plane", operator: "Exists" }] },
        /^tolerations\[0\]\.key is "node-role/,
    ],
    ["an armed one", { teardown: "armed" }, /^teardown is "armed", and the next destroy erases/],
];

describe("checkLonghorn", () => {
    for (const [what, args] of good) {
        it(`has nothing to say about ${what}`, () => {
            assert.deepEqual(said(args), { problems: [], warnings: [] });
        });
    }

    for (const [what, args, expected] of refused) {
        it(`refuses ${what}`, () => {
            const { problems } = said(args);
            assert.equal(problems.length, 1, problems.join("\n"));
            assert.match(problems[0] ?? "", expected);
        });
    }

    for (const [what, args, expected] of warned) {
        it(`warns of ${what}`, () => {
            const { problems, warnings } = said(args);
            assert.deepEqual(problems, []);
            assert.equal(warnings.length, 1, warnings.join("\n"));
            assert.match(warnings[0] ?? "", expected);
        });
    }

    it("refuses a tier whose class would have the name of Longhorn's own", () => {
        const { problems } = said({ tiers: { static: {} } }, 3, "longhorn");
        assert.match(problems.join(), /^tiers\.static\.className is "longhorn-static"/);
    });

    it("has nothing against a component that is called longhorn", () => {
        assert.deepEqual(said({}, 3, "longhorn"), { problems: [], warnings: [] });
    });

    it("says once, and of the top level, what all tiers take from there", () => {
        const { problems } = said({ replicas: 4, tiers: { a: {}, b: {}, c: { replicas: 5 } } });
        assert.deepEqual(
            problems.map((text) => text.split(" ")[0]),
            ["replicas", "tiers.c.replicas"],
        );
    });

    it("holds replicas against the nodes of the list, and not against nodes that nobody has counted", () => {
        assert.deepEqual(said({ replicas: 5 }, undefined).problems.length, 1);
        assert.deepEqual(said({ replicas: 5, nodes: undefined }, 5).problems, []);
        const two = { replicas: 3, nodes: { a: {}, b: {} } };
        assert.match(said(two, 9).problems.join(), /more than the 2 nodes of `nodes`/);
    });

    it("has nothing to refuse in arguments that use everything", () => {
        assert.deepEqual(said(everything, 2).problems, []);
    });

    it("has nothing to refuse in any arguments that go together", () => {
        fc.assert(
            fc.property(goodArguments, (args) => {
                assert.deepEqual(checkLonghorn("lab", args, 3).problems, []);
            }),
        );
    });

    for (const setting of [
        "replicaSoftAntiAffinity",
        "allowVolumeCreationWithDegradedAvailability",
    ]) {
        it(`warns of ${setting} where disks are worth something, and not in a trial`, () => {
            for (const on of [true, "true"]) {
                const settings = { [setting]: on };
                assert.match(
                    said({ settings }).warnings.join(),
                    new RegExp(`^settings.${setting}`),
                );
                assert.deepEqual(said({ settings, environment: "trial" }).warnings, []);
            }
            assert.deepEqual(said({ settings: { [setting]: false } }).warnings, []);
        });
    }

    it("says everything at once", () => {
        assert.equal(said({ replicas: 0, dataPath: "x", defaultTier: "y" }).problems.length, 3);
    });

    it("never shows a secret, whatever is wrong", () => {
        const broken = {
            ...everything,
            tiers: {},
            backupTarget: {
                s3: {
                    ...s3,
                    endpoint: `https://${secrets.accessKeyId}:${secrets.secretAccessKey}@rgw/`,
                    region: `https://${secrets.accessKeyId}@rgw`,
                    secretAccessKey: ` ${secrets.secretAccessKey}`,
                },
            },
            encryption: { passphrase: secrets.passphrase, keySize: 3 },
            values: {
                privateRegistry: { registryPasswd: secrets.passphrase },
                ingress: { secrets: [{ key: secrets.secretAccessKey }] },
            },
        };
        const { problems, warnings } = said(broken);
        const text = [...problems, ...warnings].join("\n");
        assert.ok(problems.length > 5, text);
        for (const secret of Object.values(secrets)) {
            assert.ok(!text.includes(secret), text);
        }
    });

    it("writes every finding as a whole sentence with a cure", () => {
        fc.assert(
            fc.property(someArguments, fc.option(fc.nat(5), { nil: undefined }), (args, nodes) => {
                const { problems, warnings } = checkLonghorn("lab", args, nodes);
                for (const { field, fault, cure } of [...problems, ...warnings]) {
                    assert.match(field, /^[a-zA-Z]/);
                    assert.doesNotMatch(fault + cure, /undefined|\[object|NaN|\.$/);
                    assert.ok(fault.length > 5 && cure.length > 5);
                }
            }),
        );
    });
});
