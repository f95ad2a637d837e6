import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DataVolumeStatus } from "../../../sandbox/data-plane/objects";
import { conditionOf } from "../../../sandbox/data-plane/reading";
import { PlayedCluster, consumer, csiDriver, plan, profile, storageClass } from "./played-cluster";

/** What a DataVolume shows at one time, as far as a reader can compare it. */
interface State {
    readonly phase: string;
    readonly bound: string;
    readonly running: string;
    readonly progress: string;
    readonly restarts: number;
}

interface Path {
    readonly what: string;
    /** The recordings of the real controller on this path. Phases that differ by timing alone need more than one. */
    readonly recorded: readonly string[];
    readonly spec: object;
    readonly annotations?: Record<string, string>;
    readonly fault?: string;
    readonly extra?: readonly Record<string, unknown>[];
    readonly refuse?: string;
    /** Where it has to be at the end. */
    readonly ends: string;
    /** Something that happens after some seconds. */
    readonly then?: (cluster: PlayedCluster) => void;
}

const http = { http: { url: "https://images.example/disk.img" } };
const registry = { registry: { url: "docker://quay.io/containerdisks/fedora:42" } };
const csi = (source: object, size = "10Gi") => ({
    source,
    storage: { storageClassName: "csi", resources: { requests: { storage: size } } },
});
const late = (source: object) => ({
    source,
    storage: { storageClassName: "csi-late", resources: { requests: { storage: "10Gi" } } },
});
const local = (source: object, storageClassName = "local") => ({
    source,
    storage: {
        storageClassName,
        accessModes: ["ReadWriteOnce"],
        volumeMode: "Filesystem",
        resources: { requests: { storage: "10Gi" } },
    },
});

const importing = ["ok-imm-csi-http", "ok-imm-csi-registry", "ok-imm-csi-blank", "busy-src"];
const failing = (name: string) => [...importing, name];
const source = golden("csi");
const localSource = golden("local");
const fromGolden = { pvc: { namespace: "vms", name: "golden" } };

const paths: readonly Path[] = [
    { what: "an image, CSI", recorded: importing, spec: csi(http), ends: "Succeeded" },
    { what: "a registry image, CSI", recorded: importing, spec: csi(registry), ends: "Succeeded" },
    {
        what: "an empty disk, CSI",
        recorded: importing,
        spec: csi({ blank: {} }),
        ends: "Succeeded",
    },
    {
        what: "an image, no driver",
        recorded: ["ok-imm-legacy-registry", "ok-imm-legacy-blank"],
        spec: local(registry),
        ends: "Succeeded",
    },
    {
        what: "an empty disk, no driver",
        recorded: ["ok-imm-legacy-blank", "ok-imm-legacy-registry"],
        spec: local({ blank: {} }),
        ends: "Succeeded",
    },
    {
        what: "a late-binding class without consumer",
        recorded: ["ok-wffc-csi-registry"],
        spec: late(http),
        ends: "PendingPopulation",
    },
    {
        what: "a late-binding class with a consumer",
        recorded: ["ok-wffc-csi-registry", "ok-wffc-csi-blank"],
        spec: late(http),
        then: (cluster) => cluster.add(consumer("disk")),
        ends: "Succeeded",
    },
    {
        what: "a late-binding class without driver, no consumer",
        recorded: ["ok-wffc-legacy-http"],
        spec: local(http, "local-late"),
        ends: "WaitForFirstConsumer",
    },
    {
        what: "a late-binding class without driver, whose consumer goes",
        recorded: ["ok-wffc-legacy-http", "ok-wffc-legacy-blank"],
        spec: local(http, "local-late"),
        then: (cluster) => {
            cluster.add(consumer("disk"));
            cluster.run(3);
            cluster.store.list("Pod").forEach((pod) => cluster.delete(pod));
        },
        ends: "Succeeded",
    },
    {
        what: "404, CSI",
        recorded: failing("fail-http-404-csi"),
        spec: csi(http),
        fault: "http-404",
        ends: "ImportInProgress",
    },
    {
        what: "404, no driver",
        recorded: ["fail-http-404-legacy"],
        spec: local(http),
        fault: "http-404",
        ends: "ImportInProgress",
    },
    {
        what: "an unknown host",
        recorded: failing("fail-dns"),
        spec: csi(http),
        fault: "dns",
        ends: "ImportInProgress",
    },
    {
        what: "an image larger than the disk",
        recorded: failing("fail-too-small"),
        spec: csi(http),
        fault: "too-small",
        ends: "ImportInProgress",
    },
    {
        what: "a wrong checksum",
        recorded: failing("fail-checksum-csi"),
        spec: csi(http),
        fault: "checksum",
        ends: "Failed",
    },
    {
        what: "an importer image that cannot be pulled",
        recorded: failing("fail-image-pull"),
        spec: csi(http),
        fault: "image-pull",
        ends: "ImportScheduled",
    },
    {
        what: "a missing Secret",
        recorded: failing("fail-secret-missing"),
        spec: csi({ http: { ...http.http, secretRef: "nope" } }),
        ends: "ImportScheduled",
    },
    {
        what: "no node for the importer",
        recorded: failing("fail-unschedulable"),
        spec: csi(http),
        fault: "unschedulable",
        ends: "ImportScheduled",
    },
    {
        what: "a provisioner that does not answer",
        recorded: importing,
        spec: csi(http),
        fault: "never-provisioned",
        ends: "",
    },
    {
        what: "a lost volume",
        recorded: ["fail-pvc-lost", "ok-imm-legacy-registry"],
        spec: local(http),
        fault: "claim-lost",
        ends: "Failed",
    },
    {
        what: "a missing class",
        recorded: ["fail-sc-missing"],
        spec: { source: http, storage: { storageClassName: "nope", resources: {} } },
        ends: "",
    },
    {
        what: "a missing class, modes given",
        recorded: ["fail-sc-missing-spec-pvc"],
        spec: { source: http, pvc: { storageClassName: "nope", accessModes: ["ReadWriteOnce"] } },
        ends: "Pending",
    },
    {
        what: "no default class",
        recorded: ["fail-no-default-sc"],
        spec: { source: http, storage: { resources: { requests: { storage: "10Gi" } } } },
        ends: "",
    },
    {
        what: "a class without profile",
        recorded: ["fail-no-accessmode"],
        spec: { source: http, storage: { storageClassName: "bare", resources: {} } },
        ends: "",
    },
    {
        what: "a quota",
        recorded: ["fail-quota-storage"],
        spec: csi(http),
        refuse: 'persistentvolumeclaims "disk" is forbidden: exceeded quota: storage',
        ends: "Pending",
    },
    {
        what: "a clone by the driver",
        recorded: ["ok-clone-csi", "ok-sourceref-ready"],
        spec: csi(fromGolden),
        extra: source,
        ends: "Succeeded",
    },
    {
        what: "a clone by pods, CSI",
        recorded: ["ok-clone-copy-populator"],
        spec: csi(fromGolden),
        extra: [...source, profile("csi", "copy")],
        ends: "Succeeded",
    },
    {
        what: "a clone of a disk in use, by pods",
        recorded: ["fail-clone-source-in-use-copy"],
        spec: csi(fromGolden),
        extra: [...source, profile("csi", "copy"), consumer("golden")],
        ends: "CloneInProgress",
    },
    {
        what: "a clone by pods, no driver",
        recorded: ["ok-clone-copy-legacy"],
        spec: local(fromGolden),
        extra: localSource,
        ends: "Succeeded",
    },
    {
        what: "a clone of nothing, CSI",
        recorded: ["fail-clone-missing-source-csi"],
        spec: csi(fromGolden),
        ends: "",
    },
    {
        what: "a clone of nothing, no driver",
        recorded: ["fail-clone-missing-source-legacy"],
        spec: local(fromGolden),
        ends: "",
    },
    {
        what: "a clone that would shrink, CSI",
        recorded: ["fail-clone-shrink-csi"],
        spec: csi(fromGolden, "5Gi"),
        extra: source,
        ends: "",
    },
    {
        what: "a clone that would shrink, no driver",
        recorded: ["fail-clone-shrink-legacy"],
        spec: {
            source: fromGolden,
            storage: {
                storageClassName: "local",
                accessModes: ["ReadWriteOnce"],
                volumeMode: "Filesystem",
                resources: { requests: { storage: "5Gi" } },
            },
        },
        extra: localSource,
        ends: "CloneScheduled",
    },
];

describe("the simulated CDI shows only states that the real one showed", () => {
    for (const path of paths) {
        it(`${path.what}: ends in ${path.ends === "" ? "no phase" : path.ends}`, () => {
            const shown = play(path).map(stateOf);
            const real = new Set(path.recorded.flatMap(recordedStates).map(comparable));
            const invented = [...new Set(shown.map(comparable))].filter((each) => !real.has(each));
            assert.deepEqual(invented, []);
            assert.equal(shown.at(-1)?.phase, path.ends);
        });
    }
});

describe("the simulated CDI counts restarts as the real one does", () => {
    it("has no count before the first restart, then one more with each", () => {
        const path = paths.find(({ what }) => what === "404, CSI");
        assert.ok(path);
        const counts = play(path).map(({ restartCount }) => restartCount);
        const known = [...new Set(counts)];
        assert.deepEqual(known.slice(0, 4), [undefined, 1, 2, 3]);
    });
});

function play({ spec, annotations, fault, extra = [], refuse, then }: Path): DataVolumeStatus[] {
    const cluster = new PlayedCluster(
        csiDriver,
        storageClass("csi", "Immediate", "csi"),
        storageClass("csi-late", "WaitForFirstConsumer", "csi"),
        storageClass("local", "Immediate", "local"),
        storageClass("local-late", "WaitForFirstConsumer", "local"),
        storageClass("bare", "Immediate", "local"),
        profile("csi", "csi-clone"),
        profile("csi-late"),
        profile("local"),
        profile("local-late"),
        plan(fault === undefined ? {} : { "vms.disk": fault }),
        ...extra,
    );
    if (refuse !== undefined) {
        cluster.refuse = (kind) => (kind === "PersistentVolumeClaim" ? refuse : undefined);
    }
    cluster.add({
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "DataVolume",
        metadata: { namespace: "vms", name: "disk", ...(annotations && { annotations }) },
        spec,
    });
    cluster.run(5);
    then?.(cluster);
    cluster.run(15);
    return cluster.statuses.filter(({ conditions }) => conditions !== undefined);
}

function recordedStates(name: string): State[] {
    const file = join(__dirname, "..", "..", "fixtures", "timelines", `${name}.json`);
    return (JSON.parse(readFileSync(file, "utf8")) as { states: State[] }).states;
}

function stateOf(status: DataVolumeStatus): State {
    const reason = (type: string) => conditionOf(status.conditions, type)?.reason ?? "";
    return {
        phase: status.phase ?? "",
        bound: reason("Bound"),
        running: reason("Running"),
        progress: status.progress ?? "",
        restarts: status.restartCount ?? 0,
    };
}

/**
 * Two states are alike when they differ in nothing but how far a copy is and how often it was tried. Failed keeps whatever
 * progress there was.
 */
function comparable({ progress, restarts, ...rest }: State): string {
    const counts = /^\d+\.\d\d%$/.test(progress);
    const kind = rest.phase === "Failed" ? "any" : counts ? "some" : progress;
    return JSON.stringify({ ...rest, progress: kind, restarted: restarts > 0 });
}

/** A claim that holds data, and its volume. */
function golden(storageClassName: string): Record<string, unknown>[] {
    const metadata = { namespace: "vms", name: "golden", uid: "uid-of-golden" };
    const capacity = { storage: "10Gi" };
    return [
        {
            apiVersion: "v1",
            kind: "PersistentVolume",
            metadata: { name: "pvc-golden" },
            spec: { capacity, claimRef: metadata },
        },
        {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata,
            spec: {
                storageClassName,
                accessModes: ["ReadWriteMany"],
                volumeMode: storageClassName === "csi" ? "Block" : "Filesystem",
                volumeName: "pvc-golden",
                resources: { requests: capacity },
            },
            status: { phase: "Bound", capacity },
        },
    ];
}
