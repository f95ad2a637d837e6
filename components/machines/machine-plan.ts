import { networkData } from "../../manifests/machine-networks";
import { movableParts } from "../../manifests/machine/movable";
import type { MachinePlan } from "../../manifests/virtual-machine";
import { millisecondsOf } from "../../model/duration";
import { matcherOf, preferenceMatcherOf } from "../../model/instancetypes";
import { readinessProbe } from "../../model/machine/probes";
import {
    evictionStrategy,
    type LiveMigrationWish,
    migratability,
    type Migratability,
} from "../../model/migratability";
import { virtioDriversImage } from "../../model/versions";
import type { Disk } from "../disks/disk";
import { networkInterfacePlans } from "../networks/machine-networks";
import { ownerOf } from "../ownership";
import { diskPlans, type MachinePlace } from "./machine-disks";
import { accessPlan, cloudInitVolume, secretName } from "./machine-secrets";
import type { VirtualMachineArgs } from "./virtual-machine-args";

/** What a machine does when its node is drained, as long as nobody says otherwise: a drain never waits for it. */
export const defaultWish: LiveMigrationWish = "if-possible";

/** What the machine's object is built from, and whether it can move to another node. */
export function machinePlan(
    name: string,
    args: VirtualMachineArgs,
    place: MachinePlace,
    disks: ReadonlyMap<string, Disk>,
): { readonly plan: MachinePlan; readonly mobility: Migratability } {
    const plan = unplaced(name, args, place, disks);
    const mobility = migratability(movableParts(plan));
    const strategy = evictionStrategy(mobility, args.liveMigration ?? defaultWish);
    return { plan: { ...plan, evictionStrategy: strategy }, mobility };
}

function unplaced(
    name: string,
    args: VirtualMachineArgs,
    { machineName, namespace }: MachinePlace,
    disks: ReadonlyMap<string, Disk>,
): Omit<MachinePlan, "evictionStrategy"> {
    const { os = "linux", virtioDrivers = os === "windows" } = args;
    const readiness = readinessProbe(args.ready) ?? args.probes?.readiness;
    const networks = networkInterfacePlans(args.networks, { machineName, namespace });
    const cloudInit = cloudInitVolume(args, machineName, networkData(networks));
    const access = accessPlan(args, machineName);
    return {
        name: machineName,
        namespace,
        owner: ownerOf(name),
        os,
        runStrategy: args.runStrategy ?? "Always",
        ...picked(args, same),
        ...(args.instancetype === undefined ? {} : { instancetype: matcherOf(args.instancetype) }),
        ...(args.preference === undefined
            ? {}
            : { preference: preferenceMatcherOf(args.preference) }),
        disks: diskPlans(args.disks, disks),
        networks,
        ...(cloudInit === undefined ? {} : { cloudInit }),
        ...(args.sysprep === undefined
            ? {}
            : { sysprepSecret: secretName(machineName, "sysprep") }),
        ...(virtioDrivers === false
            ? {}
            : { driversImage: virtioDrivers === true ? virtioDriversImage : virtioDrivers }),
        ...(access === undefined ? {} : { access }),
        ...(readiness === undefined ? {} : { readinessProbe: readiness }),
        ...(args.probes?.liveness === undefined ? {} : { livenessProbe: args.probes.liveness }),
        ...(args.stopWithin === undefined
            ? {}
            : { stopWithinSeconds: millisecondsOf(args.stopWithin) / 1000 }),
    };
}

/** What the plan says in the arguments' own words. */
const same = [
    "cpu",
    "memory",
    "firmware",
    "clock",
    "machineType",
    "devices",
    "volumes",
    "placement",
    "group",
    "labels",
    "annotations",
    "overrides",
    "order",
] as const;

/** Some fields of an object, without those that are left out. */
function picked<T extends object, K extends keyof T>(
    all: T,
    fields: readonly K[],
): { readonly [F in K]?: Exclude<T[F], undefined> } {
    return Object.fromEntries(
        fields.filter((field) => all[field] !== undefined).map((field) => [field, all[field]]),
    ) as { readonly [F in K]?: Exclude<T[F], undefined> };
}
