import assert from "node:assert/strict";
import { conditionOf } from "../../../sandbox/data-plane/reading";
import { PlayedCluster, csiDriver, plan, profile, storageClass } from "./played-cluster";

const http = { http: { url: "https://images.example/disk.img" } };

describe("a simulated DataVolume", () => {
    for (const storageClassName of ["now", "plain"]) {
        it(`leaves nothing behind but its claim and volume, class ${storageClassName}`, () => {
            const cluster = played(dataVolume({ storageClassName }));
            cluster.run(10);
            assert.deepEqual(names(cluster, "PersistentVolumeClaim"), ["disk"]);
            assert.deepEqual(names(cluster, "Pod"), []);
            assert.equal(names(cluster, "PersistentVolume").length, 1);
        });
    }

    it("asks for what the profile prefers, and exactly the size on a block volume", () => {
        const cluster = played(dataVolume({ size: "10Gi" }));
        cluster.run(1);
        const { spec } = claim(cluster);
        assert.deepEqual(spec.accessModes, ["ReadWriteMany"]);
        assert.equal(spec.volumeMode, "Block");
        assert.equal(spec.resources?.requests?.storage, "10737418240");
    });

    it("adds room for the filesystem", () => {
        const cluster = played(dataVolume({ size: "10Gi", modes: "Filesystem" }));
        cluster.run(1);
        assert.equal(claim(cluster).spec.resources?.requests?.storage, "11381663335");
    });

    it("marks its claim as CDI does", () => {
        const cluster = played(dataVolume());
        cluster.run(2);
        const { labels, annotations, ownerReferences } = claim(cluster).metadata;
        assert.equal(labels?.["app"], "containerized-data-importer");
        assert.equal(annotations?.["cdi.kubevirt.io/storage.usePopulator"], "true");
        assert.match(
            annotations["cdi.kubevirt.io/storage.populator.pvcPrime"] ?? "",
            /^prime-uid-/,
        );
        assert.equal(ownerReferences?.[0]?.kind, "DataVolume");
    });

    it("does not wait for a consumer when it is asked not to", () => {
        const annotations = { "cdi.kubevirt.io/storage.bind.immediate.requested": "" };
        const cluster = played(dataVolume({ storageClassName: "late", annotations }));
        cluster.run(10);
        assert.equal(status(cluster)?.phase, "Succeeded");
        assert.equal(claim(cluster).status?.phase, "Bound");
    });

    it("fills scratch space of a registry image, which goes with the importer", () => {
        const cluster = played(dataVolume({ source: { registry: { url: "docker://x/y" } } }));
        cluster.run(2);
        const scratch = names(cluster, "PersistentVolumeClaim").filter((each) =>
            /-scratch$/.test(each),
        );
        assert.equal(scratch.length, 1);
        cluster.run(10);
        assert.deepEqual(names(cluster, "PersistentVolumeClaim"), ["disk"]);
    });

    it("waits for data when it is an upload", () => {
        const cluster = played(dataVolume({ source: { upload: {} } }));
        cluster.run(10);
        assert.equal(status(cluster)?.phase, "UploadReady");
        assert.equal(status(cluster)?.progress, "N/A");
    });

    it("shows CDI's shorter words for an image that does not fit, and the importer's in the events", () => {
        const cluster = played(dataVolume(), plan({ "vms.disk": "too-small" }));
        cluster.run(5);
        const running = conditionOf(status(cluster)?.conditions, "Running");
        assert.equal(running?.message, "DataVolume too small to contain image");
        const event = cluster.events.find(({ reason }) => reason === "ErrImportFailed");
        assert.match(
            event?.message ?? "",
            /is larger than the reported available storage 1073741824/,
        );
    });

    it("says in Bound what failed last, also while the importer tries again", () => {
        const cluster = played(dataVolume(), plan({ "vms.disk": "http-404" }));
        cluster.run(20);
        const quoted = cluster.statuses
            .filter(({ restartCount }) => restartCount !== undefined)
            .map(({ conditions }) => conditionOf(conditions, "Bound")?.message ?? "");
        assert.ok(quoted.length > 2);
        assert.deepEqual(
            quoted.filter((each) => !each.includes("got 404")),
            [],
        );
    });

    it("says why there is no claim in both Bound and Ready", () => {
        const cluster = played(dataVolume({ storageClassName: "nope" }));
        cluster.run(1);
        const { conditions, claimName } = status(cluster) ?? {};
        for (const type of ["Bound", "Ready"]) {
            assert.equal(
                conditionOf(conditions, type)?.message,
                "PVC spec is missing accessMode and no storageClass to choose profile",
            );
        }
        assert.equal(claimName, undefined);
    });

    it("goes on when the missing class appears", () => {
        const cluster = played(dataVolume({ storageClassName: "nope" }));
        cluster.run(1);
        cluster.add(storageClass("nope", "Immediate", "csi"));
        cluster.add(profile("nope"));
        cluster.run(10);
        assert.equal(status(cluster)?.phase, "Succeeded");
    });

    it("tells by an event of the temporary claim's quota, and goes on when there is room", () => {
        const cluster = played(dataVolume());
        cluster.refuse = (_, name) =>
            name.startsWith("prime-") ? "exceeded quota: storage" : undefined;
        cluster.run(2);
        assert.ok(cluster.events.some(({ reason }) => reason === "ErrCreatingPVCPrime"));
        assert.equal(status(cluster)?.phase, undefined);
        cluster.refuse = () => undefined;
        cluster.run(10);
        assert.equal(status(cluster)?.phase, "Succeeded");
    });

    it("is filled again when its claim is deleted", () => {
        const cluster = played(dataVolume());
        cluster.run(10);
        const first = claim(cluster);
        cluster.delete(first);
        cluster.run(10);
        assert.equal(status(cluster)?.phase, "Succeeded");
        assert.notEqual(claim(cluster).metadata.uid, first.metadata.uid);
    });

    it("is looked at again after ten seconds when the controller restarts", () => {
        const cluster = played(dataVolume(), plan({ "vms.disk": "controller-restart" }));
        cluster.run(11);
        assert.notEqual(status(cluster)?.phase, "Succeeded");
        cluster.run(8);
        assert.equal(status(cluster)?.phase, "Succeeded");
    });

    it("leaves a claim alone that is not its own", () => {
        const cluster = played({
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { namespace: "vms", name: "disk" },
            spec: { storageClassName: "now", resources: { requests: { storage: "1Gi" } } },
        });
        cluster.add(dataVolume());
        cluster.run(3);
        assert.equal(
            cluster.events.find(({ about }) => /^DataVolume/.test(about))?.reason,
            "ErrResourceExists",
        );
        assert.equal(status(cluster)?.phase, undefined);
    });
});

describe("a simulated snapshot", () => {
    it("becomes ready with its size, and its content goes with it", () => {
        const cluster = played(dataVolume(), snapshotClass, snapshot);
        cluster.run(12);
        const made = cluster.find("VolumeSnapshot", "snap");
        assert.equal(made?.status?.readyToUse, true);
        assert.equal(made.status.restoreSize, "1073741824");
        assert.equal(
            made.status.boundVolumeSnapshotContentName,
            names(cluster, "VolumeSnapshotContent")[0],
        );
        cluster.delete(made);
        cluster.run(1);
        assert.deepEqual(names(cluster, "VolumeSnapshotContent"), []);
    });

    it("can be cloned into a disk", () => {
        const cluster = played(dataVolume(), snapshotClass, snapshot);
        cluster.run(12);
        const source = { snapshot: { namespace: "vms", name: "snap" } };
        cluster.add(dataVolume({ name: "copy", source }));
        cluster.run(6);
        assert.equal(cluster.find("DataVolume", "copy")?.status?.phase, "Succeeded");
    });
});

describe("a simulated DataSource", () => {
    it("is ready when its claim is filled, and a disk can be made from it", () => {
        const source = { pvc: { namespace: "vms", name: "disk" } };
        const cluster = played({
            apiVersion: "cdi.kubevirt.io/v1beta1",
            kind: "DataSource",
            metadata: { namespace: "vms", name: "golden" },
            spec: { source },
        });
        cluster.run(1);
        assert.equal(readiness(cluster), "NotFound");
        cluster.add(dataVolume());
        cluster.run(3);
        assert.equal(readiness(cluster), "ImportInProgress");
        cluster.run(7);
        assert.equal(readiness(cluster), "Ready");
        const { source: none, ...spec } = dataVolume().spec;
        assert.ok(none);
        cluster.add({
            ...dataVolume({ name: "copy" }),
            spec: { ...spec, sourceRef: { kind: "DataSource", name: "golden" } },
        });
        cluster.run(10);
        assert.equal(cluster.find("DataVolume", "copy")?.status?.phase, "Succeeded");
        const copy = cluster.find("PersistentVolumeClaim", "copy");
        assert.equal(copy?.spec.dataSourceRef?.kind, "VolumeCloneSource");
    });
});

const snapshotClass = {
    apiVersion: "snapshot.storage.k8s.io/v1",
    kind: "VolumeSnapshotClass",
    metadata: { name: "snapshots" },
    driver: "sandbox.csi.pulumi-kubevirt.dev",
    deletionPolicy: "Delete",
};

const snapshot = {
    apiVersion: "snapshot.storage.k8s.io/v1",
    kind: "VolumeSnapshot",
    metadata: { namespace: "vms", name: "snap" },
    spec: {
        volumeSnapshotClassName: "snapshots",
        source: { persistentVolumeClaimName: "disk" },
    },
};

function played(...objects: readonly Record<string, unknown>[]): PlayedCluster {
    return new PlayedCluster(
        csiDriver,
        storageClass("now", "Immediate", "csi"),
        storageClass("late", "WaitForFirstConsumer", "csi"),
        storageClass("plain", "Immediate", "local"),
        profile("now"),
        profile("late"),
        profile("plain"),
        ...objects,
    );
}

interface Wish {
    readonly name?: string;
    readonly source?: object;
    readonly size?: string;
    readonly storageClassName?: string;
    readonly modes?: string;
    readonly annotations?: Record<string, string>;
}

function dataVolume(wish: Wish = {}) {
    const { name = "disk", source = http, size = "1Gi", storageClassName = "now" } = wish;
    const modes = wish.modes && { volumeMode: wish.modes, accessModes: ["ReadWriteOnce"] };
    return {
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "DataVolume",
        metadata: {
            namespace: "vms",
            name,
            ...(wish.annotations && { annotations: wish.annotations }),
        },
        spec: {
            source,
            storage: { storageClassName, ...modes, resources: { requests: { storage: size } } },
        },
    };
}

function status(cluster: PlayedCluster) {
    return cluster.find("DataVolume", "disk")?.status;
}

function claim(cluster: PlayedCluster) {
    const found = cluster.find("PersistentVolumeClaim", "disk");
    assert.ok(found);
    return found;
}

function names(
    cluster: PlayedCluster,
    kind: "PersistentVolumeClaim" | "Pod" | "PersistentVolume" | "VolumeSnapshotContent",
): string[] {
    return cluster.store.list(kind).map(({ metadata }) => metadata.name);
}

function readiness(cluster: PlayedCluster): string | undefined {
    const { conditions } = cluster.find("DataSource", "golden")?.status ?? {};
    return conditionOf(conditions, "Ready")?.reason;
}
