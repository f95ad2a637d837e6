import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFault } from "../../support/faults";
import { temporaryFolder } from "../../support/folder";
import { unreachableKubeconfig } from "../../support/kubeconfig";
import { ObjectLog } from "../../support/object-log";
import { runProgram } from "../../support/run-program";
import { type SharedSandbox, sharedSandbox } from "../../support/sandbox";

const disks = JSON.stringify([
    { name: "root", size: "1Gi", source: { registry: "quay.io/containerdisks/fedora:42" } },
    { name: "data", size: "2Gi" },
]);

describe("the runner", function () {
    this.timeout(300_000);
    this.slow(30_000);

    let sandbox: SharedSandbox;
    let namespace: string;

    before(async function () {
        sandbox = await sharedSandbox(this);
    });

    beforeEach(async () => {
        namespace = await sandbox.namespace("runner");
    });

    const run = (config: Record<string, string>, ...options: string[]) =>
        runProgram(
            "machine",
            sandbox.kubeconfigPath,
            { kubeconfig: sandbox.kubeconfigPath, namespace, ...config },
            options,
        );

    it("creates the machine only after its disks are ready, every object as the schemas have it, and ends by itself", async () => {
        const log = await ObjectLog.start(sandbox.kubeconfig, namespace);
        const ran = await run({ disks });
        assert.equal(ran.code, 0, ran.text);
        const created = await log.first((seen) => seen.kind === "VirtualMachine");
        const ready = await log.first((seen) => seen.phase === "Succeeded");
        const bound = await log.first((seen) => seen.name === "db-data" && seen.phase === "Bound");
        log.stop();
        assert.ok(created.version > ready.version);
        assert.ok(created.version > bound.version);
        assert.equal((ran.outputs["ready"] as { phase: string }).phase, "Running");

        const again = await run({ disks });
        assert.equal(again.code, 0, again.text);
        assert.match(again.text, /0 created, 0 updated, 5 unchanged/);
    });

    it("changes nothing in a preview", async () => {
        const ran = await run({ disks }, "--preview");
        assert.equal(ran.code, 0, ran.text);
        assert.match(ran.text, /5 to create/);
        const { items } = (await sandbox.api.get(
            `/apis/cdi.kubevirt.io/v1beta1/namespaces/${namespace}/datavolumes`,
        )) as { items: unknown[] };
        assert.deepEqual(items, []);
    });

    it("fails with the disk's diagnosis, makes no machine, and goes on when the cause is mended", async () => {
        // A web server's answer is final sooner than a registry's.
        const fromTheWeb = JSON.stringify([
            { name: "root", size: "1Gi", source: { http: "https://example.org/a.img" } },
        ]);
        await setFault(sandbox, namespace, "db-root", "http-404");
        const failed = await run({ disks: fromTheWeb });
        assert.equal(failed.code, 1, failed.text);
        assert.match(failed.text, /Disk "db-root" is not ready: .*404/);
        const { items } = (await sandbox.api.get(
            `/apis/kubevirt.io/v1/namespaces/${namespace}/virtualmachines`,
        )) as { items: unknown[] };
        assert.deepEqual(items, []);

        await setFault(sandbox, namespace, "db-root", "");
        const healed = await run({ disks: fromTheWeb });
        assert.equal(healed.code, 0, healed.text);
    });

    it("refuses every cluster but the sandbox", async () => {
        const other = join(temporaryFolder("runner"), "kubeconfig");
        writeFileSync(other, unreachableKubeconfig);
        const ran = await run({ disks, kubeconfig: other });
        assert.equal(ran.code, 1, ran.text);
        assert.match(ran.text, /works on the sandbox only.*127\.0\.0\.1:1/);
    });
});
