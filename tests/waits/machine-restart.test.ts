import assert from "node:assert/strict";
import { waitAndRestart, type RestartingWaitOptions } from "../../waits/machine-restart";
import { progressText } from "../../waits/progress";
import { ApiError, kubeconfigTransport, type Transport } from "../../waits/transport";
import { View } from "../../waits/view";
import { ApiServer } from "../support/api-server";
import { answerWithin, FakeClock, pass } from "../support/fake-clock";
import { boundClaim, collections, dataVolume } from "./collections";

const { machines, instances, dataVolumes, claims } = collections;

/** A machine that runs its second generation while its instance is of the first. */
function machine(printableStatus: string, restart: boolean, ready = true): object {
    return {
        spec: { runStrategy: "Always" },
        status: {
            printableStatus,
            desiredGeneration: 2,
            conditions: [
                { type: "Ready", status: ready ? "True" : "False" },
                ...(restart
                    ? [{ type: "RestartRequired", status: "True", message: "the CPU model" }]
                    : []),
            ],
        },
    };
}

function instance(uid: string, rest: object = {}): object {
    return { metadata: { uid }, status: { phase: "Running", ...rest } };
}

describe("waitAndRestart", () => {
    let server: ApiServer;
    let clock: FakeClock;
    let transport: Transport;
    let view: View;
    let calls: string[];
    let said: string[];

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
        clock = new FakeClock();
        transport = await kubeconfigTransport(server.kubeconfig);
        view = new View(transport, clock);
        calls = [];
        said = [];
    });

    afterEach(async () => {
        await server.stop();
    });

    function wait(options: Partial<RestartingWaitOptions> = {}) {
        return waitAndRestart({
            view,
            clock,
            namespace: "vms",
            name: "db",
            runStrategy: "Always",
            disks: [],
            deadlineMs: 600_000,
            reader: transport,
            caller: {
                call: (path) => {
                    calls.push(path);
                    return Promise.resolve();
                },
            },
            onProgress: (verdict, elapsedMs) => said.push(progressText(verdict, elapsedMs)),
            ...options,
        });
    }

    function running(restart: boolean): void {
        server.put(machines, "db", machine("Running", restart), 2);
        server.put(instances, "db", instance("first"));
    }

    it("restarts a machine whose change needs it, and waits until the new instance runs", async () => {
        running(true);
        const waiting = wait();
        await pass(clock, 5000);
        assert.deepEqual(calls, [
            "/apis/subresources.kubevirt.io/v1/namespaces/vms/virtualmachines/db/restart",
        ]);
        // The status of before is seen for a while, then the machine goes down and comes again.
        await assert.rejects(answerWithin(clock, 5000, waiting), /no answer/);
        server.put(machines, "db", machine("Stopping", true), 2);
        server.remove(instances, "db");
        server.put(machines, "db", machine("Starting", false, false), 2);
        server.put(instances, "db", { metadata: { uid: "second" }, status: { phase: "Pending" } });
        await assert.rejects(answerWithin(clock, 5000, waiting), /no answer/);
        server.put(instances, "db", instance("second"));
        server.put(machines, "db", machine("Running", false), 2);
        const settled = await answerWithin(clock, 5000, waiting);
        assert.deepEqual(
            [settled.kind, settled.instanceUid, settled.restartRequired],
            ["ready", "second", undefined],
        );
        assert.equal(calls.length, 1);
        assert.ok(said.some((text) => /is being restarted: the CPU model/.test(text)));
        assert.equal(said.filter((text) => text.startsWith("ready")).length, 1);
    });

    it("restarts a machine for what KubeVirt applies at the next start without a word", async () => {
        running(false);
        const template = (labels: object) => ({ template: { metadata: { labels } } });
        const reader = {
            get: (path: string) =>
                Promise.resolve(
                    path.includes("controllerrevisions")
                        ? { data: { spec: template({ tier: "silver" }) } }
                        : path.includes("instances")
                          ? { status: { virtualMachineRevisionName: "revision-start-vm-1-1" } }
                          : { metadata: { generation: 2 }, spec: template({ tier: "gold" }) },
                ),
        };
        const waiting = wait({ reader });
        await pass(clock, 5000);
        assert.equal(calls.length, 1);
        assert.ok(said.some((text) => /is being restarted: metadata\.labels changed/.test(text)));
        server.put(instances, "db", instance("second"));
        server.put(machines, "db", machine("Running", false), 2);
        const settled = await answerWithin(clock, 5000, waiting);
        assert.deepEqual([settled.kind, settled.instanceUid], ["ready", "second"]);
    });

    it("restarts nothing where no change needs it", async () => {
        running(false);
        const settled = await answerWithin(clock, 5000, wait());
        assert.deepEqual([settled.kind, calls], ["ready", []]);
        assert.equal(said.filter((text) => text.startsWith("ready")).length, 1);
    });

    it("looks only after KubeVirt has seen the change", async () => {
        server.put(
            machines,
            "db",
            {
                ...machine("Running", false),
                status: {
                    printableStatus: "Running",
                    desiredGeneration: 1,
                    conditions: [{ type: "Ready", status: "True" }],
                },
            },
            2,
        );
        server.put(instances, "db", instance("first"));
        const waiting = wait();
        await pass(clock, 3000);
        server.put(machines, "db", machine("Running", true), 2);
        await pass(clock, 3000);
        assert.equal(calls.length, 1);
        server.put(instances, "db", instance("second"));
        server.put(machines, "db", machine("Running", false), 2);
        assert.equal((await answerWithin(clock, 5000, waiting)).instanceUid, "second");
    });

    it("waits for a disk that is being filled", async () => {
        running(true);
        server.put(dataVolumes, "root", dataVolume("ImportInProgress"));
        server.put(claims, "root", boundClaim);
        const waiting = wait({ disks: [{ name: "extra", claim: "root", kind: "DataVolume" }] });
        await pass(clock, 10_000);
        assert.deepEqual(calls, []);
        server.put(dataVolumes, "root", dataVolume("Succeeded"));
        await pass(clock, 3000);
        assert.equal(calls.length, 1);
        server.put(instances, "db", instance("second"));
        server.put(machines, "db", machine("Running", false), 2);
        assert.equal((await answerWithin(clock, 5000, waiting)).kind, "ready");
    });

    it("waits for a machine that is on its way to another node", async () => {
        server.put(machines, "db", machine("Migrating", true), 2);
        server.put(
            instances,
            "db",
            instance("first", { migrationState: { targetNode: "node-2" } }),
        );
        const waiting = wait();
        await pass(clock, 10_000);
        assert.deepEqual(calls, []);
        server.put(instances, "db", instance("first", { migrationState: { completed: true } }));
        server.put(machines, "db", machine("Running", true), 2);
        await pass(clock, 3000);
        assert.equal(calls.length, 1);
        server.put(instances, "db", instance("second"));
        server.put(machines, "db", machine("Running", false), 2);
        assert.equal((await answerWithin(clock, 5000, waiting)).kind, "ready");
    });

    it("does not restart a machine that runs once, or is paused", async () => {
        running(true);
        const once = await answerWithin(clock, 5000, wait({ runStrategy: "Once" }));
        assert.deepEqual([once.kind, once.restartRequired], ["ready", "the CPU model"]);
        server.put(
            machines,
            "db",
            {
                status: {
                    printableStatus: "Paused",
                    desiredGeneration: 2,
                    conditions: [
                        { type: "Paused", status: "True", reason: "PausedByUser" },
                        { type: "RestartRequired", status: "True", message: "the CPU model" },
                    ],
                },
            },
            2,
        );
        const paused = await answerWithin(clock, 5000, wait());
        assert.deepEqual([paused.kind, calls], ["ready", []]);
    });

    for (const [status, cure] of [
        [403, /virtualmachines\/restart/],
        [409, /^Restart it by hand: virtctl restart -n vms db$/],
    ] as const) {
        it(`says what to do where KubeVirt answers ${String(status)}`, async () => {
            running(true);
            const call = () => Promise.reject(new ApiError(status, "no"));
            const settled = await answerWithin(clock, 5000, wait({ caller: { call } }));
            assert.ok(settled.kind === "failed");
            assert.equal(settled.diagnosis.cause, "restart-refused");
            assert.match(settled.diagnosis.what, /needs a restart \(the CPU model\).*: no$/);
            assert.match(settled.diagnosis.cure, cure);
        });
    }

    it("fails with what is wrong with the machine, and does not restart it", async () => {
        server.put(machines, "db", machine("CrashLoopBackOff", true, false), 2);
        const settled = await answerWithin(clock, 120_000, wait());
        assert.ok(settled.kind === "failed");
        assert.deepEqual([settled.diagnosis.cause, calls], ["machine-crashing", []]);
    });

    it("fails with what is wrong after the restart", async () => {
        running(true);
        const waiting = wait();
        await pass(clock, 3000);
        server.put(machines, "db", machine("ErrorUnschedulable", false, false), 2);
        server.put(instances, "db", {
            metadata: { uid: "second" },
            status: { phase: "Scheduling" },
        });
        const settled = await answerWithin(clock, 300_000, waiting);
        assert.ok(settled.kind === "failed");
        assert.equal(settled.diagnosis.cause, "unschedulable");
    });
});
