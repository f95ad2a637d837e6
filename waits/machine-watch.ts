import type { RunStrategy } from "../manifests/virtual-machine";
import { startsByItself } from "../manifests/virtual-machine";
import type { Clock } from "./clock";
import type { DiskKind } from "./disk-watch";
import { DiskWatch } from "./disk-watch";
import type { MachineObservation } from "./machine-facts";
import type { MachineOutlook, MachineVolume } from "./machine-state";
import { machineOutlook, machineVolume } from "./machine-state";
import type { ProvisioningFault } from "./provisioning-fault";
import { readingVerdict } from "./reading";
import type { Verdict } from "./verdict";
import type { Kinds, Observed, View } from "./view";

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

/** Which machine is looked at. */
export interface WatchedMachine {
    readonly namespace: string;
    readonly name: string;
    /** The run strategy the program asks for: a machine that is to be off is ready when it is off. */
    readonly runStrategy: RunStrategy;
    readonly disks: readonly MachineDisk[];
}

/** How a machine and its disks stand. */
export interface MachineState extends MachineOutlook {
    readonly volumes: readonly MachineVolume[];
}

/** Everything that is read to judge a machine, through the shared watches. */
export class MachineWatch {
    readonly #machine: WatchedMachine;
    readonly #clock: Clock;
    readonly #machines: Observed<Kinds["VirtualMachine"]>;
    readonly #instances: Observed<Kinds["VirtualMachineInstance"]>;
    readonly #pods: Observed<Kinds["Pod"]>;
    readonly #events: Observed<Kinds["Event"]>;
    readonly #disks: DiskWatch;

    constructor(view: View, clock: Clock, machine: WatchedMachine) {
        const { namespace, disks } = machine;
        this.#machine = machine;
        this.#clock = clock;
        this.#machines = view.observe("VirtualMachine", namespace);
        this.#instances = view.observe("VirtualMachineInstance", namespace);
        this.#pods = view.observe("Pod", namespace);
        this.#events = view.observe("Event", namespace);
        this.#disks = new DiskWatch(
            view,
            clock,
            namespace,
            disks.map(({ kind }) => kind),
        );
    }

    onChange(run: () => void): void {
        this.#all().forEach((one) => one.onChange(run));
    }

    release(): void {
        this.#all().forEach((one) => one.release());
    }

    /** What the reading itself means for who waits, or undefined when what was read can be judged. */
    reading(): Verdict | undefined {
        const now = this.#clock.now();
        return (
            readingVerdict(this.#machines, now) ??
            readingVerdict(this.#instances, now) ??
            (this.#machine.disks.length === 0 ? undefined : this.#disks.reading())
        );
    }

    observe(): Omit<MachineObservation, "justChanged"> {
        const { namespace, name, runStrategy, disks } = this.#machine;
        const consumer = this.#binds ? "expected" : "none";
        return {
            namespace,
            name,
            virtualMachine: this.#machines.get(name),
            instance: this.#instances.get(name),
            pods: this.#pods.all(),
            events: this.#events.all(),
            disks: disks.map((disk) => ({
                name: disk.name,
                verdict: this.#disks.verdict({ ...disk, name: disk.claim, consumer }),
            })),
            wanted: runStrategy,
        };
    }

    /** Whether everything that is told of the machine is known. One that is off may have disks without a volume yet. */
    isComplete(): boolean {
        const { name, disks } = this.#machine;
        const isOn = this.#machines.get(name)?.status?.printableStatus === "Running";
        return (
            (!isOn || this.#instances.get(name) !== undefined) &&
            (!this.#binds ||
                !isOn ||
                disks.every(({ kind, claim }) => this.#disks.state(kind, claim).bound))
        );
    }

    state(): MachineState {
        const { name, disks } = this.#machine;
        const instance = this.#instances.get(name);
        return {
            ...machineOutlook(this.#machines.get(name), instance),
            volumes: disks.map((disk) =>
                machineVolume(disk.name, this.#disks.state(disk.kind, disk.claim), instance),
            ),
        };
    }

    /** The uid of what runs now; undefined while the machine is off. */
    get instanceUid(): string | undefined {
        return this.#instances.get(this.#machine.name)?.metadata?.uid;
    }

    /** What cannot be read although it would make diagnoses better: "pods in namespace vms". */
    unreadable(): readonly string[] {
        return [
            ...new Set([
                ...this.#disks.unreadable(),
                ...[this.#pods, this.#events]
                    .filter(({ trouble }) => trouble?.kind === "denied")
                    .map(({ label }) => label),
            ]),
        ];
    }

    /** Whether the machine is the first consumer of its disks. */
    get #binds(): boolean {
        return startsByItself(this.#machine.runStrategy);
    }

    #all(): readonly Pick<Observed<unknown>, "onChange" | "release">[] {
        return [this.#machines, this.#instances, this.#pods, this.#events, this.#disks];
    }
}
