import type { MachineDiskPlan, RunStrategy } from "../manifests/virtual-machine";
import { restartReason } from "./restart-reason";
import type { MachineObservation } from "./machine-facts";
import { waitAndRestart } from "./machine-restart";
import type { MachineOutlook } from "./machine-state";
import { waitForMachine } from "./machine-wait";
import type { ProvisioningFault } from "./provisioning-fault";
import { gate, type GateArgs } from "./resource-gate";
import { say } from "./say";

export type { MachineInterface } from "./machine-state";

/** How one disk of a machine stands. */
export interface VolumeStatus {
    /** Name of the disk inside the machine. */
    readonly name: string;
    /** Name of its claim. */
    readonly claim: string;
    /** Whether the claim has its volume. */
    readonly bound: boolean;
    /** Capacity in bytes; undefined until the claim is bound. */
    readonly size: number | undefined;
    /**
     * What the guest sees of it, in bytes: less than the capacity where the disk is a file on a filesystem, and late where the disk
     * has grown. Undefined while the machine is off.
     */
    readonly guestSize: number | undefined;
}

/** A machine that does what is asked of it, or is off where it is meant to be. */
export interface ReadyMachine extends MachineOutlook {
    /** Per disk: name, claim, bound, size in bytes. */
    readonly volumes: readonly VolumeStatus[];
}

/** What a machine's gate has to know. */
export interface MachineGateArgs
    extends GateArgs, Pick<MachineObservation, "until" | "probe" | "power"> {
    readonly runStrategy: RunStrategy;
    readonly disks: readonly (MachineDiskPlan & {
        /** What the driver of its class says when it cannot make a volume; absent: nothing is known of it. */
        readonly faults?: readonly ProvisioningFault[];
    })[];
    /** Whether a change that takes effect with a restart only may restart the machine; absent: `never`. */
    readonly restartPolicy?: "never" | "if-needed" | undefined;
}

/**
 * Opens when the machine does what is asked of it (`until`), or is off where it is meant to be. In a preview at once. A change that
 * needs a restart is told on the machine's line; with `restartPolicy: "if-needed"` the machine is restarted first.
 */
export async function machineGate(args: MachineGateArgs): Promise<ReadyMachine> {
    const { runStrategy, until, probe, power, restartPolicy, namespace, name } = args;
    const machine = await gate(args, async (options, { writer, caller }) => {
        const wait = {
            ...options,
            runStrategy,
            until,
            probe,
            power,
            disks: args.disks.map((disk) => ({
                name: disk.name,
                claim: disk.claim,
                kind: disk.filled ? ("DataVolume" as const) : ("PersistentVolumeClaim" as const),
                faults: disk.faults,
            })),
        };
        const settled = await (restartPolicy === "if-needed"
            ? waitAndRestart({ ...wait, reader: writer, caller })
            : waitForMachine(wait));
        return settled.kind !== "ready" || settled.instanceUid === undefined
            ? settled
            : {
                  ...settled,
                  restartRequired: await restartReason(writer, args, settled.restartRequired),
              };
    });
    if (machine?.restartRequired !== undefined) {
        say(
            "warn",
            `${args.label} goes on as it was until it is restarted: ${machine.restartRequired}. Restart it when that suits (virtctl restart -n ${namespace} ${name})${restartPolicy === "if-needed" ? "" : ', or let the update do it (restartPolicy: "if-needed")'}.`,
            args.resource,
        );
    }
    return {
        phase: machine?.phase ?? "",
        node: machine?.node,
        addresses: machine?.addresses ?? [],
        interfaces: machine?.interfaces ?? [],
        migratable: machine?.migratable,
        notMigratableBecause: machine?.notMigratableBecause,
        restartRequired: machine?.restartRequired,
        agent: machine?.agent,
        os: machine?.os,
        volumes: (machine?.volumes ?? []).map((volume) => ({
            name: volume.name,
            claim: volume.claim,
            bound: volume.bound,
            size: volume.capacityBytes,
            guestSize: volume.guestBytes,
        })),
    };
}
