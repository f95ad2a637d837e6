import assert from "node:assert/strict";
import { ledgerDisks } from "../../commands/ledger-disks";
import { readLedger } from "../../commands/ledger-read";
import { ledgerState } from "../../commands/ledger-state";
import { disksOfState } from "../../commands/disks-state";
import type { LedgerDisk } from "../../model/ledger";
import { kubeconfigTransport } from "../../waits/transport";
import { PlatformClient } from "../sandbox/platform-client";
import {
    bad,
    destroyByHand,
    engineProject,
    type EngineProject,
    good,
    needsEngine,
    run,
    said,
} from "../support/engine";
import { setFault } from "../support/faults";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

const fedora = { registry: "quay.io/containerdisks/fedora:42" };

interface Live {
    readonly metadata: { readonly uid: string };
    readonly spec: {
        readonly resources?: { readonly requests: { readonly storage: string } };
        readonly volumeName?: string;
        readonly source?: object;
    };
    readonly status: { readonly capacity?: { readonly storage: string }; readonly phase?: string };
}

describe("the life of a disk, under the real engine", function () {
    this.timeout(1_200_000);
    this.slow(60_000);

    let sandbox: SharedSandbox;
    let client: PlatformClient;
    let project: EngineProject;
    let namespace: string;

    before(async function () {
        needsEngine(this);
        sandbox = await sharedSandbox(this);
        client = new PlatformClient(sandbox.api);
    });

    beforeEach(async () => {
        namespace = await sandbox.namespace("life");
        project = await engineProject("disks", { kubeconfig: sandbox.kubeconfigPath, namespace });
    });

    afterEach(() => {
        project.dispose();
    });

    async function declare(disks: object, more: Readonly<Record<string, unknown>> = {}) {
        for (const [key, value] of Object.entries({ disks, ...more })) {
            await project.stack.setConfig(key, {
                value: typeof value === "string" ? value : JSON.stringify(value),
            });
        }
    }
    const up = () => run(project, "up");
    const claims = () => `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
    const filled = () => `/apis/cdi.kubevirt.io/v1beta1/namespaces/${namespace}/datavolumes`;
    const claim = async (name: string) => (await sandbox.api.get(`${claims()}/${name}`)) as Live;

    it("grows by an edit of its size, which a preview shows as an update in place", async () => {
        const disks = (size: string) => ({
            filled: { size, source: fedora },
            empty: { size },
            file: {
                size,
                source: fedora,
                volumeMode: "Filesystem",
                accessMode: "ReadWriteOnce",
            },
        });
        await declare(disks("1Gi"));
        await good(up());
        const before = await claim("filled");
        await declare(disks("2Gi"));
        const plan = await good(run(project, "preview"));
        assert.deepEqual(Object.keys(plan.operations).sort(), ["same", "update"], plan.text);
        assert.ok(plan.operations["update"]?.includes("filled-size"), plan.text);
        assert.ok(plan.operations["update"]?.includes("empty-claim"), plan.text);
        await good(up());
        const after = await claim("filled");
        assert.equal(after.metadata.uid, before.metadata.uid);
        assert.equal(after.status.capacity?.storage, "2Gi");
        assert.equal((await claim("empty")).status.capacity?.storage, "2Gi");
        // As CDI itself would have made it: the disk, and what its filesystem takes.
        const file = await claim("file");
        assert.equal(file.spec.resources?.requests.storage, String(Math.ceil(2 ** 31 * 1.06)));
        await good(run(project, "up", { expectNoChanges: true }));
        await good(run(project, "refresh", { expectNoChanges: true }));
    });

    it("is made anew with another source while it never had its content", async () => {
        await setFault(sandbox, namespace, "root", "slow");
        const root = (file: string, readyWithin: string) => ({
            root: { size: "1Gi", source: { http: `https://example.org/${file}` }, readyWithin },
        });
        await declare(root("wrong.img", "1 second"));
        await bad(up());
        await declare(root("right.img", "5 minutes"));
        const plan = await good(run(project, "preview"));
        assert.match(said(plan, "root", "warning").join("\n"), /made anew.*nothing is lost/);
        let healed: Promise<void> | undefined;
        const done = await run(project, "up", {}, ({ resOutputsEvent }) => {
            if (resOutputsEvent?.metadata.urn.endsWith("::root-data-volume") === true) {
                healed ??= setFault(sandbox, namespace, "root", "");
            }
        });
        await healed;
        assert.equal(done.failed, false, done.text);
        const { spec } = (await sandbox.api.get(`${filled()}/root`)) as Live;
        assert.deepEqual(spec.source, { http: { url: "https://example.org/right.img" } });
        await good(run(project, "up", { expectNoChanges: true }));
    });

    const machine = { name: "db", disks: [{ name: "data", disk: "data" }] };

    it("is not made again in silence when it vanished", async () => {
        await declare({ data: { size: "1Gi", onDestroy: "delete" } }, { machine });
        await good(up());
        // Released by force, as somebody who wants it gone would.
        const path = `${claims()}/data`;
        await sandbox.api.request("DELETE", path);
        await sandbox.api.request("PATCH", path, {
            type: "application/merge-patch+json",
            text: JSON.stringify({ metadata: { finalizers: null } }),
        });
        for (const operation of ["preview", "up"] as const) {
            const blind = await bad(run(project, operation));
            assert.match(blind.text, /VirtualMachine "db" has as a disk, and the claim is gone/);
        }
        await run(project, "refresh");
        const refreshed = await bad(up());
        assert.match(refreshed.text, /VirtualMachine "db" has as a disk, and the claim is gone/);
        await declare({ data: { size: "1Gi", recreate: true } });
        await good(up());
        assert.equal((await claim("data")).status.phase, "Bound");
    });

    it("is not made again by an edit of its labels when nobody but the state knew it", async () => {
        await declare({ data: { size: "1Gi" }, root: { size: "1Gi", source: fedora } });
        await good(up());
        await sandbox.api.request("DELETE", `${claims()}/data`);
        await client.untilGone(`${claims()}/data`);
        await sandbox.api.request("DELETE", `${filled()}/root`);
        await declare({
            data: { size: "1Gi", labels: { a: "b" } },
            root: { size: "1Gi", source: fedora, labels: { a: "b" } },
        });
        for (const operation of ["preview", "up"] as const) {
            const refused = await bad(run(project, operation));
            assert.match(
                refused.text,
                /Disk "(data|root)": claimName is .* is gone from namespace/,
            );
        }
        await assert.rejects(claim("data"));
    });

    it("is taken back when its state is lost, and when it is put back into the list", async () => {
        const disks = { data: { size: "2Gi" }, root: { size: "1Gi", source: fedora } };
        await declare(disks);
        await good(up());
        const [data, root] = [await claim("data"), await claim("root")];
        const lost = await project.stack.exportStack();
        await project.stack.importStack({
            ...lost,
            deployment: { ...(lost.deployment as object), resources: [] },
        });
        await declare({ ...disks, data: { size: "1Gi" } });
        assert.match((await bad(up())).text, /Disk "data": size is 1Gi, and the disk has 2Gi/);
        await declare(disks);
        const back = await good(up());
        assert.ok(back.operations["import"]?.includes("data-claim"), back.text);
        assert.ok(back.operations["import"]?.includes("root-data-volume"), back.text);

        await declare({});
        await good(up());
        await declare(disks);
        await good(up());
        assert.equal((await claim("data")).metadata.uid, data.metadata.uid);
        assert.equal((await claim("root")).metadata.uid, root.metadata.uid);
        await good(run(project, "up", { expectNoChanges: true }));
    });

    it("keeps its data under another name in the program, which the engine is told with an alias", async () => {
        const disk = (claimName: string) => ({ size: "1Gi", claimName, onDestroy: "delete" });
        await declare({ old: disk("data"), first: disk("other") });
        await good(up());
        const before = await claim("data");
        const other = await claim("other");
        await declare({ new: disk("data"), first: disk("other") });
        const refused = await bad(run(project, "preview"));
        assert.match(refused.text, /Disk "new": claimName .*engine-test\/test\/old/);
        await declare({ new: { ...disk("data"), was: "old" }, first: disk("other") });
        const renamed = await good(up());
        assert.deepEqual(renamed.operations["delete"], ["old-storage"], renamed.text);
        assert.equal((await claim("data")).metadata.uid, before.metadata.uid);

        // An update that was refused has left the new component in the state, and the alias is of no use any more.
        await declare({ new: disk("data"), second: disk("other") });
        await bad(up());
        await declare({ new: disk("data"), second: { ...disk("other"), was: "first" } });
        const late = await run(project, "up");
        assert.deepEqual(
            late.operations["delete"]?.filter((name) => name.endsWith("-claim")) ?? [],
            [],
            late.text,
        );
        assert.equal((await claim("other")).metadata.uid, other.metadata.uid);
    });

    it("adopts a claim that somebody else made, and a volume that was kept", async () => {
        await sandbox.api.create(claims(), {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { name: "old-data" },
            spec: {
                accessModes: ["ReadWriteMany"],
                volumeMode: "Block",
                storageClassName: "sandbox-block",
                resources: { requests: { storage: "2Gi" } },
            },
        } as never);
        await declare({ data: { size: "1Gi", adopt: { claim: "old-data" } } });
        assert.match((await bad(up())).text, /size is "1Gi", and the claim to adopt has 2Gi/);
        await declare({ data: { size: "2Gi", adopt: { claim: "old-data" } } });
        const adopted = await good(up());
        assert.ok(adopted.operations["import"]?.includes("data-claim"), adopted.text);
        await good(run(project, "up", { expectNoChanges: true }));
        const { spec } = await claim("old-data");

        // Its claim goes, its volume stays.
        const volume = `/api/v1/persistentvolumes/${spec.volumeName ?? ""}`;
        await sandbox.api.request("PATCH", volume, {
            type: "application/merge-patch+json",
            text: JSON.stringify({ spec: { persistentVolumeReclaimPolicy: "Retain" } }),
        });
        await declare({});
        await good(up());
        await sandbox.api.request("DELETE", `${claims()}/old-data`);
        await client.until(volume, ({ status }) => status?.phase === "Released");
        await declare({ again: { size: "2Gi", adopt: { volume: spec.volumeName } } });
        await good(up());
        const again = await claim("again");
        assert.equal(again.spec.volumeName, spec.volumeName);
        assert.equal(again.status.phase, "Bound");
        await declare({ again: { size: "2Gi" } });
        await good(run(project, "preview"));
    });

    it("adopts the claim of a DataVolume that was let go of", async () => {
        await declare({ root: { size: "1Gi", source: fedora } });
        await good(up());
        const { metadata } = await claim("root");
        await declare({});
        await good(up());
        // As `npm run disks -- release` does.
        await sandbox.api.request("DELETE", `${filled()}/root?propagationPolicy=Orphan`);
        await declare({ root: { size: "1Gi", source: fedora } });
        await client.untilGone(`${filled()}/root`);
        assert.match((await bad(up())).text, /has a claim of that name without its DataVolume/);
        await declare({ root: { size: "1Gi", adopt: { claim: "root" } } });
        await good(run(project, "preview"));
        await good(up());
        assert.equal((await claim("root")).metadata.uid, metadata.uid);
        await good(run(project, "up", { expectNoChanges: true }));
    });

    it("switches a machine over to a copy only where the program says so", async () => {
        // Of a disk in use, a snapshot is copied.
        const data = { size: "1Gi", snapshotClass: "sandbox-snapshots" };
        const copy = { size: "2Gi", copyOf: "data" };
        await declare({ data }, { machine });
        await good(up());
        const switched = (switchFrom?: string) => ({
            name: "db",
            disks: [{ name: "data", disk: "data-2", ...(switchFrom && { switchFrom }) }],
        });
        await declare({ data, "data-2": copy }, { machine: switched() });
        for (const operation of ["preview", "up"] as const) {
            const refused = await bad(run(project, operation));
            assert.match(refused.text, /is claim "data-2", and the machine has "data" there/);
        }
        await declare({ data, "data-2": copy }, { machine: switched("data") });
        const done = await good(up());
        assert.equal(done.operations["delete"], undefined, done.text);
        assert.equal(done.operations["replace"], undefined, done.text);
        await claim("data");
    });

    it("is erased by a destroy if, and only if, the ledger says so", async () => {
        const classes = "/apis/storage.k8s.io/v1/storageclasses";
        const block = (await sandbox.api.get(`${classes}/sandbox-block`)) as object;
        const storageClass = `${namespace}-retain`;
        const retaining = { ...block, metadata: { name: storageClass }, reclaimPolicy: "Retain" };
        await sandbox.api.create(classes, retaining as never);
        const says: Readonly<Record<string, string>> = {
            "delete-delete": "yes",
            "delete-retain": "no",
            forbidden: "refused",
            "retain-delete": "no",
            "retain-retain": "no",
        };
        const disks = (forbidden: string) => ({
            "delete-delete": { size: "1Gi", onDestroy: "delete" },
            "delete-retain": { size: "1Gi", onDestroy: "delete", storageClass, source: fedora },
            forbidden: { size: "1Gi", onDestroy: forbidden },
            "retain-delete": { size: "1Gi", onDestroy: "retain", source: fedora },
            "retain-retain": { size: "1Gi", onDestroy: "retain", storageClass },
        });
        const attached = { name: "db", disks: [{ name: "data", disk: "delete-delete" }] };
        await declare(disks("forbid"), { machine: attached, ledger: "true" });
        await good(up());

        // The disks that the tests before have let go of are in it as well.
        const these = async () =>
            (await ledgerOf(project, sandbox.kubeconfig)).filter(({ disk }) => disk in says);
        const ledger = await these();
        assert.deepEqual(answers(ledger), says);
        assert.deepEqual(
            ledger.map(({ owner }) => owner),
            [`VirtualMachine ${namespace}/db`, "", "", "", ""],
        );
        const { ledger: output } = await project.stack.outputs();
        const declared = output?.value as readonly LedgerDisk[];
        assert.deepEqual(answers(declared), says);
        const common = (disk: LedgerDisk) => {
            const { volume: _, protection: __, ...rest } = disk;
            return rest;
        };
        const byClaim = [...declared].sort((one, other) => one.claim.localeCompare(other.claim));
        assert.deepEqual(byClaim.map(common), ledger.map(common));

        assert.match(destroyByHand(project).text, /forbidden-claim.*protect/s);
        for (const { claim: name } of ledger) {
            assert.equal((await claim(name)).status.phase, "Bound");
        }
        await declare(disks("retain"));
        await good(up());
        await good(run(project, "destroy"));
        for (const { claim: name, volume = "", erasedByDestroy } of ledger) {
            const path = `/api/v1/persistentvolumes/${volume}`;
            if (erasedByDestroy === "yes") {
                await client.untilGone(path);
            } else {
                const phase = name.startsWith("delete") ? "Released" : "Bound";
                await client.until(path, ({ status }) => status?.phase === phase);
            }
        }
        // What the stack has let go of stays in the ledger.
        const after = await these();
        assert.deepEqual(
            after.map(({ claim: name, why }) => [name, why]),
            ["forbidden", "retain-delete", "retain-retain"].map((name) => [
                name,
                "the stack's state does not have it",
            ]),
        );
    });
});

/** What `npm run ledger` finds. */
async function ledgerOf({ stack }: EngineProject, kubeconfig: string) {
    const exported = JSON.stringify(await stack.exportStack());
    const ids = disksOfState(exported);
    const read = await readLedger(await kubeconfigTransport(kubeconfig), ids);
    return ledgerDisks({ stack: "engine-test/test", state: ledgerState(exported), ids, read });
}

function answers(ledger: readonly LedgerDisk[]): Readonly<Record<string, string>> {
    return Object.fromEntries(ledger.map(({ disk, erasedByDestroy }) => [disk, erasedByDestroy]));
}
