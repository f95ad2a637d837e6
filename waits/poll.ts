import type { Clock } from "./clock";
import { pause } from "./clock";
import type { Transport } from "./transport";
import type { Trouble } from "./watch";
import { troubleOf } from "./watch";

/** Often enough that nobody waits for it, seldom enough for a server with much else to do. */
const everyMs = 2000;

/**
 * The answer to one path, kept up to date by asking again and again: for what cannot be watched (which kinds are served), or is
 * too large to be (CRDs).
 */
export class Poll {
    /** Undefined while the server has nothing there. */
    answer: unknown;
    /** The server has answered at least once. */
    answered = false;
    trouble: Trouble | undefined;

    readonly #stop = new AbortController();

    /** Starts at once. `changed` is called after every answer. */
    constructor(transport: Transport, clock: Clock, path: string, changed: () => void) {
        void this.#run(transport, clock, path, changed);
    }

    /** Ends it. Nothing of it stays open. */
    stop(): void {
        this.#stop.abort();
    }

    async #run(
        transport: Transport,
        clock: Clock,
        path: string,
        changed: () => void,
    ): Promise<void> {
        const { signal } = this.#stop;
        while (!signal.aborted) {
            let take: () => void;
            try {
                const answer = await transport.get(path, signal);
                take = () => {
                    this.answer = answer;
                    this.answered = true;
                    this.trouble = undefined;
                };
            } catch (error) {
                take = () => {
                    this.trouble = troubleOf(error, this.trouble, clock.now());
                };
            }
            // What comes in after the end is nobody's any more.
            if (!aborted(signal)) {
                take();
                changed();
            }
            await pause(clock, everyMs, signal);
        }
    }
}

/** Asked again after an await, where the compiler still believes the answer from before it. */
function aborted(signal: AbortSignal): boolean {
    return signal.aborted;
}
