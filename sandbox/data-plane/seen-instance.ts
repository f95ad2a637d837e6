import type { Fault } from "./faults";
import type { MachineDisk } from "./machine-disks";
import type { Problem } from "./machine-objects";
import type { Pod, VirtualMachineInstance } from "./objects";

/** What an instance's status depends on. */
export interface SeenInstance {
    readonly instance: VirtualMachineInstance;
    /** The phase it is in from now on. */
    readonly phase: string;
    readonly launcher: Pod | undefined;
    readonly disks: readonly MachineDisk[];
    /** The pods that bring hotplugged volumes to the node, by volume. */
    readonly attachments: ReadonlyMap<string, Pod>;
    readonly fault: Fault | undefined;
    readonly problem: Problem | undefined;
    readonly now: number;
}
