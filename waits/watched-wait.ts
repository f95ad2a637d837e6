import type { Clock } from "./clock";
import type { Settled, WaitOptions } from "./gate";
import { waitFor } from "./gate";
import { grace } from "./grace";
import { ApiError } from "./transport";
import type { Verdict } from "./verdict";
import type { Kind, View } from "./view";

/** An object that a wait is about. */
export interface Subject {
    readonly kind: Kind;
    readonly namespace: string;
    readonly name: string;
}

/** What a wait for one object needs. */
export interface ObjectWait {
    readonly view: View;
    readonly clock: Clock;
    readonly namespace: string;
    readonly name: string;
    readonly deadlineMs: number;
    /** Called on every change and at least every ten seconds. */
    readonly onProgress?: (verdict: Verdict, elapsedMs: number) => void;
    /** Ends the wait from outside: it then rejects with the signal's reason. */
    readonly signal?: AbortSignal;
}

interface WatchedWaitOptions extends WaitOptions {
    readonly view: View;
    /** What has to be there. */
    readonly subjects: readonly Subject[];
    /** What cannot be read although it would make diagnoses better. */
    readonly unreadable: () => readonly string[];
    /** Whether everything the answer tells is known: what is ready was seen by one watch, the rest comes by others. */
    readonly isComplete: () => boolean;
}

/**
 * A wait on shared watches. Before it says that an object is not there it asks the server itself, since a watch can be late; and
 * it says once, for all waits, what this account cannot read.
 */
export async function watchedWait(options: WatchedWaitOptions): Promise<Settled> {
    const { view, clock, deadlineMs, onProgress } = options;
    const began = clock.now();
    let readySince: number | undefined;
    const evaluate = (): Verdict => {
        const verdict = options.evaluate();
        if (verdict.kind !== "ready" || options.isComplete()) {
            return verdict;
        }
        readySince ??= clock.now();
        return clock.now() - readySince < grace.notSeen
            ? { kind: "waiting", phase: "Succeeded", note: "its claim is being bound" }
            : verdict;
    };
    for (;;) {
        const passed = clock.now() - began;
        const settled = await waitFor({
            ...options,
            evaluate,
            deadlineMs: deadlineMs - passed,
            onProgress: (verdict, elapsedMs) => {
                for (const label of options.unreadable()) {
                    const note = `${label} cannot be read by this account: causes of failures may be missing`;
                    if (view.isNew(note)) {
                        onProgress?.({ kind: "waiting", phase: "", note }, passed + elapsedMs);
                    }
                }
                onProgress?.(verdict, passed + elapsedMs);
            },
        });
        if (
            settled.kind !== "failed" ||
            settled.diagnosis.cause !== "not-there" ||
            !(await mayBeThere(view, options.subjects))
        ) {
            return settled;
        }
    }
}

/** Whether every object is there, or the server could not be asked. */
async function mayBeThere(view: View, subjects: readonly Subject[]): Promise<boolean> {
    if (subjects.length === 0) {
        return false;
    }
    try {
        const found = await Promise.all(
            subjects.map(({ kind, namespace, name }) => view.exists(kind, namespace, name)),
        );
        return found.every((there) => there);
    } catch (error) {
        // A server that is away has not said anything about the object; one that refuses to answer will not.
        return !(error instanceof ApiError);
    }
}
