import type * as pulumi from "@pulumi/pulumi";
import { reservedDiskNames } from "../../manifests/virtual-machine";
import { nameFault } from "../../model/names";
import { type Problem, Problems } from "../../model/problems";
import { shapeProblems, type Shapes } from "../../model/shape";
import { Disk } from "../disks/disk";
import { checkDisk, diskShape } from "../disks/disk-args";
import type { AttachedDiskArgs, InlineDisk, MachineDisk } from "./machine-disk-args";

/** Where a machine is. */
interface MachinePlace {
    readonly machineName: string;
    readonly namespace: string;
}

/** The disk that is made elsewhere; undefined for one that is written down in its machine. */
function givenDisk(disk: MachineDisk): Disk | undefined {
    return disk instanceof Disk ? disk : isAttached(disk) ? disk.disk : undefined;
}

function isAttached(disk: InlineDisk | AttachedDiskArgs): disk is AttachedDiskArgs {
    return "disk" in disk;
}

/** The name a disk has inside its machine: its own, or for a {@link Disk} as it is its claim's. */
export function nameInMachine(disk: MachineDisk): string {
    return disk instanceof Disk ? disk.claimName : disk.name;
}

/** Name of the disk that the machine boots from, where the program says so. */
export function bootDisk(disks: readonly MachineDisk[]): string | undefined {
    const boot = disks.find((disk) => !(disk instanceof Disk) && disk.boot === true);
    return boot === undefined ? undefined : nameInMachine(boot);
}

/** The claims that a machine may be switched over from, by the names of its disks. */
export function switches(disks: readonly MachineDisk[]): ReadonlyMap<string, string> {
    return new Map(
        disks.flatMap((disk) =>
            !(disk instanceof Disk) && isAttached(disk) && disk.switchFrom !== undefined
                ? [[disk.name, disk.switchFrom] as const]
                : [],
        ),
    );
}

function claimNameOf(disk: MachineDisk, { machineName }: MachinePlace): string {
    return (
        givenDisk(disk)?.claimName ??
        (disk as InlineDisk).claimName ??
        `${machineName}-${nameInMachine(disk)}`
    );
}

/** Values of a wrong type in the disks of a machine. */
export function machineDiskShapes(disks: readonly MachineDisk[]): readonly Problem[] {
    const problems = new Problems();
    for (const [index, disk] of disks.entries()) {
        const field = `disks[${String(index)}]`;
        if (disk instanceof Disk) {
            continue;
        }
        problems.addFrom(field, shapeProblems(disk, ownShapes));
        if (isObject(disk) && isAttached(disk)) {
            if (!(disk.disk instanceof Disk)) {
                problems.add(`${field}.disk`, "is no Disk", "write new Disk(…), or its variable");
            }
        } else {
            problems.addFrom(field, isObject(disk) ? diskShape(disk) : []);
        }
    }
    return problems.all;
}

const ownShapes: Shapes = {
    all: { name: "text", boot: "flag", switchFrom: "text" },
    required: ["name"],
};

function isObject(value: unknown): value is object {
    return typeof value === "object" && value !== null;
}

/** The machine's disks by their names inside it; those that are written down in it are made here, as its children. */
export function machineDisks(
    component: pulumi.ComponentResource,
    name: string,
    place: MachinePlace,
    disks: readonly MachineDisk[],
    bind: "first-machine" | "now",
): Map<string, Disk> {
    const byName = new Map(disks.map((disk) => [nameInMachine(disk), disk]));
    const made = new Map<string, Disk>();
    const make = (disk: MachineDisk): Disk => {
        const diskName = nameInMachine(disk);
        const known = made.get(diskName);
        if (known !== undefined) {
            return known;
        }
        const given = givenDisk(disk);
        if (given !== undefined) {
            given.machine = place.machineName;
            made.set(diskName, given);
            return given;
        }
        const { name: _, boot: __, copyOf, ...rest } = disk as InlineDisk;
        const other = typeof copyOf === "string" ? byName.get(copyOf) : undefined;
        const one = new Disk(
            `${name}-${diskName}`,
            {
                ...rest,
                ...(copyOf === undefined
                    ? {}
                    : { copyOf: other === undefined ? copyOf : make(other) }),
                namespace: place.namespace,
                claimName: claimNameOf(disk, place),
                bind,
            },
            { parent: component },
        );
        made.set(diskName, one);
        return one;
    };
    // In the order of the list, which is the order the guest sees them in.
    return new Map(disks.map((disk) => [nameInMachine(disk), make(disk)]));
}

/** Adds what is wrong with the disks of a machine, each and together. */
export function checkMachineDisks(
    disks: readonly MachineDisk[],
    place: MachinePlace,
    problems: Problems,
): void {
    const names = new Set<string>();
    const claims = new Set<string>();
    for (const [index, disk] of disks.entries()) {
        const field = `disks[${String(index)}]`;
        const name = nameInMachine(disk);
        const fault = nameFault(name);
        if (fault !== undefined) {
            problems.add(`${field}.name`, fault.fault, fault.cure);
        } else if (reservedDiskNames.includes(name)) {
            problems.add(
                `${field}.name`,
                `is "${name}", which the machine's own disk is called`,
                "choose another name",
            );
        }
        if (names.has(name)) {
            problems.add(
                `${field}.name`,
                `is "${name}" a second time`,
                "give each disk a name of its own",
            );
        }
        names.add(name);
        const claim = claimNameOf(disk, place);
        if (claims.has(claim)) {
            problems.add(`${field}.claimName`, `is "${claim}" a second time`, "attach a disk once");
        }
        claims.add(claim);
        checkOne(disk, { field, claim, named: fault === undefined }, place, problems);
    }
    checkCopies(disks, problems);
    const boots = disks
        .filter((disk) => !(disk instanceof Disk) && disk.boot === true)
        .map(nameInMachine);
    if (boots.length > 1) {
        problems.add(
            "disks",
            `has ${String(boots.length)} boot disks: ${boots.join(", ")}`,
            "set boot on one of them",
        );
    }
    if (disks.length === 0) {
        problems.add(
            "disks",
            "is empty, and a machine without a disk has nothing to boot from",
            "add one",
        );
    }
}

function checkOne(
    disk: MachineDisk,
    { field, claim, named }: { field: string; claim: string; named: boolean },
    { namespace }: MachinePlace,
    problems: Problems,
): void {
    const given = givenDisk(disk);
    if (given === undefined) {
        const { copyOf, ...rest } = disk as InlineDisk;
        // The name of a disk of the same machine is no claim's.
        const one = typeof copyOf === "object" ? { ...rest, copyOf } : rest;
        problems.addFrom(field, named ? checkDisk(one, { name: claim, namespace }) : []);
    } else if (given.machine !== undefined) {
        problems.add(
            field,
            `is Disk "${given.claimName}", which VirtualMachine "${given.machine}" has already: two machines on one disk destroy its data`,
            "give each machine disks of its own",
        );
    } else if (given.namespace !== namespace) {
        problems.add(
            field,
            `is Disk "${given.claimName}" in namespace ${given.namespace}, and a machine in ${namespace} cannot mount it`,
            "put both into one namespace",
        );
    }
}

/** A copy of a copy of itself would never be made. */
function checkCopies(disks: readonly MachineDisk[], problems: Problems): void {
    const copies = new Map(
        disks.flatMap((disk) =>
            givenDisk(disk) === undefined && typeof (disk as InlineDisk).copyOf === "string"
                ? [[nameInMachine(disk), (disk as InlineDisk).copyOf as string] as const]
                : [],
        ),
    );
    for (const [index, disk] of disks.entries()) {
        const first = nameInMachine(disk);
        const seen = new Set([first]);
        for (let at = copies.get(first); at !== undefined; at = copies.get(at)) {
            if (seen.has(at)) {
                problems.add(
                    `disks[${String(index)}].copyOf`,
                    `leads back to "${at}"`,
                    "copy a disk that has its content from elsewhere",
                );
                break;
            }
            seen.add(at);
        }
    }
}
