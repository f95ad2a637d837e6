import type { Clock } from "../../waits/clock";

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
