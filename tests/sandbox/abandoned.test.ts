import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { temporaryFolder } from "../support/folder";
import { stopAbandoned } from "../support/sandbox";

describe("the sandboxes of test runs that are over", () => {
    let folder: string;

    beforeEach(() => {
        folder = temporaryFolder("abandoned");
    });

    afterEach(() => {
        fs.rmSync(folder, { recursive: true, force: true });
    });

    it("are taken away, unless their run is still going on", async () => {
        const over = path.join(folder, runOf(spawnSync("true").pid));
        const here = path.join(folder, runOf(process.pid));
        fs.mkdirSync(path.join(over, "ready", ".sandbox"), { recursive: true });
        fs.mkdirSync(path.join(here, "ready", ".sandbox"), { recursive: true });
        await stopAbandoned(folder);
        assert.deepEqual(fs.readdirSync(folder), [path.basename(here)]);
    });

    it("may have gone by themselves meanwhile", async () => {
        // Listed, and not there when it is looked into.
        fs.symlinkSync("/nowhere", path.join(folder, runOf(spawnSync("true").pid)));
        await stopAbandoned(folder);
    });
});

function runOf(pid: number): string {
    return `pulumi-kubevirt-tests-${String(pid)}`;
}
