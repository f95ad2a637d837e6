import assert from "node:assert/strict";
import { checkCephRbd } from "../../../components/storage/ceph-rbd/check";
import { cephKeyFault } from "../../../components/storage/ceph-rbd/check-access";
import { everything, little, secrets } from "./ceph-rbd-arguments";

/** What is said, one line each, about arguments that types would not always allow. */
function said(changes: object, nodes: number | undefined = 3, name = "ceph") {
    const found = checkCephRbd({ ...little, ...changes }, nodes, name);
    const lines = (findings: typeof found.problems) =>
        findings.map(({ field, fault, cure }) => `${field} ${fault}. ${cure}`);
    return { problems: lines(found.problems), warnings: lines(found.warnings) };
}

const topology = { domainLabels: ["topology.kubernetes.io/zone"] };
const kms = (values: object) => ({ encryption: { kmsId: "vault", kms: values } });
const features = (...imageFeatures: string[]) => ({ imageFeatures });

const refused: readonly (readonly [string, object, RegExp])[] = [
    [
        "a cluster id that is too long",
        { clusterId: "x".repeat(37) },
        /^clusterId .* 37 bytes; ceph-csi allows 36/,
    ],
    ["a cluster id of too many bytes", { clusterId: "é".repeat(19) }, /^clusterId .* 38 bytes/],
    [
        "a placeholder for a cluster id",
        { clusterId: "<cluster-id>" },
        /^clusterId is "<cluster-id>", which is not the id.*ceph fsid/,
    ],
    ["no cluster id", { clusterId: "" }, /^clusterId is ""/],
    ["no monitors", { monitors: [] }, /^monitors is \[\]/],
    [
        "a monitor without port",
        { monitors: ["10.0.0.1"] },
        /^monitors\[0\] is "10\.0\.0\.1", which is not an address with its port/,
    ],
    [
        "a monitor of IPv6 without brackets",
        { monitors: ["a:6789", "fd00::1:6789"] },
        /^monitors\[1\] is "fd00::1:6789"/,
    ],
    ["a monitor with a port that is none", { monitors: ["a:66789"] }, /^monitors\[0\]/],
    ["two monitors in one", { monitors: ["a:6789,b:6789"] }, /^monitors\[0\]/],
    [
        "a user with its prefix",
        { user: { ...little.user, id: "client.kubevirt" } },
        /^user\.id is "client\.kubevirt".* write "kubevirt"$/,
    ],
    [
        "a user that is none",
        { user: { ...little.user, id: "a b" } },
        /^user\.id is "a b", which is not the name of a Ceph user/,
    ],
    [
        "a whole keyring for a key",
        { user: { id: "a", key: "[client.a]\n key = AQ==" } },
        /^user\.key has 22 characters that are not a Ceph key/,
    ],
    ["no pool", { pool: undefined }, /^pool is missing/],
    ["an empty pool", { pool: "" }, /^pool is "", which is not the name of a pool/],
    ["a pool that ends the quote of a command", { pool: "a' mgr 'allow *" }, /^pool is "a' mgr/],
    ["a data pool that is none", { dataPool: "a/b" }, /^dataPool is "a\/b"/],
    [
        "a RADOS namespace that is none",
        { radosNamespace: "" },
        /^radosNamespace is "", which is not the name of a RADOS namespace/,
    ],
    ["no features", features(), /^imageFeatures is \[\], which has no layering/],
    [
        "an unknown feature",
        features("layering", "striping"),
        /^imageFeatures\[1\] is "striping", which ceph-csi does not know. write one of layering/,
    ],
    [
        "object-map alone",
        features("layering", "object-map"),
        /^imageFeatures\[1\] is "object-map", which needs exclusive-lock/,
    ],
    [
        "fast-diff without object-map",
        features("layering", "exclusive-lock", "fast-diff"),
        /^imageFeatures\[2\] is "fast-diff", which needs object-map/,
    ],
    [
        "journaling in the kernel",
        features("layering", "exclusive-lock", "journaling"),
        /^imageFeatures\[2\] is "journaling", which the kernel's client/,
    ],
    [
        "map options that break live migration",
        { mapOptions: "krbd:queue_depth=8,exclusive" },
        /^mapOptions .* a live migration never ends/,
    ],
    [
        "the same without naming the mounter",
        { mapOptions: "exclusive" },
        /^mapOptions .* a live migration never ends/,
    ],
    [
        "map options for a mounter that is none",
        { mapOptions: "rbd:a" },
        /^mapOptions is "rbd:a", which names a mounter "rbd"/,
    ],
    [
        "an option with a colon and no mounter",
        { mapOptions: "crush_location=zone:a" },
        /^mapOptions .* write "krbd:"/,
    ],
    [
        "map options of which some would be lost",
        { mapOptions: "krbd:a;krbd:b" },
        /^mapOptions .* two sections for krbd/,
    ],
    [
        "unmap options for a mounter that is none",
        { unmapOptions: "fuse:force" },
        /^unmapOptions is "fuse:force"/,
    ],
    [
        "the mounter that is the default",
        { mounter: "krbd" },
        /^mounter is "krbd", which ceph-csi does not know. leave it out/,
    ],
    ["map options of nothing", { mapOptions: "" }, /^mapOptions is "", which says nothing/],
    ["guests that are none", { guests: "linux" }, /^guests is "linux"/],
    [
        "mount options of a raw device",
        { mountOptions: ["discard"] },
        /^mountOptions is \["discard"\], which a class of raw devices/,
    ],
    ["mkfs options of a raw device", { mkfsOptions: "-K" }, /^mkfsOptions is "-K"/],
    ["a filesystem that is none", { fsType: "zfs" }, /^fsType is "zfs"/],
    [
        "encryption without passphrases",
        { encrypted: true },
        /^encrypted is true, which needs a passphrase/,
    ],
    ["an empty passphrase", { encryption: { passphrase: "" } }, /^encryption\.passphrase is empty/],
    [
        "two places of passphrases",
        { encryption: { ...kms({ encryptionKMSType: "vault" }).encryption, passphrase: "x" } },
        /^encryption has a passphrase and/,
    ],
    [
        "a key management system that means the passphrase",
        { encryption: { kmsId: "default", kms: { encryptionKMSType: "vault" } } },
        /^encryption\.kmsId is "default"/,
    ],
    ["a key management system of no kind", kms({}), /^encryption\.kms has no encryptionKMSType/],
    [
        "a secret in a ConfigMap",
        kms({ encryptionKMSType: "vault", vaultToken: "s.123" }),
        /^encryption\.kms\.vaultToken is part of a ConfigMap/,
    ],
    [
        "pools of zones without zones",
        { topologyPools: [{ pool: "a", domain: { zone: "a" } }] },
        /^topologyPools is set, and the driver does not know/,
    ],
    ["no pools of zones", { topology, topologyPools: [] }, /^topologyPools is empty/],
    [
        "a zone by another label",
        { topology, topologyPools: [{ pool: "a", domain: { rack: "a" } }] },
        /^topologyPools\[0\]\.domain is \{"rack":"a"\}, which has "rack"/,
    ],
    [
        "a pool of no zone",
        { topology, topologyPools: [{ pool: "a", domain: {} }] },
        /^topologyPools\[0\]\.domain is \{\}, which names no zone/,
    ],
    [
        "a zone's pool that is none",
        { topology, topologyPools: [{ pool: "", domain: { zone: "a" } }] },
        /^topologyPools\[0\]\.pool is ""/,
    ],
    [
        "a zone's disk before the zone is known",
        {
            topology,
            topologyPools: [{ pool: "a", domain: { zone: "a" } }],
            bindingMode: "Immediate",
        },
        /^bindingMode is "Immediate"/,
    ],
    ["zones by no label", { topology: { domainLabels: [] } }, /^topology\.domainLabels is \[\]/],
    [
        "labels that the driver cannot tell apart",
        { topology: { domainLabels: ["a/zone", "b/zone"] } },
        /^topology\.domainLabels\[1\] is "b\/zone".*"a\/zone"/,
    ],
    [
        "reads that are near nothing",
        { readAffinity: { crushLocationLabels: [] } },
        /^readAffinity\.crushLocationLabels is \[\]/,
    ],
    [
        "a stripe that does not divide an object",
        { stripe: { unit: 3000, count: 4 } },
        /^stripe\.unit is 3000, which does not divide the object size of 4194304 bytes/,
    ],
    [
        "a stripe larger than an object",
        { stripe: { unit: 8192, count: 4 }, objectSize: 4096 },
        /^stripe\.unit is 8192/,
    ],
    ["a stripe over nothing", { stripe: { unit: 4096, count: 0 } }, /^stripe\.count is 0/],
    [
        "objects of an odd size",
        { objectSize: 5_000_000 },
        /^objectSize is 5000000, which is not a power of two from 4096 to 33554432/,
    ],
    ["objects that are too large", { objectSize: 2 ** 26 }, /^objectSize is 67108864/],
    ["an empty prefix", { volumeNamePrefix: "" }, /^volumeNamePrefix is ""/],
    ["a reclaim policy that is none", { reclaimPolicy: "Recycle" }, /^reclaimPolicy is "Recycle"/],
    ["a binding mode that is none", { bindingMode: "Later" }, /^bindingMode is "Later"/],
    [
        "a snapshot's policy that is none",
        { snapshotDeletionPolicy: "Keep" },
        /^snapshotDeletionPolicy is "Keep"/,
    ],
    ["a class name that is none", { className: "Fast Disks" }, /^className is "Fast Disks"/],
    [
        "a parameter that an argument stands for",
        { parameters: { pool: "b" } },
        /^parameters\.pool is "b", which this package sets itself. use pool/,
    ],
    [
        "another Secret",
        { parameters: { "csi.storage.k8s.io/node-stage-secret-name": "x" } },
        /^parameters\.csi\.storage\.k8s\.io\/node-stage-secret-name .* use user/,
    ],
    [
        "a parameter that is no text",
        { parameters: { tryOtherMounters: true } },
        /^parameters\.tryOtherMounters is true, which is not a text/,
    ],
    ["no tiers", { tiers: {} }, /^tiers is \{\}/],
    [
        "a tier whose name is none",
        { tiers: { Fast: {} } },
        /^tiers\.Fast is "Fast", which is not a Kubernetes name/,
    ],
    [
        "a default tier that is none",
        { tiers: { a: {} }, defaultTier: "b" },
        /^defaultTier is "b".* write one of a$/,
    ],
    [
        "a class of two tiers",
        { tiers: { a: { className: "x" }, b: { className: "x" } } },
        /^tiers\.b\.className is "x", which is the name of tier "a", too/,
    ],
    [
        "a class named as another tier's would be",
        { tiers: { a: {}, b: { className: "ceph-a" } } },
        /^tiers\.b\.className is "ceph-a"/,
    ],
    [
        "two defaults of machines",
        { tiers: { a: { isDefaultForMachines: true }, b: { isDefaultForMachines: true } } },
        /^isDefaultForMachines is true for a, b/,
    ],
    [
        "more replicas than nodes",
        { provisionerReplicas: 4 },
        /^provisionerReplicas is 4, which is more than the 3 nodes .* never end. write 3 or less/,
    ],
    ["no replicas", { provisionerReplicas: 0 }, /^provisionerReplicas is 0/],
    ["a namespace that is none", { namespace: "Ceph" }, /^namespace is "Ceph"/],
    [
        "a driver's name that is too long",
        { driverName: `${"a".repeat(60)}.rbd` },
        /^driverName .* 64 characters/,
    ],
    [
        "a folder that is none",
        { kubeletDir: "var/lib/kubelet" },
        /^kubeletDir is "var\/lib\/kubelet"/,
    ],
    [
        "a version that is none",
        { version: "newest" },
        /^version is "newest", which is not a version. write it as "3\.17\.1"/,
    ],
    ["a version of every day", { version: "3-canary" }, /^version is "3-canary"/],
    ["a chart that is nowhere", { chart: "" }, /^chart is ""/],
    ["a capacity that is none", { capacity: { raw: "12TB" } }, /^capacity\.raw is "12TB"/],
    ["a time that is none", { readyWithin: "soon" }, /^readyWithin is "soon"/],
    [
        "a second configuration",
        { values: { csiConfig: [] } },
        /^values\.csiConfig is \[\], which this package sets/,
    ],
    [
        "replicas in two places",
        { values: { provisioner: { replicaCount: 1 } } },
        /^values\.provisioner\.replicaCount is 1, .* use provisionerReplicas/,
    ],
    [
        "the chart's own class",
        { values: { storageClass: { create: true } } },
        /^values\.storageClass\.create is true, .* use tiers/,
    ],
    [
        "the chart's own snapshot class",
        { values: { volumeSnapshotClass: { create: "true" } } },
        /^values\.volumeSnapshotClass\.create is "true"/,
    ],
    [
        "the chart's own Secret",
        { values: { secret: { create: true, userKey: "AQ==" } } },
        /^values\.secret is set, .* use user and encryption$/,
    ],
    [
        "passphrases in two places",
        { values: { encryptionKMSConfig: { a: { token: "s" } } } },
        /^values\.encryptionKMSConfig is set, .* use encryption$/,
    ],
];

const warned: readonly (readonly [string, object, RegExp])[] = [
    [
        "the administrator",
        { user: { ...little.user, id: "admin" } },
        /^user\.id is "admin", who may do everything/,
    ],
    ["a process for each disk", { mounter: "rbd-nbd" }, /^mounter is "rbd-nbd", and the disks/],
    ["filesystems", { fsType: "ext4" }, /^fsType is "ext4", .* not migrated live/],
    [
        "monitors on the newer port alone",
        { monitors: ["a:3300", "[fd00::1]:3300"] },
        /^mapOptions has no ms_mode.* add "krbd:ms_mode=prefer-crc"/,
    ],
];

describe("checkCephRbd", () => {
    it("has nothing to say about what is right", () => {
        assert.deepEqual(said({}), { problems: [], warnings: [] });
        assert.deepEqual(said({ user: { ...little.user, id: "12345" } }).problems, []);
        assert.deepEqual(said({ values: { storageClass: { create: false } } }).problems, []);
        const many = { ...little, provisionerReplicas: 9 };
        assert.deepEqual(checkCephRbd(many, undefined, "ceph").problems, []);
        const newer = { monitors: ["a:3300"], mapOptions: "krbd:ms_mode=secure" };
        assert.deepEqual(said(newer), { problems: [], warnings: [] });
    });

    it("warns of what works in a program with everything", () => {
        assert.deepEqual(checkCephRbd(everything, 3, "ceph").problems, []);
        const fields = checkCephRbd(everything, 3, "ceph").warnings.map(({ field }) => field);
        assert.deepEqual(fields, ["tiers.files.fsType", "tiers.nbd.mounter"]);
    });

    for (const [what, changes, text] of refused) {
        it(`refuses ${what}`, () => {
            const { problems } = said(changes);
            assert.equal(problems.length, 1, problems.join("\n"));
            assert.match(problems[0] ?? "", text);
        });
    }

    for (const [what, changes, text] of warned) {
        it(`warns of ${what}`, () => {
            const { problems, warnings } = said(changes);
            assert.deepEqual(problems, []);
            assert.equal(warnings.length, 1, warnings.join("\n"));
            assert.match(warnings[0] ?? "", text);
        });
    }

    it("refuses a name that no class and no Secret can have", () => {
        assert.match(said({}, 3, "Ceph 1").problems.join("\n"), /^name is "Ceph 1"/);
    });

    it("says everything at once", () => {
        const { problems } = said({ clusterId: "", monitors: [], pool: "", version: "x" });
        assert.deepEqual(
            problems.map((line) => line.split(" ")[0]),
            ["clusterId", "monitors", "pool", "version"],
        );
    });

    it("says what tiers have in common once, and where it is written", () => {
        const { problems } = said({
            reclaimPolicy: "Recycle",
            tiers: { a: { pool: "" }, b: {}, c: { reclaimPolicy: "Keep" } },
        });
        assert.deepEqual(
            problems.map((line) => line.split(",")[0]),
            ['tiers.a.pool is ""', 'reclaimPolicy is "Recycle"', 'tiers.c.reclaimPolicy is "Keep"'],
        );
    });

    it("says which tier has no pool", () => {
        const { pool: _, ...without } = little;
        const found = checkCephRbd({ ...without, tiers: { a: { pool: "x" }, b: {} } }, 3, "ceph");
        assert.deepEqual(
            found.problems.map(({ field }) => field),
            ["tiers.b.pool"],
        );
    });

    it("never repeats a secret", () => {
        const key = "not a key but secret";
        const texts = [
            said({ user: { id: "a", key } }),
            said({ values: { secret: { userKey: key } } }),
            said({ values: { encryptionKMSConfig: { a: { token: key } } } }),
            said(kms({ vaultToken: key })),
        ].map((one) => JSON.stringify(one));
        assert.deepEqual(
            texts.filter((text) => text.includes(key)),
            [],
        );
    });
});

describe("cephKeyFault", () => {
    it("takes what Ceph prints", () => {
        assert.equal(cephKeyFault("AQBMmhFkAAAAABAAq5Yh8m2oVXhmcXz8rXGrCA=="), undefined);
    });

    it("refuses a line break", () => {
        assert.match(cephKeyFault(`${secrets.key}\n`)?.cure ?? "", /without a line break/);
    });
});
