import { impactText, type ReportImpact, reportImpacts } from "../model/impact";
import type { Report, ReportItem, ReportLine, ReportNote, Verdict } from "./report";
import { placeText } from "./thing";
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

/** What GitHub takes as a comment. Source: https://docs.github.com/en/rest/issues/comments (the body has at most 65536 characters). */
export const longestComment = 65_536;

const verdictMark: Readonly<Record<Verdict, string>> = {
    fine: "✅",
    "needs-approval": "⚠️",
    refused: "⛔",
};

const impactMark: Readonly<Record<ReportImpact, string>> = {
    new: "🆕",
    live: "🟢",
    "gone-data-kept": "⚪",
    restart: "🔁",
    "replace-vm": "♻️",
    refused: "⛔",
    "data-loss": "🔥",
};

/** The line by which a workflow finds the comment of a stack again, to write over it. */
export function commentMarker(stack: string): string {
    return `<!-- pulumi-kubevirt-review: ${stack.replace(/[^\w./ -]|--+/g, "-")} -->`;
}

/**
 * The report for a pull request.
 *
 * @param room how many characters it may have: a comment may hold the reports of several stacks.
 */
export function reportMarkdown(report: Report, room = longestComment): string {
    // What is folded is cut first, and then whole lines of what counts most, the worst last.
    for (const most of limitsOfLists) {
        const text = written(report, most);
        if (text.length <= room) {
            return text;
        }
    }
    return [
        commentMarker(report.stack),
        title(report),
        counts(report),
        "The report is too long for a comment: run `npm run review`.",
    ]
        .join("\n\n")
        .slice(0, room);
}

/** How many lines the tables may have that are read, and those that are folded. */
interface Most {
    readonly read: number;
    readonly folded: number;
}

const limitsOfLists: readonly Most[] = [
    ...[2000, 500, 150, 50, 15].map((folded) => ({ read: 2000, folded })),
    ...[500, 150, 50, 15, 5, 1].map((read) => ({ read, folded: 5 })),
];

function written(report: Report, most: Most): string {
    return [
        commentMarker(report.stack),
        title(report),
        counts(report),
        ...weighty(report, most.read),
        ...folded(report, most.folded),
    ]
        .filter((part) => part !== "")
        .join("\n\n")
        .concat("\n");
}

function title(report: Report): string {
    return `### ${verdictMark[report.verdict]} ${code(report.stack)} ${headline(report)}`;
}

function counts(report: Report): string {
    return [countsText(report.lines), ...limits(report).map(cell)]
        .filter((part) => part !== "")
        .join("  \n");
}

/** What a reviewer reads. */
function weighty(report: Report, most: number): readonly string[] {
    const { lines, capacity, downtime, unknown, isWhole } = report;
    const heavy = lines.filter((line) => !isLight(line)).toSorted(byImpact);
    const light = lines.filter(isLight);
    const { told } = otherItems(report);
    return [
        linesTable(heavy, most),
        light.length > foldAbove ? "" : linesTable(light, most),
        section("Beside machines and disks", itemsTable(told.toSorted(byImpact), most)),
        list("Somebody has to say yes to this, too", furtherApprovals(report), most),
        list("Refused", furtherRefusals(report), most),
        list("Nobody here knows", unknown, most),
        list("Downtime", downtime, most),
        section(
            "Capacity",
            table(
                ["class", isWhole ? "before, after" : "change"],
                capacity.map((one) => [code(one.storageClass), capacityText(one, isWhole)]),
                most,
            ),
        ),
    ];
}

/** What is there for who wants to know. */
function folded(report: Report, most: number): readonly string[] {
    const { lines, migratable } = report;
    const light = lines.filter(isLight);
    const { counted } = otherItems(report);
    const stays = migratable.filter((one) => !one.migratable);
    const moves = migratable.filter((one) => one.migratable);
    return [
        light.length > foldAbove
            ? details(`${String(light.length)} more: ${countsText(light)}`, linesTable(light, most))
            : "",
        details(
            `Live migration: ${String(moves.length)} can move, ${String(stays.length)} cannot`,
            table(
                ["VM", "can move", "why"],
                [...stays, ...moves].map(({ machine, migratable: can, why }) => [
                    code(machine),
                    can ? "yes" : "no",
                    cell(why),
                ]),
                most,
            ),
        ),
        details(`${othersText(counted.length)}: ${countsText(counted)}`, itemsTable(counted, most)),
    ];
}

function isLight({ impact }: { readonly impact: ReportImpact }): boolean {
    return impact === "new" || impact === "live";
}

function byImpact(
    one: { readonly impact: ReportImpact },
    other: { readonly impact: ReportImpact },
): number {
    return reportImpacts.indexOf(other.impact) - reportImpacts.indexOf(one.impact);
}

function linesTable(lines: readonly ReportLine[], most: number): string {
    return table(
        ["", "name", "impact", "why"],
        lines.map((line) => [
            line.what === "machine" ? "VM" : "disk",
            code(line.place),
            impactCell(line.impact),
            cell(lineText(line)),
        ]),
        most,
    );
}

function itemsTable(items: readonly ReportItem[], most: number): string {
    return table(
        ["kind", "name", "impact", "why"],
        items.map((item) => [
            cell(item.kind),
            code(placeText(item)),
            impactCell(item.impact),
            cell(lineText(item)),
        ]),
        most,
    );
}

function impactCell(impact: ReportImpact): string {
    const text = impactText[impact];
    const isBold = impact === "data-loss" || impact === "refused";
    return `${impactMark[impact]} ${isBold ? `**${text}**` : text}`;
}

/** What changes nothing for anybody is folded when there is more of it than a screen has. */
const foldAbove = 12;

function list(heading: string, notes: readonly ReportNote[], most: number): string {
    const shown = notes
        .slice(0, most)
        .map(({ place, why }) => `- ${place === "" ? "" : `${code(place)} `}${cell(why)}`);
    const rest = notes.length - shown.length;
    return section(
        heading,
        [...shown, ...(rest > 0 ? [`- … and ${String(rest)} more`] : [])].join("\n"),
    );
}

function table(
    head: readonly string[],
    rows: readonly (readonly string[])[],
    most: number,
): string {
    if (rows.length === 0) {
        return "";
    }
    const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
    return [
        row(head),
        `|${head.map(() => " --- ").join("|")}|`,
        ...rows.slice(0, most).map(row),
        ...(rows.length > most ? [row([`… and ${String(rows.length - most)} more`])] : []),
    ].join("\n");
}

function section(heading: string, content: string): string {
    return content === "" ? "" : `**${heading}**\n\n${content}`;
}

function details(summary: string, content: string): string {
    return content === ""
        ? ""
        : `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;
}

/** A name as code: nothing in it ends the code, or the cell that it is in. */
function code(name: string): string {
    return `\`${name
        .replace(/`/g, "'")
        .replace(/\|/g, "\\|")
        .replace(/@(?=[A-Za-z])/g, "@\u200b")}\``;
}

/** A text in a cell: one line, and nothing in it that Markdown would read as a link, a picture, a tag or somebody's name. */
function cell(text: string): string {
    return text
        .replace(/\s*\n\s*/g, " ")
        .replace(/[<>]/g, (sign) => (sign === "<" ? "&lt;" : "&gt;"))
        .replace(/[|[\]]/g, "\\$&")
        .replace(/@(?=[A-Za-z])/g, "@\u200b");
}
