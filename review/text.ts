import { impactText } from "../model/impact";
import type { Report, ReportNote } from "./report";
import {
    capacityText,
    countsText,
    furtherApprovals,
    furtherRefusals,
    headline,
    limits,
    lineText,
    otherItems,
    othersText,
} from "./words";

/** The report as a terminal shows it. */
export function reportText(report: Report): string {
    const { stack, lines, capacity, downtime, migratable, unknown } = report;
    const { told, counted } = otherItems(report);
    const width = Math.max(0, ...lines.map(({ place }) => place.length));
    const moves = migratable.filter(({ migratable: can }) => can).map(({ machine }) => machine);
    const stays = migratable.filter(({ migratable: can }) => !can);
    return [
        `${stack === "" ? "" : `Stack ${stack}: `}${headline(report)}`,
        ...limits(report),
        ...block(
            "Machines and disks",
            lines.map(
                (line) =>
                    `${line.what.padEnd(7)} ${line.place.padEnd(width)}  ${impactText[line.impact].padEnd(22)} ${lineText(line)}`,
            ),
        ),
        ...block("Beside them", [
            ...told.map(
                ({ kind, namespace, name, impact, why }) =>
                    `${kind} ${namespace === "" ? name : `${namespace}/${name}`}  ${impactText[impact]}  ${why}`,
            ),
            ...(counted.length === 0
                ? []
                : [`${othersText(counted.length)}: ${countsText(counted)}`]),
        ]),
        ...block("Refused", furtherRefusals(report).map(noteText)),
        ...block("Somebody has to say yes to this, too", furtherApprovals(report).map(noteText)),
        ...block("Nobody here knows", unknown.map(noteText)),
        ...block(
            "Capacity",
            capacity.map((one) => `${one.storageClass}  ${capacityText(one, report.isWhole)}`),
        ),
        ...block("Downtime", downtime.map(noteText)),
        ...block("Live migration", [
            ...(moves.length === 0 ? [] : [`can move: ${moves.join(", ")}`]),
            ...stays.map(({ machine, why }) => `${machine} cannot move: ${why}`),
        ]),
    ]
        .map((line) => line.trimEnd())
        .join("\n");
}

function block(title: string, lines: readonly string[]): readonly string[] {
    return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

function noteText({ place, why }: ReportNote): string {
    return place === "" ? why : `${place}: ${why}`;
}
