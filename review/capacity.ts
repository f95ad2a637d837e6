import { requestedBytes } from "./claim-change";
import { templateDisks } from "./machine-fate";
import { claimKey, classOf, dataVolumeKey, machineKey, ofKind, type Scene } from "./scene";
import { kindKey, type Thing } from "./thing";
import { quantityBytes } from "../model/size";

/** What the disks of a class ask for, in bytes. */
export interface Capacity {
    readonly storageClass: string;
    readonly before: number;
    readonly after: number;
    /** Of what is there before, what the stack lets go of and stays on the cluster. */
    readonly kept: number;
}

/** What disks of no named class are on. */
export const defaultClass = "(default class)";

/**
 * What the disks of a preview ask for, by class. Without the resources that stay as they are it is only what changes.
 *
 * @param isKept whether a disk that leaves the stack stays on the cluster.
 */
export function capacity(scene: Scene, isKept: (urn: string) => boolean): readonly Capacity[] {
    const before = sizes(scene.before);
    // A class that the cluster has filled in is in the state, and not in what the program says; of a disk that it has taken over as it
    // is, the size neither.
    const after = sizes(scene.after, (place) => before.get(place));
    const kept = [...before.values()].filter(
        ({ place, urn }) => ![...after.values()].some((one) => one.place === place) && isKept(urn),
    );
    const classes = new Set([...before.values(), ...after.values()].map((one) => one.storageClass));
    const sum = (list: Iterable<Asked>, storageClass: string) =>
        [...list]
            .filter((one) => one.storageClass === storageClass)
            .reduce((total, { bytes }) => total + bytes, 0);
    return [...classes].sort().map((storageClass) => ({
        storageClass,
        before: sum(before.values(), storageClass),
        after: sum(after.values(), storageClass),
        kept: sum(kept, storageClass),
    }));
}

interface Asked {
    readonly urn: string;
    readonly place: string;
    readonly storageClass: string;
    readonly bytes: number;
}

/** A claim counts once, whatever makes it: its DataVolume, itself, and what sets its size later. */
function sizes(
    things: readonly Thing[],
    filledIn: (place: string) => Asked | undefined = () => undefined,
): ReadonlyMap<string, Asked> {
    const found = new Map<string, Asked>();
    const add = (one: Asked) => {
        const other = found.get(one.place);
        found.set(one.place, {
            ...one,
            storageClass:
                other === undefined || other.storageClass === defaultClass
                    ? one.storageClass
                    : other.storageClass,
            urn: other?.urn ?? one.urn,
            bytes: Math.max(one.bytes, other?.bytes ?? 0),
        });
    };
    for (const disk of ofKind(things, claimKey, dataVolumeKey)) {
        const place = `${disk.namespace}/${disk.name}`;
        add({
            urn: disk.urn,
            place,
            storageClass: classOf(disk) ?? filledIn(place)?.storageClass ?? defaultClass,
            bytes: requestedBytes(disk) ?? filledIn(place)?.bytes ?? 0,
        });
    }
    for (const patch of things.filter((one) => one.isPatch && kindKey(one) === claimKey)) {
        const place = `${patch.namespace}/${patch.name}`;
        const bytes = requestedBytes(patch);
        if (found.has(place) && bytes !== undefined) {
            add({ urn: patch.urn, place, storageClass: defaultClass, bytes });
        }
    }
    for (const machine of ofKind(things, machineKey)) {
        for (const { name, storageClass, size } of templateDisks(machine)) {
            add({
                urn: machine.urn,
                place: `${machine.namespace}/${name}`,
                storageClass: storageClass ?? defaultClass,
                bytes: typeof size === "string" ? (quantityBytes(size) ?? 0) : 0,
            });
        }
    }
    return found;
}
