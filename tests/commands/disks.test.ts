import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { keptDisks, type KeptDisk, type LiveObject } from "../../commands/disks-list";
import { readDisksOptions } from "../../commands/disks-options";
import { readDisks } from "../../commands/disks-read";
import { planRelease, release } from "../../commands/disks-release";
import { disksOfState } from "../../commands/disks-state";
import { disksText } from "../../commands/disks-text";
import { originAnnotation, ownerAnnotation } from "../../model/annotations";
import {
    ApiError,
    kubeconfigServer,
    kubeconfigTransport,
    type Transport,
} from "../../waits/transport";
import type { Writer } from "../../waits/writes";
import { temporaryFolder } from "../support/folder";
import { sharedSandbox, type SharedSandbox } from "../support/sandbox";

const stack = "shop/prod";

function claim(name: string, owner = `${stack}/${name}`, rest: object = {}): LiveObject {
    return {
        metadata: {
            namespace: "vms",
            name,
            creationTimestamp: "2026-11-18T12:00:00Z",
            annotations: { [ownerAnnotation]: owner, [originAnnotation]: "blank, class fast" },
        },
        spec: {
            storageClassName: "fast",
            volumeName: `pvc-of-${name}`,
            resources: { requests: { storage: "10Gi" } },
        },
        status: { phase: "Bound", capacity: { storage: "10Gi" } },
        ...rest,
    };
}

function volume(
    name: string,
    claimName: string,
    phase = "Released",
    rest: object = {},
): LiveObject {
    return {
        metadata: { name },
        spec: {
            storageClassName: "fast",
            persistentVolumeReclaimPolicy: "Retain",
            capacity: { storage: "20Gi" },
            claimRef: { namespace: "vms", name: claimName },
        },
        status: { phase },
        ...rest,
    };
}

function kept(seen: Partial<Parameters<typeof keptDisks>[0]>): readonly KeptDisk[] {
    return keptDisks({
        stack,
        state: new Set<string>(),
        claims: [],
        dataVolumes: [],
        volumes: [],
        ...seen,
    });
}

describe("keptDisks", () => {
    it("are the claims of the stack that its state does not have", () => {
        const disks = kept({
            state: new Set(["claim vms/in-use"]),
            claims: [claim("in-use"), claim("db-data"), claim("other", "shop/test/other")],
            volumes: [volume("pvc-of-db-data", "db-data", "Bound")],
        });
        assert.deepEqual(disks, [
            {
                kind: "PersistentVolumeClaim",
                namespace: "vms",
                name: "db-data",
                status: "retained",
                resource: "db-data",
                phase: "Bound",
                size: "10Gi",
                storageClass: "fast",
                created: "2026-11-18T12:00:00Z",
                origin: "blank, class fast",
                reclaimPolicy: "Retain",
                takeBack:
                    'new Disk("db-data", { storage, size: "10Gi", namespace: "vms", adopt: { claim: "db-data" } });',
            },
        ]);
    });

    it("does not take a stack for another whose name begins the same", () => {
        assert.deepEqual(
            kept({ claims: [claim("a", "shop/prod-2/a"), claim("b", "shop/prod")] }),
            [],
        );
    });

    it("shows a DataVolume and its claim as one disk", () => {
        const dataVolume = claim("db-root", undefined, { status: { phase: "Succeeded" } });
        const disks = kept({ claims: [claim("db-root")], dataVolumes: [dataVolume] });
        assert.deepEqual(
            disks.map(({ kind, name, phase, size }) => [kind, name, phase, size]),
            [["DataVolume", "db-root", "Succeeded", "10Gi"]],
        );
    });

    it("knows the claim of a DataVolume that the state has", () => {
        const state = new Set(["claim vms/db-root"]);
        assert.deepEqual(kept({ state, claims: [claim("db-root")] }), []);
    });

    it("finds the volume of a disk of the stack whose claim is gone", () => {
        const disks = kept({
            state: new Set(["claim vms/db-data"]),
            volumes: [volume("pvc-1", "db-data"), volume("pvc-2", "db-data", "Bound")],
        });
        assert.deepEqual(
            disks.map(({ status, name, takeBack }) => [status, name, takeBack]),
            [
                [
                    "orphaned",
                    "pvc-1",
                    'new Disk("db-data", { storage, size: "20Gi", namespace: "vms", adopt: { volume: "pvc-1" } });',
                ],
            ],
        );
    });

    it("finds the volume that a Disk made itself, which says whose it is", () => {
        const owned = {
            metadata: { name: "vms-legacy", annotations: { [ownerAnnotation]: `${stack}/legacy` } },
        };
        const volumes = [volume("vms-legacy", "legacy", "Available", owned)];
        assert.equal(kept({ volumes })[0]?.status, "orphaned");
        assert.deepEqual(kept({ volumes, state: new Set(["volume vms-legacy"]) }), []);
    });

    it("lists what else lies about in the stack's namespaces as unknown, after the rest", () => {
        const elsewhere = { claimRef: { namespace: "elsewhere", name: "x" } };
        const disks = kept({
            claims: [claim("zulu")],
            volumes: [
                volume("pvc-1", "nobody-knows"),
                volume("pvc-2", "x", "Released", { spec: elsewhere }),
            ],
        });
        assert.deepEqual(
            disks.map(({ status, name }) => [status, name]),
            [
                ["retained", "zulu"],
                ["unknown", "pvc-1"],
            ],
        );
    });

    it("claims nothing of a stack whose state nobody can read", () => {
        assert.equal(kept({ state: undefined, claims: [claim("db-data")] })[0]?.status, "unknown");
    });
});

describe("disksText", () => {
    const now = new Date("2026-11-21T12:00:00Z");

    it("has size, class, age, origin, what becomes of it, and the line of code", () => {
        const volumes = [volume("pvc-of-db-data", "db-data", "Bound")];
        const disks = kept({ claims: [claim("db-data")], volumes });
        assert.equal(
            disksText("prod", "https://prod (context prod-1)", disks, now),
            `Disks that stack "prod" has let go of on https://prod (context prod-1):

PersistentVolumeClaim vms/db-data: 10Gi, class fast, Bound, made 3 days ago, reclaim Retain
    kept: a disk of this stack that its state does not have
    from blank, class fast
    Disk "db-data", put back as it was, takes it back by itself. Or:
    new Disk("db-data", { storage, size: "10Gi", namespace: "vms", adopt: { claim: "db-data" } });`,
        );
    });

    it("does not promise that a filled disk is taken back by itself once its DataVolume is gone", () => {
        const [one] = kept({ claims: [claim("db-data")], volumes: [] });
        const released = {
            ...one,
            origin: "vms/db-data, docker://q.io/a:1, class fast, RWX, Block",
        };
        const list = disksText("prod", "there", [released as KeptDisk], now);
        assert.doesNotMatch(list, /by itself/);
        assert.match(list, /adopt: { claim: "db-data" }/);
    });

    it("says when there is none", () => {
        assert.equal(
            disksText("prod", "there", [], now),
            'Stack "prod" has let go of no disk on there.',
        );
        assert.equal(
            disksText("prod", "there", [], now, false),
            'Whether stack "prod" has let go of a disk on there is not known: not everything could be read.',
        );
    });
});

describe("disksOfState", () => {
    it("are claims, DataVolumes and volumes, and nothing that only changes one", () => {
        const resources = [
            { type: "pulumi:pulumi:Stack" },
            { type: "kubernetes:core/v1:PersistentVolumeClaim", id: "vms/data" },
            { type: "kubernetes:core/v1:PersistentVolumeClaimPatch", id: "vms/root" },
            { type: "kubernetes:cdi.kubevirt.io/v1beta1:DataVolume", id: "vms/image" },
            { type: "kubernetes:core/v1:PersistentVolume", id: "legacy" },
        ];
        const exported = JSON.stringify({ version: 3, deployment: { resources } });
        assert.deepEqual(
            [...disksOfState(exported)],
            ["claim vms/data", "claim vms/image", "volume legacy"],
        );
    });

    it("has none where nothing was deployed yet", () => {
        assert.equal(disksOfState('{"version":3,"deployment":{"manifest":{}}}').size, 0);
    });
});

describe("readDisksOptions", () => {
    it("lists the local stack's disks where nothing is said", () => {
        assert.deepEqual(readDisksOptions([]), {
            action: "list",
            stack: "local",
            context: undefined,
            json: false,
        });
    });

    it("takes what is to be released", () => {
        const options = readDisksOptions(["release", "vms/db-root", "-s", "prod", "--yes"]);
        assert.deepEqual(options, {
            action: "release",
            namespace: "vms",
            name: "db-root",
            yes: true,
            stack: "prod",
            context: undefined,
            json: false,
        });
    });

    for (const [args, message] of [
        [["release"], /Unknown: release/],
        [["release", "db-root"], /<namespace>\/<name>/],
        [["release", "a/b/c"], /<namespace>\/<name>/],
        [["release", "a/b", "c/d"], /Unknown: release a\/b c\/d/],
        [["release", "a/b", "--json"], /Unknown/],
        [["delete", "a/b"], /Unknown: delete a\/b/],
        [["--yes"], /--yes belongs to release/],
        [["--all"], /--all.*--help/],
        [["--context", "prod-1"], /always the sandbox/],
    ] as const) {
        it(`refuses ${args.join(" ")}`, () => {
            assert.throws(() => readDisksOptions(args), message);
        });
    }
});

describe("readDisks", () => {
    it("asks for the namespaces of the state where it may not look everywhere", async () => {
        const asked: string[] = [];
        const transport: Pick<Transport, "list"> = {
            list: (path) => {
                asked.push(path);
                return path.includes("/namespaces/")
                    ? Promise.resolve({ items: [], resourceVersion: "1" })
                    : Promise.reject(new ApiError(403, "forbidden"));
            },
        };
        const { notes } = await readDisks(transport, new Set(["claim vms/a", "claim vms/b"]));
        assert.ok(asked.includes("/api/v1/namespaces/vms/persistentvolumeclaims"));
        assert.equal(notes.length, 3);
        assert.match(notes.join("\n"), /persistentvolumes cannot be read/);
    });

    it("says which account may not look", async () => {
        const transport: Pick<Transport, "list"> = {
            list: () => Promise.reject(new ApiError(401, "Unauthorized")),
        };
        await assert.rejects(readDisks(transport, undefined), /Unauthorized/);
    });
});

/** Against a real API server, whose garbage collector decides what stays. */
describe("npm run disks", function () {
    this.timeout(300_000);
    this.slow(20_000);

    let sandbox: SharedSandbox;
    let transport: Transport & Writer;
    let namespace: string;
    let folder: string | undefined;
    let context: string;

    before(async function () {
        sandbox = await sharedSandbox(this);
        transport = await kubeconfigTransport(sandbox.kubeconfig);
        namespace = await sandbox.namespace("disks");
        ({ context } = await kubeconfigServer(sandbox.kubeconfig));
        folder = temporaryFolder("disks");
        writeFileSync(join(folder, "kubeconfig"), sandbox.kubeconfig);
    });

    after(() => {
        if (folder !== undefined) {
            rmSync(folder, { recursive: true });
        }
    });

    const owner = (name: string) => `pulumi-kubevirt/disks-test/${name}`;
    const paths = {
        dataVolumes: () => `/apis/cdi.kubevirt.io/v1beta1/namespaces/${namespace}/datavolumes`,
        claims: () => `/api/v1/namespaces/${namespace}/persistentvolumeclaims`,
    };

    async function filled(name: string, of = owner(name)): Promise<void> {
        await transport.create(paths.dataVolumes(), {
            apiVersion: "cdi.kubevirt.io/v1beta1",
            kind: "DataVolume",
            metadata: { name, annotations: { [ownerAnnotation]: of } },
            spec: {
                source: { blank: {} },
                storage: {
                    storageClassName: "sandbox-block",
                    accessModes: ["ReadWriteMany"],
                    volumeMode: "Block",
                    resources: { requests: { storage: "1Gi" } },
                },
            },
        });
        await until(
            `${paths.dataVolumes()}/${name}`,
            (found) => found?.status?.phase === "Succeeded",
        );
        await until(`${paths.claims()}/${name}`, (found) => found?.status?.phase === "Bound");
    }

    async function until(
        path: string,
        fits: (found: LiveObject | undefined) => boolean,
    ): Promise<void> {
        while (!fits((await transport.get(path)) as LiveObject | undefined)) {
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
    }

    /** The command itself, in a process of its own and without a terminal. */
    async function command(...args: string[]) {
        const child = spawn(
            process.execPath,
            [
                ...["-r", "ts-node/register", "commands/disks.ts", ...args],
                ...["--stack", "disks-test", "--context", context],
            ],
            {
                cwd: join(__dirname, "../.."),
                env: {
                    ...process.env,
                    KUBECONFIG: join(folder ?? "", "kubeconfig"),
                    SANDBOX_ENGINE: "runner",
                },
                stdio: ["ignore", "pipe", "pipe"],
            },
        );
        const [out, errors, code] = await Promise.all([
            text(child.stdout),
            text(child.stderr),
            new Promise<number | null>((resolve) => child.on("exit", resolve)),
        ]);
        return { out, errors, code };
    }

    it("lists a DataVolume that nobody's state has, with the line that takes it back", async () => {
        await filled("db-root");
        const { out, code, errors } = await command("list", "--json");
        assert.equal(code, 0, errors);
        const { disks, notes } = JSON.parse(out) as {
            disks: readonly KeptDisk[];
            notes: readonly string[];
        };
        const found = disks.find(({ name }) => name === "db-root");
        assert.equal(found?.kind, "DataVolume");
        assert.equal(found.size, "1Gi");
        assert.match(found.takeBack, /adopt: \{ claim: "db-root" \}/);
        assert.match(notes.join("\n"), /no state of stack "disks-test"/);
    });

    it("releases a DataVolume and keeps its claim, which is nobody's then", async () => {
        await filled("kept");
        const { out, code, errors } = await command("release", `${namespace}/kept`, "--yes");
        assert.equal(code, 0, errors);
        assert.match(out, /Its claim kept \(1Gi\) stays/);
        assert.equal(await transport.get(`${paths.dataVolumes()}/kept`), undefined);
        const claim = (await transport.get(`${paths.claims()}/kept`)) as {
            metadata: { ownerReferences?: unknown[]; deletionTimestamp?: string };
            status: { phase: string };
        };
        assert.equal(claim.metadata.ownerReferences, undefined);
        assert.equal(claim.metadata.deletionTimestamp, undefined);
        assert.equal(claim.status.phase, "Bound");
        const listed = await command("--json");
        const { disks } = JSON.parse(listed.out) as { disks: readonly KeptDisk[] };
        const found = disks.find(({ name }) => name === "kept");
        assert.equal(found?.kind, "PersistentVolumeClaim", listed.errors);
    });

    it("changes nothing without being told to, where it cannot ask", async () => {
        await filled("asked");
        const { errors, code } = await command("release", `${namespace}/asked`);
        assert.equal(code, 1);
        assert.match(errors, /no terminal to ask on.*--yes/);
        const there = (await transport.get(`${paths.dataVolumes()}/asked`)) as LiveObject & {
            metadata: { deletionTimestamp?: string };
        };
        assert.equal(there.metadata.deletionTimestamp, undefined);
    });

    it("would have taken the claim along if it were not released like this", async () => {
        await filled("lost");
        const { metadata } = (await transport.get(`${paths.dataVolumes()}/lost`)) as {
            metadata: { uid: string };
        };
        await transport.remove(`${paths.dataVolumes()}/lost`, metadata.uid);
        await until(`${paths.claims()}/lost`, (found) => found === undefined);
    });

    describe("refuses to release", () => {
        const plan = (name: string, state?: ReadonlySet<string>) =>
            planRelease(transport, { namespace, name }, "pulumi-kubevirt/disks-test", state);

        it("what is not there", async () => {
            await assert.rejects(plan("none"), /There is no DataVolume .*\/none/);
        });

        it("what somebody else has made", async () => {
            await filled("foreign", "shop/prod/foreign");
            await assert.rejects(
                plan("foreign"),
                /belongs to shop\/prod\/foreign.*--cascade=orphan/,
            );
        });

        it("what the stack's state has", async () => {
            await filled("in-state");
            const state = new Set([`claim ${namespace}/in-state`]);
            await assert.rejects(plan("in-state", state), /is in the stack's state/);
        });

        it("what is not filled", async () => {
            await transport.create(paths.dataVolumes(), {
                apiVersion: "cdi.kubevirt.io/v1beta1",
                kind: "DataVolume",
                metadata: { name: "half", annotations: { [ownerAnnotation]: owner("half") } },
                spec: {
                    source: { blank: {} },
                    storage: {
                        storageClassName: "no-such-class",
                        accessModes: ["ReadWriteMany"],
                        resources: { requests: { storage: "1Gi" } },
                    },
                },
            });
            await assert.rejects(plan("half"), /is not filled \(phase/);
        });

        it("another one that has taken its place meanwhile", async () => {
            await filled("again");
            const before = await plan("again");
            await assert.rejects(release(transport, { ...before, uid: "another" }), (error) => {
                assert.ok(error instanceof ApiError && error.status === 409);
                return true;
            });
            assert.notEqual(await transport.get(`${paths.claims()}/again`), undefined);
        });
    });
});
