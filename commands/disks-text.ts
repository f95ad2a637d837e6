import { formatElapsed } from "../model/duration";
import type { KeptDisk } from "./disks-list";

const words: Readonly<Record<KeptDisk["status"], string>> = {
    retained: "kept: a disk of this stack that its state does not have",
    orphaned: "orphaned: the volume of a disk of this stack, without its claim",
    unknown: "not known to be this stack's: look before you take it",
};

/**
 * The list as a person reads it.
 *
 * @param isWhole everything was read that a disk may be in.
 */
export function disksText(
    stack: string,
    cluster: string,
    disks: readonly KeptDisk[],
    now: Date,
    isWhole = true,
): string {
    if (disks.length === 0) {
        return isWhole
            ? `Stack "${stack}" has let go of no disk on ${cluster}.`
            : `Whether stack "${stack}" has let go of a disk on ${cluster} is not known: not everything could be read.`;
    }
    return [`Disks that stack "${stack}" has let go of on ${cluster}:`, ...disks.map(text(now))]
        .join("\n\n")
        .trimEnd();
}

function text(now: Date): (disk: KeptDisk) => string {
    return (disk) => {
        const { kind, namespace, name, resource, phase, size, storageClass, created } = disk;
        const place = kind === "PersistentVolume" ? name : `${namespace ?? ""}/${name}`;
        const facts = [
            size,
            storageClass === "" ? "no class" : `class ${storageClass}`,
            phase,
            ...(created === undefined ? [] : [`made ${ageText(created, now)} ago`]),
            ...(disk.reclaimPolicy === undefined ? [] : [`reclaim ${disk.reclaimPolicy}`]),
        ].filter((fact) => fact !== "");
        const wasFor =
            kind === "PersistentVolume" && namespace !== undefined
                ? [`last used in namespace ${namespace}`]
                : [];
        const origin = disk.origin === undefined ? [] : [`from ${disk.origin}`];
        const bySelf =
            resource === undefined || kind === "PersistentVolume" || isReleased(disk)
                ? []
                : [`Disk "${resource}", put back as it was, takes it back by itself. Or:`];
        return [
            `${kind} ${place}: ${facts.join(", ")}`,
            ...[words[disk.status], ...wasFor, ...origin, ...bySelf, disk.takeBack].map(
                (line) => `    ${line}`,
            ),
        ].join("\n");
    };
}

/** A claim that was filled and whose DataVolume is gone: a disk with its source would be another DataVolume, which CDI refuses. */
function isReleased({ kind, origin }: KeptDisk): boolean {
    return (
        kind === "PersistentVolumeClaim" &&
        origin !== undefined &&
        !/(^|, )blank, class /.test(origin)
    );
}

const dayMs = 86_400_000;

/** How long ago something was, as a person says it. */
export function ageText(created: string, now: Date): string {
    const ms = Math.max(0, now.getTime() - Date.parse(created));
    const days = Math.floor(ms / dayMs);
    return days > 0 ? `${String(days)} day${days === 1 ? "" : "s"}` : formatElapsed(ms);
}
