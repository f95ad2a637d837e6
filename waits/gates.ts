import type { MachineDiskPlan, RunStrategy } from "../manifests/virtual-machine";
import { waitForDisk } from "./disk-wait";
import { waitForMachine } from "./machine-wait";
import type { ProvisioningFault } from "./provisioning-fault";
import { gate, type GateArgs } from "./resource-gate";

export { whenOpen } from "./resource-gate";

/** A disk that may be used. */
export interface ReadyDisk {
    /** Name of the claim a machine mounts. */
    readonly claim: string;
    /** Where CDI is with it (`Succeeded`), or the claim's own phase. */
    readonly phase: string;
    /** Whether the claim has its volume. A class that waits for a first consumer binds when the first machine starts. */
    readonly bound: boolean;
    /** Capacity in bytes; undefined until the claim is bound. */
    readonly size: number | undefined;
}

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
}

/** A machine that runs, or is off where it is meant to be. */
export interface ReadyMachine {
    /** KubeVirt's own word: `Running`, `Stopped`. */
    readonly phase: string;
    /** Node it runs on; undefined while it is off. */
    readonly node: string | undefined;
    /** Addresses of its interfaces as far as they are known. */
    readonly addresses: readonly string[];
    /** Per disk: name, claim, bound, size in bytes. */
    readonly volumes: readonly VolumeStatus[];
}

/** What the driver of a disk's class says when it cannot make a volume. */
interface WithFaults {
    /** Default: nothing is known of it. */
    readonly faults?: readonly ProvisioningFault[];
}

/** Opens when the disk may be used. In a preview at once. A failed disk leaves it shut; the run says why and fails. */
export async function diskGate(
    args: GateArgs & WithFaults & { readonly kind: "DataVolume" | "PersistentVolumeClaim" },
): Promise<ReadyDisk> {
    const disk = await gate(args, (options) =>
        // Whether a machine comes is not known here; the machine's own gate knows, and asks again.
        waitForDisk({ ...options, kind: args.kind, faults: args.faults, consumer: "unknown" }),
    );
    return {
        claim: args.name,
        phase: disk?.phase ?? "",
        bound: disk?.bound ?? false,
        size: disk?.capacityBytes,
    };
}

/** Opens when the machine runs, or is off where it is meant to be. In a preview at once. */
export async function machineGate(
    args: GateArgs & {
        readonly runStrategy: RunStrategy;
        readonly disks: readonly (MachineDiskPlan & WithFaults)[];
    },
): Promise<ReadyMachine> {
    const machine = await gate(args, (options) =>
        waitForMachine({
            ...options,
            runStrategy: args.runStrategy,
            disks: args.disks.map((disk) => ({
                name: disk.name,
                claim: disk.claim,
                kind: disk.filled ? "DataVolume" : "PersistentVolumeClaim",
                faults: disk.faults,
            })),
        }),
    );
    return {
        phase: machine?.phase ?? "",
        node: machine?.node,
        addresses: machine?.addresses ?? [],
        volumes: (machine?.volumes ?? []).map(({ name, claim, bound, capacityBytes }) => ({
            name,
            claim,
            bound,
            size: capacityBytes,
        })),
    };
}
