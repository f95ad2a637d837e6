import assert from "node:assert/strict";
import { ApiError, kubeconfigServer, kubeconfigTransport } from "../../waits/transport";
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
