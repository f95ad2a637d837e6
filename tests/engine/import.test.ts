import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import ts from "typescript";
import { runImport } from "../../commands/import-run";
import {
    bad,
    type EngineProject,
    engineProject,
    good,
    needsEngine,
    type Outcome,
    run,
} from "../support/engine";
import {
    instancesIn,
    machinesIn,
    makeForeign,
    plantedPassword,
    runningMachines,
} from "../support/foreign-machines";
import { patienceMs, type SharedSandbox, sharedSandbox } from "../support/sandbox";

interface Live {
    readonly metadata: {
        readonly name: string;
        readonly uid: string;
        readonly generation?: number;
    };
    readonly spec: unknown;
    readonly status?: { readonly phase?: string };
}

const root = join(__dirname, "..", "..");

describe("what somebody else made is imported, under the real engine", function () {
    this.timeout(1_200_000);
    this.slow(120_000);

    let sandbox: SharedSandbox;
    let namespace: string;
    let folder: string | undefined;
    let out: string;
    let printed: string;

    before(async function () {
        this.timeout(1_200_000);
        needsEngine(this);
        sandbox = await sharedSandbox(this);
        namespace = await sandbox.namespace("import");
        await makeForeign(sandbox, namespace);
        await settled();
        mkdirSync(join(root, "dist"), { recursive: true });
        folder = mkdtempSync(join(root, "dist", "import-"));
        out = join(folder, "test.ts");
        printed = await imported("--out", out, "--part");
    });

    after(() => {
        if (folder !== undefined) {
            rmSync(folder, { recursive: true, force: true });
        }
    });

    /** Every disk is bound and every machine that is to run runs. */
    async function settled(): Promise<void> {
        const deadline = Date.now() + patienceMs;
        for (;;) {
            const instances = await list(instancesIn(namespace));
            const claims = await list(`/api/v1/namespaces/${namespace}/persistentvolumeclaims`);
            const volumes = await list(
                `/apis/cdi.kubevirt.io/v1beta1/namespaces/${namespace}/datavolumes`,
            );
            if (
                instances.filter(({ status }) => status?.phase === "Running").length ===
                    runningMachines.length &&
                claims.every(({ status }) => status?.phase === "Bound") &&
                volumes.every(({ status }) => status?.phase === "Succeeded")
            ) {
                return;
            }
            assert.ok(
                Date.now() < deadline,
                JSON.stringify(
                    [instances, claims, volumes].map((all) =>
                        all.map(({ metadata, status }) => [metadata.name, status]),
                    ),
                ),
            );
            await pause(200);
        }
    }

    async function list(path: string): Promise<readonly Live[]> {
        return ((await sandbox.api.get(path)) as { items: readonly Live[] }).items;
    }

    async function imported(...options: readonly string[]): Promise<string> {
        const lines: string[] = [];
        const code = await runImport(
            [namespace, "--kubeconfig", sandbox.kubeconfigPath, ...options],
            { print: (text) => lines.push(text), env: {} },
        );
        assert.equal(code, 0, lines.join("\n"));
        return lines.join("\n");
    }

    async function begin(): Promise<EngineProject> {
        const project = await engineProject("imported", {
            kubeconfig: sandbox.kubeconfigPath,
            namespace,
        });
        // As the command says it: the data as it is in the machine.
        const machine = (await sandbox.api.get(`${machinesIn(namespace)}/db`)) as {
            spec: {
                template: {
                    spec: { volumes: { name: string; cloudInitNoCloud?: { userData: string } }[] };
                };
            };
        };
        const boot = machine.spec.template.spec.volumes.find(({ name }) => name === "boot");
        const value = Buffer.from(boot?.cloudInitNoCloud?.userData ?? "").toString("base64");
        await project.stack.setConfig("db-boot-userData", { value, secret: true });
        return project;
    }

    /** What must not change: which objects there are, and what their specs say. */
    async function world(): Promise<unknown> {
        const paths = [
            machinesIn(namespace),
            instancesIn(namespace),
            `/api/v1/namespaces/${namespace}/persistentvolumeclaims`,
            `/apis/cdi.kubevirt.io/v1beta1/namespaces/${namespace}/datavolumes`,
            `/api/v1/namespaces/${namespace}/services`,
            `/apis/k8s.cni.cncf.io/v1/namespaces/${namespace}/network-attachment-definitions`,
        ];
        const all = await Promise.all(paths.map(list));
        return all.flat().map(({ metadata: { name, uid, generation }, spec }) => ({
            name,
            uid,
            generation,
            spec,
        }));
    }

    it("as a program that the compiler takes, and that names what it leaves", () => {
        const text = readFileSync(out, "utf8");
        assert.ok(!text.includes(plantedPassword) && !printed.includes(plantedPassword), text);
        assert.match(text, /Not here: VirtualMachine shop: Helm release shop looks after it/);
        assert.match(printed, /kubectl patch vm tied .*dataVolumeTemplates/);
        assert.match(printed, /pulumi config set --secret db-boot-userData/);
        const { options } = ts.parseJsonConfigFileContent(
            ts.readConfigFile(join(root, "tsconfig.json"), (path) => ts.sys.readFile(path)).config,
            ts.sys,
            root,
        );
        const program = ts.createProgram([out], { ...options, noEmit: true });
        assert.deepEqual(
            ts
                .getPreEmitDiagnostics(program)
                .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
            [],
        );
    });

    it("by imports only, after which nothing is left to do and nothing on the cluster has changed", async () => {
        const project = await begin();
        const before = await world();
        await project.stack.setConfig("program", { value: out });
        const plan = await good(run(project, "preview"));
        onlyImports(plan);
        assert.ok((plan.operations["import"] ?? []).length >= 14, JSON.stringify(plan.operations));
        const done = await good(run(project, "up"));
        onlyImports(done);
        await good(run(project, "up", { expectNoChanges: true }));
        assert.deepEqual(await world(), before);
        const state = join(
            project.folder,
            "state",
            ".pulumi",
            "stacks",
            "engine-test",
            "test.json",
        );
        assert.ok(
            !readFileSync(state, "utf8").includes(plantedPassword),
            "the state has the first-boot data in plain text",
        );
        project.dispose();
    });

    it("by pulumi import --file on a fresh stack, after which a preview has nothing to do; an edit and a destroy then do what they say", async () => {
        const project = await begin();
        const before = await world();
        const running = await uids(instancesIn(namespace));
        const file = out.replace(/\.ts$/, ".import.json");
        const text = readFileSync(file, "utf8").replaceAll("pulumi-kubevirt::", "engine-test::");
        writeFileSync(file, text);
        // The Cluster alone first.
        await good(run(project, "up"));
        await project.stack.setConfig("program", { value: out });
        const { status, stdout, stderr } = spawnSync(
            "pulumi",
            [
                "import",
                "--file",
                file,
                "--generate-code=false",
                "--yes",
                "--non-interactive",
                "--stack",
                "test",
            ],
            { cwd: project.folder, env: { ...process.env, ...project.env }, encoding: "utf8" },
        );
        assert.equal(status, 0, stdout + stderr);
        const plan = await good(run(project, "preview"));
        assert.deepEqual(Object.keys(plan.operations), ["same"], JSON.stringify(plan.operations));
        await good(run(project, "up", { expectNoChanges: true }));
        assert.deepEqual(await world(), before);

        // A change of one machine is a change of this one alone, and marks it.
        const edited = join(folder ?? "", "edited.ts");
        writeFileSync(
            edited,
            readFileSync(out, "utf8").replace(
                'labels: { app: "web" }',
                'labels: { app: "web", team: "shop" }',
            ),
        );
        await project.stack.setConfig("program", { value: edited });
        const change = await good(run(project, "up"));
        assert.deepEqual(change.operations["update"], ["web-virtual-machine"], change.text);
        const web = (await sandbox.api.get(`${machinesIn(namespace)}/web`)) as {
            metadata: { annotations: Record<string, string>; labels: Record<string, string> };
        };
        assert.equal(web.metadata.annotations["pulumi-kubevirt.dev/owner"], "engine-test/test/web");
        assert.equal(web.metadata.labels["team"], "shop");
        await good(run(project, "up", { expectNoChanges: true }));
        assert.deepEqual(await uids(instancesIn(namespace)), running);

        const disks = [
            `/api/v1/namespaces/${namespace}/persistentvolumeclaims`,
            `/apis/cdi.kubevirt.io/v1beta1/namespaces/${namespace}/datavolumes`,
        ];
        const kept = await Promise.all(disks.map(uids));
        const refused = await bad(run(project, "destroy"));
        assert.match(refused.text, /tied-virtual-machine.*protect/s);
        await good(run(project, "destroy", { excludeProtected: true }));
        assert.deepEqual(
            (await list(machinesIn(namespace))).map(({ metadata }) => metadata.name).sort(),
            ["shop", "tied"],
        );
        assert.deepEqual(await Promise.all(disks.map(uids)), kept);
        project.dispose();
    });

    async function uids(path: string): Promise<readonly string[]> {
        return (await list(path)).map(({ metadata: { name, uid } }) => `${name} ${uid}`).sort();
    }
});

/** Components are the program's own; on the cluster nothing is made, changed or deleted. */
function onlyImports({ operations, text }: Outcome): void {
    const { create = [], import: _, same: _same, ...others } = operations;
    assert.deepEqual(others, {}, text);
    assert.deepEqual(
        create.filter((name) =>
            /-(virtual-machine|data-volume|claim|size|service|attachment|cloud-init)$/.test(name),
        ),
        [],
        text,
    );
}
