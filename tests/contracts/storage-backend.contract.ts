import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import {
    bad,
    type EngineProject,
    engineProject,
    good,
    needsEngine,
    type Outcome,
    run,
} from "../support/engine";
import { patienceMs, type SharedSandbox } from "../support/sandbox";

/** What a backend brings to its contract. */
export interface StorageContract {
    readonly sandbox: () => SharedSandbox;
    /** A program of `tests/engine/programs` that has the backend, and disks and a machine as its configuration says. */
    readonly program: string;
    /** Its configuration, but for `kubeconfig`, `namespace`, `disks` and `machine`. */
    readonly config: () => Readonly<Record<string, string>>;
    readonly provisioner: string;
    /** The StorageClass of disks that name no tier. */
    readonly storageClass: string;
    /** The VolumeSnapshotClass of its snapshots. */
    readonly snapshotClass: string;
    /** The tier whose disks are encrypted, with its class, where the backend offers that. */
    readonly encrypted?: { readonly tier: string; readonly storageClass: string };
    /** What the backend installs: a backend of which somebody else looks after leaves classes and driver alone. */
    readonly installed?: {
        /** Makes the driver unable to make volumes, and answers with what an update then says. */
        readonly fail: (project: EngineProject) => Promise<RegExp>;
        readonly heal: (project: EngineProject) => Promise<void>;
        /** A configuration that would change a class that exists, and the field that is refused. */
        readonly changedClass: Readonly<Record<string, string>>;
        readonly refusedField: string;
        /** Done before a destroy, for a backend that takes more than one step to remove. */
        readonly arm?: (project: EngineProject) => Promise<void>;
        /** The resources that a destroy removes, in this order, after the claims. */
        readonly removed: readonly string[];
    };
}

interface Live {
    readonly metadata: {
        readonly name: string;
        readonly uid: string;
        readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly spec?: Readonly<Record<string, unknown>>;
    readonly status?: {
        readonly phase?: string;
        readonly readyToUse?: boolean;
        readonly capacity?: { readonly storage?: string };
    };
    readonly provisioner?: string;
    readonly parameters?: Readonly<Record<string, string>>;
    readonly allowVolumeExpansion?: boolean;
    readonly driver?: string;
}

const classes = "/apis/storage.k8s.io/v1/storageclasses";
const snapshotClasses = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses";
const profiles = "/apis/cdi.kubevirt.io/v1beta1/storageprofiles";

const fedora = { registry: "quay.io/containerdisks/fedora:42" };
const root = { name: "root", size: "1Gi", source: fedora, onDestroy: "delete" };
const data = { name: "data", size: "1Gi" };
const grown = { ...data, size: "2Gi" };

/** The machines that each backend's program came to, for comparing them. */
export const machines = new Map<string, unknown>();

/** A machine's spec without what is made of its namespace, which is another for each backend here. */
function withoutIdentity(spec: unknown): unknown {
    return JSON.parse(JSON.stringify(spec), (key, value: unknown) =>
        /^(uuid|serial|macAddress)$/.test(key) ? undefined : value,
    );
}

/**
 * What every storage backend does. Its tests go through the life of one stack, one after the other, with the real engine against
 * the sandbox's API server.
 */
export function storageBackendContract(name: string, contract: StorageContract): void {
    describe(`${name} as a storage backend`, function () {
        this.timeout(1_200_000);
        this.slow(60_000);
        this.bail(true);

        let project: EngineProject;
        let namespace: string;
        const { installed, encrypted } = contract;

        before(async function () {
            needsEngine(this);
            namespace = await contract.sandbox().namespace("contract");
            project = await engineProject(contract.program, {
                kubeconfig: contract.sandbox().kubeconfigPath,
                namespace,
                machine: "true",
                disks: JSON.stringify([root, data]),
                ...contract.config(),
            });
        });

        after(() => project.dispose());

        async function configure(config: Readonly<Record<string, string>>): Promise<void> {
            for (const [key, value] of Object.entries(config)) {
                await project.stack.setConfig(key, { value });
            }
        }

        const get = async (path: string) => (await contract.sandbox().api.get(path)) as Live;
        const claims = () => `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
        const claim = (disk: string) => get(`${claims()}/${disk}`);

        /** Waits for what the cluster does by itself. */
        async function until(path: string, holds: (object: Live) => boolean): Promise<Live> {
            const deadline = Date.now() + patienceMs;
            for (;;) {
                const object = await get(path);
                if (holds(object)) {
                    return object;
                }
                assert.ok(Date.now() < deadline, `${path}: ${JSON.stringify(object.status)}`);
                await pause(50);
            }
        }

        function untouched({ operations, text }: Outcome): void {
            for (const operation of ["delete", "replace", "create-replacement"]) {
                assert.equal(operations[operation], undefined, text);
            }
        }

        it("is shown by a preview, is ready when disks can be made, and then nothing changes", async () => {
            await good(run(project, "preview"));
            await good(run(project, "up"));
            await good(run(project, "up", { expectNoChanges: true }));
        });

        it("has a class that grows and a snapshot class of its driver, which CDI's profile names", async () => {
            const made = await get(`${classes}/${contract.storageClass}`);
            assert.equal(made.provisioner, contract.provisioner);
            assert.equal(made.allowVolumeExpansion, true);
            const snapshots = await get(`${snapshotClasses}/${contract.snapshotClass}`);
            assert.equal(snapshots.driver, contract.provisioner);
            if (installed !== undefined) {
                const isDefault = "snapshot.storage.kubernetes.io/is-default-class";
                assert.equal(snapshots.metadata.annotations?.[isDefault], "true");
                const { spec } = await get(`${profiles}/${contract.storageClass}`);
                assert.equal(spec?.["snapshotClass"], contract.snapshotClass);
                assert.deepEqual(spec["claimPropertySets"], [
                    { accessModes: ["ReadWriteMany"], volumeMode: "Block" },
                ]);
            }
        });

        it("gives raw devices that two nodes share, by its own driver", async () => {
            for (const disk of ["root", "data"]) {
                const { spec, status } = await claim(disk);
                assert.equal(status?.phase, "Bound");
                assert.deepEqual(spec?.["accessModes"], ["ReadWriteMany"]);
                assert.equal(spec["volumeMode"], "Block");
                const volume = await get(`/api/v1/persistentvolumes/${String(spec["volumeName"])}`);
                assert.equal(
                    (volume.spec?.["csi"] as { driver: string }).driver,
                    contract.provisioner,
                );
            }
        });

        it("comes to the same machine as every other backend", async () => {
            const machine = `/apis/kubevirt.io/v1/namespaces/${namespace}/virtualmachines/db`;
            const { spec } = await get(machine);
            for (const other of machines.values()) {
                assert.deepEqual(withoutIdentity(spec), other);
            }
            machines.set(name, withoutIdentity(spec));
        });

        it("grows a disk in place", async () => {
            const before = await claim("data");
            await configure({ disks: JSON.stringify([root, grown]) });
            const preview = await good(run(project, "preview"));
            untouched(preview);
            assert.deepEqual(preview.operations["update"], ["data-claim"]);
            untouched(await good(run(project, "up")));
            const after = await until(
                `${claims()}/data`,
                ({ status }) => status?.capacity?.storage === "2Gi",
            );
            assert.equal(after.metadata.uid, before.metadata.uid);
        });

        it("takes a snapshot of a disk, and makes a disk of it and of the disk itself", async () => {
            const group = "snapshot.storage.k8s.io";
            const snapshots = `/apis/${group}/v1/namespaces/${namespace}/volumesnapshots`;
            const { api } = contract.sandbox();
            await api.create(snapshots, {
                apiVersion: `${group}/v1`,
                kind: "VolumeSnapshot",
                metadata: { name: "taken" },
                spec: {
                    volumeSnapshotClassName: contract.snapshotClass,
                    source: { persistentVolumeClaimName: "data" },
                },
            } as never);
            await until(`${snapshots}/taken`, ({ status }) => status?.readyToUse === true);
            for (const [copy, dataSource] of [
                ["restored", { apiGroup: group, kind: "VolumeSnapshot", name: "taken" }],
                ["cloned", { kind: "PersistentVolumeClaim", name: "data" }],
            ] as const) {
                await api.create(claims(), {
                    apiVersion: "v1",
                    kind: "PersistentVolumeClaim",
                    metadata: { name: copy },
                    spec: {
                        accessModes: ["ReadWriteMany"],
                        volumeMode: "Block",
                        storageClassName: contract.storageClass,
                        dataSource,
                        resources: { requests: { storage: "2Gi" } },
                    },
                } as never);
                await until(`${claims()}/${copy}`, ({ status }) => status?.phase === "Bound");
                await api.request("DELETE", `${claims()}/${copy}`);
            }
            await api.request("DELETE", `${snapshots}/taken`);
        });

        if (encrypted !== undefined) {
            it("makes an encrypted disk, with a Secret that is there", async () => {
                const secret = { name: "secret", size: "1Gi", tier: encrypted.tier };
                await configure({ disks: JSON.stringify([root, grown, secret]) });
                await good(run(project, "up"));
                const { parameters = {} } = await get(`${classes}/${encrypted.storageClass}`);
                assert.equal(parameters["encrypted"], "true");
                const stage = "csi.storage.k8s.io/node-stage-secret";
                await get(
                    `/api/v1/namespaces/${parameters[`${stage}-namespace`] ?? ""}/secrets/${parameters[`${stage}-name`] ?? ""}`,
                );
                assert.equal((await claim("secret")).status?.phase, "Bound");
            });
        }

        if (installed !== undefined) {
            it("is not ready while its driver is not, says why, and goes on when it is mended", async () => {
                const words = await installed.fail(project);
                const before = await claim("data");
                const failed = await bad(run(project, "up"));
                untouched(failed);
                assert.match(failed.text, words);
                assert.equal((await claim("data")).metadata.uid, before.metadata.uid);
                await installed.heal(project);
                await good(run(project, "up"));
            });

            it("refuses to change a class that exists, in a preview and in an update, and touches no claim", async () => {
                const { metadata } = await get(`${classes}/${contract.storageClass}`);
                const before = await claim("data");
                await configure(installed.changedClass);
                for (const operation of ["preview", "up"] as const) {
                    const refused = await bad(run(project, operation));
                    untouched(refused);
                    assert.match(
                        refused.text,
                        new RegExp(
                            `VmStorageClass "[^"]+": ${installed.refusedField.replaceAll(".", "\\.")} changes from .* to .*a StorageClass never changes \\(its claims: [^)]*${namespace}/data`,
                        ),
                    );
                    assert.match(refused.text, /add a class of another name beside it/);
                }
                assert.equal(
                    (await get(`${classes}/${contract.storageClass}`)).metadata.uid,
                    metadata.uid,
                );
                assert.equal((await claim("data")).metadata.uid, before.metadata.uid);
                await configure(contract.config());
            });
        }

        it("goes with its stack in the order in which it came, and leaves the disks that are kept", async () => {
            await installed?.arm?.(project);
            const before = await claim("data");
            const destroyed = await good(run(project, "destroy"));
            const removed = destroyed.operations["delete"] ?? [];
            const order = ["root-data-volume", ...(installed?.removed ?? [])];
            assert.deepEqual(
                removed.filter((resource) => order.includes(resource)),
                order,
            );
            const after = await claim("data");
            assert.equal(after.metadata.uid, before.metadata.uid);
            assert.equal(
                (after.metadata as { deletionTimestamp?: string }).deletionTimestamp,
                undefined,
            );
        });
    });
}
