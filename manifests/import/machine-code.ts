import { seconds } from "./read-placement";
import type { Fields } from "../../model/machine-difference";
import type { MachineVolumeArgs } from "../../model/machine/volumes";
import { isFields } from "../../model/machine-difference";
import { instancetypeNames } from "../../model/instancetypes";
import { preferences } from "../../model/preferences";
import type { MachineDiskPlan } from "../machine/disks";
import type { NamedKind } from "../virtual-machine";
import { Code } from "./code";
import type { ImportedMachine } from "./plan";
import type { ReadDisk } from "./read-disk";

/** The variables that a machine refers to. */
export interface MachineVariables {
    /** What is said of a disk, beside its place. */
    readonly content: (disk: ReadDisk) => Fields;
    /** A disk of several machines, by its claim. */
    readonly disk: (claim: string) => Code;
    /** A network of the program by `namespace/name`, and whether it is SR-IOV; undefined for any other. */
    readonly network: (
        attachment: string,
    ) => { readonly variable: Code; readonly isSriov: boolean } | undefined;
}

/** The arguments of a machine, beside its place. */
export function machineArgs(machine: ImportedMachine, variables: MachineVariables): Fields {
    const { plan, liveMigration } = machine;
    const { readinessProbe: readiness, livenessProbe: liveness } = plan;
    const hasProbes = readiness !== undefined || liveness !== undefined;
    return {
        cpu: plan.cpu,
        memory: plan.memory,
        instancetype: reference(plan.instancetype, "Instancetype", instancetypeNames),
        preference: reference(plan.preference, "Preference", Object.keys(preferences)),
        firmware: plan.firmware,
        clock: plan.clock,
        machineType: plan.machineType,
        devices: plan.devices,
        disks: plan.disks.map((disk) => diskArgs(disk, machine, variables)),
        volumes: plan.volumes?.map((volume) => volumeArgs(volume, machine)),
        networks: machine.interfaces.map(({ args, attachment }) => {
            const network = attachment === undefined ? undefined : variables.network(attachment);
            return network === undefined
                ? args
                : {
                      ...args,
                      network: network.variable,
                      ...(network.isSriov ? { binding: args["binding"] ?? "bridge" } : {}),
                  };
        }),
        runStrategy: plan.runStrategy === "Always" ? undefined : plan.runStrategy,
        cloudInit: false,
        probes: hasProbes ? { readiness, liveness } : undefined,
        stopWithin: seconds(plan.stopWithinSeconds),
        placement: plan.placement,
        liveMigration: liveMigration === "if-possible" ? undefined : liveMigration,
        labels: plan.labels,
        order: plan.order,
        overrides: plan.overrides,
        adopt: true,
    };
}

/** A common one is known by its name alone. */
function reference(
    named: NamedKind | undefined,
    what: "Instancetype" | "Preference",
    common: readonly string[],
): string | Fields | undefined {
    const isCommon = named?.kind === `VirtualMachineCluster${what}` && common.includes(named.name);
    return isCommon ? named.name : named && { name: named.name, kind: named.kind };
}

function diskArgs(
    { name, claim, device }: MachineDiskPlan,
    { ownDisks }: ImportedMachine,
    variables: MachineVariables,
): Fields {
    const disk = ownDisks.get(claim);
    return disk === undefined
        ? { name, disk: variables.disk(claim), ...device }
        : { name, ...variables.content(disk), ...device };
}

/** The arguments of a disk, beside its place. */
export function contentArgs(disk: ReadDisk, storage: Code): Fields {
    const { name, size, filled, source, accessMode, volumeMode } = disk;
    return {
        storage,
        size,
        accessMode,
        volumeMode,
        source,
        adopt: filled ? { dataVolume: name } : { claim: name, asIs: true },
    };
}

/** First-boot data never stands in a program: it comes from the configuration. */
function volumeArgs(volume: MachineVolumeArgs, { inline }: ImportedMachine): Fields {
    const own = inline.filter((one) => one.volume === volume.name);
    if (own.length === 0) {
        return { ...volume };
    }
    const source = Object.fromEntries(
        Object.entries(volume.source ?? {}).map(([kind, fields]) => [
            kind,
            {
                ...(isFields(fields) ? fields : {}),
                ...Object.fromEntries(
                    own.map(({ field, key }) => [
                        field,
                        new Code(`firstBoot(${JSON.stringify(key)})`),
                    ]),
                ),
            },
        ]),
    );
    return { ...volume, source };
}
