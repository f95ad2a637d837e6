import {
    type GoldenImage,
    type InlineDisk,
    type MachineNetworkArgs,
    type Place,
    VirtualMachine,
    type VirtualMachineArgs,
    VirtualMachineFleet,
    type VmNetwork,
} from "../components";
import type { StackEnvironment } from "./environment";
import type { Machine } from "./schema/environment";
import type { StackStorage } from "./storage";

/** What machines are made of, beside what each says itself. */
export interface MachineParts {
    readonly cluster: Place;
    readonly storage: StackStorage;
    readonly images: Readonly<Record<string, GoldenImage>>;
    readonly networks: Readonly<Record<string, VmNetwork>>;
}

/** The machines of an environment, by name. */
export function machinesOf(
    env: StackEnvironment,
    parts: MachineParts,
): Readonly<Record<string, VirtualMachine>> {
    return Object.fromEntries(
        Object.entries(env.machines ?? {}).map(([name, machine]) => [
            name,
            new VirtualMachine(name, machineArgs(machine, env, parts)),
        ]),
    );
}

/** The fleets of an environment, by name. */
export function fleetsOf(
    env: StackEnvironment,
    parts: MachineParts,
): Readonly<Record<string, VirtualMachineFleet>> {
    return Object.fromEntries(
        Object.entries(env.fleets ?? {}).map(([name, { machine, ...fleet }]) => [
            name,
            new VirtualMachineFleet(name, {
                ...fleet,
                definition: () => machineArgs(machine, env, parts),
            }),
        ]),
    );
}

function machineArgs(
    { disks, networks, ...machine }: Machine,
    env: StackEnvironment,
    { cluster, storage, images, networks: known }: MachineParts,
): VirtualMachineArgs {
    return {
        ...machine,
        cluster,
        disks: disks.map((disk) => diskArgs(disk, env, storage, images)),
        ...(networks === undefined ? {} : { networks: networks.map((nic) => nicArgs(nic, known)) }),
    };
}

function diskArgs(
    { tier, image, ...disk }: Machine["disks"][number],
    { stage, disks: common }: StackEnvironment,
    { backend, tiers }: StackStorage,
    images: MachineParts["images"],
): InlineDisk {
    const source = image === undefined ? undefined : images[image];
    return {
        onDestroy: common?.onDestroy ?? (stage === "production" ? "forbid" : "retain"),
        ...disk,
        storage: (tier === undefined ? undefined : tiers[tier]) ?? backend,
        ...(source === undefined ? {} : { source }),
    };
}

function nicArgs(
    nic: NonNullable<Machine["networks"]>[number],
    known: MachineParts["networks"],
): MachineNetworkArgs {
    return "network" in nic ? { ...nic, network: known[nic.network] ?? nic.network } : nic;
}
