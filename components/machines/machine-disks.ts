import type * as pulumi from "@pulumi/pulumi";
import type { MachineDiskPlan } from "../../manifests/virtual-machine";
import {
    checkDiskDevice,
    type DiskDeviceArgs,
    type DiskUse,
} from "../../model/machine/disk-device";
import type { Check } from "../../model/findings";
import { nameFault } from "../../model/names";
import type { SpecOverrides } from "../../model/overrides";
import { type Problem, Problems } from "../../model/problems";
import { closedShapeProblems, type Shape, shapeProblems, type Shapes } from "../../model/shape";
import { Disk } from "../disks/disk";
import { checkDisk, diskShape } from "../disks/disk-args";
import { adoptedName } from "../disks/disk-plan";
import { isFilled } from "../../manifests/disk";
import type { AttachedDiskArgs, InlineDisk, MachineDisk } from "./machine-disk-args";

/** Where a machine is. */
export interface MachinePlace {
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

/** What the arguments say of how the machine sees a disk; a {@link Disk} as it is says nothing. */
export function deviceOf(disk: MachineDisk): DiskDeviceArgs {
    if (disk instanceof Disk) {
        return {};
    }
    const all = disk as unknown as Readonly<Record<string, unknown>>;
    return Object.fromEntries(
        Object.keys(deviceShapes)
            .filter((field) => all[field] !== undefined)
            .map((field) => [field, all[field]]),
    );
}

/** The disks as the machine's object has them. */
export function diskPlans(
    disks: readonly MachineDisk[],
    made: ReadonlyMap<string, Disk>,
): readonly MachineDiskPlan[] {
    return disks.flatMap((disk) => {
        const name = nameInMachine(disk);
        const one = made.get(name);
        return one === undefined
            ? []
            : [
                  {
                      name,
                      claim: one.claimName,
                      filled: isFilled(one.plan),
                      accessMode: one.plan.accessMode,
                      volumeMode: one.plan.volumeMode,
                      device: deviceOf(disk),
                  },
              ];
    });
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
        adoptedName((disk as InlineDisk).adopt) ??
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
        if (isObject(disk) && isAttached(disk)) {
            problems.addFrom(field, closedShapeProblems(disk, attachedShapes));
            if (!(disk.disk instanceof Disk)) {
                problems.add(`${field}.disk`, "is no Disk", "write new Disk(…), or its variable");
            }
        } else {
            problems.addFrom(field, shapeProblems(disk, ownShapes));
            problems.addFrom(field, isObject(disk) ? diskShape(contentOf(disk)) : []);
        }
        const overrides: unknown = isObject(disk) ? disk.overrides : undefined;
        if (isObject(overrides)) {
            problems.addFrom(`${field}.overrides`, closedShapeProblems(overrides, overridesShapes));
        }
    }
    return problems.all;
}

const deviceShapes = {
    as: "text",
    bus: "text",
    boot: "flag",
    bootOrder: "number",
    cache: "text",
    io: "text",
    serial: "text",
    errorPolicy: "text",
    dedicatedIoThread: "flag",
    shareable: "flag",
    readOnly: "flag",
    hotpluggable: "flag",
    blockSize: "number",
    overrides: "object",
} as const satisfies Record<keyof DiskDeviceArgs, Shape>;

const ownShapes: Shapes = { all: { name: "text", ...deviceShapes }, required: ["name"] };

const attachedShapes: Shapes = {
    all: { ...ownShapes.all, disk: "anything", switchFrom: "text" },
    required: ["name"],
};

/** The two entries of a disk. Their fields are the API server's to check. */
const overridesShapes: Shapes = { all: { disk: "object", volume: "object" }, required: [] };

/** What is said of the disk itself, without what is said of how the machine sees it. */
function contentOf(disk: InlineDisk): Omit<InlineDisk, "name" | keyof DiskDeviceArgs> {
    return Object.fromEntries(
        Object.entries(disk).filter(
            ([field]) => field !== "name" && !Object.hasOwn(deviceShapes, field),
        ),
    ) as unknown as Omit<InlineDisk, "name" | keyof DiskDeviceArgs>;
}

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
            given.shared = isShared(disk);
            made.set(diskName, given);
            return given;
        }
        const { copyOf, ...rest } = contentOf(disk as InlineDisk);
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

/** What a machine has beside its disks. */
export interface OtherNames {
    /** Names that the package's own volumes take. */
    readonly reserved: readonly string[];
    /** Names of the user's volumes. */
    readonly volumes: readonly string[];
}

/** Adds what is wrong with the disks of a machine, each and together. */
export function checkMachineDisks(
    disks: readonly MachineDisk[],
    place: MachinePlace,
    { reserved, volumes }: OtherNames,
    check: Check,
): void {
    const names = new Set<string>();
    const claims = new Set<string>();
    for (const [index, disk] of disks.entries()) {
        const field = `disks[${String(index)}]`;
        const name = nameInMachine(disk);
        const fault = nameFault(name);
        if (fault !== undefined) {
            check.refuse(`${field}.name`, fault.fault, fault.cure);
        } else if (reserved.includes(name)) {
            check.refuse(
                `${field}.name`,
                `is "${name}", which the machine's own disk is called`,
                "choose another name",
            );
        }
        if (names.has(name)) {
            check.refuse(
                `${field}.name`,
                `is "${name}" a second time`,
                "give each disk a name of its own",
            );
        }
        names.add(name);
        const claim = claimNameOf(disk, place);
        if (claims.has(claim)) {
            check.refuse(`${field}.claimName`, `is "${claim}" a second time`, "attach a disk once");
        }
        claims.add(claim);
        checkOne(disk, { field, claim, named: fault === undefined }, place, check);
    }
    checkCopies(disks, check);
    const boots = disks
        .filter((disk) => !(disk instanceof Disk) && disk.boot === true)
        .map(nameInMachine);
    if (boots.length > 1) {
        check.refuse(
            "disks",
            `has ${String(boots.length)} boot disks: ${boots.join(", ")}`,
            "set boot on one of them",
        );
    }
    if (disks.length === 0 && volumes.length === 0) {
        check.refuse(
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
    check: Check,
): void {
    const given = givenDisk(disk);
    if (!(disk instanceof Disk)) {
        const device = deviceOf(disk);
        check.addFrom(field, checkDiskDevice(device, useOf(disk)));
        refuseOtherClaim(`${field}.overrides.volume`, device.overrides?.volume, claim, check);
    }
    if (given === undefined) {
        const { copyOf, ...rest } = contentOf(disk as InlineDisk);
        // The name of a disk of the same machine is no claim's.
        const one = typeof copyOf === "object" ? { ...rest, copyOf } : rest;
        if (named) {
            const wrong = checkDisk(one, { name: claim, namespace });
            check.addFrom(field, { problems: wrong, warnings: [] });
        }
    } else if (given.machine !== undefined && !(given.shared && isShared(disk))) {
        check.refuse(
            field,
            `is Disk "${given.claimName}", which VirtualMachine "${given.machine}" has already: two machines on one disk destroy its data`,
            "give each machine disks of its own; or say shareable: true in both, where a filesystem for it is on the disk",
        );
    } else if (given.namespace !== namespace) {
        check.refuse(
            field,
            `is Disk "${given.claimName}" in namespace ${given.namespace}, and a machine in ${namespace} cannot mount it`,
            "put both into one namespace",
        );
    }
}

/** Fields of a volume's entry say how the disk is referred to, never which one it is. */
function refuseOtherClaim(
    field: string,
    overrides: SpecOverrides | undefined,
    claim: string,
    check: Check,
): void {
    const { dataVolume, persistentVolumeClaim } = (overrides ?? {}) as {
        readonly dataVolume?: { readonly name?: string } | null;
        readonly persistentVolumeClaim?: { readonly claimName?: string } | null;
    };
    for (const named of [dataVolume?.name, persistentVolumeClaim?.claimName]) {
        if (named !== undefined && named !== claim) {
            check.refuse(
                field,
                `names claim ${JSON.stringify(named)}, and the disk is ${JSON.stringify(claim)}`,
                "give the disk that is meant",
            );
        }
    }
}

/** How a disk may be used: by its own arguments, or by those of the disk that is made elsewhere. */
function useOf(disk: InlineDisk | AttachedDiskArgs): DiskUse {
    const { accessMode, volumeMode } = isAttached(disk)
        ? disk.disk.plan
        : {
              accessMode: disk.accessMode ?? disk.storage.accessMode,
              volumeMode: disk.volumeMode ?? disk.storage.volumeMode,
          };
    return { accessMode, volumeMode };
}

/** Whether the machine shares the disk with others. */
export function isShared(disk: MachineDisk): boolean {
    return deviceOf(disk).shareable === true;
}

/** A copy of a copy of itself would never be made. */
function checkCopies(disks: readonly MachineDisk[], check: Check): void {
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
                check.refuse(
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
