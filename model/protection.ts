import { type Fields, isFields } from "./machine-difference";
import { fits } from "./pattern";

/** A claim, as far as schedules choose it. */
export interface ScheduledClaim {
    readonly namespace: string | undefined;
    readonly labels: Fields;
}

/**
 * Whether labels of a claim give its volume recurring jobs of Longhorn: they count beside `source` only. Source: Longhorn, docs
 * "Recurring Snapshots and Backups".
 */
export function hasRecurringJobs(labels: Fields): boolean {
    const source = "recurring-job.longhorn.io/source";
    const enabled = Object.keys(labels).filter((key) => labels[key] === "enabled");
    return (
        enabled.includes(source) &&
        enabled.some((key) => key !== source && /^recurring-job(-group)?\.longhorn\.io\//.test(key))
    );
}

/** Whether a backup of Velero has a claim's data. Source: Velero velero.io/v1, BackupSpec. */
export function isBackedUp(claim: ScheduledClaim, backup: Fields): boolean {
    const { namespace, labels } = claim;
    const listed = (field: string) => {
        const value = backup[field];
        return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
    };
    const covers = (list: readonly string[]) =>
        namespace !== undefined && list.some((pattern) => fits(namespace, pattern));
    const [included, excluded] = [listed("includedNamespaces"), listed("excludedNamespaces")];
    const selector = backup["labelSelector"];
    const wanted = isFields(selector) ? selector["matchLabels"] : undefined;
    return (
        backup["snapshotVolumes"] !== false &&
        (included.length === 0 || covers(included)) &&
        !covers(excluded) &&
        Object.entries(isFields(wanted) ? wanted : {}).every(
            ([key, value]) => labels[key] === value,
        )
    );
}
