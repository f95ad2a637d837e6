import type { Report } from "./report";

/** The report for machines: the verdict and the items first, what is made of them after. */
export function reportJson(report: Report): string {
    const { verdict, items, stack, ...rest } = report;
    return JSON.stringify({ verdict, items, stack, ...rest }, undefined, 2);
}
