import { claimVerdict } from "./claim";
import { dataVolumeVerdict } from "./data-volume";
import type { DiskObservation } from "./disk-facts";
import { refusal } from "./disk-refusal";
import { withoutSecrets } from "./importer-error";
import { stateText } from "./progress";
import type { Cause, Diagnosis, Verdict } from "./verdict";

/** What one look says about a disk, for a person or a program that did not wait for it. */
export interface Explanation {
    /** The gate's own words. */
    readonly verdict: Verdict["kind"];
    readonly cause: Cause | null;
    /** What is going on; with a cause: what was seen where. */
    readonly message: string;
    readonly cure: string | null;
    /** Phase in the controller's own word, and how much is done where that is known; null for a disk that is not there. */
    readonly progress: { readonly phase: string; readonly percent: number | null } | null;
}

/** When the look was taken and when the wait for the disk began, in milliseconds. */
export interface LookTime {
    readonly now: number;
    /** Undefined: when the disk was made. */
    readonly since: number | undefined;
}

/**
 * What the gate would say to this look. A bad sign that is given time has had it when the wait has lasted longer: the look cannot tell
 * since when it is there.
 */
export function explainDisk(observed: DiskObservation, { now, since }: LookTime): Explanation {
    const { dataVolume, claim } = observed;
    const made = Date.parse((dataVolume ?? claim)?.metadata?.creationTimestamp ?? "");
    // The server itself was asked for a disk that is not there: there is nothing to give time to.
    const isThere = dataVolume !== undefined || claim !== undefined;
    const began = isThere ? (since ?? (Number.isNaN(made) ? now : made)) : -Infinity;
    const verdict = dataVolume === undefined ? claimVerdict(observed) : dataVolumeVerdict(observed);
    const progress = isThere
        ? {
              phase: (dataVolume ?? claim)?.status?.phase ?? "",
              percent: percentOf(dataVolume?.status?.progress),
          }
        : null;
    return explanationOf(verdict, {
        waitedMs: now - began,
        progress,
        whenReady: "The disk may be used",
    });
}

/**
 * A verdict as an explanation.
 *
 * @param look how long the wait has lasted, and what is said of what is ready without a note.
 */
export function explanationOf(
    verdict: Verdict,
    {
        waitedMs,
        progress,
        whenReady,
    }: {
        readonly waitedMs: number;
        readonly progress: Explanation["progress"];
        readonly whenReady: string;
    },
): Explanation {
    switch (verdict.kind) {
        case "ready":
            return plain("ready", verdict.note ?? whenReady, progress);
        case "proceed":
            return plain("proceed", verdict.note, progress);
        case "failed":
            return diagnosed("failed", verdict.diagnosis, progress);
        case "waiting": {
            const { suspicion } = verdict;
            if (suspicion === undefined) {
                return plain("waiting", stateText(verdict), progress);
            }
            const kind = waitedMs > suspicion.graceMs ? "failed" : "waiting";
            return diagnosed(kind, suspicion.diagnosis, progress);
        }
    }
}

/** What it means that a disk was not let in. */
export function explainRefusal(message: string): Explanation {
    return diagnosed("failed", { ...refusal(message), where: "the API server's answer" }, null);
}

function plain(
    verdict: Verdict["kind"],
    message: string,
    progress: Explanation["progress"],
): Explanation {
    return { verdict, cause: null, message: withoutSecrets(message), cure: null, progress };
}

function diagnosed(
    verdict: Verdict["kind"],
    { cause, what, where, cure }: Diagnosis,
    progress: Explanation["progress"],
): Explanation {
    return { verdict, cause, message: withoutSecrets(`${what} (${where})`), cure, progress };
}

/** CDI writes "N/A" where it does not know. */
function percentOf(progress: string | undefined): number | null {
    const match = /^(\d+(?:\.\d+)?)%$/.exec(progress ?? "");
    return match === null ? null : Number(match[1]);
}
