import assert from "node:assert/strict";
import type { MachineWaitOptions } from "../../waits/machine-wait";
import { waitForMachine } from "../../waits/machine-wait";
import { kubeconfigTransport } from "../../waits/transport";
import { View } from "../../waits/view";
import { ApiServer } from "../support/api-server";
import { answerWithin, FakeClock, pass } from "../support/fake-clock";
import { boundClaim, collections, dataVolume } from "./collections";

const { machines, instances, dataVolumes, claims, pods, events } = collections;

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
                interfaces: [
                    {
                        name: "default",
                        mac: "02:00:00:00:00:07",
                        ipAddress: "10.0.0.7",
                        ipAddresses: ["10.0.0.7", "fd00::7"],
                    },
                ],
                conditions: [
                    { type: "LiveMigratable", status: "False", message: "disk root is not shared" },
                    { type: "AgentConnected", status: "True" },
                ],
                guestOSInfo: { prettyName: "Fedora Linux 42" },
            },
        });
        server.put(dataVolumes, "root", dataVolume("Succeeded"));
        server.put(claims, "root", boundClaim);
        assert.deepEqual(await answer(wait(), 1000), {
            kind: "ready",
            phase: "Running",
            node: "node-1",
            addresses: ["10.0.0.7", "fd00::7"],
            interfaces: [
                {
                    name: "default",
                    mac: "02:00:00:00:00:07",
                    addresses: ["10.0.0.7", "fd00::7"],
                },
            ],
            migratable: false,
            notMigratableBecause: "disk root is not shared",
            restartRequired: undefined,
            agent: true,
            os: "Fedora Linux 42",
            instanceUid: undefined,
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
        server.put(instances, "db", { status: { phase: "Running" } });
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
        server.put(instances, "db", { status: { phase: "Running" } });
        const waiting = wait({ disks: [] });
        await assert.rejects(answer(waiting, 12_000), /no answer/);
        assert.equal((await answer(waiting, 10_000)).kind, "ready");
    });

    describe("for more than that it runs", () => {
        function up(conditions: readonly object[] = [], spec: object = {}): void {
            server.put(machines, "db", machine("Running", "True"));
            server.put(instances, "db", { spec, status: { phase: "Running", conditions } });
        }

        it("waits until the guest agent is connected", async () => {
            up();
            const waiting = wait({ disks: [], until: "agent" });
            await assert.rejects(answer(waiting, 60_000), /no answer/);
            up([{ type: "AgentConnected", status: "True" }]);
            const settled = await answer(waiting, 1000);
            assert.deepEqual([settled.kind, settled.agent], ["ready", true]);
        });

        it("is late for want of the agent, and says so with the cure", async () => {
            up();
            const settled = await answer(
                wait({ disks: [], until: "agent", deadlineMs: 60_000 }),
                70_000,
            );
            assert.ok(settled.kind === "failed");
            assert.equal(settled.diagnosis.cause, "agent-silent");
            assert.equal(
                settled.diagnosis.what,
                "Not ready after 1m 0s: the guest runs, and its agent does not answer",
            );
            assert.match(settled.diagnosis.cure, /qemu-guest-agent/);
        });

        it("waits until the port answers, and names the port that does not", async () => {
            server.put(machines, "db", machine("Running", "False"));
            server.put(instances, "db", {
                spec: { readinessProbe: { tcpSocket: { port: 5432 } } },
                status: { phase: "Running" },
            });
            const settled = await answer(
                wait({ disks: [], until: "probe", deadlineMs: 60_000 }),
                70_000,
            );
            assert.ok(settled.kind === "failed");
            assert.equal(settled.diagnosis.cause, "port-silent");
            assert.match(settled.diagnosis.what, /TCP port 5432 does not answer/);
        });

        it("does not ask the port where running is enough", async () => {
            server.put(machines, "db", machine("Running", "False"));
            server.put(instances, "db", {
                spec: { readinessProbe: { tcpSocket: { port: 5432 } } },
                status: { phase: "Running" },
            });
            const settled = await answer(wait({ disks: [] }), 1000);
            assert.ok(settled.kind === "ready");
            assert.match(settled.note ?? "", /TCP port 5432 does not answer yet/);
        });
    });

    it("leaves a machine alone that somebody has stopped, where its power is left alone", async () => {
        server.put(machines, "db", machine("Stopped", "False", "Halted"));
        const settled = await answer(wait({ disks: [], power: "left-alone" }), 1000);
        assert.deepEqual(
            [settled.kind, settled.kind === "ready" && settled.note],
            ["ready", "stopped by hand; left alone"],
        );
    });

    it("says of the same machine that somebody has stopped it, where the program manages it", async () => {
        server.put(machines, "db", machine("Stopped", "False", "Halted"));
        const settled = await answer(wait({ disks: [] }), 30_000);
        assert.ok(settled.kind === "failed");
        assert.equal(settled.diagnosis.cause, "run-strategy-changed");
        assert.match(settled.diagnosis.cure, /virtctl start.*left-alone/);
    });

    it("finds the cause in its pod and the pod's events", async () => {
        server.put(machines, "db", machine("Starting", "False"));
        server.put(instances, "db", {
            metadata: { uid: "uid-1" },
            status: { phase: "Scheduling" },
        });
        server.put(pods, "virt-launcher-db-x", {
            metadata: {
                uid: "pod-1",
                labels: { "kubevirt.io": "virt-launcher", "kubevirt.io/created-by": "uid-1" },
            },
            spec: { containers: [] },
            status: { phase: "Pending" },
        });
        server.put(events, "one", {
            reason: "FailedCreatePodSandBox",
            message:
                'plugin type="multus" failed (add): cannot find a network-attachment-definition (vlan10) in namespace (vms): not found',
            lastTimestamp: "2026-11-21T08:00:00Z",
            involvedObject: { kind: "Pod", name: "virt-launcher-db-x", uid: "pod-1" },
        });
        const settled = await answer(wait({ disks: [] }), 200_000);
        assert.ok(settled.kind === "failed");
        assert.equal(settled.diagnosis.cause, "no-network");
        assert.match(settled.diagnosis.cure, /Make NetworkAttachmentDefinition vms\/vlan10/);
    });
});
