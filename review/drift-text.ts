import { impactText } from "../model/impact";
import type { Drift } from "./drift";
import { placeText } from "./thing";

/** The drift as a terminal shows it. */
export function driftText({ stack, items }: Drift): string {
    if (items.length === 0) {
        return `Stack ${stack}: nothing was changed past it.`;
    }
    const count = items.length === 1 ? "1 resource was" : `${String(items.length)} resources were`;
    return [
        `Stack ${stack}: ${count} changed past it.`,
        "",
        ...items.map(
            (item) =>
                `  ${item.kind} ${placeText(item)}  ${item.isGone ? "gone, " : ""}${impactText[item.impact]}  ${item.why}`,
        ),
    ].join("\n");
}
