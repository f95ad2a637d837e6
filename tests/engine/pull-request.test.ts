import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    rmSync,
    symlinkSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { needsEngine } from "../support/engine";
import { skipWithoutBinaries } from "../support/sandbox";
import { stepEnvironment, stepOf, type WorkflowStep } from "../support/workflow";

const root = join(__dirname, "..", "..");

/** The first thing that somebody does who has forked the repository: edit one file, open a pull request, read the comment. */
describe("a pull request on a fork without any setting, by the steps of the workflow", function () {
    this.timeout(1_200_000);
    this.slow(120_000);

    let folder: string;
    let checkout = "";
    let base: string;

    before(function () {
        needsEngine(this);
        skipWithoutBinaries(this);
        if (!existsSync(join(root, ".git"))) {
            this.skip();
        }
        folder = mkdtempSync(join(tmpdir(), "pulumi-kubevirt-fork-"));
        checkout = join(folder, "checkout");
        git(root, "clone", "-q", "--shared", root, checkout);
        base = git(checkout, "rev-parse", "HEAD");
        symlinkSync(join(root, "node_modules"), join(checkout, "node_modules"));
        // What is installed is what the lock file names.
        utimesSync(join(checkout, "package-lock.json"), 0, 0);
        mkdirSync(join(folder, "bin"));
        const gh = join(folder, "bin", "gh");
        writeFileSync(
            gh,
            `#!/usr/bin/env bash
for one in "$@"; do [[ $one != body=@* ]] || cp "\${one#body=@}" "${join(folder, "comment")}"; done\n`,
        );
        chmodSync(gh, 0o755);
    });

    after(() => {
        if (checkout !== "") {
            spawnSync("npm", ["run", "-s", "sandbox", "--", "stop"], { cwd: checkout });
            rmSync(folder, { recursive: true, force: true });
        }
    });

    function git(cwd: string, ...args: readonly string[]): string {
        const identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.org"];
        const { status, stdout, stderr } = spawnSync("git", [...identity, ...args], {
            cwd,
            encoding: "utf8",
        });
        assert.equal(status, 0, stderr);
        return stdout.trim();
    }

    function step(job: string, name: string, expressions: Readonly<Record<string, string>>) {
        const found: WorkflowStep = stepOf("stacks", job, name);
        const { status, stdout, stderr } = spawnSync(
            "bash",
            ["-eo", "pipefail", "-c", found.run ?? ""],
            {
                cwd: checkout,
                encoding: "utf8",
                env: {
                    ...process.env,
                    ...stepEnvironment("stacks", found, expressions),
                    PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
                    GITHUB_STEP_SUMMARY: join(folder, "summary"),
                    GITHUB_OUTPUT: join(folder, "output"),
                },
            },
        );
        return { status, text: stdout + stderr };
    }

    function edit(...changes: readonly (readonly [string, string])[]): void {
        const file = join(checkout, "stacks", "local.ts");
        let text = readFileSync(file, "utf8");
        for (const [from, to] of changes) {
            assert.ok(text.includes(from), `stacks/local.ts has no ${from}`);
            text = text.replace(from, to);
        }
        writeFileSync(file, text);
    }

    function verdict(approved: boolean): number | null {
        writeFileSync(join(folder, "output"), "");
        const label = "contains(github.event.pull_request.labels.*.name, env.APPROVAL)";
        const ran = step("report", "verdict", {
            [`github.event.action != 'synchronize' && ${label}`]: String(approved),
        });
        assert.equal(ran.status, 0, ran.text);
        const [, code = ""] =
            /^code=(\d)$/m.exec(readFileSync(join(folder, "output"), "utf8")) ?? [];
        return step("report", "whether it may be merged", {
            "steps.verdict.outputs.code": code,
            "needs.sandbox.result": "success",
            "needs.preview.result": "skipped",
            "vars.STACKS": "",
        }).status;
    }

    it("says what grows, what is new and what would be lost, and is merged when somebody has said yes", () => {
        git(checkout, "checkout", "-q", "-b", "change");
        edit(
            [`size: "10Gi"`, `size: "15Gi"`],
            [`name: "data"`, `name: "documents"`],
            [
                `export const vm =`,
                `new VirtualMachine("second", {
    cluster: platform,
    cpu: 1,
    memory: "1Gi",
    disks: [{ name: "root", storage, size: "5Gi", onDestroy: "delete" }],
});

export const vm =`,
            ],
        );
        git(
            checkout,
            "commit",
            "-q",
            "-a",
            "-m",
            "A larger root disk, another data disk, a second machine",
        );
        const preview = step("sandbox", "preview in a sandbox", {
            "github.event.pull_request.base.sha": base,
        });
        assert.equal(preview.status, 0, preview.text);

        const report = () => readFileSync(join(checkout, "reports", "report.md"), "utf8");
        assert.equal(verdict(false), 2, report());
        const comment = step("report", "comment", {
            "github.token": "of-the-tests",
            "github.repository": "shop/vms",
            "github.event.pull_request.number": "7",
        });
        assert.equal(comment.status, 0, comment.text);
        const text = readFileSync(join(folder, "comment"), "utf8");
        assert.match(text, /^<!-- pulumi-kubevirt: what this change does -->\n/);
        assert.match(text, /demo-data.*DATA LOSS/);
        assert.match(text, /demo-root.*live/);
        assert.match(text, /second.*new/);
        assert.match(text, /Somebody has to say yes: local\. Label this pull request/);
        assert.equal(readFileSync(join(folder, "summary"), "utf8").includes("DATA LOSS"), true);
        assert.equal(verdict(true), 0, report());
    });

    it("is refused where the change cannot be applied, whatever the label", () => {
        edit([`size: "15Gi"`, `size: "1Gi"`]);
        git(checkout, "commit", "-q", "-a", "-m", "A smaller root disk");
        const preview = step("sandbox", "preview in a sandbox", {
            "github.event.pull_request.base.sha": base,
        });
        assert.equal(preview.status, 0, preview.text);
        assert.equal(verdict(true), 3);
    });
});
