import assert from "node:assert/strict";
import type { Settled } from "../../waits/gate";
import { waitFor } from "../../waits/gate";
import type { Cause, Verdict } from "../../waits/verdict";
import { FakeClock } from "../support/fake-clock";

const deadlineMs = 600_000;

function suspicious(cause: Cause, graceMs: number, percent?: number): Verdict {
    return {
        kind: "waiting",
        phase: "ImportInProgress",
        ...(percent === undefined ? {} : { percent }),
        suspicion: { graceMs, diagnosis: { cause, what: "what", where: "where", cure: "cure" } },
    };
}

function importing(percent?: number): Verdict {
    return {
        kind: "waiting",
        phase: "ImportInProgress",
        ...(percent === undefined ? {} : { percent }),
    };
}

/** A wait whose verdict the test sets. */
function start(first: Verdict): {
    readonly clock: FakeClock;
    readonly reports: (readonly [Verdict, number])[];
    readonly stop: AbortController;
    readonly settled: () => Settled | undefined;
    readonly error: () => unknown;
    readonly becomes: (verdict: Verdict | Error) => void;
} {
    const clock = new FakeClock();
    const reports: (readonly [Verdict, number])[] = [];
    const stop = new AbortController();
    let now: Verdict | Error = first;
    let changed = (): void => undefined;
    let settled: Settled | undefined;
    let error: unknown;
    waitFor({
        clock,
        subject: "DataVolume vms/root",
        deadlineMs,
        subscribe: (run) => {
            changed = run;
        },
        evaluate: () => {
            if (now instanceof Error) {
                throw now;
            }
            return now;
        },
        onProgress: (verdict, elapsedMs) => reports.push([verdict, elapsedMs]),
        signal: stop.signal,
    }).then(
        (result) => (settled = result),
        (reason: unknown) => (error = reason),
    );
    return {
        clock,
        reports,
        stop,
        settled: () => settled,
        error: () => error,
        becomes: (verdict) => {
            now = verdict;
            changed();
        },
    };
}

function causeOf(settled: Settled | undefined): string | undefined {
    return settled?.kind === "failed" ? settled.diagnosis.cause : settled?.kind;
}

describe("waitFor", () => {
    it("ends at once when it is ready already", async () => {
        const wait = start({ kind: "ready" });
        await wait.clock.advance(0);
        assert.deepEqual(wait.settled(), { kind: "ready" });
    });

    it("leaves no timer behind", async () => {
        const wait = start(importing(1));
        await wait.clock.advance(5000);
        wait.becomes({ kind: "ready" });
        await wait.clock.advance(200);
        assert.deepEqual(wait.settled(), { kind: "ready" });
        assert.equal(wait.clock.scheduled, 0);
    });

    it("looks at a burst of changes together", async () => {
        const wait = start(importing(1));
        wait.becomes(importing(2));
        wait.becomes(importing(3));
        wait.becomes(importing(4));
        await wait.clock.advance(1000);
        assert.deepEqual(
            wait.reports.map(([verdict]) => verdict),
            [importing(1), importing(4)],
        );
    });

    it("reports at least every ten seconds", async () => {
        const wait = start(importing());
        await wait.clock.advance(35_000);
        assert.deepEqual(
            wait.reports.map(([, elapsed]) => elapsed),
            [0, 10_000, 20_000, 30_000],
        );
    });

    it("gives a bad sign its grace time, to the end", async () => {
        const wait = start(suspicious("quota", 30_000));
        await wait.clock.advance(29_999);
        assert.equal(wait.settled(), undefined);
        await wait.clock.advance(1);
        assert.equal(causeOf(wait.settled()), "quota");
    });

    it("forgets a bad sign that was not seen for a while", async () => {
        const wait = start(suspicious("unschedulable", 60_000));
        await wait.clock.advance(50_000);
        wait.becomes(importing());
        await wait.clock.advance(45_000);
        wait.becomes(suspicious("unschedulable", 60_000));
        await wait.clock.advance(50_000);
        assert.equal(wait.settled(), undefined);
    });

    it("holds a crash loop although every retry looks healthy for a moment", async () => {
        const wait = start(suspicious("source-unavailable", 60_000));
        for (let retry = 0; retry < 4; retry += 1) {
            await wait.clock.advance(12_000);
            wait.becomes(importing());
            await wait.clock.advance(3_000);
            wait.becomes(suspicious("source-unavailable", 60_000));
        }
        await wait.clock.advance(200);
        assert.equal(causeOf(wait.settled()), "source-unavailable");
    });

    it("waits for the end of an attempt that is under way, and counts what was before it", async () => {
        const wait = start(suspicious("source-unavailable", 60_000));
        await wait.clock.advance(50_000);
        wait.becomes(suspicious("source-unavailable", Infinity));
        await wait.clock.advance(300_000);
        assert.equal(wait.settled(), undefined);
        wait.becomes(suspicious("source-unavailable", 60_000));
        await wait.clock.advance(200);
        assert.equal(causeOf(wait.settled()), "source-unavailable");
    });

    it("lets an import go on that recovers after three restarts", async () => {
        const wait = start(suspicious("source-unavailable", 60_000));
        await wait.clock.advance(59_000);
        wait.becomes(importing(1));
        await wait.clock.advance(5_000);
        wait.becomes(suspicious("source-unavailable", 60_000, 1));
        await wait.clock.advance(50_000);
        wait.becomes(importing(100));
        await wait.clock.advance(60_000);
        wait.becomes({ kind: "ready" });
        await wait.clock.advance(200);
        assert.deepEqual(wait.settled(), { kind: "ready" });
    });

    it("does not take a restart from zero for progress", async () => {
        const wait = start(importing(40));
        await wait.clock.advance(1000);
        wait.becomes(suspicious("source-unavailable", 30_000, 5));
        await wait.clock.advance(20_000);
        wait.becomes(suspicious("source-unavailable", 30_000, 12));
        await wait.clock.advance(10_200);
        assert.equal(causeOf(wait.settled()), "source-unavailable");
    });

    it("ages two alternating bad signs side by side", async () => {
        const wait = start(suspicious("image-not-found", 30_000));
        for (let flip = 0; flip < 4; flip += 1) {
            await wait.clock.advance(5_000);
            wait.becomes(suspicious("source-unavailable", 30_000));
            await wait.clock.advance(5_000);
            wait.becomes(suspicious("image-not-found", 30_000));
        }
        await wait.clock.advance(200);
        assert.equal(causeOf(wait.settled()), "image-not-found");
    });

    it("says at the deadline where it was, how far, and what it last knew", async () => {
        const wait = start({
            kind: "waiting",
            phase: "ImportInProgress",
            percent: 42.3,
            note: "slow",
        });
        await wait.clock.advance(deadlineMs);
        assert.deepEqual(wait.settled(), {
            kind: "failed",
            diagnosis: {
                cause: "deadline",
                what: "Not ready after 10m 0s; it was last seen importing 42.3%, slow, no progress for 10m 0s",
                where: "DataVolume vms/root",
                cure: "It goes on by itself: give it more time (readyWithin), or run the update again to go on waiting",
            },
        });
    });

    it("says when nothing moves", async () => {
        const wait = start(importing(12));
        await wait.clock.advance(130_000);
        const [last] = wait.reports.at(-1) ?? [];
        assert.ok(last?.kind === "waiting");
        assert.equal(last.note, "no progress for 2m 10s");
    });

    it("passes on what goes wrong while looking, instead of hanging", async () => {
        const wait = start(importing());
        wait.becomes(new Error("a bug"));
        await wait.clock.advance(200);
        assert.match(String(wait.error()), /a bug/);
        assert.equal(wait.clock.scheduled, 0);
    });

    it("ends when it is called off", async () => {
        const wait = start(importing());
        wait.stop.abort(new Error("enough"));
        await wait.clock.advance(0);
        assert.match(String(wait.error()), /enough/);
        assert.equal(wait.clock.scheduled, 0);
    });
});
