import { selectionText } from "../model/storage-selection";
import type { Finding } from "../waits/preflight";

/** Checks that say whether there is storage to put disks on. */
const storageChecks = ["Default storage class", "CSI driver"];

/**
 * How to choose storage: where somebody asks, or where the cluster was seen to have none that disks can be put on; else nothing.
 */
export function storageAdvice(findings: readonly Finding[], asked: boolean): string | undefined {
    const isOpen = findings.some(
        ({ check, status }) =>
            storageChecks.includes(check) && (status === "warning" || status === "problem"),
    );
    return asked || isOpen
        ? `Storage for machines, where it is still to be chosen:\n\n${selectionText()}`
        : undefined;
}
