import type { Verdict } from "../../waits/verdict";

/** A verdict in two words: what it is, and the cause of it. */
export function summary(verdict: Verdict): string {
    switch (verdict.kind) {
        case "failed":
            return `failed ${verdict.diagnosis.cause}`;
        case "waiting":
            return verdict.suspicion === undefined
                ? "waiting"
                : `waiting ${verdict.suspicion.diagnosis.cause}`;
        default:
            return verdict.kind;
    }
}
