import assert from "node:assert/strict";
import { guestSize } from "../../waits/guest-size";
import { waitForGrowth } from "../../waits/growth-wait";
import { waitForMachine } from "../../waits/machine-wait";
import { progressText } from "../../waits/progress";
import { kubeconfigTransport } from "../../waits/transport";
import { View } from "../../waits/view";
import { ApiServer } from "../support/api-server";
import { answerWithin, FakeClock, idle, pass } from "../support/fake-clock";
import { collections } from "./collections";

const { claims, pods, events, machines, instances } = collections;
const gibibyte = 2 ** 30;
const volumes = "/api/v1/persistentvolumes";

describe("waitForGrowth", () => {
    let server: ApiServer;
    let clock: FakeClock;
    let view: View;
    let lines: string[];

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
        clock = new FakeClock();
        view = new View(await kubeconfigTransport(server.kubeconfig), clock);
        lines = [];
    });

    afterEach(async () => {
        await server.stop();
    });

    function wait(): ReturnType<typeof waitForGrowth> {
        return waitForGrowth({
            view,
            clock,
            namespace: "vms",
            name: "data",
            wantedBytes: 20 * gibibyte,
            deadlineMs: 600_000,
            onProgress: (verdict, elapsedMs) => lines.push(progressText(verdict, elapsedMs)),
        });
    }

    function claim(requested: string, capacity: string, rest: object = {}): object {
        return {
            spec: { volumeName: "pvc-1", resources: { requests: { storage: requested } } },
            status: { phase: "Bound", capacity: { storage: capacity }, ...rest },
        };
    }

    const machine = {
        spec: {
            containers: [{ env: [{ value: "secret" }] }],
            nodeName: "node",
            volumes: [
                { name: "data", persistentVolumeClaim: { claimName: "data" } },
                { name: "secret", secret: { secretName: "s" } },
            ],
        },
        status: { phase: "Running" },
    };

    it("waits until the claim is as large as it is to be", async () => {
        server.put(pods, "virt-launcher", machine);
        server.put(claims, "data", claim("20Gi", "10Gi"));
        const waiting = wait();
        await pass(clock, 5000);
        assert.match(lines.at(-1) ?? "", /grows from 10Gi to 20Gi/);
        server.put(claims, "data", claim("20Gi", "20Gi"));
        assert.deepEqual(await answerWithin(clock, 10_000, waiting), {
            kind: "ready",
            capacityBytes: 20 * gibibyte,
        });
        while (server.openWatches > 0) {
            await new Promise((resolve) => setImmediate(resolve));
        }
        await idle(clock);
    });

    it("asks for no volume of a claim that is large enough already", async () => {
        server.put(claims, "data", claim("20Gi", "20Gi"));
        const transport = await kubeconfigTransport(server.kubeconfig);
        const asked: string[] = [];
        const counting = {
            ...transport,
            get: (path: string, signal?: AbortSignal) => {
                asked.push(path);
                return transport.get(path, signal);
            },
        };
        view = new View(counting, clock);
        await answerWithin(clock, 10_000, wait());
        assert.deepEqual(asked, []);
    });

    it("does not wait for the node's part where no machine uses the disk", async () => {
        server.put(volumes, "pvc-1", { spec: { capacity: { storage: "20Gi" } } });
        server.put(claims, "data", claim("20Gi", "10Gi"));
        const settled = await answerWithin(clock, 30_000, wait());
        assert.ok(settled.kind === "ready");
        assert.match(settled.note ?? "", /when a machine next uses it/);
        assert.equal(settled.capacityBytes, 10 * gibibyte);
    });

    it("waits for the node's part while a machine uses the disk", async () => {
        server.put(pods, "virt-launcher", machine);
        server.put(volumes, "pvc-1", { spec: { capacity: { storage: "20Gi" } } });
        server.put(claims, "data", claim("20Gi", "10Gi"));
        const waiting = wait();
        await pass(clock, 30_000);
        assert.match(lines.at(-1) ?? "", /the node makes the filesystem larger/);
        server.put(claims, "data", claim("20Gi", "20Gi"));
        assert.equal((await answerWithin(clock, 10_000, waiting)).kind, "ready");
    });

    it("says in the driver's words why a disk does not grow", async () => {
        server.put(pods, "virt-launcher", machine);
        server.put(claims, "data", {
            ...claim("20Gi", "10Gi"),
            metadata: { uid: "uid" },
        });
        server.put(events, "resize", {
            reason: "VolumeResizeFailed",
            message: "rpc error: code = ResourceExhausted desc = failed to schedule",
            lastTimestamp: "2026-11-21T08:00:00Z",
            involvedObject: { name: "data", uid: "uid" },
        });
        const settled = await answerWithin(clock, 300_000, wait());
        assert.ok(settled.kind === "failed");
        assert.equal(settled.diagnosis.cause, "expansion-stuck");
        assert.match(settled.diagnosis.what, /failed to schedule/);
    });

    it("goes on where the volume cannot be read", async () => {
        server.refusals.set(`${volumes}/pvc-1`, { status: 403, message: "forbidden" });
        server.put(pods, "virt-launcher", machine);
        server.put(claims, "data", claim("20Gi", "10Gi"));
        const waiting = wait();
        await pass(clock, 5000);
        server.put(claims, "data", claim("20Gi", "20Gi"));
        assert.equal((await answerWithin(clock, 10_000, waiting)).kind, "ready");
    });

    it("keeps nothing of a pod but its node and the claims it uses", async () => {
        server.put(pods, "virt-launcher", machine);
        const observed = view.observe("Pod", "vms");
        while (!observed.listed) {
            await pass(clock, 100);
        }
        assert.deepEqual(observed.get("virt-launcher")?.spec, {
            nodeName: "node",
            volumes: [{ persistentVolumeClaim: { claimName: "data" } }],
        });
        observed.release();
    });
});

describe("guestSize", () => {
    function running(info: object | undefined) {
        return {
            status: { volumeStatus: [{ name: "data", persistentVolumeClaimInfo: info }] },
        } as Parameters<typeof guestSize>[0];
    }
    const capacity = { storage: "10Gi" };

    it("is the whole of a block volume", () => {
        const block = { volumeMode: "Block", capacity, filesystemOverhead: "0" };
        assert.equal(guestSize(running(block), "data"), 10 * gibibyte);
    });

    it("leaves away what the filesystem needs, in whole mebibytes", () => {
        const file = {
            volumeMode: "Filesystem",
            capacity: { storage: "11381663335" },
            filesystemOverhead: "0.06",
        };
        assert.equal(guestSize(running(file), "data"), 10203 * 2 ** 20);
    });

    it("is unknown while the machine is off, or where KubeVirt does not say", () => {
        assert.equal(guestSize(undefined, "data"), undefined);
        assert.equal(guestSize(running({ volumeMode: "Block" }), "data"), undefined);
        assert.equal(guestSize(running({ volumeMode: "Filesystem", capacity }), "data"), undefined);
        assert.equal(guestSize(running(undefined), "data"), undefined);
        assert.equal(guestSize(running({ volumeMode: "Block", capacity }), "other"), undefined);
    });
});

describe("waitForMachine", () => {
    it("tells what the guest sees of each volume", async () => {
        const server = new ApiServer();
        await server.start();
        try {
            const clock = new FakeClock();
            server.put(claims, "data", {
                status: { phase: "Bound", capacity: { storage: "11381663335" } },
            });
            server.put(machines, "db", {
                status: {
                    printableStatus: "Running",
                    desiredGeneration: 1,
                    conditions: [{ type: "Ready", status: "True" }],
                },
            });
            const info = {
                volumeMode: "Filesystem",
                capacity: { storage: "11381663335" },
                filesystemOverhead: "0.06",
            };
            server.put(instances, "db", {
                status: { volumeStatus: [{ name: "disk", persistentVolumeClaimInfo: info }] },
            });
            const { volumes: found } = await answerWithin(
                clock,
                60_000,
                waitForMachine({
                    view: new View(await kubeconfigTransport(server.kubeconfig), clock),
                    clock,
                    namespace: "vms",
                    name: "db",
                    runStrategy: "Always",
                    disks: [{ name: "disk", claim: "data", kind: "PersistentVolumeClaim" }],
                    deadlineMs: 60_000,
                }),
            );
            assert.equal(found[0]?.guestBytes, 10203 * 2 ** 20);
        } finally {
            await server.stop();
        }
    });
});
