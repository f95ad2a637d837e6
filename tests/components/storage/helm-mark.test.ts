import assert from "node:assert/strict";
import { pendingProblem, releaseMark } from "../../../components/storage/helm-mark";
import type { Connection } from "../../../waits/connection";
import { kubeconfigTransport } from "../../../waits/transport";
import { ApiServer } from "../../support/api-server";

const release = {
    name: "storage-driver",
    namespace: "storage",
    marked: { kind: "DaemonSet", name: "manager" },
} as const;
const daemonSets = "/apis/apps/v1/namespaces/storage/daemonsets";
const secrets = "/api/v1/namespaces/storage/secrets";

describe("the mark of a Helm release", () => {
    let server: ApiServer;
    let connection: Connection;

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
        server.put(daemonSets, "another");
        const transport = await kubeconfigTransport(server.kubeconfig);
        connection = { look: (path: string) => transport.get(path) } as unknown as Connection;
    });

    afterEach(() => server.stop());

    const by = (name: string, namespace: string) => ({
        metadata: {
            namespace: "storage",
            annotations: {
                "meta.helm.sh/release-name": name,
                "meta.helm.sh/release-namespace": namespace,
            },
            labels: { "helm.sh/chart": "storage-driver-1.12.1" },
        },
    });

    it("is absent where there is nothing, and where nobody can look", async () => {
        assert.deepEqual(await releaseMark(connection, release), { state: "absent" });
        assert.deepEqual(await releaseMark(undefined, release), { state: "absent" });
    });

    it("is ours by name and namespace, and tells the chart's version", async () => {
        server.put(daemonSets, "manager", by("storage-driver", "storage"));
        assert.deepEqual(await releaseMark(connection, release), {
            state: "ours",
            version: "1.12.1",
            pending: undefined,
        });
    });

    it("is somebody else's by another release, or without any", async () => {
        server.put(daemonSets, "manager", by("theirs", "storage"));
        assert.deepEqual(await releaseMark(connection, release), {
            state: "foreign",
            what: "DaemonSet manager of Helm release storage/theirs",
        });
        server.put(daemonSets, "manager", { metadata: { namespace: "storage" } });
        assert.deepEqual(await releaseMark(connection, release), {
            state: "foreign",
            what: "DaemonSet manager",
        });
    });

    it("tells what Helm was stopped at, with what to do about it", async () => {
        server.put(secrets, "sh.helm.release.v1.storage-driver.v1", {
            metadata: { namespace: "storage", labels: { status: "pending-install" } },
        });
        const mark = await releaseMark(connection, release);
        assert.deepEqual(mark, { state: "ours", version: undefined, pending: "pending-install" });
        const { fault = "", cure = "" } = pendingProblem(mark, release) ?? {};
        assert.match(fault, /release storage\/storage-driver as pending-install/);
        assert.match(cure, /kubectl delete secret -n storage -l owner=helm,name=storage-driver/);
    });

    it("tells that a removal was stopped", () => {
        const mark = { state: "ours", version: "1.12.1", pending: "uninstalling" } as const;
        assert.match(pendingProblem(mark, release)?.cure ?? "", /^run the destroy again/);
    });

    it("is no problem where Helm has ended", () => {
        const mark = { state: "ours", version: "1.12.1", pending: undefined } as const;
        assert.equal(pendingProblem(mark, release), undefined);
    });
});
