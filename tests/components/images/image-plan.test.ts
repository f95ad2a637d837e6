import assert from "node:assert/strict";
import {
    imageObjects,
    imagePlan,
    importWithin,
    versionOf,
} from "../../../components/images/image-plan";
import { inPreview } from "../on-cluster";
import { storage } from "../disks/storage";
import { imageArgs } from "./image-arguments";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const place = { imageName: "fedora", namespace: "images", format: "claim" } as const;
const plan = (change: object = {}, at: object = {}) =>
    imagePlan("fedora-42", imageArgs(change), { ...place, ...at });
const objects = (change: object = {}, at: object = {}) =>
    imageObjects({ ...place, ...at }, imageArgs(change), plan(change, at));

describe("imagePlan", () => {
    inPreview();

    it("is bound at once, by the storage's own modes, under the name of its version", () => {
        const { name, ...rest } = plan({ labels: { team: "images" } });
        assert.equal(name, `fedora-${versionOf(plan())}`);
        assert.deepEqual(rest, {
            namespace: "images",
            owner: "shop/test/fedora-42",
            size: "10Gi",
            storageClass: "ceph-block",
            accessMode: "ReadWriteMany",
            volumeMode: "Block",
            source: { registry: "quay.io/containerdisks/fedora:42" },
            bindImmediately: true,
            labels: { team: "images" },
        });
    });
});

describe("versionOf", () => {
    inPreview();

    const registry = "quay.io/containerdisks/fedora:42";
    const another: readonly (readonly [string, object])[] = [
        ["another image", { source: { registry: "quay.io/containerdisks/fedora:43" } }],
        ["a digest", { source: { registry, digest: digest("1") } }],
        ["another digest", { source: { registry, digest: digest("2") } }],
        ["another size", { size: "20Gi" }],
        ["another class", { storage: storage({ storageClass: "other" }) }],
        ["another volume mode", { storage: storage({ volumeMode: "Filesystem" }) }],
        ["another access mode", { storage: storage({ accessMode: "ReadWriteOnce" }) }],
    ];
    it("is eight letters that a name may have", () => {
        assert.match(versionOf(plan()), /^[0-9a-f]{8}$/);
    });
    it("is another one for each thing that makes another image", () => {
        const versions = [{}, ...another.map(([, change]) => change)].map((change) =>
            versionOf(plan(change)),
        );
        assert.equal(new Set(versions).size, another.length + 1);
    });
    const same: readonly (readonly [string, object, object])[] = [
        ["the name of the image", {}, { imageName: "other" }],
        ["the login", { source: { registry, secretRef: "login" } }, {}],
        ["what is told of it", { labels: { a: "b" }, sharedWith: ["prod"], preference: "f" }, {}],
        ["how it is kept", { onDestroy: "retain", readyWithin: "1 hour" }, {}],
    ];
    for (const [what, change, at] of same) {
        it(`stays the same whatever ${what} is`, () => {
            assert.equal(versionOf(plan(change, at)), versionOf(plan()));
        });
    }
    it("never changes for an image that is in use somewhere", () => {
        // Written down: another value makes every image anew on an upgrade of this package.
        assert.equal(versionOf(plan()), "8f7d17cf");
    });
});

describe("imageObjects", () => {
    inPreview();

    const named = (all: ReturnType<typeof objects>["all"]) =>
        all.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
    const version = () => plan().name;

    it("are an import and what disks are cloned from", () => {
        assert.deepEqual(named(objects().all), [
            `DataVolume images/${version()}`,
            "DataSource images/fedora",
        ]);
        assert.deepEqual(objects().dataSource, {
            ...objects().dataSource,
            spec: { source: { pvc: { name: version(), namespace: "images" } } },
        });
    });

    it("have a snapshot of the import in between, in that format", () => {
        const change = { storage: storage({ snapshotClass: "ceph-snapshots" }) };
        const { all, snapshot, dataSource } = objects(change, { format: "snapshot" });
        assert.deepEqual(named(all), [
            `DataVolume images/${version()}`,
            `VolumeSnapshot images/${version()}`,
            "DataSource images/fedora",
        ]);
        assert.deepEqual((snapshot as { spec?: unknown } | undefined)?.spec, {
            volumeSnapshotClassName: "ceph-snapshots",
            source: { persistentVolumeClaimName: version() },
        });
        assert.deepEqual((dataSource as { spec?: unknown }).spec, {
            source: { snapshot: { name: version(), namespace: "images" } },
        });
    });

    it("are looked after by CDI alone where it refreshes the image", () => {
        const refresh = { schedule: "30 4 * * 1" };
        const { all, cron } = objects({ refresh });
        assert.deepEqual(named(all), ["DataImportCron images/fedora"]);
        const { spec } = cron as unknown as { spec: Record<string, unknown> };
        const { template: _, ...rest } = spec;
        assert.deepEqual(rest, {
            schedule: "30 4 * * 1",
            managedDataSource: "fedora",
            garbageCollect: "Outdated",
            importsToKeep: 3,
            retentionPolicy: "All",
        });
        const kept = objects({ refresh: { ...refresh, keep: 7, collect: "never" } });
        const { importsToKeep, garbageCollect } = (
            kept.cron as unknown as { spec: Record<string, unknown> }
        ).spec;
        assert.deepEqual([importsToKeep, garbageCollect], [7, "Never"]);
    });

    it("let each other namespace clone, and not the image's own", () => {
        const { access, all } = objects({ sharedWith: ["prod", "images", "staging"] });
        assert.deepEqual(
            access.map(({ metadata, subjects }) => [metadata.name, subjects[0]?.name]),
            [
                ["fedora-clone-prod", "system:serviceaccounts:prod"],
                ["fedora-clone-staging", "system:serviceaccounts:staging"],
            ],
        );
        assert.equal(all.length, 4);
    });

    it("say who made them, and what machines are to be", () => {
        const { all, dataSource } = objects({
            instancetype: "u1.medium",
            preference: "fedora",
            labels: { team: "images" },
            sharedWith: ["prod"],
        });
        for (const { metadata, kind } of all) {
            const { annotations, labels } = metadata as {
                annotations: Readonly<Record<string, string>>;
                labels: Readonly<Record<string, string>>;
            };
            assert.equal(annotations["pulumi-kubevirt.dev/owner"], "shop/test/fedora-42", kind);
            assert.equal(labels["team"], "images", kind);
        }
        const { labels } = dataSource.metadata as unknown as { labels: Record<string, string> };
        assert.equal(labels["instancetype.kubevirt.io/default-instancetype"], "u1.medium");
        assert.equal(labels["instancetype.kubevirt.io/default-preference"], "fedora");
    });
});

describe("importWithin", () => {
    const minute = 60_000;
    const table: readonly (readonly [string, object, number])[] = [
        ["what is said", { readyWithin: "90 seconds" }, 1.5 * minute],
        ["30 minutes for a small image", {}, 30 * minute],
        ["as long as 1Ti takes at 10 MiB/s", { size: "1Ti" }, (2 ** 20 / 10) * 1000],
        ["nothing for a size that is none", { size: "1TB" }, 0],
    ];
    for (const [what, change, expected] of table) {
        it(`is ${what}`, () => assert.equal(importWithin(imageArgs(change)), expected));
    }
});
