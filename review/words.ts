import { heaviest, impactText, type ReportImpact, reportImpacts } from "../model/impact";
import { formatBytes } from "../model/size";
import type { Capacity } from "./capacity";
import type { Report, ReportItem, ReportLine, ReportNote } from "./report";

/** What a report begins with. */
export function headline({ verdict, isPartial, lines, items }: Report): string {
    if (verdict === "refused") {
        return "refused: it cannot be applied as it is";
    }
    const worst = heaviest(items.map(({ impact }) => impact));
    if (verdict === "needs-approval") {
        return worst === "data-loss"
            ? "needs approval: DATA LOSS"
            : "needs approval: somebody has to say yes";
    }
    return lines.length === 0 && items.length === 0 && !isPartial
        ? "fine: nothing changes"
        : "fine: machines run on, and all data stays";
}

/** `2 DATA LOSS, 1 restart, 3 new`: the worst first. */
export function countsText(of: readonly { readonly impact: ReportImpact }[]): string {
    return reportImpacts
        .toReversed()
        .map((impact) => [of.filter((one) => one.impact === impact).length, impact] as const)
        .filter(([count]) => count > 0)
        .map(([count, impact]) => `${String(count)} ${impactText[impact]}`)
        .join(", ");
}

/** Resources that are no machine and no disk, and that a reader has to see one by one. */
export function otherItems({ items, lines }: Report): {
    readonly told: readonly ReportItem[];
    readonly counted: readonly ReportItem[];
} {
    const inLines = new Set(lines.flatMap(({ urns }) => urns));
    const rest = items.filter(({ urn }) => !inLines.has(urn));
    const isTold = ({ impact, kind }: ReportItem) =>
        !/^(new|live)$/.test(impact) && (impact !== "gone-data-kept" || weighty.test(kind));
    return { told: rest.filter(isTold), counted: rest.filter((item) => !isTold(item)) };
}

/** What those are called that are only counted. */
export function othersText(count: number): string {
    return count === 1 ? "1 other resource" : `${String(count)} other resources`;
}

/** What has to be said yes to beside what the lines say already. */
export function furtherApprovals(report: Report): readonly ReportNote[] {
    return unsaid(report, report.approval);
}

/** What is refused beside what the lines say already. */
export function furtherRefusals(report: Report): readonly ReportNote[] {
    return unsaid(report, report.refused);
}

function unsaid(report: Report, notes: readonly ReportNote[]): readonly ReportNote[] {
    const said = [...report.lines, ...otherItems(report).told].map(({ why }) => why);
    const unknown = new Set(report.unknown.map(({ why }) => why));
    return notes.filter(({ why }) => !said.some((text) => text.includes(why)) && !unknown.has(why));
}

/** Kinds whose going is worth a line although no data goes. */
const weighty =
    /^(Namespace|PersistentVolume|StorageClass|VolumeSnapshot.*|VirtualMachine.*|CustomResourceDefinition|KubeVirt|CDI|Release|StatefulSet|DataImportCron)$/;

export function lineText({ impact, why }: Pick<ReportLine, "impact" | "why">): string {
    return impact === "new" ? "" : why;
}

/** `20Gi → 40Gi (+20Gi)`. */
export function capacityText({ before, after, kept }: Capacity, isWhole: boolean): string {
    const change = after - before;
    const sign = change < 0 ? "-" : "+";
    const delta = change === 0 ? "no change" : `${sign}${formatBytes(Math.abs(change))}`;
    const stays = kept > 0 ? `; ${formatBytes(kept)} of it stay on the cluster, let go of` : "";
    return isWhole
        ? `${size(before)} → ${size(after)} (${delta})${stays}`
        : `${delta}, of the disks that change${stays}`;
}

function size(bytes: number): string {
    return bytes === 0 ? "0" : formatBytes(bytes);
}

/** What a reader of every form has to know about how far the report goes. */
export function limits({ isPartial, isWhole, unread, absent }: Report): readonly string[] {
    return [
        ...unread,
        ...absent,
        ...(isPartial
            ? [
                  "The preview failed: what else the change would do is not shown, deletions least of all.",
              ]
            : []),
        ...(isWhole
            ? []
            : [
                  "Only what changes is in this preview. With --show-sames it also says which claims, machines and classes hang on it.",
              ]),
    ];
}
