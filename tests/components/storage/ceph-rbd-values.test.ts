import assert from "node:assert/strict";
import fc from "fast-check";
import { cephRbdValues, provisionerReplicasFor } from "../../../components/storage/ceph-rbd/values";
import { keptValues, unknownKeys } from "../../support/chart-values";
import { everything, little, secrets } from "./ceph-rbd-arguments";

describe("cephRbdValues", () => {
    it("has the cluster, and nothing of what the chart would make beside this package's objects", () => {
        assert.deepEqual(cephRbdValues(little, 3), {
            csiConfig: [
                {
                    clusterID: "b9127830-b0cc-4e34-aa47-9d1a2e9949a8",
                    monitors: ["10.0.0.1:6789"],
                },
            ],
            provisioner: { replicaCount: 3 },
            driverName: "rbd.csi.ceph.com",
            logLevel: 1,
            storageClass: { create: false },
            volumeSnapshotClass: { create: false },
            secret: { create: false },
        });
    });

    it("has a RADOS namespace where the driver reads it", () => {
        const [cluster] = cephRbdValues(everything, 2)["csiConfig"] as [object];
        assert.deepEqual(cluster, {
            clusterID: "b9127830-b0cc-4e34-aa47-9d1a2e9949a8",
            monitors: ["10.0.0.1:6789", "[fd00::1]:6789", "mon-c.example.org:6789"],
            rbd: { radosNamespace: "prod" },
            readAffinity: { enabled: true, crushLocationLabels: ["topology.kubernetes.io/zone"] },
        });
    });

    it("leaves node plugins alone that have processes of disks in them", () => {
        assert.deepEqual(cephRbdValues({ ...little, mounter: "rbd-nbd" }, 1)["nodeplugin"], {
            updateStrategy: "OnDelete",
        });
        assert.equal(cephRbdValues(little, 1)["nodeplugin"], undefined);
    });

    it("takes the user's values last, field by field", () => {
        const values = { provisioner: { enableHostNetwork: true }, logLevel: 4 };
        const merged = cephRbdValues({ ...little, values }, 3);
        assert.deepEqual(merged["provisioner"], { replicaCount: 3, enableHostNetwork: true });
        assert.equal(merged["logLevel"], 4);
    });

    it("has nothing secret", () => {
        for (const args of [little, everything, { ...little, encryption: secrets }]) {
            const text = JSON.stringify(cephRbdValues(args, 1));
            assert.ok(!Object.values(secrets).some((secret) => text.includes(secret)), text);
        }
    });

    const kept = keptValues("ceph-csi-rbd");
    if (kept.length === 0) {
        it.skip(
            "sets only keys that the chart has (skipped: ../shared/data/charts has no values of ceph-csi-rbd)",
        );
    }
    for (const { version, text } of kept) {
        it(`sets only keys that chart ${version} has`, () => {
            assert.deepEqual(unknownKeys(cephRbdValues(everything, 2), text), [
                // The chart hands each cluster's entry on as it is, and its example does not have this field.
                // Source: ceph-csi api/deploy/kubernetes/csi-config-map.go (RBD.RadosNamespace).
                "csiConfig[].rbd.radosNamespace",
            ]);
        });
    }
});

describe("provisionerReplicasFor", () => {
    it("is three, and less where there are fewer nodes", () => {
        const replicas = [undefined, 0, 1, 2, 3, 50].map((nodes) => provisionerReplicasFor(nodes));
        assert.deepEqual(replicas, [3, 1, 1, 2, 3, 3]);
    });

    it("is what somebody asks for", () => {
        fc.assert(
            fc.property(fc.option(fc.nat(), { nil: undefined }), fc.nat(), (nodes, wanted) => {
                assert.equal(provisionerReplicasFor(nodes, wanted), wanted);
            }),
        );
    });
});

describe("unknownKeys", () => {
    const file = `
# entries:
#   - id: "a"
#     inner:
#       deep: 1
entries: []
free: {}
none:
text: "x"
part:
  known: 1
  # quiet: "y"
  other: 2
# whole:
# enabled: false
# labels:
#   - a
last: true
`;
    const table: readonly [string, object, readonly string[]][] = [
        ["knows what is in the file", { text: "y", part: { known: 2 }, last: false }, []],
        ["names what is not", { tex: "y", part: { knwon: 1 } }, ["tex", "part.knwon"]],
        ["knows keys that are commented out in their place", { part: { quiet: "z" } }, []],
        ["and not in another", { quiet: "z" }, ["quiet"]],
        ["knows the keys of a commented block", { whole: { enabled: true, labels: ["b"] } }, []],
        ["and no others", { whole: { on: true } }, ["whole.on"]],
        ["leaves free what the file leaves empty", { free: { a: { b: 1 } }, none: { c: 1 } }, []],
        ["follows an example", { entries: [{ id: "b", inner: { deep: 2 } }] }, []],
        [
            "names what an example does not have, once",
            { entries: [{ name: "b" }, { name: "c", inner: { shallow: 1 } }] },
            ["entries[].name", "entries[].inner.shallow"],
        ],
        ["names parts of what has none", { text: { a: 1 } }, ["text.a"]],
    ];
    for (const [behaviour, values, expected] of table) {
        it(behaviour, () => {
            assert.deepEqual(unknownKeys(values, file), expected);
        });
    }
});
