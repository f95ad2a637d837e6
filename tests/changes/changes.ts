import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { ReportImpact } from "../../model/impact";
import type { Fields } from "../../model/machine-difference";
import type { ReportItem, Verdict } from "../../review/report";
import { base } from "./base";
import { type Values, valuesAt } from "./settings";

const folder = join(__dirname, "..", "fixtures", "changes");

/** A change of the program that everything begins with, what a report has to say of it, and the engine's preview of it. */
export interface Change {
    readonly id: string;
    readonly title: string;
    /** It is about a resource beside our components. */
    readonly isRaw: boolean;
    /** The preview has what stays as it is, too. */
    readonly isWhole: boolean;
    /** It is a preview of `pulumi destroy`. */
    readonly isDestroy?: boolean;
    /** Further arguments of pulumi. */
    readonly options?: readonly string[];
    /** What somebody does on the cluster before: an object that is made, or one that is deleted. */
    readonly outOfBand?: readonly (
        { readonly apply: string; readonly object: Fields } | { readonly delete: string }
    )[];
    /** What is where in the program before, as the recording found it, and after. */
    readonly before: Values;
    readonly after: Values;
    /** Every item by `Kind namespace/name`. */
    readonly expected: {
        readonly verdict: Verdict;
        readonly items: Readonly<Record<string, ReportImpact>>;
    };
    /** As `pulumi preview --json` has printed it. */
    readonly preview: Fields;
}

/** All changes of `tests/fixtures/changes`. */
export const changes: readonly Change[] = readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .map((file) => ({
        id: basename(file, ".json"),
        ...(JSON.parse(readFileSync(join(folder, file), "utf8")) as Omit<Change, "id">),
    }));

/** Writes a change with its recording: what a person writes first, then the steps of the preview, one a line. */
export function writeRecording({ id, ...change }: Change, preview: Fields): void {
    const before = valuesAt(base, Object.keys(change.after));
    const { steps, ...rest } = preview as { readonly steps: readonly Fields[] };
    const head = JSON.stringify({ ...change, before, preview: "…" }, undefined, 4);
    const lines = steps.map((step) => `            ${JSON.stringify(step)}`).join(",\n");
    const body = `{\n        "steps": [\n${lines}\n        ],\n        ${JSON.stringify(rest).slice(1)}`;
    writeFileSync(join(folder, `${id}.json`), `${head.replace('"…"', () => body)}\n`);
}

/** How the changes name what a report has an item of: `VirtualMachine vms/db`. */
export function placeOfItem({
    kind,
    namespace,
    name,
}: Pick<ReportItem, "kind" | "namespace" | "name">): string {
    return `${kind} ${namespace === "" ? name : `${namespace}/${name}`}`;
}
