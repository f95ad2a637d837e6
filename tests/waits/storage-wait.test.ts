import assert from "node:assert/strict";
import { waitForDisk } from "../../waits/disk-wait";
import type { DriverArgs } from "../../waits/driver-watch";
import { waitForMachine } from "../../waits/machine-wait";
import { progressText } from "../../waits/progress";
import type { ProvisioningFault } from "../../waits/provisioning-fault";
import { waitForAnswers, waitForDriver } from "../../waits/storage-wait";
import { kubeconfigTransport } from "../../waits/transport";
import type { Verdict } from "../../waits/verdict";
import { View } from "../../waits/view";
import type { ObjectWait } from "../../waits/watched-wait";
import { ApiServer } from "../support/api-server";
import { answerWithin, FakeClock, idle, pass } from "../support/fake-clock";
import { collections } from "./collections";

const driver = "x.csi.example.com";
const csiDrivers = "/apis/storage.k8s.io/v1/csidrivers";
const csiNodes = "/apis/storage.k8s.io/v1/csinodes";
const nodes = "/api/v1/nodes";
const daemonSets = "/apis/apps/v1/namespaces/storage/daemonsets";
const deployments = "/apis/apps/v1/namespaces/storage/deployments";
const pods = "/api/v1/namespaces/storage/pods";

describe("waits for storage", () => {
    let server: ApiServer;
    let clock: FakeClock;
    let base: ObjectWait;
    let lines: string[];

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
        clock = new FakeClock();
        lines = [];
        base = {
            view: new View(await kubeconfigTransport(server.kubeconfig), clock),
            clock,
            namespace: "storage",
            name: "x",
            deadlineMs: 600_000,
            onProgress: (verdict, elapsedMs) => lines.push(progressText(verdict, elapsedMs)),
        };
    });

    afterEach(async () => {
        await server.stop();
    });

    function answer<T>(pending: Promise<T>, atMostMs: number): Promise<T> {
        return answerWithin(clock, atMostMs, pending);
    }

    describe("waitForDriver", () => {
        const wait = (options: Partial<DriverArgs> = {}) =>
            waitForDriver({
                ...base,
                driver,
                workloads: [
                    { kind: "Deployment", name: "x-provisioner" },
                    { kind: "DaemonSet", name: "x-plugin" },
                ],
                ...options,
            });

        function putNode(name: string, status = "True"): void {
            server.put(nodes, name, { status: { conditions: [{ type: "Ready", status }] } });
            server.put(pods, `x-plugin-${name}`, {
                metadata: { ownerReferences: [{ kind: "DaemonSet", name: "x-plugin" }] },
                spec: { nodeName: name, containers: [] },
            });
        }

        function register(...names: readonly string[]): void {
            for (const name of names) {
                server.put(csiNodes, name, { spec: { drivers: [{ name: driver }] } });
            }
        }

        function rollOut(plugins: number, of: number): void {
            const status = {
                desiredNumberScheduled: of,
                updatedNumberScheduled: of,
                numberAvailable: plugins,
            };
            server.put(daemonSets, "x-plugin", { status });
            server.put(deployments, "x-provisioner", {
                spec: { replicas: 1 },
                status: { replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
            });
        }

        beforeEach(() => {
            server.put(csiDrivers, driver);
            putNode("node-1");
            putNode("node-2");
        });

        it("is over when the driver is on every node that runs its plugin, and leaves nothing open", async () => {
            rollOut(1, 2);
            register("node-1");
            const waiting = wait();
            await pass(clock, 1000);
            assert.match(lines.at(-1) ?? "", /rolling out, x-plugin: 1 of 2 pods ready/);
            rollOut(2, 2);
            await pass(clock, 1000);
            assert.match(
                lines.at(-1) ?? "",
                /waiting for the driver, on 1 of 2 nodes, not on node-2/,
            );
            register("node-2");
            assert.equal((await answer(waiting, 1000)).kind, "ready");
            await idle(clock);
        });

        it("says after two minutes on which node it is not registered", async () => {
            rollOut(2, 2);
            register("node-1");
            const settled = await answer(wait(), 125_000);
            assert.ok(settled.kind === "failed");
            assert.equal(settled.diagnosis.cause, "driver-not-registered");
            assert.equal(settled.diagnosis.where, "CSINode node-2, spec.drivers");
            assert.ok(clock.now() >= 120_000);
        });

        it("does not hold against it that its pods take long", async () => {
            rollOut(0, 2);
            const waiting = wait();
            await pass(clock, 300_000);
            rollOut(2, 2);
            register("node-1", "node-2");
            assert.equal((await answer(waiting, 1000)).kind, "ready");
        });

        it("waits for a part that others make", async () => {
            register("node-1", "node-2");
            const waiting = wait();
            await pass(clock, 60_000);
            rollOut(2, 2);
            assert.equal((await answer(waiting, 1000)).kind, "ready");
        });

        it("does not wait for a node that is not Ready", async () => {
            putNode("node-3", "Unknown");
            rollOut(2, 3);
            register("node-1", "node-2");
            assert.equal((await answer(wait(), 1000)).kind, "ready");
        });

        it("goes by the nodes' registrations where it may not read nodes and pods, and says so", async () => {
            for (const collection of [nodes, pods]) {
                server.refusals.set(collection, { status: 403, message: "forbidden" });
            }
            rollOut(2, 2);
            register("node-1");
            const settled = await answer(wait(), 1000);
            assert.match(lines.join("\n"), /, nodes cannot be read by this account/);
            assert.match(lines.join("\n"), /, pods in namespace storage cannot be read/);
            assert.equal(settled.kind, "ready");
        });

        it("says which right is missing without which nothing is known", async () => {
            server.refusals.set(csiNodes, { status: 403, message: "csinodes is forbidden" });
            rollOut(2, 2);
            const settled = await answer(wait(), 1000);
            assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "forbidden");
            assert.match(settled.diagnosis.cure, /csinodes\.storage\.k8s\.io/);
        });
    });

    describe("waitForAnswers", () => {
        const group = "/apis/storage.example.com/v1/targets";
        const verdict = (answers: readonly unknown[]): Verdict =>
            answers.every((one) => (one as { ok?: boolean } | undefined)?.ok === true)
                ? { kind: "ready" }
                : { kind: "waiting", phase: `has ${JSON.stringify(answers)}` };
        const wait = (judge = verdict) =>
            waitForAnswers({ ...base, paths: [`${group}/a`, `${group}/b`], verdict: judge });

        it("has the answers judged in their order until they are ready, and leaves nothing open", async () => {
            server.put(group, "a", { ok: true });
            const waiting = wait((answers) => verdict(answers.map(pickOk)));
            await pass(clock, 1000);
            assert.match(lines.at(-1) ?? "", /^has \[\{"ok":true\},\{\}\] /);
            server.put(group, "b", { ok: true });
            assert.equal((await answer(waiting, 3000)).kind, "ready");
            await idle(clock);
        });

        it("passes on what the judge has diagnosed", async () => {
            const settled = await answer(
                wait(() => ({
                    kind: "failed",
                    diagnosis: { cause: "not-there", what: "No", where: "there", cure: "Do" },
                })),
                1000,
            );
            assert.ok(settled.kind === "failed" && settled.diagnosis.what === "No");
        });

        it("says which path this account may not read", async () => {
            server.refusals.set(group, { status: 403, message: "targets is forbidden" });
            server.put(group, "a");
            const settled = await answer(wait(), 1000);
            assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "forbidden");
            assert.equal(settled.diagnosis.where, `${group}/a`);
        });
    });

    describe("a driver's faults", () => {
        const faults: readonly ProvisioningFault[] = [
            {
                message: /pool (\S+) not found/,
                cause: "pool-missing",
                what: "The pool $1 does not exist",
                cure: "Make it",
                graceMs: 20_000,
            },
        ];

        beforeEach(() => {
            server.put(collections.claims, "data", {
                spec: { storageClassName: "fast" },
                status: { phase: "Pending" },
            });
            server.put(collections.classes, "fast", { volumeBindingMode: "Immediate" });
            server.put(collections.events, "e", {
                reason: "ProvisioningFailed",
                message: "pool vms not found",
                involvedObject: { name: "data" },
            });
        });

        it("end the wait for a disk with their own diagnosis, after their own grace time", async () => {
            const waiting = waitForDisk({
                ...base,
                namespace: "vms",
                name: "data",
                kind: "PersistentVolumeClaim",
                consumer: "unknown",
                faults,
            });
            const settled = await answer(waiting, 22_000);
            assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "pool-missing");
            assert.match(settled.diagnosis.what, /^The pool vms does not exist: /);
        });

        it("end the wait for a machine whose disk has them", async () => {
            server.put(collections.machines, "db", {
                status: { printableStatus: "WaitingForVolumeBinding" },
            });
            const waiting = waitForMachine({
                ...base,
                namespace: "vms",
                name: "db",
                runStrategy: "Always",
                disks: [{ name: "data", claim: "data", kind: "PersistentVolumeClaim", faults }],
            });
            const settled = await answer(waiting, 60_000);
            assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "pool-missing");
        });
    });
});

function pickOk(answer: unknown): unknown {
    const { ok } = (answer ?? {}) as { readonly ok?: boolean };
    return { ok };
}
