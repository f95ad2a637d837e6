import assert from "node:assert/strict";
import { decide } from "../../../sandbox/data-plane/controllers";
import { PlayedCluster, consumer, csiDriver, plan, storageClass } from "./played-cluster";

describe("the simulated provisioner", () => {
    it("makes a volume at once for a class that binds at once", () => {
        const cluster = playedWith(claim("data", "now"));
        cluster.run(1);
        assert.equal(cluster.find("PersistentVolumeClaim", "data")?.status?.phase, "Bound");
    });

    it("waits with a late-binding class until a pod uses the claim", () => {
        const cluster = playedWith(claim("data", "late"));
        cluster.run(3);
        assert.deepEqual(cluster.store.list("PersistentVolume"), []);
        cluster.add(consumer("data"));
        cluster.run(3);
        assert.equal(cluster.find("PersistentVolumeClaim", "data")?.status?.phase, "Bound");
        assert.equal(cluster.find("Pod", "uses-data")?.status?.phase, "Running");
    });

    it("leaves a claim alone that CDI fills", () => {
        const dataSourceRef = {
            apiGroup: "cdi.kubevirt.io",
            kind: "VolumeImportSource",
            name: "x",
        };
        const cluster = playedWith(claim("data", "now", { dataSourceRef }));
        cluster.run(3);
        assert.deepEqual(cluster.store.list("PersistentVolume"), []);
    });

    it("does not run ahead of Kubernetes, which names the provisioner when a claim is due", () => {
        const cluster = playedWith(claim("data", "now"));
        assert.deepEqual(decide(cluster.store, cluster.now), []);
    });

    it("leaves the claims of other provisioners alone", () => {
        const foreign = {
            ...storageClass("other", "Immediate", "csi"),
            provisioner: "example.com/x",
        };
        const cluster = playedWith(claim("data", "other"), foreign);
        cluster.run(3);
        assert.deepEqual(cluster.store.list("PersistentVolume"), []);
    });

    it("lets a bound claim grow, volume first", () => {
        const cluster = playedWith(claim("data", "now"));
        cluster.run(1);
        cluster.change("PersistentVolumeClaim", "data", {
            spec: { resources: { requests: { storage: "2Gi" } } },
        });
        cluster.run(1);
        assert.equal(
            cluster.find("PersistentVolumeClaim", "data")?.status?.capacity?.storage,
            "2Gi",
        );
        assert.equal(cluster.store.list("PersistentVolume")[0]?.spec.capacity?.storage, "2Gi");
    });

    it("does not let a claim grow whose class cannot", () => {
        const rigid = { ...storageClass("rigid", "Immediate", "csi"), allowVolumeExpansion: false };
        const cluster = playedWith(claim("data", "rigid"), rigid);
        cluster.run(1);
        cluster.change("PersistentVolumeClaim", "data", {
            spec: { resources: { requests: { storage: "2Gi" } } },
        });
        cluster.run(1);
        assert.equal(
            cluster.find("PersistentVolumeClaim", "data")?.status?.capacity?.storage,
            "1Gi",
        );
    });

    for (const [reclaimPolicy, left] of [
        ["Delete", 0],
        ["Retain", 1],
    ] as const) {
        it(`leaves ${left} volumes of a deleted claim with reclaim policy ${reclaimPolicy}`, () => {
            const of = { ...storageClass("kept", "Immediate", "csi"), reclaimPolicy };
            const cluster = playedWith(claim("data", "kept"), of);
            cluster.run(1);
            const made = cluster.find("PersistentVolumeClaim", "data");
            assert.ok(made);
            cluster.delete(made);
            const volume = cluster.store.list("PersistentVolume")[0];
            assert.ok(volume);
            cluster.change("PersistentVolume", volume.metadata.name, {
                status: { phase: "Released" },
            });
            cluster.run(1);
            assert.equal(cluster.store.list("PersistentVolume").length, left);
        });
    }

    it("answers with an error when it is asked to fail", () => {
        const cluster = playedWith(claim("data", "now"), plan({ "vms.data": "provisioner-error" }));
        cluster.run(1);
        assert.equal(cluster.find("PersistentVolumeClaim", "data")?.status?.phase, "Pending");
        assert.equal(cluster.events[0]?.reason, "ProvisioningFailed");
    });
});

function playedWith(...objects: readonly Record<string, unknown>[]): PlayedCluster {
    return new PlayedCluster(
        csiDriver,
        storageClass("now", "Immediate", "csi"),
        storageClass("late", "WaitForFirstConsumer", "csi"),
        ...objects,
    );
}

function claim(name: string, storageClassName: string, more: object = {}) {
    return {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { namespace: "vms", name },
        spec: {
            storageClassName,
            accessModes: ["ReadWriteMany"],
            volumeMode: "Block",
            resources: { requests: { storage: "1Gi" } },
            ...more,
        },
        status: { phase: "Pending" },
    };
}
