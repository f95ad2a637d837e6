import { formatElapsed } from "../model/duration";
import type { AbortOutcome } from "../waits/migration";
import type { Verdict } from "../waits/verdict";

/** How a migration ended: what --json prints. */
export interface Moved {
    /** `<namespace>/<name>`. */
    readonly machine: string;
    readonly outcome: "moved" | "called-off" | "failed" | "unfinished";
    readonly from: string | undefined;
    /** The node that it had to go to. */
    readonly to: string | undefined;
    /** Where it runs now, as far as that was seen. */
    readonly node: string | undefined;
    readonly message: string;
}

/** A line of progress; undefined where there is nothing to say. */
export function progressText(verdict: Verdict, elapsedMs?: number): string | undefined {
    if (verdict.kind !== "waiting") {
        return undefined;
    }
    const parts = [verdict.phase, verdict.note ?? ""].filter((part) => part !== "");
    if (parts.length === 0) {
        return undefined;
    }
    return `${parts.join(": ")}${elapsedMs === undefined ? "" : ` (${formatElapsed(elapsedMs)})`}`;
}

export function movedText(
    machine: string,
    from: string | undefined,
    node: string | undefined,
): string {
    const way = [
        from === undefined ? "" : ` from ${from}`,
        node === undefined ? "" : ` to ${node}`,
    ];
    return `${machine} has moved${way.join("")}, and ran all the time.`;
}

/** What became of a migration that was called off. */
export function abortText(machine: string, outcome: AbortOutcome | undefined): string {
    const at = outcome?.node === undefined ? "" : ` on ${outcome.node}`;
    switch (outcome?.kind) {
        case undefined:
            return `The migration of ${machine} is being called off, and its node has not said yet that it is. See: kubectl get vmim,vmi -n ${machine.split("/")[0] ?? ""}.`;
        case "called-off":
            return `The migration of ${machine} is called off; the machine runs${at}, as before.`;
        case "moved":
            return `It was too late: ${machine} has moved, and runs${at}.`;
        case "gone":
            return `The migration of ${machine} is over; the machine is off.`;
    }
}
