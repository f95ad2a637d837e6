import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import * as fs from "node:fs";
import * as net from "node:net";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Api, ApiError } from "../../sandbox/api";
import { presentBinaries, searchHere } from "../../sandbox/binaries";
import { checkSpace } from "../../sandbox/cluster";
import { applyCrds, crdSet, definitionsIn } from "../../sandbox/crds";
import { type Layout, layoutOf, projectFolder } from "../../sandbox/layout";
import {
    type SandboxProcess,
    endProcesses,
    endSandbox,
    processesOf,
} from "../../sandbox/processes";
import { type Sandbox, startSandbox } from "../../sandbox/start";
import { sandboxStatus } from "../../sandbox/status";
import { stopSandbox } from "../../sandbox/stop";
import { temporaryFolder } from "../support/folder";
import { patienceMs, skipWithoutBinaries } from "../support/sandbox";

const usersKubeconfig = "apiVersion: v1\nkind: Config\n";
const configMaps = "/api/v1/namespaces/default/configmaps";

describe("startSandbox and stopSandbox", function () {
    this.timeout(1_200_000);
    this.slow(20_000);
    let folder = "";
    let layout: Layout;
    let said: string[];
    let sandbox: Sandbox;
    const log = (line: string) => void said.push(line);
    const userKubeconfig = process.env["KUBECONFIG"];

    before(async function () {
        skipWithoutBinaries(this);
        // With a space, as in "Application Support".
        folder = path.join(temporaryFolder("cluster test"), ".sandbox");
        layout = layoutOf(folder);
        said = [];
        process.env["KUBECONFIG"] = path.join(path.dirname(folder), "users-kubeconfig");
        fs.writeFileSync(process.env["KUBECONFIG"], usersKubeconfig);
        // Two at the same time: one makes it, the other waits and finds it.
        const both = await Promise.all([start(), start()]);
        sandbox = both[0];
        assert.deepEqual(
            both.map((each) => each.startedNow).sort(),
            [false, true],
            said.join("\n"),
        );
    });

    beforeEach(() => {
        said = [];
    });

    after(async () => {
        if (userKubeconfig === undefined) {
            delete process.env["KUBECONFIG"];
        } else {
            process.env["KUBECONFIG"] = userKubeconfig;
        }
        // Also when the first start failed.
        if (folder !== "") {
            await stopSandbox({ folder, log });
            fs.rmSync(path.dirname(folder), { recursive: true, force: true });
        }
    });

    it("has every part running, three Ready nodes in three zones and the storage classes", async () => {
        const { parts } = await sandboxStatus(folder);
        assert.deepEqual(
            parts.filter(({ pid }) => pid === undefined),
            [],
        );
        const nodes = (await api().get("/api/v1/nodes")) as {
            items: { metadata: { labels: Record<string, string> } }[];
        };
        const zones = nodes.items.map(
            ({ metadata }) => metadata.labels["topology.kubernetes.io/zone"],
        );
        assert.deepEqual(zones, ["zone-1", "zone-2", "zone-3"]);
        assert.deepEqual(await names("/apis/storage.k8s.io/v1/storageclasses"), [
            "sandbox-block",
            "sandbox-block-wffc",
            "sandbox-local",
        ]);
        assert.deepEqual(await names("/apis/cdi.kubevirt.io/v1beta1/storageprofiles"), [
            "sandbox-block",
            "sandbox-block-wffc",
            "sandbox-local",
        ]);
    });

    it("returns the running one when it is started again, and touches nothing", async () => {
        const before = processesOf(layout);
        const again = await start();
        assert.equal(again.startedNow, false);
        assert.deepEqual({ ...again, seconds: 0 }, { ...sandbox, startedNow: false, seconds: 0 });
        assert.deepEqual(processesOf(layout), before);
        assert.deepEqual(said, []);
    });

    it("leaves the user's kubeconfig alone, and its own works without another file", () => {
        assert.equal(fs.readFileSync(process.env["KUBECONFIG"] ?? "", "utf8"), usersKubeconfig);
        assert.doesNotMatch(sandbox.kubeconfig, /certificate-authority:|client-key:/);
        assert.equal(fs.statSync(sandbox.kubeconfigPath).mode & 0o077, 0);
    });

    it("listens on 127.0.0.1 only", function () {
        if (process.platform !== "linux") {
            this.skip();
        }
        const lines = execFileSync("ss", ["-Hltnp"], { encoding: "utf8" }).split("\n");
        const listeners = processesOf(layout).flatMap(({ pid }) =>
            lines.filter((line) => line.includes(`pid=${pid},`)),
        );
        assert.ok(listeners.length >= 6);
        const elsewhere = listeners.filter(
            (line) => !/^\S+\s+\S+\s+\S+\s+127\.0\.0\.1:/.test(line),
        );
        assert.deepEqual(elsewhere, []);
    });

    it("ends a foreground delete, owned objects first", async () => {
        await create("owner");
        const owner = (await api().get(`${configMaps}/owner`)) as { metadata: { uid: string } };
        await create("owned", {
            ownerReferences: [
                {
                    apiVersion: "v1",
                    kind: "ConfigMap",
                    name: "owner",
                    uid: owner.metadata.uid,
                    blockOwnerDeletion: true,
                },
            ],
        });
        await api().request("DELETE", `${configMaps}/owner`, {
            type: "application/json",
            text: JSON.stringify({ propagationPolicy: "Foreground" }),
        });
        await until(async () => !(await exists("owner")) && !(await exists("owned")));
    });

    it("starts again after the API server was killed, at the same address and with its data", async () => {
        await create("kept");
        await kill("kube-apiserver");
        const again = await start();
        assert.equal(again.startedNow, true);
        assert.equal(again.kubeconfig, sandbox.kubeconfig);
        assert.ok(await exists("kept"));
        assert.ok(said.includes("starting with the data of the last run"));
    });

    it("restarts only the data plane when that is what died", async () => {
        const before = processesOf(layout);
        await kill("data-plane");
        assert.equal((await start()).startedNow, true);
        const partsOf = (list: SandboxProcess[]) =>
            list.filter(({ part }) => part !== "data-plane").map(({ pid }) => pid);
        assert.deepEqual(partsOf(processesOf(layout)), partsOf(before));
        assert.equal(processesOf(layout).length, before.length);
    });

    it("never touches a process that has the number of a dead one", async () => {
        const stranger = spawn("sleep", ["600"]);
        try {
            await endSandbox(layout);
            const pids = path.join(layout.cluster, "pids");
            for (const file of fs.readdirSync(pids)) {
                fs.writeFileSync(path.join(pids, file), String(stranger.pid));
            }
            await start();
            assert.equal(stranger.exitCode ?? stranger.signalCode, null);
            assert.ok(await exists("kept"));
        } finally {
            stranger.kill();
        }
    });

    it("takes other ports when one of its own is taken, and keeps its data", async () => {
        await endSandbox(layout);
        const port = Number(new URL(sandbox.server).port);
        const stranger = net.createServer();
        // The killed API server lets go of it a moment after it is gone.
        await until(() => listens(stranger, port));
        try {
            const again = await start();
            assert.notEqual(again.server, sandbox.server);
            assert.match(said.join("\n"), /a port of the last run is taken/);
            assert.ok(await exists("kept"));
        } finally {
            stranger.close();
        }
    });

    it("begins empty where no start ever got ready, for etcd may have been killed half made", async () => {
        await endSandbox(layout);
        const data = path.join(layout.cluster, "etcd");
        fs.rmSync(data, { recursive: true });
        fs.mkdirSync(path.join(data, "member", "snap"), { recursive: true });
        fs.writeFileSync(path.join(data, "member", "snap", "db"), "half");
        fs.rmSync(layout.kubeconfig);
        await start();
        assert.ok(said.includes("starting empty"));
        assert.equal(await exists("kept"), false);
    });

    it("has certificates made anew where a killed start left some of them", async () => {
        await endSandbox(layout);
        fs.rmSync(path.join(layout.cluster, "pki", "ca.crt"));
        await start();
        assert.ok(await api().isReady());
    });

    it("keeps having a platform, or none, until it is stopped", async () => {
        await stopSandbox({ folder, log });
        await startSandbox({ folder, log, platform: "none" });
        const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        const ofPlatform = async () =>
            (await names(definitions)).filter((name) => name.includes("kubevirt"));
        assert.deepEqual(await ofPlatform(), []);
        assert.equal((await start()).startedNow, false);
        await endSandbox(layout);
        await start();
        assert.deepEqual(await ofPlatform(), []);
        await assert.rejects(
            startSandbox({ folder, log, platform: "ready" }),
            /platform is "ready", which is not what the sandbox in .* was started with \("none"\)\. Stop it first/,
        );
        await stopSandbox({ folder, log });
        await start();
        assert.notDeepEqual(await ofPlatform(), []);
    });

    it("forgets what it had prepared when the control plane has to be made again", async () => {
        await endSandbox(layout);
        await withBinary("etcd", "exit 1", () => assert.rejects(start()));
        assert.equal(fs.existsSync(layout.prepared), false);
    });

    for (const moment of ["kwokctl", "etcd", "kube-scheduler"] as const) {
        it(`starts after a start that was killed when it had just begun ${moment}`, async () => {
            await stopSandbox({ folder, log });
            await killStarterAt(moment);
            await start();
            const { parts, server } = await sandboxStatus(folder);
            assert.ok(server);
            assert.ok(parts.every(({ pid }) => pid !== undefined));
            assert.equal(processesOf(layout).length, parts.length);
        });
    }

    it("shows the last lines of the log when the API server cannot start", async () => {
        await stopSandbox({ folder, log });
        await withBinary(
            "kube-apiserver",
            'case "$1" in --version) echo Kubernetes v1.36.3;; *) echo "flag needs an argument"; exit 1;; esac',
            async () => {
                await assert.rejects(
                    start(),
                    /kube-apiserver ended while it was starting\. Its last lines:\nflag needs an argument/,
                );
            },
        );
        assert.deepEqual(processesOf(layout), []);
    });

    it("starts a controller-manager again that gave up before the API server was ready", async () => {
        const real = presentBinaries(searchHere(log))["kube-controller-manager"] ?? "";
        const marker = path.join(path.dirname(folder), "gave-up");
        await withBinary(
            "kube-controller-manager",
            `case "$1" in --version) exec "${real}" --version;; esac
             [ -e "${marker}" ] || { touch "${marker}"; exit 1; }
             exec -a "$0" "${real}" "$@"`,
            start,
        );
        assert.ok(said.includes("kube-controller-manager gave up early: starting again"));
        const { parts } = await sandboxStatus(folder);
        assert.ok(parts.every(({ pid }) => pid !== undefined));
    });

    it("serves the thin definitions, which refuse a misplaced field", async () => {
        await applyCrds(api(), definitionsIn(crdSet({}, "/nowhere")));
        const dataVolumes = "/apis/cdi.kubevirt.io/v1beta1/namespaces/default/datavolumes";
        const send = (source: object) =>
            api().request("POST", `${dataVolumes}?fieldValidation=Strict&dryRun=All`, {
                type: "application/json",
                text: JSON.stringify({
                    apiVersion: "cdi.kubevirt.io/v1beta1",
                    kind: "DataVolume",
                    metadata: { name: "root" },
                    spec: { source, storage: { resources: { requests: { storage: "1Gi" } } } },
                }),
            });
        // The schema in use changes a moment after the definition is accepted.
        await until(() => refused(send({ http: { url: "https://x", size: "1Gi" } })));
        await assert.rejects(send({ rbd: { url: "https://x" } }), /unknown field/);
        await send({ http: { url: "https://x" } });
    });

    it("leaves no process and no folder when it stops, and can be stopped twice", async () => {
        const running = processesOf(layout);
        said = [];
        await stopSandbox({ folder, log });
        assert.ok(running.length > 5);
        for (const { part, pid } of running) {
            assert.ok(said[0]?.includes(`${part} (${pid})`));
        }
        assert.deepEqual(processesOf(layout), []);
        assert.equal(fs.existsSync(folder), false);
        await stopSandbox({ folder, log });
        assert.equal(said.at(-1), `no sandbox in ${folder}`);
    });

    async function start(): Promise<Sandbox> {
        return await startSandbox({ folder, log });
    }

    function api(): Api {
        return Api.fromKubeconfig(layout.kubeconfig);
    }

    async function create(name: string, metadata: object = {}): Promise<void> {
        await api().create(configMaps, {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name, ...metadata },
        });
    }

    async function exists(name: string): Promise<boolean> {
        try {
            await api().get(`${configMaps}/${name}`);
            return true;
        } catch (error) {
            if (error instanceof ApiError && error.status === 404) {
                return false;
            }
            throw error;
        }
    }

    async function names(collection: string): Promise<string[]> {
        const list = (await api().get(collection)) as { items: { metadata: { name: string } }[] };
        return list.items.map((item) => item.metadata.name);
    }

    /** Kills a part and comes back when it is gone: a start that still sees it has nothing to do. */
    async function kill(part: SandboxProcess["part"]): Promise<void> {
        const target = processesOf(layout).find((process) => process.part === part);
        assert.ok(target, `${part} does not run`);
        await endProcesses([target]);
    }

    /** Runs the command line, and kills it when this part has appeared. */
    async function killStarterAt(part: SandboxProcess["part"]): Promise<void> {
        const starter = spawn(
            process.execPath,
            ["-r", "ts-node/register", "sandbox/main.ts", "start", "--folder", folder],
            { cwd: projectFolder, stdio: "ignore" },
        );
        const ended = new Promise((resolve) => starter.once("exit", resolve));
        await until(() =>
            Promise.resolve(processesOf(layout).some((process) => process.part === part)),
        );
        starter.kill("SIGKILL");
        await ended;
    }

    /** Has a script take the place of one program. */
    async function withBinary(name: string, script: string, work: () => Promise<unknown>) {
        const binaries = temporaryFolder("binaries");
        const before = process.env["SANDBOX_BINARIES"];
        fs.writeFileSync(path.join(binaries, name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
        for (const [other, at] of Object.entries(presentBinaries(searchHere(log)))) {
            if (other !== name) {
                fs.symlinkSync(at, path.join(binaries, other));
            }
        }
        process.env["SANDBOX_BINARIES"] = binaries;
        try {
            await work();
        } finally {
            if (before === undefined) {
                delete process.env["SANDBOX_BINARIES"];
            } else {
                process.env["SANDBOX_BINARIES"] = before;
            }
            fs.rmSync(binaries, { recursive: true });
        }
    }
});

describe("checkSpace", () => {
    it("refuses a disk that is nearly full, and says how much is needed", () => {
        assert.throws(
            () => checkSpace("/", Number.MAX_SAFE_INTEGER),
            /^UserError: The disk of \/ is full: \d+ MiB are free and the sandbox needs \d+ MiB\. Free some space/,
        );
    });
});

/** Waits for something that the cluster does by itself. */
async function until(reached: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!(await reached())) {
        assert.ok(Date.now() < deadline, `not reached within ${patienceMs} ms`);
        await pause(10);
    }
}

async function listens(server: net.Server, port: number): Promise<boolean> {
    return await new Promise((resolve) => {
        server.once("error", () => resolve(false));
        server.listen(port, "127.0.0.1", () => resolve(true));
    });
}

async function refused(answer: Promise<unknown>): Promise<boolean> {
    try {
        await answer;
        return false;
    } catch (error) {
        if (error instanceof ApiError && error.message.includes("unknown field")) {
            return true;
        }
        throw error;
    }
}
