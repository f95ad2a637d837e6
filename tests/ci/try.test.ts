import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/folder";

/** In a repository of its own, with an npm that only says what the program is at that moment. */
describe("ci/try.sh", () => {
    let folder: string;
    const program = () => join(folder, "program");
    const reports = () => join(folder, "reports");

    function run(command: string, ...args: readonly string[]) {
        const { status, stdout, stderr } = spawnSync(command, args, {
            cwd: folder,
            encoding: "utf8",
            env: { ...process.env, PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}` },
        });
        return { status, stdout: stdout.trim(), stderr };
    }

    function commit(text: string): void {
        writeFileSync(program(), text);
        run("git", "add", "ci", "program");
        const me = ["-c", "user.name=me", "-c", "user.email=me@example.org"];
        assert.equal(run("git", ...me, "commit", "-qm", text).status, 0);
    }

    /** What `npm run up` and the preview do. */
    function npm(up: string): void {
        const script = `#!/bin/sh\ncase "$*" in *up) echo "up of $(cat program)" >>calls; ${up};; esac\n`;
        writeFileSync(join(folder, "bin", "npm"), script, { mode: 0o755 });
    }

    beforeEach(() => {
        folder = temporaryFolder("try");
        mkdirSync(join(folder, "bin"));
        mkdirSync(join(folder, "ci"));
        const preview = '#!/bin/sh\necho "preview of $(cat program)" >>calls\n';
        writeFileSync(join(folder, "ci", "preview.sh"), preview, { mode: 0o755 });
        copyFileSync(join(__dirname, "..", "..", "ci", "try.sh"), join(folder, "ci", "try.sh"));
        npm("true");
        run("git", "init", "-q", "-b", "main");
        commit("base");
        run("git", "checkout", "-qb", "change");
        commit("change");
    });

    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    const branch = () => run("git", "symbolic-ref", "--short", "HEAD").stdout;

    it("brings up the base, previews the change, and leaves the change checked out", () => {
        assert.equal(run("ci/try.sh", "main", reports()).status, 0);
        const calls = readFileSync(join(folder, "calls"), "utf8");
        assert.equal(calls, "up of base\npreview of change\n");
        assert.equal(branch(), "change");
    });

    it("compares commits, and says so where the change is in none yet", () => {
        writeFileSync(program(), "an edit");
        const { status, stderr } = run("ci/try.sh", "change", reports());
        assert.equal(status, 1);
        assert.match(stderr, /Commit them first/);
        assert.equal(readFileSync(program(), "utf8"), "an edit");
        assert.ok(!existsSync(join(folder, "calls")));
    });

    it("says which base there is not", () => {
        const { status, stderr } = run("ci/try.sh", "no-such-commit", reports());
        assert.equal(status, 1);
        assert.match(stderr, /there is no commit no-such-commit/);
    });

    it("leaves the change checked out when it is broken off", () => {
        npm("kill -TERM $PPID; sleep 1");
        assert.notEqual(run("ci/try.sh", "main", reports()).status, 0);
        assert.equal(branch(), "change");
        assert.equal(readFileSync(program(), "utf8"), "change");
    });
});
