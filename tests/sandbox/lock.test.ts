import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { withLock } from "../../sandbox/lock";
import { commandOf } from "../../sandbox/processes";
import { temporaryFolder } from "../support/folder";

describe("withLock", () => {
    let file: string;
    const said: string[] = [];
    const options = { log: (line: string) => void said.push(line), busy: "somebody is at it" };

    beforeEach(() => {
        said.length = 0;
        file = path.join(temporaryFolder("lock"), "deep", "lock");
    });
    afterEach(() => fs.rmSync(path.dirname(path.dirname(file)), { recursive: true }));

    it("lets one work at a time, and tells the other that it waits", async () => {
        const order: string[] = [];
        const work = (name: string) => async () => {
            order.push(`${name} begins`);
            await new Promise((resolve) => setImmediate(resolve));
            order.push(`${name} ends`);
        };
        await Promise.all([withLock(file, options, work("a")), withLock(file, options, work("b"))]);
        assert.deepEqual(order, ["a begins", "a ends", "b begins", "b ends"]);
        assert.deepEqual(said, [`somebody is at it (process ${process.pid}); waiting for it`]);
    });

    it("is free again after a failure", async () => {
        await assert.rejects(
            withLock(file, options, () => Promise.reject(new Error("failed"))),
            /failed/,
        );
        assert.deepEqual(fs.readdirSync(path.dirname(file)), []);
    });

    it("is taken from a holder that was killed", async () => {
        const killed = spawn(process.execPath, ["-e", ""]);
        await new Promise((resolve) => killed.once("exit", resolve));
        hold(killed.pid ?? 0, "node -e ");
        assert.equal(await withLock(file, options, () => Promise.resolve("done")), "done");
        assert.deepEqual(said, []);
    });

    it("is taken from a killed holder whose number another program has now", async () => {
        hold(process.pid, "another program");
        assert.equal(await withLock(file, options, () => Promise.resolve("done")), "done");
    });

    it("is not taken from a holder that runs", async () => {
        hold(process.pid, commandOf(process.pid) ?? "");
        const mine = withLock(file, options, () => Promise.resolve("done"));
        const first = await Promise.race([mine, new Promise((wake) => setImmediate(wake))]);
        assert.equal(first, undefined);
        fs.rmSync(file);
        assert.equal(await mine, "done");
    });

    function hold(pid: number, command: string): void {
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, JSON.stringify({ pid, command, token: "theirs" }));
    }
});
