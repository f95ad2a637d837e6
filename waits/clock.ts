/** Time as the waits see it, so that a test can move it. */
export interface Clock {
    /** Milliseconds since some fixed moment. Never compared with a time that a server wrote. */
    now(): number;
    /** Runs something once, later. Returns what calls it off. */
    schedule(milliseconds: number, run: () => void): () => void;
}

/** The real time. A scheduled run keeps the process alive until it has run or was called off. */
export const systemClock: Clock = {
    now: () => performance.now(),
    schedule: (milliseconds, run) => {
        const timer = setTimeout(run, milliseconds);
        return () => clearTimeout(timer);
    },
};

/** Comes back after a time, or at once when the signal says stop. */
export function pause(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
        if (signal.aborted) {
            resolve();
            return;
        }
        const done = (): void => {
            cancel();
            signal.removeEventListener("abort", done);
            resolve();
        };
        const cancel = clock.schedule(milliseconds, done);
        signal.addEventListener("abort", done);
    });
}
