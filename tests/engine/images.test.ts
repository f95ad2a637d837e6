import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
    bad,
    engineProject,
    type EngineProject,
    good,
    needsEngine,
    run,
    said,
} from "../support/engine";
import { setFault } from "../support/faults";
import { ObjectLog } from "../support/object-log";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

const cdi = "/apis/cdi.kubevirt.io/v1beta1/namespaces";
const snapshotClass = "sandbox-snapshots";

interface Live {
    readonly metadata: { readonly name: string; readonly uid: string };
    readonly spec: {
        readonly source?: Readonly<Record<string, { readonly name?: string }>>;
        readonly sourceRef?: { readonly name: string; readonly namespace?: string };
    };
}

describe("golden images under the real engine", function () {
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
        namespace = await sandbox.namespace("images");
        project = await engineProject("disks", {
            kubeconfig: sandbox.kubeconfigPath,
            namespace,
            disks: "{}",
        });
    });

    afterEach(() => {
        project.dispose();
    });

    async function declare(config: Readonly<Record<string, unknown>>) {
        for (const [key, value] of Object.entries(config)) {
            await project.stack.setConfig(key, {
                value: typeof value === "string" ? value : JSON.stringify(value),
            });
        }
    }
    const up = () => run(project, "up");
    const live = async (plural: string, name: string) =>
        (await sandbox.api.get(`${cdi}/${namespace}/${plural}/${name}`)) as Live;
    const list = async (plural: string) =>
        ((await sandbox.api.get(`${cdi}/${namespace}/${plural}`)) as { items: Live[] }).items;

    const fedora = (digit: string, more: object = {}) => ({
        fedora: {
            size: "1Gi",
            source: {
                http: "https://example.org/fedora.qcow2",
                checksum: `sha256:${digit.repeat(64)}`,
            },
            ...more,
        },
    });
    const clone = { golden: "fedora", size: "2Gi" };

    it("are imported once, and a new version never touches the disks that are there", async () => {
        const disks = { one: clone, two: clone };
        await declare({ images: fedora("a", { snapshotClass }), disks });
        await good(run(project, "preview"));
        const first = await good(up());
        assert.match(JSON.stringify(first.operations["create"]), /fedora-data-source/);
        const [imported] = (await list("datavolumes")).filter(({ metadata }) =>
            metadata.name.startsWith("fedora-"),
        );
        const one = await live("datavolumes", "one");
        assert.deepEqual(one.spec.sourceRef, { kind: "DataSource", name: "fedora", namespace });
        await good(run(project, "up", { expectNoChanges: true }));
        await good(run(project, "refresh", { expectNoChanges: true }));

        // The new version fails: what is there goes on, the image still names the old one.
        await declare({ images: fedora("b", { snapshotClass }) });
        const plan = await good(run(project, "preview"));
        assert.deepEqual(
            Object.entries(plan.operations).filter(
                ([operation, names]) =>
                    operation !== "same" && names.some((name) => /^(one|two)/.test(name)),
            ),
            [],
            plan.text,
        );
        const next = (plan.operations["create"] ?? []).find((name) => name.startsWith("fedora-"));
        await setFault(sandbox, namespace, next ?? "", "http-404");
        const failed = await bad(up());
        assert.equal(failed.operations["delete"], undefined, failed.text);
        const named = await live("datasources", "fedora");
        assert.equal(named.spec.source?.["pvc"]?.name, imported?.metadata.name);

        await setFault(sandbox, namespace, next ?? "", "");
        const done = await good(up());
        assert.deepEqual(done.operations["delete"], [imported?.metadata.name ?? ""], done.text);
        assert.equal((await live("datavolumes", "one")).metadata.uid, one.metadata.uid);
        assert.equal((await live("datasources", "fedora")).spec.source?.["pvc"]?.name, next);
        await good(run(project, "up", { expectNoChanges: true }));
    });

    it("are kept as snapshots where they say so, and shared with other namespaces", async () => {
        const other = await sandbox.namespace("tenants");
        await declare({
            images: fedora("a", { snapshotClass, format: "snapshot", sharedWith: [other] }),
            disks: { mine: clone, theirs: { ...clone, namespace: other } },
        });
        await good(up());
        const { spec } = await live("datasources", "fedora");
        assert.match(spec.source?.["snapshot"]?.name ?? "", /^fedora-/);
        const binding = (await sandbox.api.get(
            `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings/fedora-clone-${other}`,
        )) as { subjects: { name: string }[] };
        assert.equal(binding.subjects[0]?.name, `system:serviceaccounts:${other}`);
        await good(run(project, "up", { expectNoChanges: true }));
        await good(run(project, "destroy"));
    });

    it("are kept up to date by CDI where that is asked for", async () => {
        const refreshed = (schedule: string) => ({
            fedora: {
                size: "1Gi",
                source: { registry: "quay.io/containerdisks/fedora:42" },
                refresh: { schedule, keep: 2 },
            },
        });
        await declare({ images: refreshed("30 4 * * 1"), disks: { one: clone } });
        await good(run(project, "preview"));
        await good(up());
        const one = await live("datavolumes", "one");
        await good(run(project, "up", { expectNoChanges: true }));
        await declare({ images: refreshed("45 5 * * *") });
        const changed = await good(up());
        assert.deepEqual(
            Object.entries(changed.operations)
                .filter(([operation]) => /delete|replace/.test(operation))
                .flatMap(([, names]) => names)
                .filter((name) => name.startsWith("one")),
            [],
            changed.text,
        );
        assert.equal((await live("datavolumes", "one")).metadata.uid, one.metadata.uid);
    });

    it("refuse a disk that is smaller, and what the arguments say wrongly, all at once", async () => {
        await declare({
            images: {
                fedora: {
                    size: "2Gi",
                    source: { registry: "quay.io/containerdisks/fedora:42", digest: "sha256:1" },
                    refresh: { schedule: "sometimes" },
                },
            },
            disks: { small: { golden: "fedora", size: "1Gi" } },
        });
        const refused = await bad(run(project, "preview"));
        const errors = said(refused, "fedora", "error").join("\n");
        for (const field of [/source\.digest/, /refresh needs/, /refresh\.schedule/]) {
            assert.match(errors, field);
        }
        assert.match(said(refused, "small", "error").join("\n"), /size is "1Gi".*2Gi/);
    });

    it("come from a file of this machine, sent during the update", async () => {
        mkdirSync(join(project.folder, "images"));
        const file = join(project.folder, "images", "small.img");
        writeFileSync(file, Buffer.alloc(3 * 2 ** 20, 7));
        await declare({ disks: { sent: { size: "1Gi", source: { upload: `${file}.missing` } } } });
        assert.match((await bad(run(project, "preview"))).text, /source\.upload.*missing/);
        await declare({ disks: { sent: { size: "1Gi", source: { upload: file } } } });
        await setFault(sandbox, namespace, "sent", "upload-cut");
        await good(up());
        const outputs = await project.stack.outputs();
        const { sent } = outputs["ready"]?.value as { sent: { phase: string; source: string } };
        assert.equal(sent.phase, "Succeeded");
        assert.equal(sent.source, "upload small.img");
        // Nobody needs the file any more.
        rmSync(file);
        await good(run(project, "up", { expectNoChanges: true }));
    });

    it("delay nothing but their own machines while they are slow, also with few things at a time", async () => {
        const source = (name: string) => ({ http: `https://example.org/${name}.img` });
        const slow = Array.from({ length: 8 }, (_, index) => `slow-${String(index)}`);
        for (const name of slow) {
            await setFault(sandbox, namespace, name, "slow");
        }
        await declare({
            disks: Object.fromEntries(
                [...slow, "fast"].map((name) => [name, { size: "1Gi", source: source(name) }]),
            ),
            machine: { name: "db", disks: [{ name: "root", disk: "fast" }] },
        });
        const healed: Promise<void>[] = [];
        const done = await run(project, "up", { parallel: 4 }, ({ resOutputsEvent }) => {
            // The slow ones go on only now: had the machine waited for one of them, this test would never end.
            if (resOutputsEvent?.metadata.urn.endsWith("::db-virtual-machine") === true) {
                healed.push(...slow.map((name) => setFault(sandbox, namespace, name, "")));
            }
        });
        await Promise.all(healed);
        assert.equal(done.failed, false, done.text);
        assert.equal(healed.length, slow.length);
    });

    it("are imported once for a hundred disks, each of which is ready in its own time", async () => {
        const log = await ObjectLog.start(sandbox.kubeconfig, namespace);
        const names = Array.from({ length: 100 }, (_, index) => `disk-${String(index)}`);
        const disks = Object.fromEntries(
            names.map((name) => [name, { golden: "fedora", size: "1Gi" }]),
        );
        await declare({ images: fedora("a", { snapshotClass }), disks });
        const all = await good(run(project, "up", { parallel: 4 }));
        log.stop();
        const imports = (await list("datavolumes")).filter(
            ({ spec }) => spec.source?.["http"] !== undefined,
        );
        assert.equal(imports.length, 1);
        assert.equal((await list("datavolumes")).length, 101);
        assert.match(all.text, /created/);
    });
});
