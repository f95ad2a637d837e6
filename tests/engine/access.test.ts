import assert from "node:assert/strict";
import { type EngineProject, engineProject, needsEngine, run } from "../support/engine";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

describe("the rights of a platform's logins under the real engine", function () {
    this.timeout(1_200_000);
    this.slow(60_000);

    let sandbox: SharedSandbox;
    let project: EngineProject;

    before(async function () {
        needsEngine(this);
        sandbox = await sharedSandbox(this);
    });

    afterEach(() => project.dispose());

    const roles = async (namespace: string) =>
        (
            (await sandbox.api.get(
                `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/roles`,
            )) as { items: { metadata: { name: string } }[] }
        ).items.map(({ metadata }) => metadata.name);

    it("are given, stay as they are, and go with the stack", async () => {
        const namespace = await sandbox.namespace("access");
        project = await engineProject("access", {
            kubeconfig: sandbox.kubeconfigPath,
            namespace,
        });
        const up = await run(project, "up");
        assert.equal(up.failed, false, up.text);
        assert.deepEqual(await roles(namespace), ["workload-deployer"]);
        const again = await run(project, "up", { expectNoChanges: true });
        assert.equal(again.failed, false, again.text);
        const destroyed = await run(project, "destroy");
        assert.equal(destroyed.failed, false, destroyed.text);
        assert.deepEqual(await roles(namespace), []);
    });
});
