import { type Fields, isFields, isSame, valueAt } from "./machine-difference";

/**
 * Whether an object is already what a manifest says, so that applying it would change nothing: what the manifest does not say is kept
 * as it is. A list is one value, as the API server has it for most lists of custom resources; or a list of fields, each of which may
 * have more than the manifest says (`lists: "by-field"`), as for the ports of a Service.
 */
export function isSettled(
    live: unknown,
    wanted: unknown,
    lists: "whole" | "by-field" = "whole",
): boolean {
    if (wanted === undefined || (live === undefined && isEmptyList(wanted))) {
        return true;
    }
    if (isFields(live) && isFields(wanted)) {
        return Object.keys(wanted).every((key) =>
            isSettled(valueAt(live, key), valueAt(wanted, key), lists),
        );
    }
    if (lists === "by-field" && Array.isArray(live) && Array.isArray(wanted)) {
        return (
            live.length === wanted.length &&
            wanted.every((one, at) => isSettled(live[at], one, lists))
        );
    }
    return isSame(live, wanted);
}

/** As {@link isSettled} for whole objects: what this package and its engine mark an object with does not count. */
export function isObjectSettled(
    live: unknown,
    wanted: Fields,
    lists: "whole" | "by-field" = "whole",
): boolean {
    const { labels, annotations, ...metadata } = (wanted["metadata"] ?? {}) as Fields;
    return isSettled(
        live,
        {
            ...wanted,
            metadata: { ...metadata, labels: unmarked(labels), annotations: unmarked(annotations) },
        },
        lists,
    );
}

function unmarked(marks: unknown): Fields | undefined {
    const others = Object.entries(isFields(marks) ? marks : {}).filter(
        ([key, value]) =>
            !/^(pulumi-kubevirt\.dev|pulumi\.com)\//.test(key) && value !== "pulumi-kubevirt",
    );
    return others.length === 0 ? undefined : Object.fromEntries(others);
}

function isEmptyList(value: unknown): boolean {
    return Array.isArray(value) && value.length === 0;
}
