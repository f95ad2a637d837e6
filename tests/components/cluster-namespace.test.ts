import assert from "node:assert/strict";
import type { Cluster } from "../../components";
import { warnOfNamespace } from "../../components/cluster";
import { speakThrough } from "../../waits/say";
import { ApiServer } from "../support/api-server";
import { clusterOf } from "./on-cluster";

describe("Cluster", () => {
    let server: ApiServer;

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
        server.remove("/api/v1/namespaces", "");
    });

    afterEach(() => server.stop());

    /** The warnings of a preview whose machines are to be in the namespace vms. */
    async function warnings(): Promise<readonly string[]> {
        const said: string[] = [];
        const before = speakThrough((severity, text) => {
            if (severity === "warn") {
                said.push(text);
            }
        });
        try {
            const { connection } = await clusterOf(server);
            // It is asked for once: this one hears what the check of the component hears.
            await (await connection)?.ask("/api/v1/namespaces/vms");
            await new Promise((resolve) => setImmediate(resolve));
            return said;
        } finally {
            speakThrough(before);
        }
    }

    it("says in a preview that its namespace is not there, and how to make it", async () => {
        const [said = "", ...more] = await warnings();
        assert.match(said, /^Cluster "prod": namespace "vms" is not on the cluster\. .*kubectl/);
        assert.deepEqual(more, []);
    });

    it("leaves it to others to say why there is no connection", async () => {
        const connection = Promise.reject<undefined>(new Error("no such stack"));
        const cluster = { namespace: "vms", connection } as unknown as Cluster;
        await assert.doesNotReject(warnOfNamespace(cluster, "prod"));
    });

    it("says nothing of a namespace that is there, or that the account may not look at", async () => {
        server.refusals.set("/api/v1/namespaces", { status: 403, message: "forbidden" });
        assert.deepEqual(await warnings(), []);
        server.refusals.clear();
        server.put("/api/v1/namespaces", "vms", {});
        assert.deepEqual(await warnings(), []);
    });
});
