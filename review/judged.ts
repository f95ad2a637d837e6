import type { ReportItem } from "./report";
import type { Thing } from "./thing";

/** An item of the report, with what it is about. */
export interface Judged {
    readonly item: ReportItem;
    /** Undefined where it is no object of Kubernetes. */
    readonly thing: Thing | undefined;
    /** It is the machine or the disk itself, and nothing beside it. */
    readonly isMain: boolean;
    readonly isUnknown: boolean;
    readonly approve: readonly string[];
    /** Why it is refused, one by one. */
    readonly refused: readonly string[];
}
