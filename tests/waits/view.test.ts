import assert from "node:assert/strict";
import { FakeClock, idle, settle } from "../support/fake-clock";
import { ApiServer } from "../support/api-server";
import { systemClock } from "../../waits/clock";
import { kubeconfigTransport } from "../../waits/transport";
import type { Asked, Kinds, Observed } from "../../waits/view";
import { View } from "../../waits/view";

const claims = "/api/v1/namespaces/vms/persistentvolumeclaims";

/** Comes back when it is so, after one of the changes of what is observed. */
async function until(observed: Observed<unknown>, isSo: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
        const look = (): void => {
            if (isSo()) {
                resolve();
            }
        };
        observed.onChange(look);
        look();
    });
}

/** Comes back when the server has seen what it was to see. */
async function seen(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
        await new Promise((resolve) => setImmediate(resolve));
    }
}

describe("View", () => {
    let server: ApiServer;
    let clock: FakeClock;
    let view: View;
    let observed: Observed<Kinds["PersistentVolumeClaim"]>;
    const phaseOf = (name: string): string | undefined => observed.get(name)?.status?.phase;
    const requestsFor = (verb: string): string[] =>
        server.requests.filter((request) => request.startsWith(`${verb} ${claims}`));

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
        clock = new FakeClock();
        // Requests are given up by the real clock, watches by the one that the test moves.
        view = new View(
            await kubeconfigTransport(server.kubeconfig, undefined, systemClock),
            clock,
        );
        server.put(claims, "a", { status: { phase: "Pending" } });
    });

    afterEach(async () => {
        observed.release();
        await server.stop();
    });

    it("sees what is there already", async () => {
        observed = view.observe("PersistentVolumeClaim", "vms");
        await until(observed, () => observed.listed);
        assert.equal(phaseOf("a"), "Pending");
    });

    it("follows changes and deletions", async () => {
        observed = view.observe("PersistentVolumeClaim", "vms");
        await seen(() => server.openWatches === 1);
        server.put(claims, "a", { status: { phase: "Bound" } });
        await until(observed, () => phaseOf("a") === "Bound");
        server.remove(claims, "a");
        await until(observed, () => observed.all().length === 0);
    });

    it("answers the same list until something changes", async () => {
        observed = view.observe("PersistentVolumeClaim", "vms");
        await until(observed, () => observed.listed);
        const before = observed.all();
        assert.equal(observed.all(), before);
        await seen(() => server.openWatches === 1);
        server.put(claims, "a", { status: { phase: "Bound" } });
        await until(observed, () => phaseOf("a") === "Bound");
        assert.notEqual(observed.all(), before);
        assert.deepEqual(
            observed.all().map(({ status }) => status?.phase),
            ["Bound"],
        );
    });

    it("asks once, however many look, and stops with the last of them", async () => {
        observed = view.observe("PersistentVolumeClaim", "vms");
        const others = [1, 2, 3].map(() => view.observe("PersistentVolumeClaim", "vms"));
        await seen(() => server.openWatches === 1);
        others.forEach((other) => other.release());
        others.forEach((other) => other.release());
        await settle();
        assert.equal(server.openWatches, 1);
        observed.release();
        await seen(() => server.openWatches === 0);
        assert.deepEqual([requestsFor("LIST").length, requestsFor("WATCH").length], [1, 1]);
        await idle(clock);
    });

    it("looks anew when all had let go before", async () => {
        observed = view.observe("PersistentVolumeClaim", "vms");
        await until(observed, () => observed.listed);
        observed.release();
        server.put(claims, "a", { status: { phase: "Bound" } });
        observed = view.observe("PersistentVolumeClaim", "vms");
        await until(observed, () => phaseOf("a") === "Bound");
    });

    it("goes on from where a watch ended, without a new list", async () => {
        observed = view.observe("PersistentVolumeClaim", "vms");
        await seen(() => server.openWatches === 1);
        server.bookmark();
        server.put(claims, "a", { status: { phase: "Bound" } });
        await until(observed, () => phaseOf("a") === "Bound");
        await clock.advance(20_000);
        server.endWatches();
        await seen(() => requestsFor("WATCH").length === 2);
        assert.equal(requestsFor("WATCH")[1], `WATCH ${claims}?resourceVersion=4`);
        assert.equal(requestsFor("LIST").length, 1);
        server.put(claims, "b", { status: { phase: "Bound" } });
        await until(observed, () => phaseOf("b") === "Bound");
    });

    it("misses nothing that happens between two watches", async () => {
        observed = view.observe("PersistentVolumeClaim", "vms");
        await seen(() => server.openWatches === 1);
        server.endWatches();
        await seen(() => server.openWatches === 0);
        server.put(claims, "a", { status: { phase: "Bound" } });
        await clock.advance(1000);
        await until(observed, () => phaseOf("a") === "Bound");
    });

    it("does not hammer a server that ends every watch at once", async () => {
        observed = view.observe("PersistentVolumeClaim", "vms");
        for (let round = 1; round <= 3; round += 1) {
            await seen(() => server.openWatches === 1);
            server.endWatches();
            await seen(() => server.openWatches === 0);
            await settle();
            assert.equal(requestsFor("WATCH").length, round);
            await clock.advance(500);
        }
    });

    it("lists again when its version has expired", async () => {
        server.expireNextWatches = 1;
        observed = view.observe("PersistentVolumeClaim", "vms");
        await seen(() => server.openWatches === 1);
        assert.equal(requestsFor("LIST").length, 2);
        assert.equal(observed.trouble, undefined);
    });

    it("forgets what was deleted while it did not watch", async () => {
        observed = view.observe("PersistentVolumeClaim", "vms");
        await seen(() => server.openWatches === 1);
        server.remove(claims, "a", false);
        server.expireNextWatches = 1;
        await clock.advance(20_000);
        server.endWatches();
        await until(observed, () => observed.all().length === 0);
    });

    it("survives a restart of the API server, and says since when it is away", async () => {
        observed = view.observe("PersistentVolumeClaim", "vms");
        await seen(() => server.openWatches === 1);
        await clock.advance(1000);
        await server.stop();
        await until(observed, () => observed.trouble?.kind === "away");
        assert.equal(phaseOf("a"), "Pending");
        for (let second = 0; second < 10; second += 1) {
            await clock.advance(1000);
        }
        assert.ok(observed.trouble?.kind === "away" && observed.trouble.since === 1000);
        await server.start();
        server.put(claims, "a", { status: { phase: "Bound" } });
        await clock.advance(10_000);
        await until(observed, () => phaseOf("a") === "Bound");
        assert.equal(observed.trouble, undefined);
    });

    it("notices a connection that has died without a word", async () => {
        observed = view.observe("PersistentVolumeClaim", "vms");
        await seen(() => server.openWatches === 1);
        server.silent = true;
        server.put(claims, "a", { status: { phase: "Bound" } });
        await clock.advance(75_000);
        await until(observed, () => observed.trouble?.kind === "away");
        server.silent = false;
        await clock.advance(500);
        await until(observed, () => phaseOf("a") === "Bound");
    });

    it("says what the account may not do, and goes on asking", async () => {
        server.refusals.set(claims, { status: 403, message: "claims is forbidden: cannot list" });
        observed = view.observe("PersistentVolumeClaim", "vms");
        await until(observed, () => observed.trouble !== undefined);
        assert.deepEqual(observed.trouble, {
            kind: "denied",
            status: 403,
            message: "claims is forbidden: cannot list",
        });
        server.refusals.clear();
        await clock.advance(500);
        await until(observed, () => observed.listed && observed.trouble === undefined);
    });

    it("says that the cluster does not know a kind", async () => {
        server.refusals.set(claims, { status: 404, message: "the server could not find it" });
        observed = view.observe("PersistentVolumeClaim", "vms");
        await until(observed, () => observed.trouble !== undefined);
        assert.deepEqual(observed.trouble, { kind: "unknown-kind" });
    });

    describe("ask", () => {
        const version = "/version";
        const asks = (): number => requestsOn(version).length;
        const requestsOn = (path: string): string[] =>
            server.requests.filter((request) => request === `LIST ${path}`);
        let asked: Asked;

        beforeEach(() => {
            observed = view.observe("PersistentVolumeClaim", "vms");
            asked = view.ask(version);
        });

        afterEach(() => asked.release());

        it("asks every two seconds, for all who look together, until the last lets go", async () => {
            const other = view.ask(version);
            await seen(() => asked.listed && asks() === 1);
            await clock.advance(2000);
            await seen(() => asks() === 2);
            await settle();
            other.release();
            await clock.advance(2000);
            await seen(() => asks() === 3);
            asked.release();
            observed.release();
            await seen(() => server.openWatches === 0);
            await settle();
            await idle(clock);
        });

        it("knows what is not there from a server that does not let it look", async () => {
            await seen(() => asked.listed);
            server.refusals.set(version, { status: 404, message: "not found" });
            await clock.advance(2000);
            await seen(() => asked.answer === undefined);
            assert.equal(asked.trouble, undefined);
            server.refusals.set(version, { status: 403, message: "forbidden" });
            await clock.advance(2000);
            await seen(() => asked.trouble?.kind === "denied");
        });
    });

    it("keeps a pod's node and nothing of its environment, nor of what makes pods", async () => {
        const spec = { nodeName: "node-1", containers: [{ env: [{ value: "s3cret" }] }] };
        server.put("/api/v1/namespaces/vms/pods", "p", { spec });
        server.put("/apis/apps/v1/namespaces/vms/deployments", "d", {
            spec: { replicas: 2, template: { spec } },
        });
        observed = view.observe("PersistentVolumeClaim", "vms");
        const pods = view.observe("Pod", "vms");
        const deployments = view.observe("Deployment", "vms");
        await until(pods, () => pods.listed);
        await until(deployments, () => deployments.listed);
        assert.doesNotMatch(JSON.stringify([pods.all(), deployments.all()]), /s3cret/);
        assert.equal(deployments.get("d")?.spec?.replicas, 2);
        assert.equal(pods.get("p")?.spec?.nodeName, "node-1");
        pods.release();
        deployments.release();
    });
});
