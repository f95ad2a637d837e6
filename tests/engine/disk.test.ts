import assert from "node:assert/strict";
import { engineProject, type EngineProject, needsEngine, run, said } from "../support/engine";
import { setFault } from "../support/faults";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

const image = { registry: "quay.io/containerdisks/fedora:42" };

describe("bad disks under the real engine", function () {
    this.timeout(1_200_000);
    this.slow(60_000);

    let sandbox: SharedSandbox;
    let project: EngineProject;
    let namespace: string;

    before(async function () {
        needsEngine(this);
        sandbox = await sharedSandbox(this);
    });

    beforeEach(async () => {
        namespace = await sandbox.namespace("disks");
        project = await engineProject("disks", { kubeconfig: sandbox.kubeconfigPath, namespace });
    });

    afterEach(() => {
        project.dispose();
    });

    const declare = (disks: object) =>
        project.stack.setConfig("disks", { value: JSON.stringify(disks) });

    // Each cause as the simulated CDI shows it, and what the diagnosis has to say. The disks' names say nothing of it.
    const causes: readonly (readonly [string, RegExp])[] = [
        ["http-404", /does not have the image/],
        ["checksum", /checksum/i],
        // Its condition and the words of its worker differ, and either may come first.
        ["too-small", /too small|does not fit the disk/i],
        ["unauthorised", /401|unauthori[sz]ed/i],
        ["no-scratch-space", /scratch/i],
    ];
    it("are all diagnosed long before their deadline, and a good disk beside them is not harmed", async () => {
        const bad = causes.map(([word, text], index) => ({
            word,
            text,
            name: `bad-${String(index)}`,
        }));
        const listed = (some: typeof bad) =>
            Object.fromEntries(some.map(({ name }) => [name, { size: "1Gi", source: image }]));
        await declare({ ...listed(bad), good: { size: "1Gi", source: image } });
        for (const { name, word } of bad) {
            await setFault(sandbox, namespace, name, word);
        }
        const up = await run(project, "up");
        assert.equal(up.failed, true, up.text);
        for (const { name, word, text } of bad) {
            const errors = said(up, `${name}-data-volume`, "error").join("\n");
            assert.match(errors, text, `${word}: ${errors}`);
            assert.match(errors, new RegExp(`^Disk "${name}" is not ready: `), word);
        }
        assert.deepEqual(said(up, "good-data-volume", "error"), []);

        for (const { name } of bad) {
            await setFault(sandbox, namespace, name, "");
        }
        // A wrong checksum and too small a disk are final: those disks have to be made anew, the others go on by themselves.
        const rest = bad.filter(({ word }) => word !== "checksum" && word !== "too-small");
        await declare({ ...listed(rest), good: { size: "1Gi", source: image } });
        const healed = await run(project, "up");
        assert.equal(healed.failed, false, healed.text);
    });

    it("without a class or over quota are diagnosed as well", async () => {
        await sandbox.api.create(`/api/v1/namespaces/${namespace}/resourcequotas`, {
            apiVersion: "v1",
            kind: "ResourceQuota",
            metadata: { name: "storage" },
            ...{ spec: { hard: { "requests.storage": "5Gi" } } },
        });
        await declare({
            classless: { size: "1Gi", source: image, storageClass: "no-such-class" },
            large: { size: "10Gi", source: image },
        });
        const up = await run(project, "up");
        assert.equal(up.failed, true, up.text);
        assert.match(said(up, "classless-data-volume", "error").join("\n"), /no-such-class/);
        assert.match(said(up, "large-data-volume", "error").join("\n"), /quota/);
    });

    it("are said at once, while another disk is still being filled", async () => {
        await declare({
            broken: { size: "1Gi", source: image },
            slow: { size: "1Gi", source: image },
        });
        await setFault(sandbox, namespace, "broken", "http-404");
        await setFault(sandbox, namespace, "slow", "slow");
        let saidAt = -1;
        let events = 0;
        let healed: Promise<void> | undefined;
        const up = await run(project, "up", {}, (event) => {
            events += 1;
            if (event.diagnosticEvent?.severity === "error" && saidAt < 0) {
                saidAt = events;
                // The slow disk goes on only now: had the diagnosis waited for it, this test would never end.
                healed = setFault(sandbox, namespace, "slow", "");
            }
        });
        await healed;
        assert.equal(up.failed, true, up.text);
        assert.ok(saidAt > 0 && saidAt < events, up.text);
        assert.deepEqual(said(up, "slow-data-volume", "error"), []);
    });

    it("end the update at the first one where the cluster is told to fail fast", async () => {
        await project.stack.setConfig("failFast", { value: "true" });
        await declare({
            broken: { size: "1Gi", source: image },
            stuck: { size: "1Gi", source: image },
        });
        await setFault(sandbox, namespace, "broken", "http-404");
        await setFault(sandbox, namespace, "stuck", "slow");
        const up = await run(project, "up");
        assert.equal(up.failed, true, up.text);
        const errors = said(up, "broken-data-volume", "error").join("\n");
        assert.match(errors, /does not have the image/);
    });
});
