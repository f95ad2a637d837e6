import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
    bad,
    engineProject,
    type EngineProject,
    good,
    needsEngine,
    type Outcome,
    run,
    said,
} from "../support/engine";
import { unreachableKubeconfig } from "../support/kubeconfig";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

type Settings = Readonly<Record<string, unknown>>;

const fedora = { registry: "quay.io/containerdisks/fedora:42" };

/** A disk that CDI fills and an empty one, with each way to go. */
const disks: Readonly<Record<string, Settings>> = Object.fromEntries(
    (["retain", "delete", "forbid"] as const).flatMap((onDestroy) => [
        [`filled-${onDestroy}`, { size: "2Gi", source: fedora, onDestroy }],
        [`empty-${onDestroy}`, { size: "2Gi", onDestroy }],
    ]),
);

interface Edit {
    readonly title: string;
    /** What each disk becomes. */
    readonly edit?: (settings: Settings, name: string) => Settings;
    /** What the whole program becomes. */
    readonly config?: Settings;
    /** Which disks it is about; default: all. */
    readonly of?: RegExp;
    /** The field the refusal names; absent: the edit is harmless and goes through. */
    readonly refused?: RegExp;
}

const source = (other: object) => (settings: Settings) => ({ ...settings, source: other });

/** Thirty edits of a program. None may ever plan to delete or replace a disk. */
const edits: readonly Edit[] = [
    {
        title: "another tag",
        of: /filled/,
        edit: source({ registry: "quay.io/containerdisks/fedora:43" }),
        refused: /source/,
    },
    {
        title: "another image",
        of: /filled/,
        edit: source({ registry: "quay.io/containerdisks/ubuntu:24.04" }),
        refused: /source/,
    },
    {
        title: "a digest",
        of: /filled/,
        edit: source({ ...fedora, digest: `sha256:${"a".repeat(64)}` }),
        refused: /source/,
    },
    {
        title: "another kind of source",
        edit: source({ http: "https://example.org/a.qcow2" }),
        refused: /source|claimName/,
    },
    {
        title: "an S3 source",
        edit: source({ s3: "https://s3.example.org/b/a.qcow2" }),
        refused: /source|claimName/,
    },
    { title: "a copy of a claim", edit: source({ claim: "other" }), refused: /source|claimName/ },
    {
        title: "a copy of a snapshot",
        edit: source({ snapshot: "other" }),
        refused: /source|claimName/,
    },
    { title: "a data source", edit: source({ dataSource: "fedora" }), refused: /source|claimName/ },
    { title: "a blank image", edit: source({ blank: true }), refused: /source|claimName/ },
    {
        title: "no source any more",
        of: /filled/,
        edit: ({ source: _, ...rest }) => rest,
        refused: /source|claimName/,
    },
    {
        title: "a copy of another disk",
        edit: ({ source: _, ...rest }) => ({ ...rest, copyOf: "other" }),
        refused: /source|claimName/,
    },
    {
        title: "another class",
        edit: (settings) => ({ ...settings, storageClass: "sandbox-block-wffc" }),
        refused: /storage/,
    },
    {
        title: "a class that is not there",
        edit: (settings) => ({ ...settings, storageClass: "nowhere" }),
        refused: /storage/,
    },
    {
        title: "another access mode",
        edit: (settings) => ({ ...settings, accessMode: "ReadWriteOnce" }),
        refused: /accessMode/,
    },
    {
        title: "another volume mode",
        edit: (settings) => ({ ...settings, volumeMode: "Filesystem" }),
        refused: /volumeMode/,
    },
    {
        title: "both modes",
        edit: (settings) => ({
            ...settings,
            volumeMode: "Filesystem",
            accessMode: "ReadWriteOnce",
        }),
        refused: /volumeMode/,
    },
    {
        title: "another claim",
        edit: (settings, name) => ({ ...settings, claimName: `${name}-2` }),
        refused: /claimName/,
    },
    {
        title: "another namespace",
        edit: (settings) => ({ ...settings, namespace: "default" }),
        refused: /claimName/,
    },
    {
        title: "another namespace of the cluster",
        config: { namespace: "default" },
        refused: /claimName/,
    },
    {
        title: "a smaller size",
        edit: (settings) => ({ ...settings, size: "1Gi" }),
        refused: /size/,
    },
    {
        title: "a size a little smaller",
        edit: (settings) => ({ ...settings, size: "2047Mi" }),
        refused: /size/,
    },
    {
        title: "a size that is none",
        edit: (settings) => ({ ...settings, size: "2GB" }),
        refused: /size/,
    },
    {
        title: "another name of the cluster",
        config: { cluster: { name: "other" } },
    },
    {
        title: "another identifier of the cluster",
        config: { cluster: { identifier: "other" } },
        refused: /storage/,
    },
    {
        title: "adopting something else",
        edit: (settings) => ({ ...settings, source: undefined, adopt: { claim: "other" } }),
        refused: /claimName|adopt/,
    },
    {
        title: "everything at once",
        edit: (settings) => ({
            ...settings,
            ...source({ blank: true })(settings),
            storageClass: "sandbox-block-wffc",
            size: "1Gi",
            volumeMode: "Filesystem",
        }),
        refused: /storage/,
    },
    { title: "a larger size", edit: (settings) => ({ ...settings, size: "3Gi" }) },
    { title: "labels", edit: (settings) => ({ ...settings, labels: { team: "data" } }) },
    { title: "when it is bound", edit: (settings) => ({ ...settings, bind: "now" }) },
    {
        title: "how long it may take, preallocation, priority",
        edit: (settings) => ({
            ...settings,
            readyWithin: "1 hour",
            preallocation: true,
            priorityClass: "high",
        }),
    },
    {
        title: "what becomes of it",
        edit: (settings, name) => ({
            ...settings,
            onDestroy: name.endsWith("delete") ? "retain" : "delete",
        }),
    },
    {
        title: "recreate, of a disk that is there",
        edit: (settings) => ({ ...settings, recreate: true }),
    },
];

describe("dangerous edits of disks with data, under the real engine", function () {
    this.timeout(1_200_000);
    this.slow(60_000);

    let sandbox: SharedSandbox;
    let project: EngineProject;
    let config: Readonly<Record<string, string>>;

    before(async function () {
        this.timeout(1_200_000);
        needsEngine(this);
        sandbox = await sharedSandbox(this);
        const namespace = await sandbox.namespace("edits");
        config = { kubeconfig: sandbox.kubeconfigPath, namespace, disks: JSON.stringify(disks) };
        project = await engineProject("disks", config);
        await good(run(project, "up"));
        const unreachable = join(project.folder, "nowhere");
        writeFileSync(unreachable, unreachableKubeconfig);
        reaches.set("with the cluster out of reach", unreachable);
        reaches.set("with the cluster", sandbox.kubeconfigPath);
    });

    after(() => {
        (project as EngineProject | undefined)?.dispose();
    });

    const reaches = new Map<string, string>();

    async function planned(edit: Edit, reach: string, unguarded = false): Promise<Outcome> {
        const edited = Object.fromEntries(
            Object.entries(disks).map(([name, settings]) => [
                name,
                (edit.of?.test(name) ?? true)
                    ? (edit.edit?.(settings, name) ?? settings)
                    : settings,
            ]),
        );
        const changes = Object.entries(edit.config ?? {}).map(
            ([key, value]) =>
                [key, typeof value === "string" ? value : JSON.stringify(value)] as const,
        );
        const all: Record<string, string> = {
            ...config,
            cluster: "{}",
            kubeconfig: reaches.get(reach) ?? "",
            disks: JSON.stringify(edited),
            unguarded: String(unguarded),
            ...Object.fromEntries(changes),
        };
        await project.stack.setAllConfig(
            Object.fromEntries(Object.entries(all).map(([key, value]) => [key, { value }])),
        );
        return run(project, "preview");
    }

    /** What a plan takes away or makes anew of the disks. */
    function lost({ operations }: Outcome): string[] {
        return Object.entries(operations)
            .filter(([operation]) => /delete|replace|discard/.test(operation))
            .flatMap(([operation, names]) => names.map((name) => `${operation} ${name}`))
            .filter((text) => /(filled|empty)-/.test(text));
    }

    it("are thirty at least", () => {
        assert.ok(edits.length >= 30, String(edits.length));
    });

    for (const reach of ["with the cluster", "with the cluster out of reach"]) {
        for (const edit of edits) {
            const { title, refused, of = /./ } = edit;
            it(`${refused === undefined ? "goes through" : "is refused"}: ${title}, ${reach}`, async () => {
                const plan = await planned(edit, reach);
                assert.deepEqual(lost(plan), [], plan.text);
                if (refused === undefined) {
                    assert.equal(plan.failed, false, plan.text);
                    return;
                }
                assert.equal(plan.failed, true, plan.text);
                for (const disk of Object.keys(disks).filter((name) => of.test(name))) {
                    const errors = said(plan, disk, "error").join("\n");
                    assert.match(errors, refused, `${disk}: ${errors}\n${plan.text}`);
                }
            });
        }
    }

    for (const title of [
        "another claim",
        "no source any more",
        "another identifier of the cluster",
    ]) {
        it(`would be lost without the guard: ${title}`, async () => {
            const edit = edits.find((one) => one.title === title) as Edit;
            const plan = await planned(edit, "with the cluster out of reach", true);
            assert.notDeepEqual(lost(plan), [], plan.text);
        });
    }

    it("stop an update before its first change", async () => {
        const edit = edits.find(({ title }) => title === "everything at once") as Edit;
        await planned({ ...edit, of: /filled-retain/ }, "with the cluster");
        const settings = { ...disks, "empty-retain": { size: "3Gi" }, new: { size: "1Gi" } };
        const broken = {
            ...settings,
            "filled-retain": edit.edit?.(disks["filled-retain"] ?? {}, ""),
        };
        await project.stack.setConfig("disks", { value: JSON.stringify(broken) });
        const up = await bad(run(project, "up"));
        assert.deepEqual(lost(up), [], up.text);
        assert.deepEqual(
            (up.operations["create"] ?? []).filter((name) => /-(claim|data-volume)$/.test(name)),
            [],
            up.text,
        );
    });

    it("have left everything as it was", async () => {
        await planned({ title: "none" }, "with the cluster");
        const up = await good(run(project, "up"));
        assert.deepEqual(lost(up), [], up.text);
        assert.equal(up.operations["update"], undefined, up.text);
        await good(run(project, "up", { expectNoChanges: true }));
    });
});
