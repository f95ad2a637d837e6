/**
 * What a change does to running machines and to data: the words of doc comments (`@impact`), refusals, reports and docs.
 *
 * - `live`: applied while the machine runs.
 * - `restart`: accepted, takes effect when the machine is next restarted.
 * - `replace-vm`: the machine object is made anew; its disks stay.
 * - `refused`: not applied; the message says what to do instead.
 * - `data-loss`: data goes; never without an explicit word of the user.
 */
export const impacts = ["live", "restart", "replace-vm", "refused", "data-loss"] as const;

export type Impact = (typeof impacts)[number];

/**
 * What a report says of a change, the lightest first: those words, and
 *
 * - `new`: it is made, and was not there before.
 * - `gone-data-kept`: it goes, and no data goes with it.
 */
export const reportImpacts = [
    "new",
    "live",
    "gone-data-kept",
    "restart",
    "replace-vm",
    "refused",
    "data-loss",
] as const satisfies readonly (Impact | "new" | "gone-data-kept")[];

export type ReportImpact = (typeof reportImpacts)[number];

/** How a report's lines read. */
export const impactText: Readonly<Record<ReportImpact, string>> = {
    new: "new",
    live: "live",
    "gone-data-kept": "gone (data kept)",
    restart: "restart",
    "replace-vm": "replace VM (disks kept)",
    refused: "refused",
    "data-loss": "DATA LOSS",
};

/** The heaviest of some impacts; undefined of none. */
export function heaviest(some: readonly ReportImpact[]): ReportImpact | undefined {
    return reportImpacts.findLast((impact) => some.includes(impact));
}
