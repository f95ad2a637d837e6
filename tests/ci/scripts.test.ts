import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stepEnvironment, stepOf } from "../support/workflow";

const root = join(__dirname, "..", "..");

/** The programs that the scripts call are stood in for: what is asked here is what the scripts do with their answers. */
describe("the scripts of the pipelines", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "pulumi-kubevirt-ci-"));
        mkdirSync(join(folder, "bin"));
        writeFileSync(join(folder, "calls"), "");
    });

    afterEach(() => {
        rmSync(folder, { recursive: true, force: true });
    });

    function program(name: string, script: string): void {
        const file = join(folder, "bin", name);
        const log = join(folder, "calls");
        writeFileSync(file, `#!/usr/bin/env bash\necho "${name} $*" >>"${log}"\n${script}\n`);
        chmodSync(file, 0o755);
    }

    const calls = (): readonly string[] =>
        readFileSync(join(folder, "calls"), "utf8")
            .split("\n")
            .filter((line) => line !== "");

    function run(script: string, env: Readonly<Record<string, string>> = {}) {
        const { status, stdout, stderr } = spawnSync("bash", ["-eo", "pipefail", "-c", script], {
            cwd: root,
            encoding: "utf8",
            env: {
                PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`,
                HOME: folder,
                ...env,
            },
        });
        return { status, text: stdout + stderr };
    }

    const reports = () => join(folder, "reports");
    const read = (name: string) => readFileSync(join(reports(), name), "utf8");

    /** A review that ends with a code, having written its report. */
    function review(codes: Readonly<Record<string, number>>): void {
        const cases = Object.entries(codes).map(
            ([stack, code]) =>
                `${stack}) [[ -z $out ]] || echo "report of ${stack}" >"$out"; exit ${String(code)};;`,
        );
        program(
            "npm",
            `stack=$5; out=""; while (($# > 0)); do [[ $1 != --out ]] || out=$2; shift; done
             case $stack in ${cases.join(" ")} *) echo "no such stack" >&2; exit 1;; esac`,
        );
    }

    describe("ci/preview.sh", () => {
        it("writes a report and a code for each stack, and shares the room of a comment among them", () => {
            review({ staging: 0, production: 2 });
            const { status, text } = run(`ci/preview.sh ${reports()} staging production`);
            assert.equal(status, 0, text);
            assert.equal(read("staging.md"), "report of staging\n");
            assert.deepEqual([read("staging.code"), read("production.code")], ["0\n", "2\n"]);
            assert.match(
                calls()[0] ?? "",
                /run -s review -- staging --format markdown --limit 30000 /,
            );
        });

        it("says why there is no report", () => {
            review({});
            assert.equal(run(`ci/preview.sh ${reports()} staging`).status, 0);
            assert.equal(read("staging.code"), "1\n");
            assert.match(read("staging.md"), /`staging` has no report[^]*no such stack/);
        });

        it("ends with 1 without a stack", () => {
            assert.equal(run(`ci/preview.sh ${reports()}`).status, 1);
        });
    });

    describe("ci/verdict.sh", () => {
        const rows: readonly (readonly [
            Readonly<Record<string, number>>,
            boolean,
            number,
            RegExp,
        ])[] = [
            [{ staging: 0, production: 0 }, false, 0, /All is fine/],
            [{ staging: 0, production: 2 }, false, 2, /say yes: production\. Label it/],
            [{ staging: 0, production: 2 }, true, 0, /has said yes.*: production/],
            [{ staging: 2, production: 3 }, true, 3, /Refused.*: production/],
            [{ staging: 3, production: 1 }, true, 1, /Without a report: production/],
        ];
        for (const [codes, approved, status, said] of rows) {
            it(`${JSON.stringify(codes)}${approved ? ", approved" : ""}: ${String(status)}`, () => {
                mkdirSync(reports());
                for (const [stack, code] of Object.entries(codes)) {
                    writeFileSync(join(reports(), `${stack}.md`), `report of ${stack}\n`);
                    writeFileSync(join(reports(), `${stack}.code`), `${String(code)}\n`);
                }
                const ran = run(`ci/verdict.sh ${reports()}`, {
                    APPROVED: String(approved),
                    APPROVE_HOW: "Label it.",
                });
                assert.equal(ran.status, status, ran.text);
                assert.match(ran.text, said);
                assert.match(read("report.md"), /report of production\n\nreport of staging\n/);
            });
        }

        it("ends with 1 where there is no report at all", () => {
            mkdirSync(reports());
            assert.equal(run(`ci/verdict.sh ${reports()}`).status, 1);
            assert.match(read("report.md"), /There is no report/);
        });
    });

    describe("ci/deploy.sh", () => {
        const rows: readonly (readonly [number, string, number])[] = [
            [0, "", 0],
            [2, "", 2],
            [2, "false", 2],
            [2, "true", 0],
            [3, "true", 3],
            [1, "true", 1],
        ];
        for (const [code, approved, status] of rows) {
            it(`review ends with ${String(code)}, approved "${approved}": ${String(status)}`, () => {
                review({ staging: code });
                program("pulumi", "exit 0");
                const ran = run("ci/deploy.sh staging", { APPROVED: approved });
                assert.equal(ran.status, status, ran.text);
                assert.equal(
                    calls().includes(
                        "pulumi up --yes --skip-preview --non-interactive --stack staging --policy-pack policies",
                    ),
                    status === 0,
                    "an update is made exactly where the script ends well",
                );
            });
        }
    });

    describe("ci/github-comment.sh", () => {
        const comment = (body = "the report") => {
            writeFileSync(join(folder, "report.md"), body);
            return run(`ci/github-comment.sh shop/vms 7 ${join(folder, "report.md")}`);
        };
        const gh = (found: string) => {
            program(
                "gh",
                `[[ $* != *--paginate* ]] || { printf '%s' '${found}'; exit; }
                 for one in "$@"; do [[ $one != body=@* ]] || cp "\${one#body=@}" "${join(folder, "body")}"; done`,
            );
        };

        it("makes a comment, and writes over it the next time", () => {
            gh("");
            assert.equal(comment().status, 0);
            assert.match(
                calls().at(-1) ?? "",
                /--method POST repos\/shop\/vms\/issues\/7\/comments/,
            );
            const body = readFileSync(join(folder, "body"), "utf8");
            assert.match(body, /^<!-- pulumi-kubevirt: .* -->\nthe report$/);
            gh("42\n43\n");
            assert.equal(comment().status, 0);
            assert.match(
                calls().at(-1) ?? "",
                /--method PATCH repos\/shop\/vms\/issues\/comments\/42/,
            );
        });

        it("never sends more than GitHub takes", () => {
            gh("");
            assert.equal(comment("x".repeat(70_000)).status, 0);
            const body = readFileSync(join(folder, "body"), "utf8");
            assert.match(body, /longer than a comment may be/);
            assert.ok(body.length < 1000);
        });
    });

    describe("ci/with-kubeconfig.sh", () => {
        it("hands the kubeconfig over as a file of this user's, which is gone afterwards", () => {
            const ran = run(
                `ci/with-kubeconfig.sh bash -c 'stat -c %a "$KUBECONFIG"; cat "$KUBECONFIG"; echo "$KUBECONFIG" >${join(folder, "where")}; echo "[\${KUBECONFIG_TEXT-unset}] [\${PULUMI_BACKEND_URL-unset}]"'`,
                { KUBECONFIG_TEXT: "a kubeconfig", PULUMI_BACKEND_URL: "" },
            );
            assert.equal(ran.text, "600\na kubeconfig\n[unset] [unset]\n");
            assert.ok(!existsSync(readFileSync(join(folder, "where"), "utf8").trim()));
        });

        it("says what is not set", () => {
            const ran = run("ci/with-kubeconfig.sh true", { KUBECONFIG_TEXT: "" });
            assert.equal(ran.status, 1);
            assert.match(ran.text, /KUBECONFIG_TEXT is empty/);
        });
    });

    describe("the steps of the workflow", () => {
        it("withdraw an approval", () => {
            program("gh", "");
            const step = stepOf("stacks", "withdraw", "take the label away");
            const env = stepEnvironment("stacks", step, {
                "github.token": "of-the-tests",
                "github.repository": "shop/vms",
                "github.event.pull_request.number": "7",
            });
            assert.equal(run(step.run ?? "", env).status, 0);
            assert.deepEqual(calls(), [
                "gh api --silent --method DELETE repos/shop/vms/issues/7/labels/data-change-approved",
            ]);
        });

        for (const [approved, answer] of [
            [true, "true"],
            [false, "false"],
        ] as const) {
            it(`know whether the pull request of a commit was approved: ${answer}`, () => {
                program("gh", `echo ${String(approved)}`);
                const step = stepOf("deploy", "up", "was the pull request of this commit approved");
                const output = join(folder, "output");
                const ran = run(step.run ?? "", {
                    ...stepEnvironment("deploy", step, {
                        "github.token": "of-the-tests",
                        "github.repository": "shop/vms",
                        "github.sha": "abc",
                    }),
                    GITHUB_OUTPUT: output,
                });
                assert.equal(ran.status, 0, ran.text);
                assert.equal(readFileSync(output, "utf8"), `approved=${answer}\n`);
            });
        }

        const may = stepOf("stacks", "report", "whether it may be merged");
        const merged: readonly (readonly [string, Readonly<Record<string, string>>, number])[] = [
            ["all came to an end", { CODE: "0", SANDBOX: "success", PREVIEWS: "success" }, 0],
            [
                "no stack is set up",
                { CODE: "0", SANDBOX: "success", PREVIEWS: "skipped", STACKS: "" },
                0,
            ],
            ["a fork's", { CODE: "0", SANDBOX: "success", PREVIEWS: "skipped" }, 1],
            ["a preview failed", { CODE: "0", SANDBOX: "success", PREVIEWS: "failure" }, 1],
            ["one was broken off", { CODE: "0", SANDBOX: "cancelled", PREVIEWS: "success" }, 1],
            ["a yes is needed", { CODE: "2", SANDBOX: "success", PREVIEWS: "success" }, 2],
            ["it is refused", { CODE: "3", SANDBOX: "success", PREVIEWS: "success" }, 3],
        ];
        for (const [name, env, status] of merged) {
            it(`let a pull request be merged or not: ${name}: ${String(status)}`, () => {
                const ran = run(may.run ?? "", { STACKS: '["staging"]', ...env });
                assert.equal(ran.status, status, ran.text);
            });
        }
    });
});
