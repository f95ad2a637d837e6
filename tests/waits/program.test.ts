import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Program } from "../../waits/program";
import { type Speaker, speakThrough } from "../../waits/say";

const resource = {} as unknown as pulumi.Resource;

describe("Program", () => {
    let said: string[];
    let before: Speaker;
    let idle: (() => void) | undefined;
    let ended: Error | undefined;
    let run: Program;

    beforeEach(async () => {
        await mocks(false);
        said = [];
        before = speakThrough((severity, text) => said.push(`${severity}: ${text}`));
        idle = undefined;
        ended = undefined;
        run = new Program({
            whenIdle: (callback) => (idle = callback),
            fail: (error) => (ended = error),
        });
    });

    afterEach(() => {
        speakThrough(before);
    });

    const mocks = (preview: boolean) =>
        pulumi.runtime.setMocks(
            {
                call: ({ inputs }) => inputs as object,
                newResource: ({ name }) => ({ id: name, state: {} }),
            },
            "shop",
            "test",
            preview,
        );

    it("lets nobody register before everybody is checked, also who was made later", async () => {
        let finish: () => void = () => undefined;
        let open = false;
        const first = run
            .checked(() => Promise.resolve())
            .then((may) => {
                open = true;
                return may;
            });
        const second = run.checked(() => new Promise((done) => (finish = done)));
        for (let turn = 0; turn < 5; turn += 1) {
            await new Promise((done) => setImmediate(done));
        }
        assert.equal(open, false);
        finish();
        assert.deepEqual(await Promise.all([first, second]), [true, true]);
    });

    it("lets nobody register in an update when one was refused, and everybody in a preview", async () => {
        const both = () =>
            Promise.all([
                run.checked(() => Promise.resolve()),
                run.checked(() => {
                    run.refuse(`Disk "db": size is wrong.`, `Disk "db" is refused`, resource);
                    return Promise.resolve();
                }),
            ]);
        assert.deepEqual(await both(), [false, false]);
        await mocks(true);
        assert.deepEqual(await both(), [true, true]);
    });

    it("goes on registering after a wait has failed: only what depends on it stays away", async () => {
        run.fail("text", "summary", resource);
        assert.equal(await run.checked(() => Promise.resolve()), true);
    });

    it("says a failure at once and fails when nothing is left to do, with every failure in its text", async () => {
        run.fail("first, in full", "first", resource);
        run.fail("second, in full", "second", resource);
        assert.deepEqual(said, ["error: first, in full", "error: second, in full"]);
        assert.equal(ended, undefined);

        const waiting = assert.rejects(run.never(), pulumi.RunError);
        assert.ok(idle);
        idle();
        await waiting;
        assert.equal(
            (ended as Error | undefined)?.message,
            "2 problems, explained where they are:\n- first\n- second",
        );
    });

    it("lets go of what still waits when it fails before everything is done", async () => {
        run.fail("text", "summary", resource);
        assert.equal(run.ended.aborted, false);
        await run.end();
        assert.equal(run.ended.aborted, true);
        assert.ok(ended);
    });
});
