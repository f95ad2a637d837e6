import assert from "node:assert/strict";
import type { Claim } from "../../../sandbox/data-plane/objects";
import { conditionOf } from "../../../sandbox/data-plane/reading";
import { PlayedCluster, csiDriver, plan, profile, storageClass } from "./played-cluster";

const ofSource = { pvc: { namespace: "images", name: "golden" } };

describe("a clone of the simulated CDI", () => {
    it("by the driver is made beside its source, with the source's size, and grows before it is handed over", () => {
        const cluster = played({ strategy: "csi-clone", size: "3Gi" });
        cluster.run(1);
        const [temporary] = claimsIn(cluster, "images").filter(isTemporary);
        assert.equal(temporary?.spec.resources?.requests?.storage, "1073741824");
        assert.equal(temporary.spec.dataSourceRef?.name, "golden");
        cluster.run(10);
        assert.equal(phase(cluster), "Succeeded");
        assert.equal(copy(cluster)?.status?.capacity?.storage, "3221225472");
        assert.ok(phases(cluster).includes("PrepClaimInProgress"));
        assert.deepEqual(claimsIn(cluster, "images").filter(isTemporary), []);
    });

    it("by a snapshot takes one of the source, and leaves none behind", () => {
        const cluster = played({ strategy: "snapshot", more: [snapshotClass] });
        cluster.run(1);
        assert.deepEqual(names(cluster.store.list("VolumeSnapshot")), [
            `tmp-snapshot-${copy(cluster)?.metadata.uid ?? ""}`,
        ]);
        cluster.run(12);
        assert.equal(phase(cluster), "Succeeded");
        assert.ok(phases(cluster).includes("SnapshotForSmartCloneInProgress"));
        assert.ok(phases(cluster).includes("CloneFromSnapshotSourceInProgress"));
        assert.deepEqual(cluster.store.list("VolumeSnapshot"), []);
        assert.equal(
            copy(cluster)?.metadata.annotations?.["cdi.kubevirt.io/cloneType"],
            "snapshot",
        );
    });

    const fallbacks: readonly (readonly [string, string, Setting])[] = [
        [
            "NoVolumeSnapshotClass",
            "No compatible volumesnapshotclass found",
            { strategy: "snapshot" },
        ],
        [
            "IncompatibleProvisioners",
            "Provisioners are incompatible",
            { strategy: "csi-clone", sourceClass: "other" },
        ],
        [
            "IncompatibleVolumeModes",
            "The volume modes of source and target are incompatible",
            { strategy: "csi-clone", sourceMode: "Filesystem" },
        ],
        [
            "NoVolumeExpansion",
            "No volume expansion is possible",
            { strategy: "csi-clone", size: "2Gi", rigid: true },
        ],
    ];
    for (const [reason, message, setting] of fallbacks) {
        it(`by pods says why it is not smart, on the claim and in an event: ${reason}`, () => {
            const cluster = played(setting);
            cluster.run(15);
            assert.equal(phase(cluster), "Succeeded");
            const { annotations } = copy(cluster)?.metadata ?? {};
            assert.equal(annotations?.["cdi.kubevirt.io/cloneType"], "copy");
            assert.equal(annotations["cdi.kubevirt.io/cloneFallbackReason"], message);
            const said = cluster.events.find((each) => each.reason === reason);
            assert.equal(said?.message, message);
            assert.equal(said.type, "Warning");
        });
    }

    it("waits for a snapshot that is not ready, and goes on when it is", () => {
        const cluster = played({
            source: { snapshot: { namespace: "images", name: "taken" } },
            strategy: "snapshot",
            more: [
                snapshotClass,
                plan({ "images.taken": "snapshot-stuck" }),
                snapshot("taken", { persistentVolumeClaimName: "golden" }),
            ],
        });
        cluster.run(8);
        assert.equal(phase(cluster), "CloneFromSnapshotSourceInProgress");
        cluster.change("ConfigMap", "sandbox-faults", { data: { "images.taken": null } });
        cluster.run(10);
        assert.equal(phase(cluster), "Succeeded");
    });

    it("waits while somebody uses the source, whatever the strategy", () => {
        const user = {
            apiVersion: "v1",
            kind: "Pod",
            metadata: { namespace: "images", name: "user" },
            spec: {
                volumes: [{ persistentVolumeClaim: { claimName: "golden" } }],
                containers: [{ name: "main", image: "main" }],
            },
        };
        for (const strategy of ["csi-clone", "snapshot"]) {
            const cluster = played({ strategy, more: [snapshotClass, user] });
            cluster.run(5);
            const said = cluster.events.find(({ reason }) => reason === "CloneSourceInUse");
            assert.match(
                said?.message ?? "",
                /^pod images\/user using PersistentVolumeClaim golden/,
            );
            assert.deepEqual(claimsIn(cluster, "images").filter(isTemporary), []);
        }
    });

    it("takes away what it began beside the source when its target is deleted", () => {
        const cluster = played({ strategy: "snapshot", more: [snapshotClass] });
        cluster.run(1);
        const target = cluster.find("DataVolume", "copy");
        assert.ok(target !== undefined);
        cluster.delete(target);
        cluster.run(4);
        assert.deepEqual(cluster.store.list("VolumeSnapshot"), []);
        assert.deepEqual(claimsIn(cluster, "images").filter(isTemporary), []);
    });

    it("without a size is as large as its source, and needs no room twice for the same filesystem", () => {
        const cluster = played({
            strategy: "csi-clone",
            size: "",
            sourceMode: "Filesystem",
            mode: "Filesystem",
        });
        cluster.run(12);
        assert.equal(phase(cluster), "Succeeded");
        assert.equal(copy(cluster)?.spec.resources?.requests?.storage, "1073741824");
    });

    it("of a DataSource follows one other, and says nothing of one that points to nothing", () => {
        const pointing = (name: string, source: object) => ({
            apiVersion: "cdi.kubevirt.io/v1beta1",
            kind: "DataSource",
            metadata: { namespace: "vms", name },
            spec: { source },
        });
        const chain = pointing("chain", { dataSource: { namespace: "vms", name: "end" } });
        const sourceRef = { kind: "DataSource", name: "chain" };
        const cluster = played({ strategy: "csi-clone", sourceRef, more: [chain] });
        cluster.run(2);
        const bound = conditionOf(status(cluster)?.conditions, "Bound");
        assert.equal(`${bound?.reason ?? ""} ${bound?.message ?? ""}`, "NotFound No PVC found");
        cluster.add(pointing("end", ofSource));
        cluster.run(12);
        assert.equal(phase(cluster), "Succeeded");
    });
});

interface Setting {
    readonly strategy: string;
    readonly size?: string;
    readonly source?: object;
    readonly sourceRef?: object;
    readonly sourceClass?: string;
    readonly sourceMode?: string;
    readonly mode?: string;
    readonly rigid?: boolean;
    readonly more?: readonly Record<string, unknown>[];
}

function played({
    strategy,
    size = "1Gi",
    source = ofSource,
    sourceRef,
    sourceClass = "csi",
    sourceMode = "Block",
    mode = "Block",
    rigid = false,
    more = [],
}: Setting): PlayedCluster {
    return new PlayedCluster(
        csiDriver,
        { ...storageClass("csi", "Immediate", "csi"), allowVolumeExpansion: !rigid },
        storageClass("other", "Immediate", "local"),
        profile("csi", strategy),
        {
            apiVersion: "v1",
            kind: "PersistentVolume",
            metadata: { name: "pv-golden" },
            spec: { capacity: { storage: "1Gi" }, claimRef: { uid: "uid-golden" } },
        },
        {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { namespace: "images", name: "golden", uid: "uid-golden" },
            spec: {
                accessModes: ["ReadWriteMany"],
                volumeMode: sourceMode,
                storageClassName: sourceClass,
                volumeName: "pv-golden",
                resources: { requests: { storage: "1Gi" } },
            },
            status: { phase: "Bound", capacity: { storage: "1Gi" } },
        },
        ...more,
        {
            apiVersion: "cdi.kubevirt.io/v1beta1",
            kind: "DataVolume",
            metadata: { namespace: "vms", name: "copy" },
            spec: {
                ...(sourceRef === undefined ? { source } : { sourceRef }),
                storage: {
                    storageClassName: "csi",
                    accessModes: ["ReadWriteMany"],
                    volumeMode: mode,
                    ...(size === "" ? {} : { resources: { requests: { storage: size } } }),
                },
            },
        },
    );
}

const snapshotClass = {
    apiVersion: "snapshot.storage.k8s.io/v1",
    kind: "VolumeSnapshotClass",
    metadata: { name: "snaps" },
    driver: "sandbox.csi.pulumi-kubevirt.dev",
    deletionPolicy: "Delete",
};

function snapshot(name: string, source: object) {
    return {
        apiVersion: "snapshot.storage.k8s.io/v1",
        kind: "VolumeSnapshot",
        metadata: { namespace: "images", name },
        spec: { source, volumeSnapshotClassName: "snaps" },
    };
}

function status(cluster: PlayedCluster) {
    return cluster.find("DataVolume", "copy")?.status;
}

function phase(cluster: PlayedCluster): string | undefined {
    return status(cluster)?.phase;
}

function phases(cluster: PlayedCluster): (string | undefined)[] {
    return cluster.statuses.map((each) => each.phase);
}

function copy(cluster: PlayedCluster): Claim | undefined {
    return cluster.store.get("PersistentVolumeClaim", "vms", "copy");
}

function claimsIn(cluster: PlayedCluster, namespace: string): Claim[] {
    return cluster.store.list("PersistentVolumeClaim", namespace);
}

function isTemporary({ metadata }: Claim): boolean {
    return metadata.name.startsWith("tmp-");
}

function names(objects: readonly { readonly metadata: { readonly name: string } }[]): string[] {
    return objects.map(({ metadata }) => metadata.name);
}
