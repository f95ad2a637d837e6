import assert from "node:assert/strict";
import type { CopiedDisk, DiskArgs } from "../../../components";
import {
    copiesSnapshot,
    diskPlace,
    diskPlan,
    readyWithin,
    snapshotClassOf,
} from "../../../components/disks/disk-plan";
import { GoldenImage } from "../../../components/images/golden-image";
import { diskOrigin } from "../../../manifests/disk";
import { everySource } from "../../support/every-source";
import { inPreview } from "../on-cluster";
import { storage } from "./storage";

const args = (change: object = {}) =>
    ({ storage: storage(), size: "10Gi", ...change }) as unknown as DiskArgs;
const http = { http: "https://example.org/a.qcow2" };
const image = Object.assign(Object.create(GoldenImage.prototype) as GoldenImage, {
    imageName: "fedora",
    namespace: "images",
});
const snapshots = { storage: storage({ snapshotClass: "ceph-snapshots" }) };
const other = (change: object = {}) =>
    ({
        claimName: "old",
        namespace: "vms",
        storage: storage(),
        ...change,
    }) as unknown as CopiedDisk;

describe("diskPlace", () => {
    const table: readonly (readonly [string, object, string, string])[] = [
        ["the component's name", {}, "db", "vms"],
        ["the name that is given", { claimName: "data" }, "data", "vms"],
        ["the name of the claim that is adopted", { adopt: { claim: "old" } }, "old", "vms"],
        ["its own name for an adopted volume", { adopt: { volume: "pvc-1" } }, "db", "vms"],
        ["the namespace that is given", { namespace: "prod" }, "db", "prod"],
    ];
    for (const [what, change, name, namespace] of table) {
        it(`is ${what}`, () => {
            assert.deepEqual(diskPlace("db", args(change)), { name, namespace });
        });
    }
});

describe("diskPlan", () => {
    inPreview();

    it("takes from the storage what the disk does not say, and leaves out what nobody says", () => {
        assert.deepEqual(diskPlan("db", args()), {
            name: "db",
            namespace: "vms",
            owner: "shop/test/db",
            size: "10Gi",
            storageClass: "ceph-block",
            accessMode: "ReadWriteMany",
            volumeMode: "Block",
            bindImmediately: false,
        });
    });

    it("takes from the disk what it says", () => {
        const said = {
            accessMode: "ReadWriteOnce",
            volumeMode: "Filesystem",
            preallocation: false,
            priorityClass: "high",
            labels: { team: "db" },
        };
        const plan = diskPlan("db", args({ ...said, bind: "now" }));
        assert.deepEqual({ ...plan, ...said }, plan);
        assert.equal(plan.bindImmediately, true);
    });

    for (const [what, source] of everySource) {
        it(`fills the disk from ${what} as it is, and binds at once only what waits for a file`, () => {
            const plan = diskPlan("db", args({ source }));
            assert.deepEqual(plan.source, source);
            assert.equal(plan.sourceName, undefined);
            assert.equal(plan.bindImmediately, "upload" in source);
            assert.equal(plan.volumeName, "volume" in source ? "vms-db" : undefined);
        });
    }

    it("fills the disk from the DataSource of a golden image", () => {
        const { source } = diskPlan("db", args({ source: image }));
        assert.deepEqual(source, { dataSource: "fedora", namespace: "images" });
    });

    it("asks for the volume that is adopted, and for nothing else", () => {
        const plan = diskPlan("db", args({ adopt: { volume: "pvc-1" } }));
        assert.equal(plan.volumeName, "pvc-1");
        assert.equal(plan.source, undefined);
        assert.equal(diskPlan("db", args({ adopt: { claim: "old" } })).volumeName, undefined);
    });

    describe("of a copy", () => {
        const table: readonly (readonly [string, object, object, string | undefined])[] = [
            ["a claim", { copyOf: "old" }, { claim: "old" }, undefined],
            ["a disk", { copyOf: other() }, { claim: "old" }, undefined],
            [
                "a claim, with snapshots",
                { copyOf: "old", ...snapshots },
                { snapshot: "db-source" },
                "ceph-snapshots",
            ],
            [
                "a disk of a storage with snapshots",
                { copyOf: other(snapshots) },
                { snapshot: "db-source" },
                "ceph-snapshots",
            ],
            // Its own class takes none of the other's volumes.
            [
                "a disk of a storage without",
                { copyOf: other(), ...snapshots },
                { claim: "old" },
                undefined,
            ],
        ];
        for (const [what, change, source, snapshotClass] of table) {
            it(`of ${what} is filled from ${Object.keys(source).join()}`, () => {
                const plan = diskPlan("db", args(change));
                assert.deepEqual(plan.source, source);
                assert.equal(copiesSnapshot(args(change)), "snapshot" in source);
                assert.equal(snapshotClassOf(args(change)), snapshotClass);
            });
        }

        it("has one origin, whatever the way to it", () => {
            const origins = table.map(([, change]) => diskOrigin(diskPlan("db", args(change))));
            assert.deepEqual(
                [...new Set(origins)],
                ["vms/db, copy of vms/old, class ceph-block, ReadWriteMany, Block"],
            );
        });
    });

    it("is no copy where nothing is copied, also with snapshots", () => {
        assert.equal(copiesSnapshot(args({ source: http, ...snapshots })), false);
    });
});

describe("readyWithin", () => {
    const minute = 60_000;
    const table: readonly (readonly [string, object, number])[] = [
        ["what is said", { readyWithin: "90 seconds", source: http }, 1.5 * minute],
        ["10 minutes for an empty disk of any size", { size: "10Ti" }, 10 * minute],
        ["30 minutes for a small image", { source: http }, 30 * minute],
        ["30 minutes for a small copy", { copyOf: "old" }, 30 * minute],
        ["as long as 1Ti takes at 10 MiB/s", { source: http, size: "1Ti" }, (2 ** 20 / 10) * 1000],
    ];
    for (const [what, change, expected] of table) {
        it(`is ${what}`, () => assert.equal(readyWithin(args(change)), expected));
    }
});
