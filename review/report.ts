import type { ReportImpact } from "../model/impact";
import type { Capacity } from "./capacity";

/** What a change does to one resource. */
export interface ReportItem {
    readonly urn: string;
    readonly kind: string;
    /** Empty for what is in no namespace. */
    readonly namespace: string;
    readonly name: string;
    readonly impact: ReportImpact;
    readonly why: string;
}

/** What a change does to one machine or one disk, whatever resources it is made of. */
export interface ReportLine {
    readonly what: "machine" | "disk";
    readonly place: string;
    readonly impact: ReportImpact;
    readonly why: string;
    readonly urns: readonly string[];
}

/** Something that has to be known or decided, about a resource. */
export interface ReportNote {
    readonly urn: string;
    readonly place: string;
    readonly why: string;
}

/** Whether a machine can move to another node after the change. */
export interface ReportMobility {
    readonly machine: string;
    readonly migratable: boolean;
    readonly why: string;
}

/** `fine`: nothing to decide. `needs-approval`: a person has to say yes. `refused`: it cannot be applied as it is. */
export type Verdict = "fine" | "needs-approval" | "refused";

/** The exit codes of `npm run review`; 1 is an error of the command itself. */
export const exitCodes: Readonly<Record<Verdict, number>> = {
    fine: 0,
    "needs-approval": 2,
    refused: 3,
};

/** What a change does to machines and to data. Nothing in it is secret. */
export interface Report {
    readonly verdict: Verdict;
    /** The stack that it is about; empty where the preview does not say. */
    readonly stack: string;
    readonly items: readonly ReportItem[];
    readonly lines: readonly ReportLine[];
    readonly capacity: readonly Capacity[];
    /** Machines that stand still, and when. */
    readonly downtime: readonly ReportNote[];
    readonly migratable: readonly ReportMobility[];
    /** Why somebody has to say yes. */
    readonly approval: readonly ReportNote[];
    /** What nobody here knows, so that somebody has to look. */
    readonly unknown: readonly ReportNote[];
    readonly refused: readonly ReportNote[];
    /** Why the preview could not read a cluster: then it compares with the state only. */
    readonly unread: readonly string[];
    /** Namespaces that are not there, and that an update needs. */
    readonly absent: readonly string[];
    /** The preview has failed, and does not show everything that the change would do. */
    readonly isPartial: boolean;
    /** What stays as it is, is in the preview too. */
    readonly isWhole: boolean;
}
