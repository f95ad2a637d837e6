import assert from "node:assert/strict";
import { setFault } from "../support/faults";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";
import { PlatformClient, type Read, condition, untilServed } from "./platform-client";
import {
    type Made,
    cephChart,
    claim,
    configMap,
    longhornChart,
    longhornDefinitions,
    secret,
    storageClass,
    uninstallJob,
} from "./storage-objects";

const storage = "/apis/storage.k8s.io/v1";
const longhornApi = "/apis/longhorn.io/v1beta2/namespaces";
const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const profiles = "/apis/cdi.kubevirt.io/v1beta1/storageprofiles";
const core = (namespace: string, plural: string) => `/api/v1/namespaces/${namespace}/${plural}`;
const apps = (namespace: string, plural: string) =>
    `/apis/apps/v1/namespaces/${namespace}/${plural}`;

interface Claim extends Read {
    readonly spec: { readonly volumeName?: string };
}

interface Volume extends Read {
    readonly spec: {
        readonly csi: { readonly driver: string; readonly volumeHandle: string };
    };
}

interface EventRead extends Read {
    readonly involvedObject: { readonly name: string };
    readonly reason: string;
    readonly message: string;
    readonly source: { readonly component: string };
}

const isBound = ({ status }: Read) => status?.phase === "Bound";

describe("the simulated storage systems", function () {
    this.timeout(300_000);
    let sandbox: SharedSandbox;
    let cluster: PlatformClient;
    let disks = "";

    before(async function () {
        sandbox = await sharedSandbox(this);
        cluster = new PlatformClient(sandbox.api);
        disks = await sandbox.namespace("storage-disks");
    });

    const paths: Readonly<Record<string, (namespace: string) => string>> = {
        ConfigMap: (namespace) => core(namespace, "configmaps"),
        Secret: (namespace) => core(namespace, "secrets"),
        ServiceAccount: (namespace) => core(namespace, "serviceaccounts"),
        PersistentVolumeClaim: (namespace) => core(namespace, "persistentvolumeclaims"),
        Deployment: (namespace) => apps(namespace, "deployments"),
        DaemonSet: (namespace) => apps(namespace, "daemonsets"),
        Job: (namespace) => `/apis/batch/v1/namespaces/${namespace}/jobs`,
        StorageClass: () => `${storage}/storageclasses`,
        CustomResourceDefinition: () => definitions,
    };

    async function apply(...objects: readonly Made[]): Promise<void> {
        for (const object of objects) {
            const { namespace = disks } = object.metadata as { readonly namespace?: string };
            const path = paths[object.kind]?.(namespace);
            assert.ok(path, object.kind);
            await sandbox.api.apply(path, object);
        }
    }

    const claimPath = (name: string) => `${core(disks, "persistentvolumeclaims")}/${name}`;

    async function volumeOf(name: string): Promise<Volume> {
        const bound = (await cluster.until(claimPath(name), isBound)) as Claim;
        const path = `/api/v1/persistentvolumes/${bound.spec.volumeName ?? ""}`;
        return (await cluster.until(path, isBound)) as Volume;
    }

    async function drivers(node: string, holds: (names: readonly string[]) => boolean) {
        await cluster.until(`${storage}/csinodes/${node}`, (each) => {
            const { spec } = each as Read & { spec: { drivers?: { name: string }[] } };
            return holds((spec.drivers ?? []).map(({ name }) => name));
        });
    }

    /** Waits until the newest words of a claim's failures are these, and returns who says them. */
    async function refusal(name: string, words: RegExp): Promise<string> {
        const path = core(disks, "events");
        const isIt = (each: EventRead) =>
            each.involvedObject.name === name &&
            each.reason === "ProvisioningFailed" &&
            words.test(each.message);
        const found = (list: Read) => (list as unknown as { items: EventRead[] }).items.find(isIt);
        const list = await cluster.until(path, (each) => found(each) !== undefined);
        return found(list)?.source.component ?? "";
    }

    describe("Ceph CSI", () => {
        const driver = "rbd.test.example";
        let namespace = "";
        const cluster1 = { clusterID: "cluster-1", monitors: ["10.0.0.1:6789"] };
        const secretPlace = (name: string) => ({
            "csi.storage.k8s.io/provisioner-secret-name": name,
            "csi.storage.k8s.io/provisioner-secret-namespace": namespace,
            "csi.storage.k8s.io/controller-expand-secret-name": name,
            "csi.storage.k8s.io/controller-expand-secret-namespace": namespace,
        });
        const good = () => ({ clusterID: "cluster-1", pool: "vms", ...secretPlace("user") });

        before(async () => {
            namespace = await sandbox.namespace("storage-ceph");
            await apply(
                secret(namespace, "user", { userID: "vms", userKey: "AQA==" }),
                secret(namespace, "half", { userID: "vms" }),
                secret(namespace, "other", { userID: "vms", userKey: "AQB==" }),
                ...cephChart(namespace, driver, [
                    cluster1,
                    { clusterID: "empty", monitors: [] },
                    { ...cluster1, clusterID: "spaced", rbd: { radosNamespace: "two" } },
                ]),
            );
        });

        after(async () => {
            await cluster.delete(`${core("default", "configmaps")}/sandbox-ceph`);
            for (const { name } of made) {
                await cluster.delete(claimPath(name));
                await cluster.delete(`${storage}/storageclasses/${name}`);
            }
            await cluster.delete(`/api/v1/namespaces/${namespace}`);
        });

        const made: { readonly name: string }[] = [];
        async function request(name: string, parameters: object, more: object = {}): Promise<void> {
            made.push({ name });
            await apply(
                storageClass(name, driver, parameters as never),
                claim(name, name, more as never),
            );
        }

        it("registers its driver on every node, beside the sandbox's own", async () => {
            const own = "sandbox.csi.pulumi-kubevirt.dev";
            for (const node of ["node-1", "node-2", "node-3"]) {
                await drivers(node, (names) => names.includes(driver) && names.includes(own));
            }
        });

        it("is not registered where its pods serve and the kubelet does not see it", async () => {
            await setFault(sandbox, namespace, "rbd-nodeplugin", "driver-unregistered");
            await drivers("node-1", (names) => !names.includes(driver));
            await setFault(sandbox, namespace, "rbd-nodeplugin", "");
            await drivers("node-1", (names) => names.includes(driver));
        });

        it("makes, grows and deletes a volume", async () => {
            await request("rbd-good", good());
            const volume = await volumeOf("rbd-good");
            assert.match(volume.spec.csi.volumeHandle, /^0001-0009-cluster-1-0000000000000002-/);
            assert.ok(
                volume.metadata.finalizers?.includes(
                    "external-provisioner.volume.kubernetes.io/finalizer",
                ),
            );
            assert.equal(
                volume.metadata.annotations?.[
                    "volume.kubernetes.io/provisioner-deletion-secret-name"
                ],
                "user",
            );
            await cluster.merge(claimPath("rbd-good"), {
                spec: { resources: { requests: { storage: "2Gi" } } },
            });
            await cluster.until(claimPath("rbd-good"), ({ status }) => {
                return (status?.["capacity"] as { storage?: string }).storage === "2Gi";
            });
            await cluster.delete(claimPath("rbd-good"));
            await cluster.untilGone(`/api/v1/persistentvolumes/${volume.metadata.name}`);
        });

        const refusals: readonly (readonly [string, () => object, object, RegExp])[] = [
            [
                "a cluster that is not configured",
                () => ({ ...good(), clusterID: "cluster-2" }),
                {},
                /^failed to provision volume with StorageClass "rbd-0": rpc error: code = InvalidArgument desc = failed to fetch monitor list using clusterID \(cluster-2\): missing configuration for cluster ID "cluster-2"$/,
            ],
            [
                "a cluster without monitors",
                () => ({ ...good(), clusterID: "empty" }),
                {},
                /empty monitor list for cluster ID \(empty\) in config$/,
            ],
            [
                "a Secret that is not there",
                () => ({ ...good(), ...secretPlace("none") }),
                {},
                /: error getting secret none in namespace storage-ceph-\w+: secrets "none" not found$/,
            ],
            [
                "a Secret without a key",
                () => ({ ...good(), ...secretPlace("half") }),
                {},
                /code = InvalidArgument desc = missing key field 'userKey' in secrets$/,
            ],
            [
                "a class that names no Secret",
                () => ({ clusterID: "cluster-1", pool: "vms" }),
                {},
                /code = InvalidArgument desc = provided secret is empty$/,
            ],
            [
                "a filesystem on many nodes",
                good,
                { volumeMode: "Filesystem" },
                /multi node access modes are only supported on rbd `block` type volumes$/,
            ],
            [
                "encryption without a passphrase",
                () => ({ ...good(), encrypted: "true" }),
                {},
                /missing "encryptionPassphrase" in storageclass secret$/,
            ],
            [
                "encryption with a key management that is not configured",
                () => ({ ...good(), encrypted: "true", encryptionKMSID: "vault" }),
                {},
                /could not get KMS configuration for "vault" \(have \[\]\)$/,
            ],
        ];
        for (const [at, [what, parameters, more, words]] of refusals.entries()) {
            it(`refuses ${what} in the driver's words`, async () => {
                await request(`rbd-${at}`, parameters(), more);
                const by = await refusal(`rbd-${at}`, words);
                assert.match(by, /^rbd\.test\.example_rbd-provisioner-[\w-]+_[\w-]+$/);
            });
        }

        describe("with a cluster that is known to be otherwise", () => {
            const truth = {
                monitors: "10.0.0.1:6789",
                pools: "vms",
                users: "vms=AQA==",
                namespaces: "one",
            };
            const isReally = (more: object) =>
                apply(configMap("default", "sandbox-ceph", { ...truth, ...more }));

            it("cannot reach its monitors: at first too late, then busy; and heals", async () => {
                await isReally({ monitors: "10.9.9.9:6789" });
                await request("rbd-monitors", good());
                await refusal(
                    "rbd-monitors",
                    /code = DeadlineExceeded desc = context deadline exceeded$/,
                );
                await refusal(
                    "rbd-monitors",
                    /code = Aborted desc = an operation with the given Volume ID pvc-[\w-]+ already exists$/,
                );
                await isReally({});
                await volumeOf("rbd-monitors");
            });

            for (const [name, what, parameters, really, words] of [
                [
                    "rbd-key",
                    "a wrong key",
                    () => ({ ...good(), ...secretPlace("other") }),
                    {},
                    /failed to get connection: connecting failed: rados: ret=-1, Operation not permitted$/,
                ],
                [
                    "rbd-pool",
                    "a pool that is not there",
                    () => ({ ...good(), pool: "disks" }),
                    {},
                    /pool not found: pool \(disks\) not found in Ceph cluster$/,
                ],
                [
                    "rbd-namespace",
                    "a RADOS namespace that is not there",
                    () => ({ ...good(), clusterID: "spaced" }),
                    {},
                    /code = Internal desc = failed to create rbd image: RBD image not found$/,
                ],
            ] as const) {
                it(`is refused ${what}`, async () => {
                    await isReally(really);
                    await request(name, parameters());
                    await refusal(name, words);
                });
            }
        });
    });

    describe("Longhorn", () => {
        let namespace = "";
        const own = (plural: string, name = "") => `${longhornApi}/${namespace}/${plural}/${name}`;

        before(async () => {
            namespace = await sandbox.namespace("storage-longhorn");
            await apply(...longhornDefinitions());
            for (const plural of ["nodes", "settings", "volumes", "backuptargets"]) {
                await untilServed(() =>
                    sandbox.api.request("GET", own(plural)).then(() => undefined),
                );
            }
            await cluster.merge("/api/v1/nodes/node-1", {
                metadata: {
                    labels: { "node.longhorn.io/create-default-disk": "config" },
                    annotations: {
                        "node.longhorn.io/default-disks-config": JSON.stringify([
                            { name: "fast", path: "/data", allowScheduling: true, tags: ["ssd"] },
                        ]),
                        "node.longhorn.io/default-node-tags": '["storage"]',
                    },
                },
            });
            await apply(
                ...longhornChart(
                    namespace,
                    "create-default-disk-labeled-nodes: true\ndefault-replica-count: 1\n",
                    "backup-target: s3://bucket@region/\nbackup-target-credential-secret: keys\n",
                ),
            );
        });

        after(async () => {
            await cluster.delete(`${storage}/storageclasses/lh-kept`);
            await cluster.delete(`${storage}/csidrivers/driver.longhorn.io`);
            await cluster.merge("/api/v1/nodes/node-1", {
                metadata: {
                    labels: { "node.longhorn.io/create-default-disk": null },
                    annotations: {
                        "node.longhorn.io/default-disks-config": null,
                        "node.longhorn.io/default-node-tags": null,
                    },
                },
            });
            await cluster.delete(`/api/v1/namespaces/${namespace}`);
            for (const { metadata } of longhornDefinitions()) {
                await cluster.delete(`${definitions}/${metadata.name}`);
            }
        });

        it("brings its driver at run time and registers it", async () => {
            await drivers("node-1", (names) => names.includes("driver.longhorn.io"));
            const provisioner = await cluster.until(
                `${apps(namespace, "deployments")}/csi-provisioner`,
                ({ status }) => status?.["availableReplicas"] === 1,
            );
            assert.equal(
                provisioner.metadata.labels?.["longhorn.io/managed-by"],
                "longhorn-manager",
            );
            assert.ok(await cluster.read(`${storage}/csidrivers/driver.longhorn.io`));
        });

        it("has the disks and tags that a node's annotations wish, and none elsewhere", async () => {
            const wished = (await cluster.until(own("nodes", "node-1"), (node) =>
                condition(node, "Ready").startsWith("True"),
            )) as Read & { spec: { disks: Record<string, { path: string }>; tags: string[] } };
            assert.deepEqual(
                [wished.spec.disks["fast"]?.path, wished.spec.tags],
                ["/data", ["storage"]],
            );
            const bare = (await cluster.until(own("nodes", "node-2"), () => true)) as typeof wished;
            assert.deepEqual(bare.spec.disks, {});
        });

        it("names missing packages and full disks", async () => {
            await setFault(sandbox, namespace, "node-1", "packages-missing");
            await cluster.until(own("nodes", "node-1"), (node) =>
                condition(node, "RequiredPackages").startsWith(
                    "False PackagesNotInstalled Missing packages: [open-iscsi]",
                ),
            );
            await setFault(sandbox, namespace, "node-1", "disk-pressure");
            await cluster.until(own("nodes", "node-1"), ({ status }) =>
                JSON.stringify(status?.["diskStatus"]).includes("DiskPressure"),
            );
            await setFault(sandbox, namespace, "node-1", "");
            await cluster.until(own("nodes", "node-1"), ({ status }) =>
                JSON.stringify(status?.["diskStatus"]).includes("is schedulable"),
            );
        });

        it("applies a change of the chart's settings once, and leaves later edits alone", async () => {
            const value = (each: Read) => (each as Read & { value: string }).value;
            const replicas = await cluster.until(
                own("settings", "default-replica-count"),
                () => true,
            );
            assert.equal(value(replicas), '{"v1":"1","v2":"1"}');
            const flag = own("settings", "deleting-confirmation-flag");
            assert.equal(value(await cluster.until(flag, () => true)), "false");
            await cluster.merge(own("settings", "auto-salvage"), { value: "false" });
            await cluster.merge(`${core(namespace, "configmaps")}/longhorn-default-setting`, {
                data: { "default-setting.yaml": "snapshot-max-count: 100\n" },
            });
            const count = own("settings", "snapshot-max-count");
            await cluster.until(count, (each) => value(each) === "100");
            await cluster.merge(count, { value: "50" });
            // A round of the manager later both are as they were left.
            await setFault(sandbox, namespace, "node-1", "packages-missing");
            await cluster.until(own("nodes", "node-1"), (node) =>
                condition(node, "RequiredPackages").startsWith("False"),
            );
            await setFault(sandbox, namespace, "node-1", "");
            await cluster.until(own("nodes", "node-1"), (node) =>
                condition(node, "RequiredPackages").startsWith("True"),
            );
            for (const [name, left] of [
                ["auto-salvage", "false"],
                ["snapshot-max-count", "50"],
            ] as const) {
                assert.equal(value(await cluster.until(own("settings", name), () => true)), left);
            }
        });

        it("takes snapshots at once, and backups only with a backup target", async () => {
            const parameters = { numberOfReplicas: "1" };
            await apply(
                storageClass("lh-shot", "driver.longhorn.io", parameters),
                claim("lh-shot", "lh-shot"),
            );
            await volumeOf("lh-shot");
            const group = "/apis/snapshot.storage.k8s.io/v1";
            const snapshots = `${group}/namespaces/${disks}/volumesnapshots`;
            const shot = async (name: string, parameters: object) => {
                const apiVersion = "snapshot.storage.k8s.io/v1";
                await sandbox.api.apply(`${group}/volumesnapshotclasses`, {
                    apiVersion,
                    kind: "VolumeSnapshotClass",
                    metadata: { name },
                    driver: "driver.longhorn.io",
                    deletionPolicy: "Delete",
                    parameters,
                } as Made);
                await sandbox.api.apply(snapshots, {
                    apiVersion,
                    kind: "VolumeSnapshot",
                    metadata: { name },
                    spec: {
                        volumeSnapshotClassName: name,
                        source: { persistentVolumeClaimName: "lh-shot" },
                    },
                } as Made);
            };
            await shot("snap", { type: "snap" });
            await shot("untyped", {});
            await cluster.until(
                `${snapshots}/snap`,
                ({ status }) => status?.["readyToUse"] === true,
            );
            await cluster.until(`${snapshots}/untyped`, ({ status }) =>
                JSON.stringify(status?.["error"] ?? {}).includes(
                    "rpc error: code = Aborted desc = backup target default is not available",
                ),
            );
            for (const name of ["snap", "untyped"]) {
                await cluster.delete(`${snapshots}/${name}`);
                await cluster.delete(`${group}/volumesnapshotclasses/${name}`);
            }
            await cluster.delete(claimPath("lh-shot"));
            await cluster.delete(`${storage}/storageclasses/lh-shot`);
        });

        it("has a backup target that is available once its Secret is there", async () => {
            const target = own("backuptargets", "default");
            const before = await cluster.until(target, ({ status }) => status !== undefined);
            assert.match(condition(before, "Unavailable"), /secret "keys" not found$/);
            await apply(
                secret(namespace, "keys", {
                    AWS_ACCESS_KEY_ID: "id",
                    AWS_SECRET_ACCESS_KEY: "key",
                }),
            );
            await cluster.until(target, ({ status }) => status?.["available"] === true);
        });

        it("makes a volume of its own for each claim, and keeps it where the class says so", async () => {
            const kept = { reclaimPolicy: "Retain" };
            const parameters = { numberOfReplicas: "1", migratable: "true" };
            await apply(
                storageClass("lh-kept", "driver.longhorn.io", parameters, kept),
                claim("lh-kept", "lh-kept"),
            );
            const { metadata, spec } = await volumeOf("lh-kept");
            assert.equal(spec.csi.driver, "driver.longhorn.io");
            const volume = own("volumes", metadata.name);
            await cluster.until(volume, ({ status }) =>
                JSON.stringify(status?.["kubernetesStatus"]).includes('"pvcName":"lh-kept"'),
            );
            await cluster.delete(claimPath("lh-kept"));
            const persistent = `/api/v1/persistentvolumes/${metadata.name}`;
            await cluster.until(persistent, ({ status }) => status?.phase === "Released");
            await cluster.delete(persistent);
            await cluster.untilGone(persistent);
            const left = await cluster.until(volume, ({ status }) =>
                JSON.stringify(status?.["kubernetesStatus"]).includes('"pvName":""'),
            );
            assert.deepEqual(left.metadata.finalizers, ["longhorn.io"]);
        });

        it("does not uninstall without the flag, and with it takes every volume along", async () => {
            const job = `/apis/batch/v1/namespaces/${namespace}/jobs/longhorn-uninstall`;
            const says = (type: string) => (each: Read) => condition(each, type).startsWith("True");
            await apply(uninstallJob(namespace));
            await cluster.until(job, says("Failed"));
            const pods = await cluster.list(
                `${core(namespace, "pods")}?labelSelector=job-name=longhorn-uninstall`,
            );
            assert.match(
                JSON.stringify(pods[0]?.status?.containerStatuses),
                /cannot uninstall Longhorn because deleting-confirmation-flag is set to `false`/,
            );
            assert.equal((await cluster.names(own("volumes"))).length, 1);
            await cluster.delete(`${job}?propagationPolicy=Background`);
            await cluster.untilGone(job);
            await cluster.merge(own("settings", "deleting-confirmation-flag"), { value: "true" });
            await apply(uninstallJob(namespace));
            await cluster.until(job, says("Complete"));
            assert.deepEqual(await cluster.names(own("volumes")), []);
            assert.deepEqual(await cluster.names(own("nodes")), []);
            assert.equal(await cluster.read(`${storage}/csidrivers/driver.longhorn.io`), undefined);
            await drivers("node-1", (names) => !names.includes("driver.longhorn.io"));
        });
    });

    describe("CDI's storage profiles", () => {
        interface Profile extends Read {
            readonly status: {
                readonly cloneStrategy?: string;
                readonly claimPropertySets?: readonly {
                    readonly accessModes: readonly string[];
                    readonly volumeMode: string;
                }[];
            };
        }
        const sets = ({ status }: Profile) =>
            (status.claimPropertySets ?? []).map(
                ({ accessModes, volumeMode }) => `${accessModes.join()} ${volumeMode}`,
            );
        const [many, one] = ["ReadWriteMany Block", "ReadWriteOnce Block"];

        for (const [name, provisioner, parameters, expected, strategy] of [
            [
                "of-rbd",
                "rbd.csi.ceph.com",
                {},
                [many, one, "ReadWriteOnce Filesystem"],
                "csi-clone",
            ],
            ["of-lh", "driver.longhorn.io", { migratable: "true" }, [many, one], "copy"],
            [
                "of-lh-fs",
                "driver.longhorn.io",
                { fsType: "ext4" },
                ["ReadWriteOnce Filesystem"],
                "copy",
            ],
            ["of-none", "example.com/other", {}, [], "copy"],
        ] as const) {
            it(`say of ${provisioner} ${JSON.stringify(parameters)}: ${expected.join(", ") || "nothing"}`, async () => {
                await apply(storageClass(name, provisioner, parameters));
                const profile = (await cluster.until(
                    `${profiles}/${name}`,
                    ({ status }) => status?.["cloneStrategy"] !== undefined,
                )) as Profile;
                assert.deepEqual(
                    [sets(profile), profile.status.cloneStrategy],
                    [expected, strategy],
                );
                await cluster.delete(`${storage}/storageclasses/${name}`);
                await cluster.untilGone(`${profiles}/${name}`);
            });
        }

        it("follow what their spec says", async () => {
            await apply(storageClass("of-wish", "example.com/other", {}));
            const path = `${profiles}/of-wish`;
            await cluster.until(path, ({ status }) => status !== undefined);
            const claimPropertySets = [{ accessModes: ["ReadWriteOnce"], volumeMode: "Block" }];
            await cluster.merge(path, { spec: { claimPropertySets, cloneStrategy: "csi-clone" } });
            const profile = (await cluster.until(
                path,
                ({ status }) => status?.["cloneStrategy"] === "csi-clone",
            )) as Profile;
            assert.deepEqual(sets(profile), [one]);
            await cluster.delete(`${storage}/storageclasses/of-wish`);
            await cluster.untilGone(path);
        });
    });
});
