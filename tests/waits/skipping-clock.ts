import type { Clock } from "../../waits/clock";
import type { Cause, Verdict } from "../../waits/verdict";

interface Timer {
    readonly at: number;
    readonly run: () => void;
    cancel: () => void;
}

/** The real time, of which a test may leave out a part that nothing would have happened in. */
export class SkippingClock implements Clock {
    #skipped = 0;
    readonly #timers = new Set<Timer>();

    now(): number {
        return performance.now() + this.#skipped;
    }

    schedule(milliseconds: number, run: () => void): () => void {
        const timer: Timer = { at: this.now() + milliseconds, run, cancel: () => undefined };
        this.#timers.add(timer);
        this.#arm(timer);
        return () => this.#drop(timer);
    }

    /** Leaves out some time: what would have come due in it comes due now. */
    skip(milliseconds: number): void {
        this.#skipped += milliseconds;
        for (const timer of [...this.#timers]) {
            timer.cancel();
            this.#arm(timer);
        }
    }

    #arm(timer: Timer): void {
        const handle = setTimeout(
            () => {
                this.#timers.delete(timer);
                timer.run();
            },
            Math.max(0, timer.at - this.now()),
        );
        timer.cancel = () => clearTimeout(handle);
    }

    #drop(timer: Timer): void {
        timer.cancel();
        this.#timers.delete(timer);
    }
}

/** One of what is expected is seen, and only its grace time is left to pass. */
export function isGivenTime(verdict: Verdict | undefined, ...causes: readonly string[]): boolean {
    const { suspicion } = verdict?.kind === "waiting" ? verdict : {};
    const cause: Cause | undefined = suspicion?.diagnosis.cause;
    return cause !== undefined && causes.includes(cause) && suspicion?.graceMs !== Infinity;
}

/** The answer, without the time that would pass in vain. Steps are short enough for changes to be seen in between. */
export async function hurried<T>(
    answer: Promise<T>,
    clock: SkippingClock,
    isInVain: () => boolean,
): Promise<T> {
    const over = new AbortController();
    const hurry = async () => {
        while (!over.signal.aborted) {
            await new Promise((resolve) => setTimeout(resolve, 10));
            if (isInVain()) {
                clock.skip(1000);
            }
        }
    };
    const hurrying = hurry();
    try {
        return await answer;
    } finally {
        over.abort();
        await hurrying;
    }
}
