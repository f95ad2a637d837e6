import type { DiskState, WatchedDisk } from "./disk-watch";
import { DiskWatch } from "./disk-watch";
import type { Settled } from "./gate";
import type { Verdict } from "./verdict";
import type { ObjectWait } from "./watched-wait";
import { watchedWait } from "./watched-wait";

/** What a wait for a disk needs. */
export interface DiskWaitOptions extends ObjectWait, WatchedDisk {}

/** Who has a say beside the disk's own verdict. */
export interface SecondOpinion {
    readonly judge: (verdict: Verdict) => Verdict;
    /** Calls back whenever it may judge otherwise. */
    readonly onChange: (run: () => void) => void;
}

/** Waits until a disk may be used, must be gone on with, or cannot become ready. */
export async function waitForDisk(
    options: DiskWaitOptions,
    { judge, onChange }: SecondOpinion = noOther,
): Promise<Settled & DiskState> {
    const { view, clock, kind, namespace, name } = options;
    const watch = new DiskWatch(view, clock, namespace, [kind]);
    try {
        const settled = await watchedWait({
            view,
            clock,
            subjects: [{ kind, namespace, name }],
            subject: `${kind} ${namespace}/${name}`,
            deadlineMs: options.deadlineMs,
            subscribe: (run) => {
                watch.onChange(run);
                onChange(run);
            },
            evaluate: () => judge(watch.verdict(options)),
            isComplete: () => watch.state(kind, name).bound,
            unreadable: () => watch.unreadable(),
            onProgress: options.onProgress,
            signal: options.signal,
        });
        return { ...settled, ...watch.state(kind, name) };
    } finally {
        watch.release();
    }
}

const noOther: SecondOpinion = { judge: (verdict) => verdict, onChange: () => undefined };
