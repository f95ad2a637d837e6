import type { LedgerDisk } from "../model/ledger";
import { ageText } from "./disks-text";

/** A ledger as a person reads it. */
export function ledgerText(
    stack: string,
    disks: readonly LedgerDisk[],
    guarded: readonly string[],
    now: Date,
): string {
    if (disks.length === 0) {
        return `Stack "${stack}" has no disk.`;
    }
    const count = (answer: LedgerDisk["erasedByDestroy"]) =>
        disks.filter(({ erasedByDestroy }) => erasedByDestroy === answer).length;
    const [erased, unknown] = [count("yes"), count("unknown")];
    return [
        `Disks of stack "${stack}":`,
        ...disks.map((disk) => diskText(disk, now)),
        `${String(disks.length)} disk${disks.length === 1 ? "" : "s"}; a destroy erases ${erased === 0 && unknown === 0 ? "none" : String(erased)}${unknown === 0 ? "" : `, and of ${String(unknown)} more nobody here knows`}.`,
        ...(guarded.length === 0
            ? []
            : [`A destroy is refused while the stack has: ${guarded.join(", ")}.`]),
    ].join("\n\n");
}

/** What a destroy of a stack erases, or may erase, for who is about to begin one. */
export function erasedText(stack: string, disks: readonly LedgerDisk[]): string {
    const told = disks.filter(({ erasedByDestroy }) => /^(yes|unknown)$/.test(erasedByDestroy));
    return told.length === 0
        ? `A destroy of stack "${stack}" erases no disk that its state has.`
        : [
              `A destroy of stack "${stack}" erases disks (npm run ledger -- ${stack} asks the cluster, too):`,
              ...told.map(
                  ({ namespace, claim, owner, size, erasedByDestroy, why }) =>
                      `  ${namespace}/${claim}${owner === "" ? "" : ` of ${owner}`}, ${size}: ${erasedByDestroy === "yes" ? "erased" : "may be erased"} (${why})`,
              ),
          ].join("\n");
}

function diskText(disk: LedgerDisk, now: Date): string {
    const { namespace, claim, volume, owner, size, storageClass, source } = disk;
    const place = claim === "" ? `volume ${volume ?? ""}` : `${namespace}/${claim}`;
    const facts = [
        size,
        storageClass === "" ? "no class" : `class ${storageClass}`,
        `reclaim ${disk.reclaimPolicy}`,
        ...(source === "" ? [] : [`from ${source}`]),
    ].filter((fact) => fact !== "");
    return [
        `${place}: disk ${disk.disk}${owner === "" ? ", of no machine of the stack" : ` of ${owner}`}`,
        `    ${facts.join(", ")}`,
        `    erased by destroy: ${disk.erasedByDestroy} (${disk.why})`,
        `    protection: ${protectionText(disk.protection, now)}`,
    ].join("\n");
}

function protectionText(protection: LedgerDisk["protection"], now: Date): string {
    if (protection === "unknown") {
        return "unknown";
    }
    return protection.length === 0
        ? "none"
        : protection
              .map(({ kind, name, at }) =>
                  at === undefined ? `${kind} ${name}` : `${kind} ${name}, ${ageText(at, now)} ago`,
              )
              .join("; ");
}
