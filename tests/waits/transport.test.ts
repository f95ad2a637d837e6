import assert from "node:assert/strict";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { ApiError, kubeconfigServer, kubeconfigTransport, unreadText } from "../../waits/transport";
import { ApiServer } from "../support/api-server";

const claims = "/api/v1/namespaces/vms/persistentvolumeclaims";

describe("kubeconfigTransport", () => {
    let server: ApiServer;

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
    });

    afterEach(() => server.stop());

    it("reads one object, and undefined where there is none", async () => {
        server.put(claims, "a");
        const transport = await kubeconfigTransport(server.kubeconfig);
        assert.deepEqual(await transport.get(`${claims}/a`), {
            metadata: { name: "a", resourceVersion: "2" },
        });
        assert.equal(await transport.get(`${claims}/b`), undefined);
    });

    it("gives the server's own words with the status", async () => {
        server.refusals.set(claims, { status: 403, message: "User may not list claims" });
        const transport = await kubeconfigTransport(server.kubeconfig);
        await assert.rejects(transport.list(claims, {}), (error) => {
            assert.ok(error instanceof ApiError);
            assert.deepEqual([error.status, error.message], [403, "User may not list claims"]);
            return true;
        });
    });

    it("calls a subresource, whose answer may be empty", async () => {
        const asked: string[] = [];
        const accepting = http.createServer((request, response) => {
            asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
            response.writeHead(202).end();
        });
        await new Promise<void>((done) => accepting.listen(0, "127.0.0.1", done));
        const { port } = accepting.address() as AddressInfo;
        const kubeconfig = server.kubeconfig.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`);
        try {
            const transport = await kubeconfigTransport(kubeconfig);
            await transport.call("/apis/x/virtualmachines/db/restart", {});
            assert.deepEqual(asked, ["PUT /apis/x/virtualmachines/db/restart"]);
        } finally {
            accepting.close();
        }
    });

    it("says which context a kubeconfig lacks", async () => {
        await assert.rejects(
            kubeconfigTransport(server.kubeconfig, "other"),
            /it has no context "other"/,
        );
    });

    it("does not repeat a text that is no kubeconfig", async () => {
        await assert.rejects(kubeconfigTransport("token: [s3cret"), (error) => {
            assert.match(String(error), /not the content of a kubeconfig/);
            assert.doesNotMatch(String(error), /s3cret/);
            return true;
        });
    });

    it("says which server and context are meant", async () => {
        const { server: address, context } = await kubeconfigServer(server.kubeconfig);
        assert.match(address, /^http:\/\/127\.0\.0\.1:\d+$/);
        assert.equal(context, "test");
    });
});

describe("what could not be read", () => {
    const rows: readonly (readonly [unknown, RegExp])[] = [
        [new ApiError(403, "no"), /^The cluster does not let this account look at pods: no$/],
        [new ApiError(401, "who"), /^The cluster does not let this account look at pods: who$/],
        [new ApiError(429, "busy"), /^The API server answers a look at pods with an error: busy$/],
        [new ApiError(503, "down"), /^The API server answers a look at pods with an error: down$/],
        [new Error("ECONNREFUSED"), /^The cluster cannot be reached: ECONNREFUSED$/],
    ];
    for (const [error, text] of rows) {
        it(`is told as what it is: ${text.source}`, () => {
            assert.match(unreadText(error, "pods"), text);
        });
    }
});
