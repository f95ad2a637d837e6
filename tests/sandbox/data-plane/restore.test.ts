import assert from "node:assert/strict";
import { isRefusal } from "../../../sandbox/data-plane/driver";
import { longhornDriver } from "../../../sandbox/data-plane/longhorn/driver";
import type { Claim, StorageClass } from "../../../sandbox/data-plane/objects";
import { PlayedCluster } from "./played-cluster";

const system = "longhorn-system";

describe("a disk restored from a backup of the simulated Longhorn", () => {
    it("is as large as the backup, whatever was asked for, and knows where it is from", () => {
        const { writes } = restored("bak://web/backup-1");
        assert.ok(writes?.[0]?.do === "create");
        const { size, fromBackup } = writes[0].object.spec as Record<string, string>;
        assert.equal(size, "5368709120");
        assert.equal(fromBackup, "s3://backups@eu/?backup=backup-1&volume=web");
    });

    for (const [handle, words] of [
        ["bak://db/backup-1", /of volume db: there is no backup volume/],
        ["bak://web/backup-2", /failed to get backup backup-2/],
        ["bak://web/", /volume source snapshot bak:\/\/web\/ is not found/],
        ["bak://web", /invalid CSI snapshot type: . Must be snap, bak or bi/],
        ["nfs://web/backup-1", /invalid CSI snapshot type: nfs. Must be snap, bak or bi/],
    ] as const) {
        it(`is refused in the driver's words: ${handle}`, () => {
            assert.match(restored(handle).says ?? "", words);
        });
    }
});

describe("a simulated snapshot of what the storage system has already", () => {
    it("is ready at once, without a size: nobody asks the driver whether it is there", () => {
        const cluster = preProvisioned("taken");
        cluster.run(1);
        const { readyToUse, restoreSize } = cluster.find("VolumeSnapshot", "taken")?.status ?? {};
        assert.deepEqual([readyToUse, restoreSize], [true, "0"]);
        const content = cluster.find("VolumeSnapshotContent", "content");
        const { uid } = cluster.find("VolumeSnapshot", "taken")?.metadata ?? {};
        assert.equal(content?.spec.volumeSnapshotRef.uid, uid);
    });

    it("is refused where the other side names another one", () => {
        const cluster = preProvisioned("other");
        cluster.run(1);
        const { readyToUse, error } = cluster.find("VolumeSnapshot", "taken")?.status ?? {};
        assert.equal(readyToUse, false);
        assert.equal(
            error?.message,
            "VolumeSnapshotContent [content] is bound to a different snapshot",
        );
    });
});

/** What Longhorn's driver answers for a claim of 10 GiB from a snapshot with this handle. */
function restored(snapshotHandle: string) {
    const { store } = new PlayedCluster(
        deployment("csi-provisioner"),
        {
            apiVersion: "apps/v1",
            kind: "DaemonSet",
            metadata: { namespace: system, name: "longhorn-manager" },
            spec: { template: { spec: { containers: [] } } },
        },
        {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { namespace: system, name: "manager", labels: { app: "longhorn-manager" } },
            spec: { containers: [] },
            status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
        },
        {
            apiVersion: "snapshot.storage.k8s.io/v1",
            kind: "VolumeSnapshot",
            metadata: { namespace: "vms", name: "kept" },
            spec: { source: { volumeSnapshotContentName: "content" } },
            status: { readyToUse: true, boundVolumeSnapshotContentName: "content" },
        },
        contentFor("kept", snapshotHandle),
        {
            apiVersion: "longhorn.io/v1beta2",
            kind: "LonghornBackup",
            metadata: { namespace: system, name: "backup-1" },
            status: {
                volumeName: "web",
                volumeSize: "5368709120",
                url: "s3://backups@eu/?backup=backup-1&volume=web",
            },
        },
    );
    const driver = longhornDriver(store, "driver.longhorn.io");
    const claim: Claim = {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { namespace: "vms", name: "disk" },
        spec: {
            accessModes: ["ReadWriteMany"],
            resources: { requests: { storage: "10Gi" } },
            dataSourceRef: { kind: "VolumeSnapshot", name: "kept" },
        },
    };
    const of: StorageClass = {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name: "longhorn" },
        provisioner: "driver.longhorn.io",
    };
    const answer = driver?.create({ world: store, now: 0, claim, of, name: "pvc-1" });
    assert.ok(answer !== undefined);
    return isRefusal(answer) ? { says: answer.says } : { writes: answer.writes };
}

function preProvisioned(named: string): PlayedCluster {
    return new PlayedCluster(contentFor(named, "bak://web/backup-1"), {
        apiVersion: "snapshot.storage.k8s.io/v1",
        kind: "VolumeSnapshot",
        metadata: { namespace: "vms", name: "taken" },
        spec: { source: { volumeSnapshotContentName: "content" } },
    });
}

function contentFor(name: string, snapshotHandle: string) {
    return {
        apiVersion: "snapshot.storage.k8s.io/v1",
        kind: "VolumeSnapshotContent",
        metadata: { name: "content" },
        spec: {
            driver: "sandbox.csi.pulumi-kubevirt.dev",
            deletionPolicy: "Retain",
            source: { snapshotHandle },
            volumeSnapshotRef: { namespace: "vms", name },
        },
    };
}

function deployment(name: string) {
    const labels = { "longhorn.io/managed-by": "longhorn-manager" };
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { namespace: system, name, labels },
        spec: { template: { spec: { containers: [] } } },
        status: { availableReplicas: 1 },
    };
}
