import assert from "node:assert/strict";
import { ownerAnnotation } from "../../model/annotations";
import type { Connection } from "../../waits/connection";
import { asker } from "../../waits/connection";
import { lookAtOperator } from "../../waits/platform-look";
import { kubeconfigTransport } from "../../waits/transport";
import { ApiServer } from "../support/api-server";

const kubevirts = "/apis/kubevirt.io/v1/kubevirts";

describe("a look at the platform", () => {
    let server: ApiServer;
    let connection: Connection;

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
        const ask = asker(await kubeconfigTransport(server.kubeconfig));
        connection = {
            ask,
            // As in a preview: what cannot be read is not there.
            look: async (path) => {
                const answer = await ask(path);
                return answer.state === "found" ? answer.object : undefined;
            },
        } as Connection;
    });

    afterEach(() => server.stop());

    function refuse(path: string, status: number): void {
        server.refusals.set(path, { status, message: "no" });
    }

    it("finds the KubeVirt of every namespace, with what decides about adopting it", async () => {
        server.put(kubevirts, "kubevirt", {
            metadata: { namespace: "virt", annotations: { [ownerAnnotation]: "p/s/virt" } },
            spec: { uninstallStrategy: "BlockUninstallIfWorkloadsExist" },
            status: {
                phase: "Deployed",
                observedKubeVirtVersion: "v1.8.2",
                conditions: [{ type: "Available", status: "True" }],
            },
        });
        assert.deepEqual(await lookAtOperator(connection, "KubeVirt"), [
            {
                namespace: "virt",
                name: "kubevirt",
                version: "v1.8.2",
                phase: "Deployed",
                available: true,
                uninstallStrategy: "BlockUninstallIfWorkloadsExist",
                owner: "p/s/virt",
            },
        ]);
    });

    it("finds none where the kind is not served", async () => {
        refuse(kubevirts, 404);
        assert.deepEqual(await lookAtOperator(connection, "KubeVirt"), []);
    });

    it("knows nothing about a cluster that does not let it look", async () => {
        refuse(kubevirts, 403);
        assert.equal(await lookAtOperator(connection, "KubeVirt"), undefined);
    });

    it("asks once, however many want to know", async () => {
        await Promise.all([
            lookAtOperator(connection, "KubeVirt"),
            lookAtOperator(connection, "KubeVirt"),
        ]);
        assert.equal(server.requests.length, 1);
    });
});
