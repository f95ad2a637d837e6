import assert from "node:assert/strict";
import type { MachineWaitOptions } from "../../waits/machine-wait";
import { waitForMachine } from "../../waits/machine-wait";
import { kubeconfigTransport } from "../../waits/transport";
import { View } from "../../waits/view";
import { ApiServer } from "../support/api-server";
import { answerWithin, FakeClock, pass } from "../support/fake-clock";
import { boundClaim, collections, dataVolume } from "./collections";

const { machines, instances, dataVolumes, claims } = collections;

function machine(printableStatus: string, ready: "True" | "False", runStrategy = "Always"): object {
    return {
        spec: { runStrategy },
        status: { printableStatus, conditions: [{ type: "Ready", status: ready }] },
    };
}

describe("waitForMachine", () => {
    let server: ApiServer;
    let clock: FakeClock;
    let view: View;

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
        clock = new FakeClock();
        view = new View(await kubeconfigTransport(server.kubeconfig), clock);
    });

    afterEach(async () => {
        await server.stop();
    });

    function wait(options: Partial<MachineWaitOptions> = {}): ReturnType<typeof waitForMachine> {
        return waitForMachine({
            view,
            clock,
            namespace: "vms",
            name: "db",
            runStrategy: "Always",
            disks: [{ name: "boot", claim: "root", kind: "DataVolume" }],
            deadlineMs: 600_000,
            ...options,
        });
    }

    function answer<T>(pending: Promise<T>, atMostMs: number): Promise<T> {
        return answerWithin(clock, atMostMs, pending);
    }

    it("is over when the machine runs, and says where, how it is reached and what it has", async () => {
        server.put(machines, "db", machine("Running", "True"));
        server.put(instances, "db", {
            status: {
                phase: "Running",
                nodeName: "node-1",
                interfaces: [{ ipAddress: "10.0.0.7", ipAddresses: ["10.0.0.7", "fd00::7"] }],
            },
        });
        server.put(dataVolumes, "root", dataVolume("Succeeded"));
        server.put(claims, "root", boundClaim);
        assert.deepEqual(await answer(wait(), 1000), {
            kind: "ready",
            phase: "Running",
            node: "node-1",
            addresses: ["10.0.0.7", "fd00::7"],
            volumes: [
                {
                    name: "boot",
                    claim: "root",
                    phase: "Succeeded",
                    bound: true,
                    capacityBytes: 10 * 2 ** 30,
                    cloneStrategy: undefined,
                    cloneFallback: undefined,
                    guestBytes: undefined,
                },
            ],
        });
    });

    it("does not wait for a machine that is off on purpose", async () => {
        server.put(machines, "db", machine("Stopped", "False", "Halted"));
        server.put(dataVolumes, "root", dataVolume("PendingPopulation"));
        server.put(claims, "root", { status: { phase: "Pending" } });
        const settled = await answer(wait({ runStrategy: "Halted" }), 1000);
        assert.deepEqual(
            [settled.kind, settled.phase, settled.node, settled.volumes[0]?.bound],
            ["ready", "Stopped", undefined, false],
        );
    });

    it("is the consumer that its disks wait for", async () => {
        server.put(machines, "db", machine("Provisioning", "False"));
        server.put(dataVolumes, "root", dataVolume("PendingPopulation"));
        server.put(claims, "root", { status: { phase: "Pending" } });
        const waiting = wait();
        await pass(clock, 60_000);
        server.put(dataVolumes, "root", dataVolume("Succeeded"));
        server.put(claims, "root", boundClaim);
        server.put(machines, "db", machine("Running", "True"));
        assert.equal((await answer(waiting, 1000)).kind, "ready");
    });

    it("says that the disk waits for it in vain", async () => {
        server.put(machines, "db", machine("Provisioning", "False"));
        server.put(dataVolumes, "root", dataVolume("PendingPopulation"));
        server.put(claims, "root", { status: { phase: "Pending" } });
        const settled = await answer(wait(), 200_000);
        assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "no-consumer");
    });

    it("fails with the diagnosis of its disk", async () => {
        server.put(machines, "db", machine("Provisioning", "False"));
        server.put(
            dataVolumes,
            "root",
            dataVolume(
                "ImportInProgress",
                { reason: "Error", message: "got 404" },
                { restartCount: 3 },
            ),
        );
        server.put(claims, "root", boundClaim);
        const settled = await answer(wait(), 1000);
        assert.ok(settled.kind === "failed");
        assert.equal(settled.diagnosis.cause, "http-404");
        assert.equal(settled.diagnosis.where, "DataVolume root, condition Running");
    });

    it("says at once that its account may not read machines", async () => {
        server.refusals.set(machines, { status: 403, message: "virtualmachines is forbidden" });
        const settled = await answer(wait({ disks: [] }), 1000);
        assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "forbidden");
    });

    it("says within seconds that the machine is not there", async () => {
        server.put(machines, "another", machine("Running", "True"));
        const settled = await answer(wait({ disks: [] }), 3000);
        assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "not-there");
    });

    it("does not believe the status from before the change that was just made", async () => {
        const stale = {
            spec: { runStrategy: "Always" },
            status: {
                printableStatus: "Running",
                desiredGeneration: 1,
                conditions: [{ type: "Ready", status: "True" }],
            },
        };
        server.put(machines, "db", stale, 2);
        const waiting = wait({ disks: [] });
        await assert.rejects(answer(waiting, 12_000), /no answer/);
        assert.equal((await answer(waiting, 10_000)).kind, "ready");
    });
});
