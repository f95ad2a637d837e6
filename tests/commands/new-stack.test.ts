import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { newStack } from "../../commands/new-stack-run";
import { environmentKey } from "../../stacks/schema/keys";
import { parseEnvironment } from "../../stacks/schema/parse";
import { temporaryFolder } from "../support/folder";

const root = join(__dirname, "..", "..");

describe("npm run new-stack", () => {
    let folder: string;
    let said: string[];
    let questions: string[];

    beforeEach(() => {
        folder = temporaryFolder("new-stack");
        mkdirSync(join(folder, "stacks"));
        said = [];
        questions = [];
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    const log = (line: string) => said.push(line);
    const file = (stack = "qa") => join(folder, "stacks", `Pulumi.${stack}.yaml`);
    const written = () => {
        const { config } = parse(readFileSync(file(), "utf8")) as {
            config: Record<string, unknown>;
        };
        const { environment, problems } = parseEnvironment(config[environmentKey]);
        assert.deepEqual(problems, []);
        return environment;
    };

    /** Without a terminal. */
    const run = (...args: string[]) => newStack(args, { folder, log, ask: undefined });

    /** In a terminal, with somebody who answers. */
    const answer = (args: readonly string[], ...answers: string[]) =>
        newStack(args, {
            folder,
            log,
            ask: (question) => {
                questions.push(question);
                return Promise.resolve(answers.shift() ?? "");
            },
        });

    it("writes an environment that can be read, and the schema beside it", async () => {
        assert.equal(await run("qa", "--context", "qa-1", "--storage", "longhorn"), 0);
        assert.deepEqual(written(), {
            stage: "staging",
            cluster: { context: "qa-1", namespace: "vms" },
            platform: {
                certManager: "skip",
                snapshots: "adopt",
                kubevirt: "adopt",
                cdi: "adopt",
            },
            storage: { longhorn: { replicas: 2 } },
        });
        assert.ok(existsSync(join(folder, "stacks", "environment.schema.json")));
        assert.match(said.join("\n"), /pulumi stack init qa\b/);
        assert.doesNotMatch(said.join("\n"), /cephKey|images:lock/);
    });

    it("writes a production on Ceph with a first machine, and says what has to be set and locked", async () => {
        const ceph = [
            "--ceph-cluster-id",
            "abc",
            "--ceph-monitors",
            "a:1, b:2",
            "--ceph-pool",
            "vm",
        ];
        const common = ["--context", "qa-1", "--storage", "ceph", "--stage", "production"];
        assert.equal(await run("qa", ...common, ...ceph, "--machine", "db"), 0);
        const { storage, machines } = written() ?? {};
        assert.deepEqual(storage, {
            ceph: {
                clusterId: "abc",
                monitors: ["a:1", "b:2"],
                pool: "vm",
                user: { id: "kubevirt", key: { secret: "cephKey" } },
            },
        });
        assert.deepEqual(Object.keys(machines ?? {}), ["db"]);
        assert.match(said.join("\n"), /config set --secret cephKey -s qa[^]*npm run images:lock/);
    });

    it("asks for what no option says, with what counts otherwise", async () => {
        const answers = ["qa-1", "", "prod", "production", "install", "longhorn", "", ""];
        assert.equal(await answer(["qa"], ...answers), 0);
        assert.deepEqual(questions.slice(0, 3), [
            "Context of the kubeconfig it lives on: ",
            "Namespace of its machines (vms): ",
            "What is at stake [staging, production] (staging): ",
        ]);
        assert.equal(questions[3], questions[2], "a word that it cannot be is asked for again");
        const { platform, storage } = written() ?? {};
        assert.equal(platform?.kubevirt, "install");
        assert.deepEqual(storage, { longhorn: { replicas: 3 } });
    });

    it("asks for nothing that an option says, or that belongs to another storage", async () => {
        await answer(["qa", "--context", "a", "--storage", "existing"], "", "", "", "nvme", "");
        assert.ok(!questions.some((question) => /Context|Ceph|nodes/.test(question)));
        assert.deepEqual(written()?.storage, { existing: { storageClass: "nvme" } });
    });

    it("says everything that is missing where there is nobody to ask, and writes nothing", async () => {
        await assert.rejects(
            run("qa", "--storage", "ceph"),
            /--context .*\n.*--ceph-cluster-id.*\n.*--ceph-monitors.*\n.*--ceph-pool/,
        );
        await assert.rejects(run("qa"), /--storage .*: existing, longhorn, ceph/);
        assert.ok(!existsSync(file()));
    });

    for (const [what, args, told] of [
        ["no name", [], /has no name/],
        ["two names", ["a", "b"], /a b are several names/],
        ["a name that is none", ["../a"], /"\.\.\/a" is not a name for a stack/],
        ["a word that is nearly right", ["qa", "--storage", "longhon"], /Write longhorn\./],
        [
            "an option of another storage",
            ["qa", "--context", "a", "--storage", "longhorn", "--ceph-pool", "x"],
            /--ceph-pool does not belong to --storage longhorn/,
        ],
        ["an option that there is not", ["qa", "--contxt", "a"], /--contxt.*--help/],
        [
            "what is no number",
            ["qa", "--context", "a", "--storage", "longhorn", "--replicas", "two"],
            /Stack "qa": environment\.storage\.longhorn\.replicas /,
        ],
        [
            "a machine that cannot be",
            ["qa", "--context", "a", "--storage", "longhorn", "--machine", "Db"],
            /"Db", which is not a Kubernetes name/,
        ],
    ] as const) {
        it(`refuses ${what}, and writes nothing`, async () => {
            await assert.rejects(run(...args), told);
            assert.ok(!existsSync(file()));
        });
    }

    it("overwrites nothing: no stack, and no file that would be its program", async () => {
        writeFileSync(file(), "mine");
        const rest = ["--context", "a", "--storage", "longhorn"];
        await assert.rejects(run("qa", ...rest), /is there already/);
        assert.equal(readFileSync(file(), "utf8"), "mine");
        writeFileSync(join(folder, "stacks", "machines.ts"), "");
        await assert.rejects(run("machines", ...rest), /would be taken for the program/);
    });

    describe("as a process without a terminal", function () {
        const command = (name: string, ...args: string[]) =>
            spawnSync(
                process.execPath,
                ["-r", "ts-node/register", join(root, "commands", `${name}.ts`), ...args],
                { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
            );

        it("ends with 0 and the file, or with 1 and what is missing", () => {
            const options = ["--folder", folder, "--context", "a", "--storage", "longhorn"];
            const made = command("new-stack", "qa", ...options);
            assert.equal(made.status, 0, made.stderr);
            assert.ok(existsSync(file()));
            const again = command("new-stack", "qa", ...options);
            assert.equal(again.status, 1);
            assert.match(again.stderr, /^error: .*is there already/);
            const missing = command("new-stack", "other", "--folder", folder);
            assert.equal(missing.status, 1);
            assert.match(missing.stderr, /no terminal[^]*--context/);
        });

        it("shows help, and prints the schema", () => {
            const help = command("new-stack", "--help");
            assert.equal(help.status, 0);
            assert.match(help.stdout, /--storage KIND/);
            const schema = command("schema", "--print");
            assert.equal(schema.status, 0);
            assert.ok("properties" in (JSON.parse(schema.stdout) as object));
        });
    });
});
