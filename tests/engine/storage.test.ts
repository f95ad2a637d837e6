import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { storageBackendContract } from "../contracts/storage-backend.contract";
import {
    bad,
    destroyByHand,
    type EngineProject,
    engineProject,
    good,
    killWhen,
    needsEngine,
    run,
    said,
} from "../support/engine";
import { setFault } from "../support/faults";
import { unreachableKubeconfig } from "../support/kubeconfig";
import { longhornChart } from "../support/longhorn-chart";
import { ownSandbox, type SharedSandbox } from "../support/sandbox";

const cephChart = join(__dirname, "..", "fixtures", "charts", "ceph-csi-rbd");
const longhornObjects = "/apis/longhorn.io/v1beta2/namespaces/longhorn-system";
const cephKey = "QVFCa2V5LW9mLXRoZS10ZXN0cw==";

interface Named {
    readonly metadata: { readonly name: string; readonly uid: string };
}

describe("storage under the real engine", function () {
    this.timeout(1_200_000);
    this.slow(90_000);

    let sandbox: SharedSandbox;

    before(async function () {
        needsEngine(this);
        sandbox = await ownSandbox(this, "storage");
    });

    const names = async (path: string) =>
        ((await sandbox.api.get(path)) as { items: Named[] }).items.map(
            ({ metadata }) => metadata.name,
        );

    const ceph = (more: object = {}) => ({
        backend: JSON.stringify({
            kind: "ceph",
            args: {
                chart: cephChart,
                clusterId: "ceph-1",
                monitors: ["10.0.0.1:6789"],
                encryption: { passphrase: "of-the-tests" },
                tiers: { fast: { pool: "nvme" }, safe: { pool: "nvme", encrypted: true } },
                ...more,
            },
        }),
        cephKey,
    });

    const longhorn = (more: object = {}) => ({
        backend: JSON.stringify({
            kind: "longhorn",
            args: {
                chart: longhornChart(),
                encryption: { passphrase: "of-the-tests" },
                tiers: { fast: {}, safe: { encrypted: true } },
                ...more,
            },
        }),
    });

    const existing = (more: object = {}) => ({
        backend: JSON.stringify({
            kind: "existing",
            args: { storageClass: "sandbox-block", ...more },
        }),
    });

    async function configure(
        project: EngineProject,
        config: Readonly<Record<string, string>>,
    ): Promise<void> {
        for (const [key, value] of Object.entries(config)) {
            // The engine keeps the whole configuration in the state of a dynamic provider.
            const secret = key === "backend" || key === "cephKey";
            await project.stack.setConfig(key, { value, secret });
        }
    }

    /** Takes the driver off the nodes, and lets an update find out soon. */
    const unregister = (
        kind: (more?: object) => Readonly<Record<string, string>>,
        namespace: string,
        plugin: string,
    ) => ({
        fail: async (project: EngineProject) => {
            await setFault(sandbox, namespace, plugin, "driver-unregistered");
            await configure(project, kind({ readyWithin: "30 seconds" }));
            return /waiting for the driver, on 0 of 3 nodes, not on node-1, node-2, node-3/;
        },
        heal: async (project: EngineProject) => {
            await setFault(sandbox, namespace, plugin, "");
            await configure(project, kind());
        },
    });

    /** Longhorn goes only with the volumes that are named. */
    async function arm(project: EngineProject): Promise<void> {
        const eraseVolumes = await names(`${longhornObjects}/volumes`);
        await configure(project, longhorn({ teardown: "armed", eraseVolumes }));
        await good(run(project, "up"));
    }

    storageBackendContract("ExistingStorage", {
        sandbox: () => sandbox,
        program: "storage",
        config: existing,
        provisioner: "sandbox.csi.pulumi-kubevirt.dev",
        storageClass: "sandbox-block",
        snapshotClass: "sandbox-snapshots",
    });

    storageBackendContract("CephRbd", {
        sandbox: () => sandbox,
        program: "storage",
        config: ceph,
        provisioner: "rbd.csi.ceph.com",
        storageClass: "storage-fast",
        snapshotClass: "storage-snap",
        encrypted: { tier: "safe", storageClass: "storage-safe" },
        installed: {
            ...unregister(ceph, "ceph-csi-rbd", "ceph-csi-rbd-nodeplugin"),
            changedClass: ceph({
                tiers: { fast: { pool: "hdd" }, safe: { pool: "nvme", encrypted: true } },
            }),
            refusedField: "parameters.pool",
            removed: [
                "storage-guard",
                "storage-fast-class",
                "storage-secret-ceph-csi-rbd-storage-ceph-user",
                "storage-release",
                "storage-namespace-ceph-csi-rbd",
            ],
        },
    });

    storageBackendContract("Longhorn", {
        sandbox: () => sandbox,
        program: "storage",
        config: longhorn,
        provisioner: "driver.longhorn.io",
        storageClass: "storage-fast",
        snapshotClass: "storage-snap",
        encrypted: { tier: "safe", storageClass: "storage-safe" },
        installed: {
            ...unregister(longhorn, "longhorn-system", "longhorn-csi-plugin"),
            changedClass: longhorn({ tiers: { fast: { replicas: 2 }, safe: { encrypted: true } } }),
            refusedField: "parameters.numberOfReplicas",
            arm,
            removed: [
                "storage-guard",
                "storage-fast-class",
                "storage-secret-longhorn-system-storage-encryption",
                "storage-release",
                "storage-namespace-longhorn-system",
            ],
        },
    });

    describe("in particular", () => {
        let project: EngineProject;
        let namespace: string;

        afterEach(async () => {
            await run(project, "destroy");
            project.dispose();
        });

        async function begin(config: Readonly<Record<string, string>>): Promise<void> {
            namespace = await sandbox.namespace("storage");
            project = await engineProject("storage", {
                kubeconfig: sandbox.kubeconfigPath,
                namespace,
                ...config,
            });
        }

        /** A cluster that is out of reach. */
        function nowhere(): { kubeconfig: string } {
            const kubeconfig = join(project.folder, "nowhere.yaml");
            writeFileSync(kubeconfig, unreachableKubeconfig);
            return { kubeconfig };
        }

        const disk = (name: string) => JSON.stringify([{ name, size: "1Gi", onDestroy: "delete" }]);

        const oneTier = { tiers: { fast: { pool: "nvme" } } };
        const probes = () => names(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`);

        it("is proved by a probe that names what is wrong about Ceph and leaves nothing", async () => {
            const truth = (data: Readonly<Record<string, string>>) =>
                sandbox.api.apply("/api/v1/namespaces/default/configmaps", {
                    apiVersion: "v1",
                    kind: "ConfigMap",
                    metadata: { name: "sandbox-ceph" },
                    data: {
                        fsid: "ceph-1",
                        monitors: "10.0.0.1:6789",
                        pools: "nvme",
                        users: `kubevirt=${cephKey}`,
                        namespaces: "",
                        ...data,
                    },
                } as never);
            await begin({});
            await configure(project, ceph(oneTier));
            await good(run(project, "up"));
            // What is held against it is said at its deadline at the latest.
            await configure(project, ceph({ ...oneTier, probe: true, readyWithin: "40 seconds" }));
            for (const [wrong, words] of [
                [{ users: "kubevirt=another" }, /Ceph does not let the user in/],
                [{ pools: "hdd" }, /pool/],
            ] as const) {
                await truth(wrong);
                const failed = await bad(run(project, "up"));
                const text = said(failed, "storage-fast-class", "error").join("\n");
                assert.match(text, /StorageClass storage-fast, which was probed, is not ready/);
                assert.match(text, words);
                assert.ok(!failed.text.includes(cephKey));
                assert.deepEqual(await probes(), []);
            }
            await truth({});
            await configure(project, ceph({ ...oneTier, probe: true }));
            await good(run(project, "up"));
            assert.deepEqual(await probes(), []);
            await sandbox.api.request(
                "DELETE",
                "/api/v1/namespaces/default/configmaps/sandbox-ceph",
            );
            await good(run(project, "destroy"));
        });

        it("refuses what would cut disks off from their data, and another storage while there are disks, by name", async () => {
            await begin({ disks: disk("kept") });
            await configure(project, ceph(oneTier));
            await good(run(project, "up"));
            const state = readFileSync(
                join(project.folder, "state", ".pulumi", "stacks", "engine-test", "test.json"),
                "utf8",
            );
            assert.ok(state.includes("storage-secret-ceph-csi-rbd-storage-ceph-user"));
            assert.ok(!state.includes(cephKey) && !state.includes("of-the-tests"));

            // From the state alone, as the cluster cannot be asked.
            await configure(project, {
                ...ceph({ tiers: { fast: { pool: "hdd" } } }),
                ...nowhere(),
            });
            const changed = await bad(run(project, "preview"));
            assert.match(
                changed.text,
                /VmStorageClass "storage-fast": parameters\.pool changes from "nvme" to "hdd"/,
            );
            await configure(project, { kubeconfig: sandbox.kubeconfigPath });

            await configure(project, ceph({ ...oneTier, radosNamespace: "new" }));
            const moved = await bad(run(project, "preview"));
            assert.match(moved.text, /radosNamespace changes from "" to "new"/);
            await configure(
                project,
                ceph({ ...oneTier, encryption: { passphrase: "hidden-from-all" } }),
            );
            const locked = await bad(run(project, "preview"));
            assert.match(locked.text, /encryption\.passphrase changes/);
            assert.doesNotMatch(locked.text, /hidden-from-all|of-the-tests/);

            await configure(project, existing());
            for (const config of [{}, nowhere()]) {
                await configure(project, config);
                const refused = await bad(run(project, "preview"));
                assert.match(refused.text, /Disk "kept": storage changes from/);
            }
            await configure(project, { ...ceph(oneTier), kubeconfig: sandbox.kubeconfigPath });
            await good(run(project, "destroy"));
        });

        it("goes on after a kill in the middle of its install", async () => {
            await begin({ disks: disk("data") });
            await configure(project, ceph(oneTier));
            for (const seen of [
                "storage-namespace-ceph-csi-rbd",
                "storage-release",
                "storage-fast-class",
            ]) {
                await killWhen(project, seen);
            }
            await good(run(project, "up"));
            await good(run(project, "up", { expectNoChanges: true }));
            await good(run(project, "destroy"));
        });

        it("keeps Longhorn from being destroyed with data on it: refused before anything goes, armed only with names, refused for what came later", async () => {
            await begin({ ...longhorn({ tiers: { fast: {} } }), disks: disk("data") });
            await good(run(project, "up"));
            const [volume = ""] = await names(`${longhornObjects}/volumes`);

            // As a person does, with its preview.
            const refused = destroyByHand(project);
            assert.notEqual(refused.status, 0, refused.text);
            assert.match(
                refused.text,
                /Longhorn[^ ]*storage-guard" cannot be deleted\s+because it is protected/,
            );
            assert.equal(
                (await names(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`)).length,
                1,
            );

            // A chart from a folder has a version of its own, whatever the arguments say.
            await configure(
                project,
                longhorn({ tiers: { fast: {} }, chart: longhornChart("1.10.2") }),
            );
            const back = await bad(run(project, "preview"));
            assert.match(back.text, /Longhorn "storage": chart is "1\.10\.2", which/);

            const armed = (eraseVolumes: readonly string[]) =>
                longhorn({ tiers: { fast: {} }, teardown: "armed", eraseVolumes });
            await configure(project, armed([]));
            for (const operation of ["preview", "up"] as const) {
                const unnamed = await bad(run(project, operation));
                assert.match(
                    unnamed.text,
                    new RegExp(`would erase 1 volume: ${volume} \\(claim ${namespace}/data\\)`),
                );
            }

            await configure(project, armed([volume]));
            await good(run(project, "up"));
            await sandbox.api.create(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`, {
                apiVersion: "v1",
                kind: "PersistentVolumeClaim",
                metadata: { name: "later" },
                spec: {
                    accessModes: ["ReadWriteMany"],
                    volumeMode: "Block",
                    storageClassName: "storage-fast",
                    resources: { requests: { storage: "1Gi" } },
                },
            } as never);
            while ((await names(`${longhornObjects}/volumes`)).length < 2) {
                await new Promise((done) => setTimeout(done, 50));
            }
            const later = await bad(run(project, "destroy"));
            assert.match(
                later.text,
                /would erase data, and nothing of it was removed\. Nobody has named/,
            );
            await sandbox.api.get("/apis/storage.k8s.io/v1/storageclasses/storage-fast");

            const eraseVolumes = await names(`${longhornObjects}/volumes`);
            await configure(project, { ...armed(eraseVolumes), disks: "[]" });
            await good(run(project, "up"));
            await good(run(project, "destroy"));
            assert.deepEqual(
                (await names("/api/v1/namespaces")).filter((one) => one === "longhorn-system"),
                [],
            );
        });

        it("is refused where there is too little room or somebody else's driver, before anything is registered", async () => {
            await begin({
                ...ceph({ capacity: { raw: "1Gi" }, tiers: { fast: { pool: "nvme" } } }),
                disks: disk("large"),
            });
            const short = await bad(run(project, "up"));
            assert.match(said(short, "storage", "error").join("\n"), /capacity\.raw is "1Gi"/);
            assert.equal(short.operations["create"]?.includes("storage-release"), false);

            await sandbox.api.create("/apis/storage.k8s.io/v1/csidrivers", {
                apiVersion: "storage.k8s.io/v1",
                kind: "CSIDriver",
                metadata: { name: "rbd.csi.ceph.com" },
                spec: {},
            } as never);
            await configure(project, ceph({ tiers: { fast: { pool: "nvme" } } }));
            const foreign = await bad(run(project, "up"));
            assert.match(
                said(foreign, "storage", "error").join("\n"),
                /cluster has CSIDriver rbd\.csi\.ceph\.com already, which is not this stack's ceph-csi-rbd\/ceph-csi-rbd/,
            );
            await sandbox.api.request(
                "DELETE",
                "/apis/storage.k8s.io/v1/csidrivers/rbd.csi.ceph.com",
            );
        });

        it("reads a class that is there, and warns where it does not fit how disks are claimed", async () => {
            await begin(existing({ accessMode: "ReadWriteOncePod" }));
            const local = await good(run(project, "preview"));
            assert.match(
                said(local, "storage", "warning").join("\n"),
                /disks are claimed ReadWriteOncePod Block, and CDI's profile of StorageClass "sandbox-block" knows ReadWriteMany Block, /,
            );
            await configure(project, existing());
            const { text, events } = await good(run(project, "up"));
            assert.equal(said({ events } as never, "storage", "warning").length, 0, text);
            const { found } = await project.stack.outputs();
            assert.deepEqual(found?.value, {
                provisioner: "sandbox.csi.pulumi-kubevirt.dev",
                reclaimPolicy: "Delete",
                volumeBindingMode: "Immediate",
                allowVolumeExpansion: true,
                snapshotClasses: ["sandbox-snapshots"],
                claims: ["ReadWriteMany Block", "ReadWriteOnce Filesystem"],
                cloneStrategy: "snapshot",
            });
        });

        it("is previewed on an unreachable cluster", async () => {
            await begin({ ...longhorn(), disks: disk("data") });
            await configure(project, nowhere());
            const preview = await good(run(project, "preview"));
            assert.ok(preview.operations["create"]?.includes("storage-fast-class"), preview.text);
        });
    });
});
