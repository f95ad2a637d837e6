import { formatElapsed } from "../model/duration";
import type { Clock } from "./clock";
import { quietMs } from "./grace";
import { stateText } from "./progress";
import type { Cause, Diagnosis, Verdict, Waiting } from "./verdict";

/** How a wait ended. */
export type Settled =
    | { readonly kind: "ready"; readonly note?: string }
    | { readonly kind: "proceed"; readonly note: string }
    | { readonly kind: "failed"; readonly diagnosis: Diagnosis };

/** What a wait needs. */
export interface WaitOptions {
    readonly clock: Clock;
    /** How the deadline's message names what is waited for: "DataVolume vms/db-root". */
    readonly subject: string;
    readonly deadlineMs: number;
    /** Calls back whenever there may be something new to see. What comes after the end of the wait is ignored. */
    readonly subscribe: (onChange: () => void) => void;
    /** How it stands now. */
    readonly evaluate: () => Verdict;
    /** Called on every change and at least every ten seconds. */
    readonly onProgress?: ((verdict: Verdict, elapsedMs: number) => void) | undefined;
    /** Ends the wait from outside: it then rejects with the signal's reason. */
    readonly signal?: AbortSignal | undefined;
}

const reportEveryMs = 10_000;
/** Changes come in bursts, many objects at a time; they are looked at together. */
const gatherMs = 100;
/** From then on the message says that nothing moves. */
const stalledMs = 120_000;

/**
 * Waits until a verdict is final, a bad sign has lasted for its grace time, or the deadline has come. Knows time, and nothing of
 * what it waits for. When it is over, no timer is left.
 */
export function waitFor(options: WaitOptions): Promise<Settled> {
    return new Promise((resolve, reject) => new Wait(options, resolve, reject).begin());
}

/** A bad sign, since when it is held, and when it was last seen. */
interface Held {
    readonly since: number;
    seen: number;
}

class Wait {
    readonly #options: WaitOptions;
    readonly #resolve: (settled: Settled) => void;
    readonly #reject: (reason: unknown) => void;
    readonly #began: number;
    readonly #held = new Map<Cause, Held>();
    #best = -1;
    #moved: number;
    #reported = { text: "", at: -Infinity };
    #over = false;
    #nextLook: { readonly at: number; readonly cancel: () => void } | undefined;

    constructor(
        options: WaitOptions,
        resolve: (settled: Settled) => void,
        reject: (reason: unknown) => void,
    ) {
        this.#options = options;
        this.#resolve = resolve;
        this.#reject = reject;
        this.#began = options.clock.now();
        this.#moved = this.#began;
    }

    begin(): void {
        const { signal, subscribe } = this.#options;
        if (signal?.aborted === true) {
            this.#abort();
            return;
        }
        signal?.addEventListener("abort", this.#abort);
        subscribe(() => this.#lookWithin(gatherMs));
        this.#look();
    }

    #look(): void {
        try {
            this.#judge(this.#options.evaluate());
        } catch (error) {
            this.#end(() => this.#reject(error));
        }
    }

    #judge(verdict: Verdict): void {
        const { clock, deadlineMs, subject } = this.#options;
        const now = clock.now();
        const elapsed = now - this.#began;
        if (verdict.kind !== "waiting") {
            this.#report(verdict, elapsed);
            this.#end(() => this.#resolve(verdict));
            return;
        }
        this.#follow(verdict, now);
        const left = this.#graceLeft(verdict, now);
        if (left <= 0 && verdict.suspicion !== undefined) {
            const { diagnosis } = verdict.suspicion;
            this.#end(() => this.#resolve({ kind: "failed", diagnosis }));
            return;
        }
        const shown = this.#withStall(verdict, now);
        if (elapsed >= deadlineMs) {
            const diagnosis = outOfTime(subject, deadlineMs, shown);
            this.#end(() => this.#resolve({ kind: "failed", diagnosis }));
            return;
        }
        this.#report(shown, elapsed);
        const untilReport = this.#reported.at + reportEveryMs - elapsed;
        this.#lookWithin(Math.min(left, deadlineMs - elapsed, Math.max(untilReport, 1)));
    }

    /** Progress that grew clears what is held against it. A restart from zero is no progress. */
    #follow({ percent, suspicion }: Waiting, now: number): void {
        if (percent !== undefined && percent > this.#best) {
            this.#best = percent;
            this.#moved = now;
            this.#held.clear();
        }
        for (const [cause, held] of this.#held) {
            if (now - held.seen > quietMs) {
                this.#held.delete(cause);
            }
        }
        if (suspicion !== undefined) {
            const { cause } = suspicion.diagnosis;
            const held = this.#held.get(cause) ?? { since: now, seen: now };
            held.seen = now;
            this.#held.set(cause, held);
        }
    }

    #graceLeft({ suspicion }: Waiting, now: number): number {
        const held = suspicion && this.#held.get(suspicion.diagnosis.cause);
        return suspicion === undefined || held === undefined
            ? Infinity
            : held.since + suspicion.graceMs - now;
    }

    #withStall(verdict: Waiting, now: number): Waiting {
        const still = now - this.#moved;
        if (verdict.percent === undefined || still < stalledMs) {
            return verdict;
        }
        const note = `no progress for ${formatElapsed(still)}`;
        return { ...verdict, note: verdict.note === undefined ? note : `${verdict.note}, ${note}` };
    }

    #report(verdict: Verdict, elapsed: number): void {
        const text = JSON.stringify(verdict);
        if (text !== this.#reported.text || elapsed - this.#reported.at >= reportEveryMs) {
            this.#reported = { text, at: elapsed };
            this.#options.onProgress?.(verdict, elapsed);
        }
    }

    #lookWithin(milliseconds: number): void {
        const { clock } = this.#options;
        const at = clock.now() + milliseconds;
        if (this.#over || (this.#nextLook !== undefined && this.#nextLook.at <= at)) {
            return;
        }
        this.#nextLook?.cancel();
        const cancel = clock.schedule(milliseconds, () => {
            this.#nextLook = undefined;
            this.#look();
        });
        this.#nextLook = { at, cancel };
    }

    readonly #abort = (): void => {
        this.#end(() => this.#reject(this.#options.signal?.reason));
    };

    #end(settle: () => void): void {
        if (this.#over) {
            return;
        }
        this.#over = true;
        this.#nextLook?.cancel();
        this.#options.signal?.removeEventListener("abort", this.#abort);
        settle();
    }
}

function outOfTime(subject: string, deadlineMs: number, last: Waiting): Diagnosis {
    return {
        cause: "deadline",
        what: `Not ready after ${formatElapsed(deadlineMs)}; it was last seen ${stateText(last)}`,
        where: subject,
        cure: "It goes on by itself: give it more time (readyWithin), or run the update again to go on waiting",
    };
}
