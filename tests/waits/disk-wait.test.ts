import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { DiskWaitOptions } from "../../waits/disk-wait";
import { waitForDisk } from "../../waits/disk-wait";
import { progressText } from "../../waits/progress";
import { kubeconfigTransport } from "../../waits/transport";
import { View } from "../../waits/view";
import { ApiServer } from "../support/api-server";
import { answerWithin, FakeClock, idle, pass } from "../support/fake-clock";
import { boundClaim, collections, dataVolume } from "./collections";

const { dataVolumes, claims, pods, events } = collections;

describe("waitForDisk", () => {
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

    /** Starts a wait; its answer comes when the test has let enough time go by. */
    function wait(options: Partial<DiskWaitOptions> = {}): ReturnType<typeof waitForDisk> {
        return waitForDisk({
            view,
            clock,
            kind: "DataVolume",
            namespace: "vms",
            name: "root",
            consumer: "unknown",
            deadlineMs: 600_000,
            onProgress: (verdict, elapsedMs) => lines.push(progressText(verdict, elapsedMs)),
            ...options,
        });
    }

    function answer<T>(pending: Promise<T>, atMostMs: number): Promise<T> {
        return answerWithin(clock, atMostMs, pending);
    }

    it("sees at once a disk that is ready already, with its claim and size", async () => {
        server.put(dataVolumes, "root", dataVolume("Succeeded"));
        server.put(claims, "root", boundClaim);
        assert.deepEqual(await answer(wait(), 1000), {
            kind: "ready",
            claim: "root",
            phase: "Succeeded",
            bound: true,
            capacityBytes: 10 * 2 ** 30,
            cloneStrategy: undefined,
            cloneFallback: undefined,
        });
    });

    it("follows an import to its end, over an end of the watches and a restart of the server", async () => {
        server.put(dataVolumes, "root", dataVolume("ImportInProgress", { status: "True" }));
        server.put(claims, "root", boundClaim);
        const waiting = wait();
        await pass(clock, 1000);
        server.endWatches();
        await clock.advance(1000);
        await server.stop();
        await pass(clock, 20_000);
        assert.ok(
            lines.some((line) => line.includes("the API server has not answered for")),
            lines.join("\n"),
        );
        await server.start();
        server.put(dataVolumes, "root", dataVolume("Succeeded"));
        assert.equal((await answer(waiting, 30_000)).kind, "ready");
    });

    it("opens no watch more for fifty disks than for one, and leaves none open", async () => {
        for (let disk = 0; disk < 50; disk += 1) {
            server.put(dataVolumes, `disk-${String(disk)}`, dataVolume("Succeeded"));
        }
        server.put(claims, "root", boundClaim);
        const all = Array.from({ length: 50 }, (_, disk) => wait({ name: `disk-${String(disk)}` }));
        await answer(Promise.all(all), 1000);
        const watched = server.requests.filter((request) => request.startsWith("WATCH"));
        assert.ok(watched.length <= 5, watched.join("\n"));
        while (server.openWatches > 0) {
            await new Promise((resolve) => setImmediate(resolve));
        }
        await idle(clock);
    });

    it("answers for each of a hundred disks when that one is ready, whatever their order", async () => {
        const name = (disk: number) => `disk-${String(disk)}`;
        for (let disk = 0; disk < 100; disk += 1) {
            server.put(dataVolumes, name(disk), dataVolume("ImportInProgress", { status: "True" }));
        }
        server.put(claims, "root", boundClaim);
        const answered: number[] = [];
        const all = Array.from({ length: 100 }, async (_, disk) => {
            await wait({ name: name(disk) });
            answered.push(disk);
        });
        const last = [99, 3, 57, 0];
        for (const disk of last) {
            server.put(dataVolumes, name(disk), dataVolume("Succeeded"));
            await answer(all[disk] as Promise<void>, 1000);
        }
        assert.deepEqual(answered, last);
        for (let disk = 0; disk < 100; disk += 1) {
            server.put(dataVolumes, name(disk), dataVolume("Succeeded"));
        }
        await answer(Promise.all(all), 1000);
        assert.equal(answered.length, 100);
    });

    it("gives a diagnosis within the grace time, and lets the other disks go on", async () => {
        const refused = { reason: "ErrExceededQuota", message: "exceeded quota: storage" };
        server.put(dataVolumes, "bad", dataVolume("ImportScheduled", refused));
        server.put(dataVolumes, "good", dataVolume("ImportInProgress", { status: "True" }));
        server.put(claims, "root", boundClaim);
        const good = wait({ name: "good" });
        const bad = await answer(wait({ name: "bad" }), 70_000);
        assert.ok(bad.kind === "failed" && bad.diagnosis.cause === "quota");
        server.put(dataVolumes, "good", dataVolume("Succeeded"));
        assert.equal((await answer(good, 1000)).kind, "ready");
    });

    describe("of a disk whose import failed before the wait began", () => {
        const notFound = { reason: "Error", message: "expected status code 200, got 404" };
        const state = (restartCount: number, phase = "ImportInProgress") => ({
            ...dataVolume(phase, notFound, { restartCount }),
            metadata: { uid: "disk-uid" },
        });

        it("gives CDI's next attempt its chance: the cause may be mended", async () => {
            server.put(dataVolumes, "root", state(4));
            server.put(claims, "root", boundClaim);
            const waiting = wait();
            await pass(clock, 120_000);
            assert.ok(
                lines.some(
                    (line) => line.includes("404") && line.includes("next one is waited for"),
                ),
                lines.join("\n"),
            );
            server.put(dataVolumes, "root", {
                ...dataVolume("Succeeded"),
                metadata: { uid: "disk-uid" },
            });
            assert.equal((await answer(waiting, 1000)).kind, "ready");
        });

        it("fails as soon as that attempt has failed too", async () => {
            server.put(dataVolumes, "root", state(4));
            server.put(claims, "root", boundClaim);
            const waiting = wait();
            await pass(clock, 60_000);
            server.put(dataVolumes, "root", state(5));
            const settled = await answer(waiting, 1000);
            assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "http-404");
        });

        it("fails in the end where no attempt comes", async () => {
            server.put(dataVolumes, "root", state(4));
            server.put(claims, "root", boundClaim);
            const settled = await answer(wait(), 365_000);
            assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "http-404");
        });
    });

    it("tells the size of a disk whose claim is bound a moment later", async () => {
        server.put(dataVolumes, "root", dataVolume("Succeeded"));
        server.put(claims, "root", { status: { phase: "Pending" } });
        const waiting = wait();
        await pass(clock, 500);
        server.put(claims, "root", boundClaim);
        const settled = await answer(waiting, 1000);
        assert.deepEqual([settled.kind, settled.bound], ["ready", true]);
    });

    it("goes on where the class waits for a machine", async () => {
        server.put(dataVolumes, "root", dataVolume("PendingPopulation"));
        server.put(claims, "root", { status: { phase: "Pending" } });
        const settled = await answer(wait(), 1000);
        assert.deepEqual([settled.kind, settled.bound], ["proceed", false]);
    });

    it("says within seconds that a registered disk is not there", async () => {
        server.put(dataVolumes, "another", dataVolume("Succeeded"));
        const settled = await answer(wait(), 3000);
        assert.ok(settled.kind === "failed");
        assert.equal(settled.diagnosis.cause, "not-there");
        assert.equal(settled.diagnosis.where, "DataVolume vms/root");
    });

    it("asks the server itself before it says so: a watch may be late", async () => {
        server.put(dataVolumes, "another", dataVolume("Succeeded"));
        server.put(claims, "root", boundClaim);
        const waiting = wait();
        await pass(clock, 1000);
        server.silent = true;
        server.put(dataVolumes, "root", dataVolume("Succeeded"));
        await pass(clock, 10_000);
        server.silent = false;
        server.put(dataVolumes, "root", dataVolume("Succeeded"));
        assert.equal((await answer(waiting, 1000)).kind, "ready");
    });

    it("says at once which right is missing", async () => {
        const message = `datavolumes.cdi.kubevirt.io is forbidden: User "ci" cannot list resource "datavolumes"`;
        server.refusals.set(dataVolumes, { status: 403, message });
        const settled = await answer(wait(), 1000);
        assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "forbidden");
        assert.match(settled.diagnosis.what, /cannot list resource "datavolumes"/);
        assert.match(settled.diagnosis.cure, /datavolumes\.cdi\.kubevirt\.io in namespace vms/);
    });

    it("waits without pods and events where it may not read them, and says so once", async () => {
        for (const collection of [pods, events]) {
            server.refusals.set(collection, { status: 403, message: "forbidden" });
        }
        server.put(dataVolumes, "root", dataVolume("ImportInProgress", { status: "True" }));
        server.put(dataVolumes, "other", dataVolume("ImportInProgress", { status: "True" }));
        server.put(claims, "root", boundClaim);
        const both = Promise.all([wait(), wait({ name: "other" })]);
        await pass(clock, 15_000);
        server.put(dataVolumes, "root", dataVolume("Succeeded"));
        server.put(dataVolumes, "other", dataVolume("Succeeded"));
        assert.deepEqual(
            (await answer(both, 1000)).map(({ kind }) => kind),
            ["ready", "ready"],
        );
        const said = lines.filter((line) => line.includes("pods in namespace vms cannot be read"));
        assert.equal(said.length, 1, lines.join("\n"));
    });

    it("says that CDI is not installed, after giving it time to be", async () => {
        server.refusals.set(dataVolumes, { status: 404, message: "the server could not find it" });
        const settled = await answer(wait(), 65_000);
        assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "not-installed");
        assert.ok(clock.now() >= 60_000);
    });

    it("does not need CDI for a blank claim", async () => {
        server.refusals.set(dataVolumes, { status: 404, message: "the server could not find it" });
        server.put(claims, "data", boundClaim);
        const settled = await answer(wait({ kind: "PersistentVolumeClaim", name: "data" }), 1000);
        assert.deepEqual(settled, {
            kind: "ready",
            claim: "data",
            phase: "Bound",
            bound: true,
            capacityBytes: 10 * 2 ** 30,
            cloneStrategy: undefined,
            cloneFallback: undefined,
        });
    });

    it("gives up soon on a server that was never there", async () => {
        await server.stop();
        const settled = await answer(wait(), 65_000);
        assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "server-unreachable");
        await server.start();
    });

    it("tells how a copy is really made, and why it is the slow way", async () => {
        const annotations = {
            "cdi.kubevirt.io/cloneType": "copy",
            "cdi.kubevirt.io/cloneFallbackReason": "No compatible volumesnapshotclass found",
        };
        const source = { spec: { source: { pvc: { name: "golden" } } } };
        const copying = dataVolume("CloneInProgress", { status: "True", reason: "Pod is running" });
        server.put(dataVolumes, "root", { ...copying, ...source });
        server.put(claims, "root", { metadata: { annotations }, ...boundClaim });
        const waiting = wait();
        await pass(clock, 1000);
        assert.match(
            lines.join("\n"),
            /copying, copies everything because no compatible volumesnapshotclass found/,
        );
        server.put(dataVolumes, "root", dataVolume("Succeeded"));
        const { cloneStrategy, cloneFallback } = await answer(waiting, 1000);
        assert.equal(cloneStrategy, "host-assisted");
        assert.equal(cloneFallback, "No compatible volumesnapshotclass found");
    });

    describe("of a disk whose claim is not made", () => {
        const notMade = (spec: object) => ({
            ...dataVolume("Pending", {}, { claimName: undefined }),
            spec,
        });
        const tenGi = { resources: { requests: { storage: "10Gi" } } };

        it("looks for the LimitRange that refuses it, which CDI tells nobody", async () => {
            server.put(dataVolumes, "root", notMade({ source: { http: {} }, storage: tenGi }));
            server.put("/api/v1/namespaces/vms/limitranges", "small", {
                spec: { limits: [{ type: "PersistentVolumeClaim", max: { storage: "5Gi" } }] },
            });
            server.put(claims, "another", boundClaim);
            const settled = await answer(wait(), 40_000);
            assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "limit-range");
            assert.match(settled.diagnosis.what, /LimitRange small .* at most 5Gi, .* 10Gi/);
        });

        it("looks for the DataSource that it is to be copied from, and waits for it", async () => {
            server.put(
                dataVolumes,
                "root",
                notMade({ sourceRef: { kind: "DataSource", name: "fedora", namespace: "images" } }),
            );
            server.put(claims, "another", boundClaim);
            const sources = "/apis/cdi.kubevirt.io/v1beta1/namespaces/images/datasources";
            server.put(sources, "fedora", {
                status: {
                    conditions: [{ type: "Ready", status: "False", message: "PVC not found" }],
                },
            });
            const settled = await answer(wait(), 125_000);
            assert.ok(
                settled.kind === "failed" && settled.diagnosis.cause === "data-source-not-ready",
            );
            assert.equal(settled.diagnosis.where, "DataSource images/fedora, condition Ready");
            while (server.openWatches > 0) {
                await new Promise((resolve) => setImmediate(resolve));
            }
        });

        it("asks for neither while everything is as it should be", async () => {
            server.put(dataVolumes, "root", dataVolume("ImportInProgress", { status: "True" }));
            server.put(claims, "root", boundClaim);
            const waiting = wait();
            await pass(clock, 5000);
            server.put(dataVolumes, "root", dataVolume("Succeeded"));
            await answer(waiting, 1000);
            const asked = server.requests.filter((path) => /limitranges|datasources/.test(path));
            assert.deepEqual(asked, []);
        });
    });

    it("lets the process end by itself after the last wait", async () => {
        server.put(dataVolumes, "root", dataVolume("ImportInProgress", { status: "True" }));
        server.put(claims, "root", boundClaim);
        const program = spawn(
            process.execPath,
            ["-r", "ts-node/register/transpile-only", join(__dirname, "one-wait.ts")],
            { stdio: ["pipe", "pipe", "inherit"] },
        );
        program.stdin.end(server.kubeconfig);
        const closed = new Promise<number | null>((resolve) => program.on("close", resolve));
        let output = "";
        program.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
        while (server.openWatches < 5) {
            await new Promise((resolve) => setTimeout(resolve, 10));
        }
        server.put(dataVolumes, "root", dataVolume("Succeeded"));
        assert.equal(await closed, 0);
        assert.deepEqual(JSON.parse(output), { kind: "ready", awaited: 0 });
    });
});
