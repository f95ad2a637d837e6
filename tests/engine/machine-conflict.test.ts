import assert from "node:assert/strict";
import {
    bad,
    type EngineProject,
    engineProject,
    good,
    needsEngine,
    run,
    said,
} from "../support/engine";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

describe("a machine that somebody else has edited, under the real engine", function () {
    this.timeout(1_200_000);
    this.slow(60_000);

    let sandbox: SharedSandbox;
    let project: EngineProject;
    let path: string;

    before(async function () {
        needsEngine(this);
        sandbox = await sharedSandbox(this);
    });

    async function begin(config: Readonly<Record<string, string>>): Promise<void> {
        const namespace = await sandbox.namespace("conflict");
        path = `/apis/kubevirt.io/v1/namespaces/${namespace}/virtualmachines/db`;
        project = await engineProject("machine-conflict", {
            kubeconfig: sandbox.kubeconfigPath,
            namespace,
            ...config,
        });
        await good(run(project, "up"));
    }

    afterEach(() => project.dispose());

    async function edit(manager: string, spec: object): Promise<void> {
        await sandbox.api.request("PATCH", `${path}?fieldManager=${manager}`, {
            type: "application/merge-patch+json",
            text: JSON.stringify({ spec }),
        });
    }

    async function live() {
        const { spec } = (await sandbox.api.get(path)) as {
            spec: { runStrategy: string; template: { spec: { domain: { cpu: object } } } };
        };
        return [spec.runStrategy, spec.template.spec.domain.cpu];
    }

    it("is not changed against them: both preview and update name who and what to do, and writing the same ends it", async () => {
        await begin({});
        await edit("kubectl-edit", { template: { spec: { domain: { cpu: { sockets: 3 } } } } });

        await project.stack.setConfig("cpu", { value: "2" });
        for (const operation of ["preview", "up"] as const) {
            const refused = await bad(run(project, operation));
            assert.match(
                said(refused, "db-virtual-machine", "error").join("\n"),
                /VirtualMachine "db": spec\.template\.spec\.domain\.cpu\.sockets is 3 on the cluster: kubectl-edit has set it, .* Write 3 in the program/,
            );
            assert.deepEqual(await live(), ["Always", { sockets: 3 }]);
        }

        await project.stack.setConfig("cpu", { value: "3" });
        await good(run(project, "up"));
        assert.deepEqual(await live(), ["Always", { sockets: 3 }]);
    });

    it("is told apart from one that somebody has stopped with virtctl", async () => {
        await begin({});
        await edit("virt-api", { runStrategy: "Halted" });
        await project.stack.setConfig("cpu", { value: "2" });
        const refused = await bad(run(project, "preview"));
        assert.match(
            said(refused, "db-virtual-machine", "error").join("\n"),
            /spec\.runStrategy is "Halted" on the cluster: virt-api \(virtctl\).*power: "left-alone"/,
        );
    });

    it("stays stopped, and is changed all the same, where its power is left alone", async () => {
        await begin({ powerLeftAlone: "true" });
        await edit("virt-api", { runStrategy: "Halted" });
        await project.stack.setConfig("cpu", { value: "2" });
        await good(run(project, "up"));
        assert.deepEqual(await live(), ["Halted", { sockets: 2 }]);
        await good(run(project, "up", { refresh: true }));
        assert.deepEqual(await live(), ["Halted", { sockets: 2 }]);
    });
});
