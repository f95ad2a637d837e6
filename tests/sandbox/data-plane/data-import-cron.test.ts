import assert from "node:assert/strict";
import { imageKey } from "../../../sandbox/data-plane/image-digests";
import type { Condition, Texts } from "../../../sandbox/data-plane/objects";
import { conditionOf } from "../../../sandbox/data-plane/reading";
import { PlayedCluster, csiDriver, plan, profile, storageClass } from "./played-cluster";

const reference = "quay.io/vms/fedora:42";
const digests = ["a", "b", "c", "d", "e"].map((digit) => `sha256:${digit.repeat(64)}`);

describe("a simulated DataImportCron", () => {
    it("imports the image by its digest, at once, and points the DataSource to it", () => {
        const cluster = played();
        cluster.run(0.25);
        assert.equal(
            said(cluster, "UpToDate"),
            "False Outdated: Source digest updated since last import",
        );
        const [first] = cluster.store.list("DataVolume");
        assert.equal(first?.metadata.name, "fedora-aaaaaaaaaaaa");
        assert.equal(
            first.spec.source?.["registry"]?.url,
            `docker://quay.io/vms/fedora@${digests[0] ?? ""}`,
        );
        assert.equal(first.metadata.labels?.["cdi.kubevirt.io/dataImportCron"], "cron");
        cluster.run(15);
        assert.equal(said(cluster, "UpToDate"), "True UpToDate: Latest import is up to date");
        assert.equal(said(cluster, "Progressing"), "False NoImport: No current import");
        const { spec, status, metadata } = dataSource(cluster) ?? {};
        assert.deepEqual(spec?.source, { pvc: { namespace: "vms", name: "fedora-aaaaaaaaaaaa" } });
        assert.equal(conditionOf(status?.conditions, "Ready")?.status, "True");
        assert.equal(metadata?.labels?.["cdi.kubevirt.io/dataImportCron"], "cron");
        assert.equal(metadata.labels["instancetype.kubevirt.io/default-preference"], "fedora");
    });

    it("says how far the import is", () => {
        const cluster = played();
        cluster.run(4);
        assert.equal(said(cluster, "Progressing"), "True ImportProgressing: Import is progressing");
        assert.equal(said(cluster, "UpToDate"), "False ImportProgressing: Import is progressing");
    });

    it("imports a new image when its digest changes, keeps the DataSource usable meanwhile, and as many old ones as asked for", () => {
        const cluster = played({ importsToKeep: 2 });
        cluster.run(15);
        for (const digest of digests.slice(1, 4)) {
            const before = dataSource(cluster)?.spec.source;
            publish(cluster, digest);
            cluster.run(3);
            assert.deepEqual(dataSource(cluster)?.spec.source, before);
            cluster.run(20);
        }
        assert.deepEqual(claims(cluster), ["fedora-cccccccccccc", "fedora-dddddddddddd"]);
        assert.equal(dataSource(cluster)?.spec.source?.["pvc"]?.name, "fedora-dddddddddddd");
    });

    it("keeps all imports when nothing is to be collected", () => {
        const cluster = played({ importsToKeep: 1, garbageCollect: "Never" });
        cluster.run(15);
        publish(cluster, digests[1] ?? "");
        cluster.run(20);
        assert.equal(claims(cluster).length, 2);
    });

    it("does not import again what is still there", () => {
        const cluster = played();
        cluster.run(15);
        publish(cluster, digests[1] ?? "");
        cluster.run(20);
        const events = cluster.events.length;
        publish(cluster, digests[0] ?? "");
        cluster.run(3);
        assert.equal(dataSource(cluster)?.spec.source?.["pvc"]?.name, "fedora-aaaaaaaaaaaa");
        const importing = cluster.events
            .slice(events)
            .filter(({ reason }) => reason === "ImportInProgress");
        assert.deepEqual(importing, []);
    });

    it("offers a snapshot, and only that, where the class says that copies of one are faster", () => {
        const cluster = played({}, "snapshot");
        cluster.run(20);
        assert.deepEqual(dataSource(cluster)?.spec.source, {
            snapshot: { namespace: "vms", name: "fedora-aaaaaaaaaaaa" },
        });
        assert.equal(said(cluster, "UpToDate"), "True UpToDate: Latest import is up to date");
        assert.equal(cluster.find("DataImportCron", "cron")?.status?.sourceFormat, "snapshot");
        assert.deepEqual(claims(cluster), []);
        assert.deepEqual(cluster.store.list("DataVolume"), []);
        assert.equal(conditionOf(dataSource(cluster)?.status?.conditions, "Ready")?.status, "True");
    });

    it("has no digest while the registry does not answer, or nobody is to ask it", () => {
        const away = played({}, "pvc", plan({ "vms.cron": "registry-unreachable" }));
        const unasked = played({ schedule: "" });
        for (const cluster of [away, unasked]) {
            cluster.run(5);
            assert.equal(said(cluster, "UpToDate"), "False NoDigest: No source digest");
            assert.equal(said(cluster, "Progressing"), "False NoImport: No current import");
            assert.deepEqual(cluster.store.list("DataVolume"), []);
        }
        away.change("ConfigMap", "sandbox-faults", { data: { "vms.cron": null } });
        away.run(20);
        assert.equal(said(away, "UpToDate"), "True UpToDate: Latest import is up to date");
    });

    it("takes a digest that somebody else wrote down", () => {
        const annotations = {
            "cdi.kubevirt.io/storage.import.sourceDesiredDigest": digests[2] ?? "",
        };
        const cluster = played({ schedule: "" }, "pvc", undefined, { annotations });
        cluster.run(20);
        assert.deepEqual(claims(cluster), ["fedora-cccccccccccc"]);
    });

    it("gives up a failing import when there is a newer image", () => {
        const cluster = played({}, "pvc", plan({ "vms.fedora-aaaaaaaaaaaa": "http-404" }));
        cluster.run(8);
        publish(cluster, digests[1] ?? "");
        cluster.run(25);
        assert.deepEqual(claims(cluster), ["fedora-bbbbbbbbbbbb"]);
    });

    for (const [retentionPolicy, left] of [
        ["All", 1],
        ["None", 0],
    ] as const) {
        it(`leaves ${String(left)} import behind when it is deleted with ${retentionPolicy} retained`, () => {
            const cluster = played({ retentionPolicy });
            cluster.run(15);
            const cron = cluster.find("DataImportCron", "cron");
            assert.ok(cron !== undefined);
            cluster.delete(cron);
            cluster.run(3);
            assert.equal(claims(cluster).length, left);
            assert.equal(cluster.store.list("DataSource").length, left);
        });
    }

    it("leaves a DataSource of somebody else alone", () => {
        const foreign = {
            apiVersion: "cdi.kubevirt.io/v1beta1",
            kind: "DataSource",
            metadata: { namespace: "vms", name: "fedora" },
            spec: { source: { pvc: { namespace: "vms", name: "mine" } } },
        };
        const cluster = played({}, "pvc", foreign);
        cluster.run(15);
        assert.equal(dataSource(cluster)?.spec.source?.["pvc"]?.name, "mine");
    });
});

function played(
    spec: object = {},
    format = "pvc",
    more?: Record<string, unknown>,
    metadata: { readonly annotations?: Texts } = {},
): PlayedCluster {
    const classed = profile("csi");
    return new PlayedCluster(
        csiDriver,
        storageClass("csi", "Immediate", "csi"),
        {
            ...classed,
            status: {
                ...classed.status,
                dataImportCronSourceFormat: format,
                snapshotClass: "snaps",
            },
        },
        {
            apiVersion: "snapshot.storage.k8s.io/v1",
            kind: "VolumeSnapshotClass",
            metadata: { name: "snaps" },
            driver: "sandbox.csi.pulumi-kubevirt.dev",
        },
        {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { namespace: "default", name: "sandbox-images" },
            data: { [imageKey(reference)]: digests[0] },
        },
        {
            apiVersion: "cdi.kubevirt.io/v1beta1",
            kind: "DataImportCron",
            metadata: {
                namespace: "vms",
                name: "cron",
                labels: { "instancetype.kubevirt.io/default-preference": "fedora" },
                ...metadata,
            },
            spec: {
                managedDataSource: "fedora",
                schedule: "0 * * * *",
                template: {
                    spec: {
                        source: { registry: { url: `docker://${reference}` } },
                        storage: {
                            storageClassName: "csi",
                            resources: { requests: { storage: "1Gi" } },
                        },
                    },
                },
                ...spec,
            },
        },
        ...(more === undefined ? [] : [more]),
    );
}

function publish(cluster: PlayedCluster, digest: string): void {
    cluster.change("ConfigMap", "sandbox-images", { data: { [imageKey(reference)]: digest } });
}

function said(cluster: PlayedCluster, type: string): string {
    const conditions: readonly Condition[] | undefined = cluster.find("DataImportCron", "cron")
        ?.status?.conditions;
    const { status, reason, message } = conditionOf(conditions, type) ?? {};
    return `${status ?? ""} ${reason ?? ""}: ${message ?? ""}`;
}

function dataSource(cluster: PlayedCluster) {
    return cluster.find("DataSource", "fedora");
}

function claims(cluster: PlayedCluster): string[] {
    return cluster.store
        .list("PersistentVolumeClaim")
        .map(({ metadata }) => metadata.name)
        .sort();
}
