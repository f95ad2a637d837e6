import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readDriftOptions } from "../../commands/drift-options";
import { readReviewOptions } from "../../commands/review-options";
import { UserError } from "../../model/user-error";
import { commentMarker } from "../../review/markdown";
import { claim, claimType, digest, machine, machineType, step } from "../review/steps";
import { temporaryFolder } from "../support/folder";

const root = join(__dirname, "..", "..");
const lost = digest([step({ op: "delete", type: claimType, name: "data", old: claim("data") })]);
const fine = digest([step({ op: "create", type: machineType, name: "db", now: machine("db") })]);
const refused = digest([], {
    diagnostics: [{ urn: "", severity: "error", message: "error: memory is 2GB" }],
});

function run(command: string, args: readonly string[], input = "") {
    const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ["-r", "ts-node/register", join(root, "commands", `${command}.ts`), ...args],
        { cwd: root, encoding: "utf8", input },
    );
    return { status, stdout, stderr };
}

describe("npm run review", function () {
    it("says without a stack that the report cannot be written", () => {
        for (const [out, code] of [
            [join("no", "such", "folder.md"), "ENOENT"],
            [root, "EISDIR"],
        ] as const) {
            const { status, stderr } = run("review", ["--out", out], fine);
            assert.equal(status, 1);
            assert.match(stderr, /^error: The report cannot be written to [^\n]*\n$/);
            assert.ok(stderr.includes(`(${code})`), stderr);
        }
    });

    it("reads the standard input, and ends with 2 where data goes", () => {
        const { status, stdout } = run("review", ["--json"], lost);
        const report = JSON.parse(stdout) as { verdict: string; items: object[] };
        assert.equal(status, 2);
        assert.equal(report.verdict, "needs-approval");
        assert.deepEqual(Object.keys(report).slice(0, 2), ["verdict", "items"]);
        assert.deepEqual(Object.keys(report.items[0] ?? {}), [
            "urn",
            "kind",
            "namespace",
            "name",
            "impact",
            "why",
        ]);
    });

    it("reads a file, writes a file, and ends with 0 where all is fine", () => {
        const folder = temporaryFolder("review");
        writeFileSync(join(folder, "preview.json"), fine);
        const { status, stdout } = run("review", [
            "--file",
            join(folder, "preview.json"),
            "--format",
            "markdown",
            "--out",
            join(folder, "report.md"),
        ]);
        assert.equal(status, 0);
        assert.match(stdout, /^dev: fine.* The report is in /);
        const text = readFileSync(join(folder, "report.md"), "utf8");
        assert.ok(text.startsWith(commentMarker("dev")));
        assert.match(text, /vms\/db/);
        rmSync(folder, { recursive: true });
    });

    it("reads a file that Windows PowerShell has written", () => {
        const folder = temporaryFolder("review-utf16");
        const file = join(folder, "preview.json");
        writeFileSync(file, `\ufeff${lost.replaceAll("\n", "\r\n")}`, "utf16le");
        assert.equal(run("review", ["--file", file]).status, 2);
        rmSync(folder, { recursive: true });
    });

    it("ends with 3 where it is refused", () => {
        const { status, stdout } = run("review", [], refused);
        assert.equal(status, 3);
        assert.match(stdout, /memory is 2GB/);
    });

    it("ends with 1 and a sentence where there is no preview", () => {
        const { status, stdout, stderr } = run("review", ["--file", "/nowhere.json"]);
        assert.equal(status, 1);
        assert.equal(stdout, "");
        assert.match(stderr, /^error: \/nowhere\.json cannot be read \(ENOENT\)/);
        assert.ok(!existsSync("/nowhere.json"));
    });
});

describe("npm run drift", function () {
    it("reads a file, and ends with 0 where there is none and with 2 where there is", () => {
        const urn = `urn:pulumi:dev::shop::${claimType}::data`;
        const old = { custom: true, inputs: claim("data"), outputs: claim("data") };
        const labelled = claim("data", {}, { labels: { team: "a" } });
        const written = (op: string, outputs: object) =>
            [
                { resourcePreEvent: { metadata: { op: "refresh", urn, old } } },
                { resOutputsEvent: { metadata: { op, urn, old, new: { ...old, outputs } } } },
                { summaryEvent: {} },
            ]
                .map((event) => JSON.stringify(event))
                .join("\n");
        assert.equal(run("drift", ["--file", "-"], written("refresh", old.outputs)).status, 0);
        const { status, stdout } = run("drift", ["--file", "-"], written("update", labelled));
        assert.equal(status, 2);
        assert.match(
            stdout,
            /PersistentVolumeClaim vms\/data {2}live {2}changed by somebody: metadata\.labels/,
        );
    });
});

describe("the options of review and drift", () => {
    const wrong: readonly (readonly [args: string[], error: RegExp])[] = [
        [[], /No stack is named, and no preview is given/],
        [["a", "b"], /are 2 stacks/],
        [["a", "--file", "b"], /beside stack a/],
        [["--file", "a", "--", "--refresh"], /no stack is named/],
        [["a", "--format", "html"], /none of text, markdown, json/],
        [["a", "--json", "--format", "text"], /Leave one of them out/],
        [["a", "--limit", "12"], /--limit is "12"/],
        [["a", "--colour"], /--help shows/],
    ];
    for (const [args, error] of wrong) {
        it(`refuse ${args.join(" ") || "nothing"}`, () => {
            assert.throws(
                () => readReviewOptions(args, false),
                (thrown: unknown) => thrown instanceof UserError && error.test(thrown.message),
            );
        });
    }

    it("take a stack with arguments for pulumi, a file, or what is piped", () => {
        assert.deepEqual(readReviewOptions(["a", "--", "--refresh"], true).source, {
            kind: "stack",
            stack: "a",
            rest: ["--refresh"],
        });
        assert.deepEqual(readReviewOptions(["--file", "a"], true).source, {
            kind: "file",
            file: "a",
        });
        assert.deepEqual(readReviewOptions(["-"], false).source, { kind: "stdin" });
        assert.deepEqual(readReviewOptions([], true).source, { kind: "stdin" });
    });

    it("refuse a drift of nothing, and of two", () => {
        assert.throws(() => readDriftOptions([]), /No stack is named/);
        assert.throws(() => readDriftOptions(["a", "b"]), /2 stacks/);
        assert.throws(() => readDriftOptions(["a", "--file", "b"]), /Leave one of them out/);
        assert.throws(
            () => readDriftOptions(["--file", "b", "--", "--target", "c"]),
            /--target c is for pulumi, and no stack is named/,
        );
    });
});
