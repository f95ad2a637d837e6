import type { DiskState } from "./disk-watch";
import { guestSize, type RunningInstance } from "./guest-size";
import type { VirtualMachine } from "./objects";
import { conditionOf } from "./objects";

/** An interface of a machine. */
export interface MachineInterface {
    /** Name of its network in the machine. */
    readonly name: string;
    /** Hardware address; undefined where it is not known. */
    readonly mac: string | undefined;
    /** Its addresses as far as they are known; those behind the pod network are the pod's. */
    readonly addresses: readonly string[];
}

/** How a machine stands, apart from its disks. */
export interface MachineOutlook {
    /** KubeVirt's own word (printableStatus): `Running`, `Stopped`. */
    readonly phase: string;
    /** Node it runs on; undefined while it is off. */
    readonly node: string | undefined;
    /** Addresses of its interfaces as far as they are known. */
    readonly addresses: readonly string[];
    /** Its interfaces: network, hardware address, addresses as far as they are known. Empty while it is off. */
    readonly interfaces: readonly MachineInterface[];
    /** Whether it can move to another node while it runs; undefined while it is off. */
    readonly migratable: boolean | undefined;
    /** What stands in the way of that, in KubeVirt's words: a disk, an interface, a device. */
    readonly notMigratableBecause: string | undefined;
    /** Why a change of it takes effect with the next restart only: the fields, or KubeVirt's words. Undefined where nothing does. */
    readonly restartRequired: string | undefined;
    /** Whether its guest agent is connected; undefined while it is off. */
    readonly agent: boolean | undefined;
    /** The guest's system as its agent calls it: `Fedora Linux 42`. Undefined without an agent. */
    readonly os: string | undefined;
}

/** A disk of a machine and how it stands. */
export interface MachineVolume extends DiskState {
    /** Name of the disk inside the machine. */
    readonly name: string;
    /** What the guest sees; undefined while the machine is off. */
    readonly guestBytes: number | undefined;
}

/** What can be told of a machine. Source: KubeVirt core/v1/types.go (conditions LiveMigratable, AgentConnected, RestartRequired). */
export function machineOutlook(
    machine: VirtualMachine | undefined,
    instance: RunningInstance | undefined,
): MachineOutlook {
    const status = instance?.status;
    // The machine keeps LiveMigratable after it has stopped: only its instance tells.
    const migratable = conditionOf(status?.conditions, "LiveMigratable");
    const restart = conditionOf(machine?.status?.conditions, "RestartRequired");
    const interfaces = (status?.interfaces ?? []).map(
        ({ name, mac, ipAddress, ipAddresses }): MachineInterface => ({
            name: name ?? "",
            mac,
            addresses: ipAddresses ?? (ipAddress === undefined ? [] : [ipAddress]),
        }),
    );
    const os = status?.guestOSInfo?.prettyName ?? status?.guestOSInfo?.name;
    return {
        phase: machine?.status?.printableStatus ?? "",
        node: status?.nodeName,
        addresses: interfaces.flatMap(({ addresses }) => addresses),
        interfaces,
        migratable: migratable === undefined ? undefined : migratable.status === "True",
        notMigratableBecause:
            migratable?.status === "False" ? (migratable.message ?? migratable.reason) : undefined,
        restartRequired:
            restart?.status === "True"
                ? (restart.message ?? "KubeVirt does not say why")
                : undefined,
        agent:
            instance === undefined
                ? undefined
                : conditionOf(status?.conditions, "AgentConnected")?.status === "True",
        os: os === "" ? undefined : os,
    };
}

/** How the disks of a machine stand. */
export function machineVolume(
    name: string,
    state: DiskState,
    instance: RunningInstance | undefined,
): MachineVolume {
    return { ...state, name, guestBytes: guestSize(instance, name) };
}
