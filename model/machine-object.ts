import { type Fields, isFields, type Place, valueAt } from "./machine-difference";

/** Where the parts of a VirtualMachine object are. */
export const templatePlace: Place = ["spec", "template", "spec"];
export const domainPlace: Place = [...templatePlace, "domain"];
export const cpuPlace: Place = [...domainPlace, "cpu"];
export const memoryPlace: Place = [...domainPlace, "memory"];

/** What is at a place; nothing where there are no fields. */
export function fieldsAt(object: Fields, place: Place): Fields {
    let at = object;
    for (const step of place) {
        const next = valueAt(at, step);
        at = isFields(next) ? next : {};
    }
    return at;
}

/** The text at a place; undefined where there is something else or nothing. */
export function textAt(object: Fields, place: Place): string | undefined {
    const found = valueAt(fieldsAt(object, place.slice(0, -1)), place.at(-1) ?? "");
    return typeof found === "string" ? found : undefined;
}

function entryOf(object: Fields, place: Place, list: string, name: string): Fields | undefined {
    const entries = fieldsAt(object, place)[list];
    const found: unknown = Array.isArray(entries)
        ? entries.find((entry: unknown) => isFields(entry) && entry["name"] === name)
        : undefined;
    return isFields(found) ? found : undefined;
}

export function volumeOf(object: Fields, name: string): Fields | undefined {
    return entryOf(object, templatePlace, "volumes", name);
}

export function networkOf(object: Fields, name: string): Fields {
    return entryOf(object, templatePlace, "networks", name) ?? {};
}

export function interfaceOf(object: Fields, name: string): Fields | undefined {
    return entryOf(object, [...domainPlace, "devices"], "interfaces", name);
}

export function strategyOf(object: Fields): unknown {
    return fieldsAt(object, ["spec"])["updateVolumesStrategy"];
}

/** Source: IsHotplugVolume in pkg/storage/types/volume.go. */
export function isHotpluggable(volume: unknown): boolean {
    const sources = isFields(volume) ? ["persistentVolumeClaim", "dataVolume", "memoryDump"] : [];
    return sources.some((source) => {
        const value = (volume as Fields)[source];
        return isFields(value) && value["hotpluggable"] === true;
    });
}

export function claimOf(volume: unknown): unknown {
    return isFields(volume) ? (volume["persistentVolumeClaim"] ?? volume["dataVolume"]) : undefined;
}

export function isCdrom(disk: unknown): boolean {
    return isFields(disk) && disk["cdrom"] !== undefined;
}

/** `data` of a place that ends in `[data]`. */
export function nameOf(place: Place): string {
    return (place.at(-1) ?? "").replace(/^\[(.*)\]$/, "$1");
}
