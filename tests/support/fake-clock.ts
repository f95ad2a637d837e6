import type { Clock } from "../../waits/clock";

/** A clock that a test moves. */
export class FakeClock implements Clock {
    #now = 0;
    #timers: { readonly at: number; readonly run: () => void }[] = [];

    now(): number {
        return this.#now;
    }

    schedule(milliseconds: number, run: () => void): () => void {
        const timer = { at: this.#now + milliseconds, run };
        this.#timers.push(timer);
        return () => {
            this.#timers = this.#timers.filter((other) => other !== timer);
        };
    }

    /** How many runs are scheduled: none is left when everything is over. */
    get scheduled(): number {
        return this.#timers.length;
    }

    /** Moves on, running what comes due in its order; what it starts settles in between. */
    async advance(milliseconds: number): Promise<void> {
        const until = this.#now + milliseconds;
        await settle();
        for (;;) {
            const next = this.#timers
                .filter(({ at }) => at <= until)
                .sort((one, other) => one.at - other.at)[0];
            if (next === undefined) {
                break;
            }
            this.#now = Math.max(this.#now, next.at);
            this.#timers = this.#timers.filter((other) => other !== next);
            next.run();
            await settle();
        }
        this.#now = until;
        await settle();
    }
}

/** Lets time go by in small steps, with room in between for real requests to be answered. */
export async function pass(clock: FakeClock, milliseconds: number): Promise<void> {
    const until = clock.now() + milliseconds;
    while (clock.now() < until) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        await clock.advance(Math.min(100, until - clock.now()));
    }
}

/** The answer of something that needs time, or an error when it does not come. */
export async function answerWithin<T>(
    clock: FakeClock,
    milliseconds: number,
    pending: Promise<T>,
): Promise<T> {
    const open = Symbol("open");
    const until = clock.now() + milliseconds;
    while (clock.now() < until) {
        await pass(clock, 100);
        const state = await Promise.race([pending, Promise.resolve(open)]);
        if (state !== open) {
            return pending;
        }
    }
    throw new Error(`no answer within ${String(milliseconds)} ms`);
}

/** Lets promises that are already resolved run to their end. */
export async function settle(): Promise<void> {
    for (let turn = 0; turn < 5; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve));
    }
}

/** Comes back when nothing is scheduled any more: what a wait had open on the network ends some moments after it. */
export async function idle(clock: FakeClock): Promise<void> {
    while (clock.scheduled > 0) {
        await new Promise((resolve) => setImmediate(resolve));
    }
}
