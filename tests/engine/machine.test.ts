import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
    afterKill,
    bad,
    good,
    type EngineProject,
    engineProject,
    killGroup,
    needsEngine,
    run,
    said,
} from "../support/engine";
import { setFault } from "../support/faults";
import { unreachableKubeconfig } from "../support/kubeconfig";
import { ObjectLog } from "../support/object-log";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

const fedora = { registry: "quay.io/containerdisks/fedora:42" };
const root = { name: "root", size: "1Gi", source: fedora };
const data = { name: "data", size: "2Gi" };
const dataVolumes = "/apis/cdi.kubevirt.io/v1beta1/namespaces";
const machines = "/apis/kubevirt.io/v1/namespaces";

describe("a machine under the real engine", function () {
    this.timeout(1_200_000);
    this.slow(60_000);

    let sandbox: SharedSandbox;
    let project: EngineProject;
    let namespace: string;
    let log: ObjectLog;

    before(async function () {
        needsEngine(this);
        sandbox = await sharedSandbox(this);
    });

    async function begin(config: Readonly<Record<string, string>> = {}): Promise<void> {
        namespace = await sandbox.namespace("engine");
        log = await ObjectLog.start(sandbox.kubeconfig, namespace);
        project = await engineProject("machine", {
            kubeconfig: sandbox.kubeconfigPath,
            namespace,
            disks: JSON.stringify([root, data]),
            ...config,
        });
    }

    afterEach(() => {
        log.stop();
        project.dispose();
    });

    async function configure(config: Readonly<Record<string, unknown>>): Promise<void> {
        for (const [key, value] of Object.entries(config)) {
            const text = typeof value === "string" ? value : JSON.stringify(value);
            await project.stack.setConfig(key, { value: text });
        }
    }

    const fault = (name: string, word: string) => setFault(sandbox, namespace, name, word);

    interface Live {
        readonly metadata: { readonly uid: string };
        readonly spec: Record<string, unknown>;
        readonly status?: { readonly phase?: string };
    }
    const live = async (path: string): Promise<Live> => (await sandbox.api.get(path)) as Live;
    const machine = () => live(`${machines}/${namespace}/virtualmachines/db`);
    const disk = () => live(`${dataVolumes}/${namespace}/datavolumes/db-root`);

    it("is created after its disks are ready, with the progress on the disk's own line, and then nothing changes", async () => {
        await begin();
        const first = await good(run(project, "up"));

        const created = await log.first((seen) => seen.kind === "VirtualMachine");
        const ready = await log.first((seen) => seen.phase === "Succeeded");
        const bound = await log.first((seen) => seen.name === "db-data" && seen.phase === "Bound");
        assert.ok(created.version > ready.version, "machine before the image was on its disk");
        assert.ok(created.version > bound.version, "machine before its empty disk was bound");

        const progress = said(first, "db-root-data-volume").join("\n");
        assert.match(progress, /importing [0-9.]+%/);

        await good(run(project, "up", { expectNoChanges: true }));
        await good(run(project, "refresh", { expectNoChanges: true }));
    });

    it("is never deleted because a disk's gate fails, also when the engine is told to go on", async () => {
        await begin();
        await good(run(project, "up"));
        const before = await machine();

        await fault("db-more", "http-404");
        const more = { name: "more", size: "1Gi", source: { http: "https://example.org/a.img" } };
        await configure({ disks: [root, data, more] });
        for (const options of [{}, { continueOnError: true }]) {
            const failed = await bad(run(project, "up", options));
            assert.equal(failed.operations["delete"], undefined, failed.text);
            assert.equal(failed.operations["replace"], undefined, failed.text);
            assert.match(said(failed, "db-more-data-volume", "error").join("\n"), /404/);
            assert.equal((await machine()).metadata.uid, before.metadata.uid);
        }

        await fault("db-more", "");
        const healed = await good(run(project, "up"));
        assert.deepEqual(healed.operations["update"], ["db-virtual-machine"]);
        assert.equal((await machine()).metadata.uid, before.metadata.uid);
    });

    for (const signal of ["SIGINT", "SIGKILL"] as const) {
        it(`converges on the next update when one is ended by ${signal} while a disk is filled`, async () => {
            await begin();
            await fault("db-root", "slow");
            const child = spawn("pulumi", ["up", "--yes", "--skip-preview", "--stack", "test"], {
                cwd: project.folder,
                env: { ...process.env, ...project.env },
                stdio: "ignore",
                detached: true,
            });
            const ended = new Promise((done) => child.once("exit", done));
            await log.first((seen) => seen.phase === "ImportInProgress");
            killGroup(child.pid as number, signal);
            await ended;
            if (signal === "SIGKILL") {
                // What `npm run up` does for the local stack: the killed engine's lock is still there.
                await afterKill(project);
            }

            await fault("db-root", "");
            await good(run(project, "up"));
            await good(run(project, "up", { expectNoChanges: true }));
        });
    }

    it("takes back the disks that a destroy has kept, with their data, and nothing is made a second time", async () => {
        await begin();
        await good(run(project, "up"));
        const before = await disk();
        await good(run(project, "destroy"));
        assert.equal((await disk()).metadata.uid, before.metadata.uid);

        const again = await good(run(project, "up"));
        assert.deepEqual([...(again.operations["import"] ?? [])].sort(), [
            "db-data-claim",
            "db-root-data-volume",
        ]);
        assert.equal((await disk()).metadata.uid, before.metadata.uid);
        await good(run(project, "up", { expectNoChanges: true }));
    });

    it("refuses another image or class for a disk that exists, in a preview and in an update, with the cluster and without", async () => {
        await begin();
        await good(run(project, "up"));
        const other = { ...root, source: { registry: "quay.io/containerdisks/ubuntu:24.04" } };
        await configure({ disks: [other, data], cpu: "2" });
        for (const operation of ["preview", "up"] as const) {
            const refused = await bad(run(project, operation));
            assert.match(refused.text, /Disk "db-root": source changes from "docker:.*fedora:42/);
            assert.equal(refused.operations["replace"], undefined);
        }
        const unchanged = (await machine()).spec as { template: { spec: object } };
        assert.match(JSON.stringify(unchanged.template.spec), /"sockets":1/);

        const away = join(project.folder, "kubeconfig");
        writeFileSync(away, unreachableKubeconfig);
        await configure({ kubeconfig: away });
        const blind = await bad(run(project, "preview"));
        assert.match(blind.text, /cannot be reached/);
        assert.match(blind.text, /Disk "db-root": source changes from "docker:.*fedora:42/);

        await configure({ kubeconfig: sandbox.kubeconfigPath });
        await configure({ disks: [root, data], storageClass: "sandbox-block-wffc" });
        const refused = await bad(run(project, "preview"));
        assert.match(
            refused.text,
            /Disk "db-root": storage changes from "sandbox-block" to "sandbox-block-wffc"/,
        );
        assert.match(
            refused.text,
            /Disk "db-data": storage changes from "sandbox-block" to "sandbox-block-wffc"/,
        );
    });

    it("refuses to take over a disk that somebody else made", async () => {
        await begin();
        await sandbox.api.create(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`, {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { name: "db-data" },
            spec: {
                accessModes: ["ReadWriteOnce"],
                storageClassName: "sandbox-block",
                resources: { requests: { storage: "1Gi" } },
            },
        } as never);
        for (const operation of ["preview", "up"] as const) {
            const refused = await bad(run(project, operation));
            assert.match(refused.text, /Disk "db-data": claimName is "db-data".*did not make/);
        }
        assert.deepEqual(
            log.seen.filter((seen) => seen.kind === "DataVolume"),
            [],
            "something was created before the refusal",
        );
    });

    it("is refused a disk that another machine has: two machines on one disk destroy its data", async () => {
        await begin();
        await sandbox.api.create(`${machines}/${namespace}/virtualmachines`, {
            apiVersion: "kubevirt.io/v1",
            kind: "VirtualMachine",
            metadata: { name: "other" },
            spec: {
                runStrategy: "Halted",
                template: {
                    spec: {
                        domain: { devices: {} },
                        volumes: [{ name: "theirs", dataVolume: { name: "db-root" } }],
                    },
                },
            },
        } as never);
        for (const operation of ["preview", "up"] as const) {
            const refused = await bad(run(project, operation));
            assert.match(
                refused.text,
                /VirtualMachine "db": disks, "root" is claim "db-root", which VirtualMachine "other" already has/,
            );
        }
    });

    it("is deleted before it is made under another name, and its disks stay", async () => {
        await begin();
        await good(run(project, "up"));
        const before = await disk();
        const claims = [
            { ...root, claimName: "db-root" },
            { ...data, claimName: "db-data" },
        ];
        await configure({ machineName: "db2", disks: claims });
        await good(run(project, "up"));
        const gone = await log.first((seen) => seen.type === "DELETED" && seen.name === "db");
        const made = await log.first((seen) => seen.type === "ADDED" && seen.name === "db2");
        assert.ok(made.version > gone.version, "both machines had the disks for a while");
        assert.equal((await disk()).metadata.uid, before.metadata.uid);
    });

    it("shows every problem of its arguments at once, at preview", async () => {
        await begin({ disks: JSON.stringify([{ ...root, size: "1GB" }, data]), cpu: "0" });
        const refused = await bad(run(project, "preview"));
        assert.match(refused.text, /VirtualMachine "db": cpu is 0/);
        assert.match(
            refused.text,
            /VirtualMachine "db": disks\[0\]\.size is "1GB", which is not a binary size\. Write "1Gi"/,
        );
    });

    it("does not wait for a consumer that never comes: a halted machine on a class that binds late", async () => {
        await begin({ storageClass: "sandbox-block-wffc", runStrategy: "Halted" });
        await good(run(project, "up"));
        assert.equal((await disk()).status?.phase, "Succeeded");
    });

    it("is the first consumer of its disks on a class that binds late", async () => {
        await begin({ storageClass: "sandbox-block-wffc" });
        await good(run(project, "up"));
        const { volumes } = await project.stack.outputs();
        assert.deepEqual(
            (volumes?.value as { name: string; bound: boolean }[]).map(({ name, bound }) => [
                name,
                bound,
            ]),
            [
                ["root", true],
                ["data", true],
            ],
        );
    });

    it("cannot be destroyed together with a disk that is forbidden to go", async () => {
        await begin({ disks: JSON.stringify([root, { ...data, onDestroy: "forbid" }]) });
        await good(run(project, "up"));
        const refused = await bad(run(project, "destroy"));
        assert.match(refused.text, /protect/);
        await live(`/api/v1/namespaces/${namespace}/persistentvolumeclaims/db-data`);
    });

    it("updates its cloud-init Secret in place", async () => {
        await begin();
        await good(run(project, "up"));
        await configure({ package: "postgresql" });
        const updated = await good(run(project, "up"));
        assert.deepEqual(updated.operations["update"], ["db-cloud-init"]);
        assert.equal(updated.operations["replace"], undefined);
        assert.ok(!updated.text.includes("postgresql"), "a preview shows what is in the Secret");
    });
});
