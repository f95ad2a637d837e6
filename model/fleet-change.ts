import { few } from "./few";

/** What becomes of a disk's data when its machine leaves the fleet. */
export interface MemberDisk {
    readonly claim: string;
    readonly onDestroy: "retain" | "delete" | "forbid";
}

/** The machines of a fleet by their names, with their disks by their names inside the machine. */
export type FleetMembers = Readonly<Record<string, Readonly<Record<string, MemberDisk>>>>;

/** What a new list of machines means. */
export interface FleetChange {
    /** Names of the machines that come. */
    readonly coming: readonly string[];
    /** Names of the machines that go. */
    readonly going: readonly string[];
    /** Claims of theirs that stay on the cluster with their data. */
    readonly kept: readonly string[];
    /** Claims of theirs whose data goes. */
    readonly erased: readonly string[];
}

/** Compares the machines of a fleet before and after. */
export function fleetChange(before: FleetMembers, after: FleetMembers): FleetChange {
    const going = Object.keys(before)
        .filter((name) => !Object.hasOwn(after, name))
        .sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
    const disks = going.flatMap((name) => Object.values(before[name] ?? {}));
    return {
        coming: Object.keys(after).filter((name) => !Object.hasOwn(before, name)),
        going,
        kept: disks.filter(({ onDestroy }) => onDestroy !== "delete").map(({ claim }) => claim),
        erased: disks.filter(({ onDestroy }) => onDestroy === "delete").map(({ claim }) => claim),
    };
}

/** The same in words, or undefined when no machine goes. */
export function fleetChangeText({ going, kept, erased }: FleetChange): string | undefined {
    if (going.length === 0) {
        return undefined;
    }
    const list = (names: readonly string[]) => few(names, 12);
    return [
        `${going.length === 1 ? "A machine goes" : `${String(going.length)} machines go`}: ${list(going)}.`,
        ...(kept.length === 0
            ? []
            : [`Kept with their data, and taken back when the machines come back: ${list(kept)}.`]),
        ...(erased.length === 0 ? [] : [`ERASED, because of onDestroy "delete": ${list(erased)}.`]),
    ].join(" ");
}
