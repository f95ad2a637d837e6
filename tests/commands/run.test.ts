import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";

describe("main", () => {
    const commands = join(__dirname, "..", "..", "commands");

    function said(body: string): { readonly status: number | null; readonly stderr: string } {
        const program = `require(${JSON.stringify(join(commands, "run"))}).main(async () => { ${body} });`;
        const { status, stderr } = spawnSync(
            process.execPath,
            ["-r", "ts-node/register/transpile-only", "-e", program],
            { encoding: "utf8", cwd: join(commands, "..") },
        );
        return { status, stderr };
    }

    it("says where nothing can be written, without a stack", () => {
        const write = `require("node:fs").writeFileSync(${JSON.stringify(commands)}, "");`;
        assert.deepEqual(said(write), {
            status: 1,
            stderr: `error: EISDIR: illegal operation on a directory, open '${commands}'. See that there is room, and that you may write there.\n`,
        });
    });

    it("shows where the program itself is wrong", () => {
        const { status, stderr } = said('throw new TypeError("wrong");');
        assert.equal(status, 1);
        assert.match(stderr, /TypeError: wrong\n +at /);
    });
});
