import type { ReportImpact } from "../model/impact";
import type { Fate } from "./fate";

/** What a step comes to. */
export interface Judgement {
    readonly impact: ReportImpact;
    readonly why: string;
    /** Nobody here knows what it does: somebody has to look. */
    readonly isUnknown?: boolean;
    /** A guard of the data that goes, or what only a person should decide. */
    readonly approve?: string;
}

/** What an object that is deleted, and not made anew, comes to. */
export function going(fate: Fate): Judgement {
    return {
        impact: fate.loses ? "data-loss" : "gone-data-kept",
        why: fate.why,
        ...(fate.isUnknown === true ? { isUnknown: true } : {}),
    };
}
