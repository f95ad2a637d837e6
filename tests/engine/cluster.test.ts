import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { engineProject, type EngineProject, needsEngine, run, said } from "../support/engine";
import { unreachableKubeconfig } from "../support/kubeconfig";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

describe("a cluster under the real engine", function () {
    this.timeout(1_200_000);
    this.slow(30_000);

    let sandbox: SharedSandbox;
    let project: EngineProject | undefined;

    before(async function () {
        needsEngine(this);
        sandbox = await sharedSandbox(this);
    });

    afterEach(() => {
        project?.dispose();
        project = undefined;
    });

    it("that a preview does not know yet lets everything through, and is waited on in the update", async () => {
        const namespace = await sandbox.namespace("unknown");
        project = await engineProject("cluster-of-the-same-program", {
            kubeconfig: sandbox.kubeconfigPath,
            namespace,
        });
        const preview = await run(project, "preview");
        assert.equal(preview.failed, false, preview.text);
        assert.ok(preview.operations["create"]?.includes("late-claim"), preview.text);

        const up = await run(project, "up");
        assert.equal(up.failed, false, up.text);
        const { disk } = await project.stack.outputs();
        assert.equal((disk?.value as { bound: boolean }).bound, true);
    });

    it("that is out of reach does not stop a preview, which says so once, and stops an update before it begins", async () => {
        const project_ = await engineProject("disks", {
            kubeconfig: sandbox.kubeconfigPath,
            namespace: "default",
            disks: JSON.stringify({ one: { size: "1Gi" }, two: { size: "1Gi" } }),
        });
        project = project_;
        const file = join(project_.folder, "kubeconfig");
        writeFileSync(file, unreachableKubeconfig);
        await project_.stack.setConfig("kubeconfig", { value: file });

        const preview = await run(project_, "preview");
        assert.equal(preview.failed, false, preview.text);
        const warnings = said(preview, "sandbox", "warning");
        assert.equal(warnings.length, 1, warnings.join("\n"));
        assert.match(
            warnings[0] ?? "",
            /cannot be reached.*ECONNREFUSED.*compares with the state only/,
        );

        const up = await run(project_, "up");
        assert.equal(up.failed, true, up.text);
        assert.match(
            said(up, "sandbox", "error").join("\n"),
            /cannot be reached.*Nothing was changed/,
        );
        assert.ok(!up.text.includes("    at "), "a stack trace where a sentence does");
    });

    it("is named on its own line before anything is changed", async () => {
        const namespace = await sandbox.namespace("named");
        project = await engineProject("disks", {
            kubeconfig: sandbox.kubeconfigPath,
            namespace,
            disks: "{}",
        });
        const up = await run(project, "up");
        assert.match(
            said(up, "sandbox").join("\n"),
            new RegExp(`Changes go to ${sandbox.server} `),
        );
    });

    it("never shows its credentials, neither in what is printed nor in the state", async () => {
        const namespace = await sandbox.namespace("secret");
        project = await engineProject("disks", {
            kubeconfig: sandbox.kubeconfigPath,
            namespace,
            disks: JSON.stringify({ one: { size: "1Gi" } }),
        });
        const up = await run(project, "up");
        const { users } = parse(sandbox.kubeconfig) as {
            users: { user: { "client-key-data": string } }[];
        };
        const key = users[0]?.user["client-key-data"].slice(0, 60) ?? "";
        assert.equal(key.length, 60);
        assert.ok(!up.text.includes(key), "printed");
        // The SDK's own debug messages hold every output; they are shown with `--debug` only.
        const events = up.events
            .filter((event) => event.diagnosticEvent?.prefix !== "debug: ")
            .filter((event) => JSON.stringify(event).includes(key));
        assert.deepEqual(events, [], "in an event");
        const state = readFileSync(
            join(project.folder, "state", ".pulumi", "stacks", "engine-test", "test.json"),
            "utf8",
        );
        assert.ok(state.includes("sandbox-provider"), "another file than the state");
        assert.ok(!state.includes(key), "in the state");
    });
});
