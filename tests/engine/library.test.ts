import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { needsEngine } from "../support/engine";
import { type SharedSandbox, sharedSandbox } from "../support/sandbox";

const root = join(__dirname, "..", "..");

/** What `pulumi new kubernetes-typescript` writes. */
const tsconfig = {
    compilerOptions: {
        strict: true,
        outDir: "bin",
        target: "es2020",
        module: "nodenext",
        moduleResolution: "nodenext",
        sourceMap: true,
        experimentalDecorators: true,
        pretty: true,
        noFallthroughCasesInSwitch: true,
        noImplicitReturns: true,
        forceConsistentCasingInFileNames: true,
    },
    files: ["index.ts"],
};

describe("the packed library, in an empty project", function () {
    this.timeout(1_200_000);
    this.slow(120_000);

    let folder: string;
    let env: Record<string, string>;

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "pulumi-kubevirt-library-"));
        env = {
            PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
            PULUMI_CONFIG_PASSPHRASE: "engine-test",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_HOME: join(folder, "home"),
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        };
        mkdirSync(join(folder, "state"));
    });

    after(() => {
        rmSync(folder, { recursive: true, force: true });
    });

    function ran(command: string, args: readonly string[], input = "", cwd = folder): string {
        const { status, stdout, stderr } = spawnSync(command, args, {
            cwd,
            input,
            encoding: "utf8",
            env: { ...process.env, ...env },
        });
        assert.equal(status, 0, `${command} ${args.join(" ")}\n${stdout}${stderr}`);
        return stdout;
    }

    it("is installed from its package, with nothing of the program in it, and type-checks", () => {
        const packed = ran("npm", ["pack", "--json", "--pack-destination", folder], "", root);
        const [{ filename, files }] = JSON.parse(packed.slice(packed.indexOf("["))) as [
            { readonly filename: string; readonly files: readonly { readonly path: string }[] },
        ];
        const foreign = files
            .map(({ path }) => path)
            .filter((path) => /^(tests|sandbox|stacks|commands|examples|bench)\//.test(path));
        assert.deepEqual(foreign, []);

        const { devDependencies: pinned } = JSON.parse(
            readFileSync(join(root, "package.json"), "utf8"),
        ) as { readonly devDependencies: Readonly<Record<string, string>> };
        const others = ["@pulumi/kubernetes", "@pulumi/pulumi", "@types/node", "typescript"];
        writeFileSync(
            join(folder, "package.json"),
            JSON.stringify({ name: "shop", private: true }),
        );
        ran("npm", [
            "install",
            "--prefer-offline",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            join(folder, filename),
            ...others.map((name) => `${name}@${pinned[name] ?? ""}`),
        ]);

        const guide = readFileSync(join(root, "docs", "guide", "use-as-library.md"), "utf8");
        const program = /```ts\n([^]*?)```/.exec(guide)?.[1];
        assert.ok(program !== undefined, "the guide has no program");
        writeFileSync(join(folder, "index.ts"), program);
        writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
        ran("npx", ["tsc", "--noEmit"]);
    });

    it("registers nothing when it is imported by a program of either kind", () => {
        const count = "Object.keys(library).length";
        const required = `const library = require("pulumi-kubevirt"); console.log(${count})`;
        const imported = `import * as library from "pulumi-kubevirt"; console.log(${count})`;
        assert.ok(Number(ran("node", ["-e", required])) > 10);
        assert.ok(Number(ran("node", ["--input-type=module", "-e", imported])) > 10);
    });

    describe("under the real engine", () => {
        let sandbox: SharedSandbox;

        before(async function () {
            needsEngine(this);
            sandbox = await sharedSandbox(this);
        });

        it("runs the guide's program: a machine, and nothing to do a second time", async () => {
            const namespace = await sandbox.namespace("library");
            const { "current-context": context } = parse(sandbox.kubeconfig) as {
                "current-context": string;
            };
            writeFileSync(
                join(folder, "Pulumi.yaml"),
                JSON.stringify({ name: "shop", runtime: "nodejs" }),
            );
            ran("pulumi", ["stack", "init", "dev"]);
            ran("pulumi", ["config", "set", "--secret", "kubeconfig"], sandbox.kubeconfig);
            for (const [key, value] of Object.entries({
                context,
                namespace,
                storageClass: "sandbox-block",
            })) {
                ran("pulumi", ["config", "set", key, value]);
            }
            ran("pulumi", ["up", "--yes", "--skip-preview"]);
            const machine = await sandbox.api.get(
                `/apis/kubevirt.io/v1/namespaces/${namespace}/virtualmachines/web`,
            );
            assert.match(JSON.stringify(machine), /"printableStatus":"Running"/);
            ran("pulumi", ["preview", "--expect-no-changes"]);
            ran("pulumi", ["destroy", "--yes", "--skip-preview"]);
        });
    });
});
