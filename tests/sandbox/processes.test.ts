import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import { commandOf, isBecoming } from "../../sandbox/processes";

describe("isBecoming", () => {
    before(function () {
        if (!fs.existsSync("/proc/self/stat")) {
            this.skip();
        }
    });

    it("is so of a process that has no command line yet", async () => {
        // As one has between fork and the new program's own arguments.
        const child = spawn(
            process.execPath,
            ["-e", 'process.title = ""; console.log("now"); setInterval(() => {}, 1000)'],
            { stdio: ["ignore", "pipe", "inherit"] },
        );
        try {
            await new Promise((resolve) => child.stdout.once("data", resolve));
            assert.equal(commandOf(child.pid ?? 0), undefined);
            assert.equal(isBecoming(child.pid ?? 0), true);
        } finally {
            child.kill("SIGKILL");
        }
    });

    it("is not so of a program, of a zombie and of nobody", async () => {
        assert.equal(isBecoming(process.pid), false);
        // The shell becomes a program that collects no children, and then its child ends.
        const parent = spawn("sh", ["-c", "exec 3<&0; cat <&3 & echo $!; exec sleep 60"], {
            stdio: ["pipe", "pipe", "inherit"],
        });
        const parentPid = parent.pid ?? 0;
        try {
            const zombie = Number(
                await new Promise<string>((resolve) =>
                    parent.stdout.once("data", (text: Buffer) => {
                        resolve(String(text));
                    }),
                ),
            );
            await until(() => commandOf(parentPid) === "sleep 60");
            parent.stdin.end();
            // It has lost its command line a moment before it is a zombie.
            await until(() => stateOf(zombie) === "Z");
            assert.equal(commandOf(zombie), undefined);
            assert.equal(isBecoming(zombie), false);
        } finally {
            parent.kill("SIGKILL");
            await new Promise((resolve) => parent.once("exit", resolve));
        }
        assert.equal(isBecoming(parentPid), false);
    });
});

function stateOf(pid: number): string | undefined {
    return /\) (\S) /.exec(fs.readFileSync(`/proc/${String(pid)}/stat`, "utf8"))?.[1];
}

async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
        await new Promise((resolve) => setImmediate(resolve));
    }
}
