import { driverVerdict } from "./driver";
import type { DriverArgs } from "./driver-watch";
import { DriverWatch } from "./driver-watch";
import type { Settled } from "./gate";
import { readingVerdict } from "./reading";
import type { Verdict } from "./verdict";
import type { ObjectWait } from "./watched-wait";
import { watchedWait } from "./watched-wait";

/** Waits until a CSI driver can be used, or cannot become so. The namespace is that of its workloads. */
export async function waitForDriver(options: ObjectWait & DriverArgs): Promise<Settled> {
    const watch = new DriverWatch(options.view, options.clock, options.namespace, options);
    try {
        return await watchedWait({
            ...options,
            subjects: [],
            subject: `driver ${options.driver}`,
            subscribe: (run) => watch.onChange(run),
            evaluate: () => watch.reading() ?? driverVerdict(watch.observe()),
            isComplete: () => true,
            unreadable: () => watch.unreadable(),
        });
    } finally {
        watch.release();
    }
}

/** Which paths to ask for, and how their answers are judged. */
export interface Questions {
    /** Paths of the API server: of one object, or of a list. */
    readonly paths: readonly string[];
    /**
     * Judges the answers, in the order of the paths; undefined stands for a path that the server has nothing under.
     *
     * A pure function of them: it is asked after every answer.
     */
    readonly verdict: (answers: readonly unknown[]) => Verdict;
}

/** Waits until the answers to some paths, asked for again and again, are judged to be ready, or to never be. */
export async function waitForAnswers(options: ObjectWait & Questions): Promise<Settled> {
    const { view, clock, name, paths, verdict } = options;
    const asked = paths.map((path) => view.ask(path));
    try {
        return await watchedWait({
            ...options,
            subjects: [],
            subject: name,
            subscribe: (run) => asked.forEach((one) => one.onChange(run)),
            evaluate: () =>
                asked
                    .map((one) => readingVerdict(one, clock.now()))
                    .find((reading) => reading !== undefined) ??
                verdict(asked.map(({ answer }) => answer)),
            isComplete: () => true,
            unreadable: () => [],
        });
    } finally {
        asked.forEach((one) => one.release());
    }
}
