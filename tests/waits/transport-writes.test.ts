import assert from "node:assert/strict";
import { ApiError, kubeconfigTransport } from "../../waits/transport";
import type { Writer } from "../../waits/writes";
import { sharedSandbox } from "../support/sandbox";

/** Against a real API server: its answers to what it refuses are what counts. */
describe("what a wait changes", function () {
    this.timeout(300_000);

    let writer: Writer;
    let collection: string;

    before(async function () {
        const sandbox = await sharedSandbox(this);
        writer = await kubeconfigTransport(sandbox.kubeconfig);
        collection = `/api/v1/namespaces/${await sandbox.namespace("writes")}/configmaps`;
    });

    function configMap(name: string): object {
        return {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: { name },
            data: { a: "1", b: "2" },
        };
    }

    async function uidOf(name: string): Promise<string> {
        const { metadata } = (await writer.get(`${collection}/${name}`)) as {
            readonly metadata: { readonly uid: string };
        };
        return metadata.uid;
    }

    it("is there afterwards, with the fields that were not named as they were", async () => {
        await writer.create(collection, configMap("changed"));
        await writer.merge(`${collection}/changed`, { data: { a: null, b: "3" } });
        const { data } = (await writer.get(`${collection}/changed`)) as { readonly data: object };
        assert.deepEqual(data, { b: "3" });
    });

    it("is refused in the server's own words where the object is there already", async () => {
        await writer.create(collection, configMap("twice"));
        await assert.rejects(writer.create(collection, configMap("twice")), (error) => {
            assert.ok(error instanceof ApiError && error.status === 409);
            assert.match(error.message, /configmaps "twice" already exists/);
            return true;
        });
    });

    it("deletes the very object that is meant, and no other of its name", async () => {
        await writer.create(collection, configMap("meant"));
        const path = `${collection}/meant`;
        await assert.rejects(writer.remove(path, "another-uid"), (error) => {
            assert.ok(error instanceof ApiError && error.status === 409);
            return true;
        });
        const uid = await uidOf("meant");
        await writer.remove(path, uid);
        assert.equal(await writer.get(path), undefined);
    });

    it("takes what is gone already for deleted", async () => {
        await writer.remove(`${collection}/never-there`, "uid");
    });
});
