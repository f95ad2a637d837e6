import assert from "node:assert/strict";
import { asker } from "../../waits/connection";
import { readPreflight } from "../../waits/preflight-read";
import { kubeconfigTransport } from "../../waits/transport";
import { ApiServer } from "../support/api-server";

describe("readPreflight", () => {
    let server: ApiServer;

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
    });

    afterEach(() => server.stop());

    async function found(): Promise<readonly string[]> {
        const findings = await readPreflight({
            ask: asker(await kubeconfigTransport(server.kubeconfig)),
        });
        return findings.map(({ check, status, what }) => `${status} ${check}: ${what}`);
    }

    it("reads what the cluster has, once a kind", async () => {
        server.put("/api/v1/nodes", "node-1", {
            status: { conditions: [{ type: "Ready", status: "True" }] },
        });
        const lines = await found();
        assert.ok(
            lines.some((line) => line.startsWith("warning Nodes: 1 of 1 nodes takes pods")),
            lines.join("\n"),
        );
        assert.equal(new Set(server.requests).size, server.requests.length);
    });

    it("looks for the namespace of the machines where one is meant", async () => {
        const ask = asker(await kubeconfigTransport(server.kubeconfig));
        const namespace = async (name?: string) =>
            (await readPreflight({ ask }, name))
                .filter(({ check }) => check === "Namespace")
                .map(({ status }) => status);
        server.put("/api/v1/namespaces", "vms", {});
        assert.deepEqual(await namespace("vms"), ["ok"]);
        assert.deepEqual(await namespace("vmz"), ["problem"]);
        assert.deepEqual(await namespace(), []);
    });

    it("tells what is not served from what this account may not read", async () => {
        const group = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses";
        server.refusals.set(group, { status: 404, message: "not found" });
        server.refusals.set("/api/v1/nodes", { status: 403, message: "nodes is forbidden" });
        const lines = await found();
        assert.ok(lines.includes("unknown Nodes: cannot be read: nodes is forbidden"));
        assert.ok(
            lines.some((line) => line.startsWith("warning Snapshot class: the cluster does not")),
        );
    });

    it("says of a server that does not answer that nothing is known, with the reason", async () => {
        await server.stop();
        const lines = await found();
        await server.start();
        assert.ok(lines.length > 5);
        assert.ok(
            lines.every((line) => /^unknown .*ECONNREFUSED/.test(line)),
            lines.join("\n"),
        );
    });
});
