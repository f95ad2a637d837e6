import { heaviest, type ReportImpact } from "../model/impact";
import type { Judged } from "./judged";
import { childOf } from "./refusals";
import type { ReportLine } from "./report";
import { claimKey, dataVolumeKey, machineKey, type Scene } from "./scene";
import { type MachinePlace, machinesToRestart, machineWith } from "./secret-readers";
import { kindKey, placeText, type Thing } from "./thing";
import { typeOfUrn } from "./preview";

interface Subject {
    readonly what: ReportLine["what"];
    readonly place: string;
}

/** One line for each machine and each disk that anything happens to, machines first. */
export function linesOf(judged: readonly Judged[], scene: Scene): readonly ReportLine[] {
    const groups = new Map<string, { subject: Subject; parts: Judged[] }>();
    for (const one of judged) {
        for (const subject of subjectsOf(one, scene)) {
            const key = `${subject.what} ${subject.place}`;
            const group = groups.get(key) ?? { subject, parts: [] };
            group.parts.push(one);
            groups.set(key, group);
        }
    }
    return [...groups.values()]
        .map(({ subject, parts }) => ({
            ...subject,
            impact: impactOf(parts),
            why: whyOf(parts),
            urns: parts.map(({ item }) => item.urn),
        }))
        .sort(
            (one, other) =>
                other.what.localeCompare(one.what) ||
                one.place.localeCompare(other.place, "en", { numeric: true }),
        );
}

/** A part that is made with the rest is no change of it, and what sets a new disk's size is a part of it. */
function impactOf(parts: readonly Judged[]): ReportImpact {
    const main = parts.filter(({ isMain }) => isMain);
    const all = parts.map(({ item }) => item.impact);
    const made = main.length > 0 && main.every(({ item }) => item.impact === "new");
    const worst = heaviest(all) ?? "live";
    if (made && /^(new|live|restart|gone-data-kept)$/.test(worst)) {
        return "new";
    }
    // What goes beside a machine or a disk that stays (a Secret, its place in the program) is no loss of it.
    const stays = main.some(({ item }) => item.impact === "live");
    return worst === "gone-data-kept" && (main.length === 0 || stays) ? "live" : worst;
}

function whyOf(parts: readonly Judged[]): string {
    const impact = impactOf(parts);
    const decisive = parts.filter(({ item }) => item.impact === impact);
    const mains = decisive.filter(({ isMain }) => isMain);
    const told = mains.length > 0 ? mains : decisive;
    return [...new Set((told.length > 0 ? told : parts).map(({ item }) => item.why))].join("; ");
}

function subjectsOf({ item, thing }: Judged, scene: Scene): readonly Subject[] {
    if (thing !== undefined) {
        const own = subjectOf(thing);
        if (own !== undefined) {
            return [own];
        }
        return readersOf(thing, scene).map((machine) => ({
            what: "machine",
            place: placeText(machine),
        }));
    }
    const child = childOf(item.urn, scene);
    if (child !== undefined) {
        return [subjectOf(child)].filter((one) => one !== undefined);
    }
    // A component of ours that was refused before it was made anything of.
    const kind = typeOfUrn(item.urn);
    const place = placeText(item);
    return kind === "kubevirt:index:VirtualMachine"
        ? [{ what: "machine", place }]
        : kind === "kubevirt:index:Disk"
          ? [{ what: "disk", place }]
          : [];
}

function subjectOf(thing: Thing): Subject | undefined {
    switch (kindKey(thing)) {
        case machineKey:
            return { what: "machine", place: placeText(thing) };
        case claimKey:
        case dataVolumeKey:
            return { what: "disk", place: placeText(thing) };
        default:
            return undefined;
    }
}

/** The machine that a Secret is a part of, and those that read it when they start. */
function readersOf(thing: Thing, scene: Scene): readonly MachinePlace[] {
    const machine = machineWith(thing);
    return machine === undefined ? machinesToRestart(thing, scene) : [machine];
}
