import type { LedgerDisk } from "../model/ledger";
import { formatBytes } from "../model/size";

interface Volume {
    readonly name: string;
    readonly claim: string;
    readonly bound: boolean;
    readonly size?: number;
}

/** The stack's outputs as a person reads them. */
export function outputsText(outputs: Readonly<Record<string, unknown>>): string {
    const lines: string[] = [];
    for (const [name, value] of sorted(Object.entries(outputs))) {
        if (name === "volumes" && Array.isArray(value)) {
            lines.push(row("disks", ""), ...(value as Volume[]).map(volumeText));
        } else if (name === "ledger" && Array.isArray(value)) {
            lines.push(row("ledger", ""), ...(value as LedgerDisk[]).map(ledgerLine));
        } else if (name === "ready") {
            lines.push(row("ready", readyText(value as Record<string, unknown>)));
        } else {
            lines.push(row(name, typeof value === "string" ? value : JSON.stringify(value)));
        }
    }
    return lines.join("\n");
}

/** The engine answers outputs by the alphabet. */
function sorted(outputs: readonly [string, unknown][]): readonly [string, unknown][] {
    const order = ["vm", "ready", "volumes", "ledger"];
    const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
    return [...outputs].sort(([left], [right]) => place(left) - place(right));
}

function row(name: string, value: string): string {
    return `  ${name.padEnd(10)}${value}`.trimEnd();
}

function volumeText(volume: Volume): string {
    const size = volume.size === undefined ? "size not known yet" : formatBytes(volume.size);
    return `    ${volume.name.padEnd(8)}claim ${volume.claim}, ${volume.bound ? "bound" : "not bound yet"}, ${size}`;
}

function ledgerLine({ disk, erasedByDestroy, why }: LedgerDisk): string {
    return `    ${disk}: erased by destroy: ${erasedByDestroy} (${why})`;
}

function readyText(ready: Record<string, unknown>): string {
    const { phase, node, addresses } = ready as {
        phase?: string;
        node?: string;
        addresses?: string[];
    };
    return [
        phase ?? "",
        ...(node === undefined ? [] : [`on ${node}`]),
        ...(addresses === undefined || addresses.length === 0 ? [] : [addresses.join(", ")]),
    ].join(", ");
}
