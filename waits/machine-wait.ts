import type { RunStrategy } from "../manifests/virtual-machine";
import { startsByItself } from "../manifests/virtual-machine";
import type { DiskKind, DiskState } from "./disk-watch";
import { DiskWatch } from "./disk-watch";
import type { Settled } from "./gate";
import { guestSize } from "./guest-size";
import type { ProvisioningFault } from "./provisioning-fault";
import { readingVerdict } from "./reading";
import { virtualMachineVerdict } from "./virtual-machine";
import type { ObjectWait } from "./watched-wait";
import { watchedWait } from "./watched-wait";

/** A disk of a machine. */
export interface MachineDisk {
    /** Name inside the machine. */
    readonly name: string;
    /** Name of its claim, and of its DataVolume where it has one. */
    readonly claim: string;
    readonly kind: DiskKind;
    /** What the driver of its class says when it cannot make a volume; absent: nothing is known of it. */
    readonly faults?: readonly ProvisioningFault[] | undefined;
}

/** What a wait for a machine needs. */
export interface MachineWaitOptions extends ObjectWait {
    /** The run strategy the program asks for: a machine that is to be off is ready when it is off. */
    readonly runStrategy: RunStrategy;
    readonly disks: readonly MachineDisk[];
}

/** How a machine stands. */
export interface MachineState {
    /** KubeVirt's printableStatus: `Running`, `Stopped`. */
    readonly phase: string;
    /** Node it runs on; undefined while it is off. */
    readonly node: string | undefined;
    /** Addresses of its interfaces as far as they are known. */
    readonly addresses: readonly string[];
    readonly volumes: readonly (DiskState & {
        /** Name of the disk inside the machine. */
        readonly name: string;
        /** What the guest sees; undefined while the machine is off. */
        readonly guestBytes: number | undefined;
    })[];
}

/** The API server answers the write before virt-controller has seen it; so long the old status is not believed. */
const justChangedMs = 15_000;

/** Waits until a machine runs (or is off, where it is meant to be), or cannot. */
export async function waitForMachine(options: MachineWaitOptions): Promise<Settled & MachineState> {
    const { view, clock, namespace, name, runStrategy, disks } = options;
    const machines = view.observe("VirtualMachine", namespace);
    const instances = view.observe("VirtualMachineInstance", namespace);
    const watch = new DiskWatch(
        view,
        clock,
        namespace,
        disks.map(({ kind }) => kind),
    );
    const began = clock.now();
    const consumer = startsByItself(runStrategy) ? "expected" : "none";
    try {
        const settled = await watchedWait({
            view,
            clock,
            subjects: [
                { kind: "VirtualMachine", namespace, name },
                ...disks.map(({ kind, claim }) => ({ kind, namespace, name: claim })),
            ],
            subject: `VirtualMachine ${namespace}/${name}`,
            deadlineMs: options.deadlineMs,
            subscribe: (run) => {
                machines.onChange(run);
                instances.onChange(run);
                watch.onChange(run);
            },
            evaluate: () =>
                readingVerdict(machines, clock.now()) ??
                readingVerdict(instances, clock.now()) ??
                (disks.length === 0 ? undefined : watch.reading()) ??
                virtualMachineVerdict({
                    namespace,
                    name,
                    virtualMachine: machines.get(name),
                    instance: instances.get(name),
                    disks: disks.map((disk) => ({
                        name: disk.name,
                        verdict: watch.verdict({ ...disk, name: disk.claim, consumer }),
                    })),
                    wanted: runStrategy,
                    justChanged: clock.now() - began < justChangedMs,
                }),
            // A machine that is off may have disks without a volume yet.
            isComplete: () =>
                consumer === "none" ||
                disks.every(({ kind, claim }) => watch.state(kind, claim).bound),
            unreadable: () => watch.unreadable(),
            onProgress: options.onProgress,
            signal: options.signal,
        });
        const running = instances.get(name);
        const instance = running?.status;
        return {
            ...settled,
            phase: machines.get(name)?.status?.printableStatus ?? "",
            node: instance?.nodeName,
            addresses: (instance?.interfaces ?? []).flatMap(
                ({ ipAddress, ipAddresses }) =>
                    ipAddresses ?? (ipAddress === undefined ? [] : [ipAddress]),
            ),
            volumes: disks.map((disk) => ({
                ...watch.state(disk.kind, disk.claim),
                name: disk.name,
                guestBytes: guestSize(running, disk.name),
            })),
        };
    } finally {
        watch.release();
        instances.release();
        machines.release();
    }
}
