import type { VirtualMachineArgs } from "./virtual-machine-args";

/** Lets so many machines start at the same time, in the order in which they ask. */
export class StartSlots {
    #free: number;
    readonly #waiting: (() => void)[] = [];

    constructor(count: number) {
        this.#free = count;
    }

    /** Comes back when the machine may start. */
    async enter(): Promise<void> {
        if (this.#free > 0) {
            this.#free -= 1;
            return;
        }
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }

    /** The machine is ready: the next may start. */
    leave(): void {
        const next = this.#waiting.shift();
        if (next === undefined) {
            this.#free += 1;
        } else {
            next();
        }
    }
}

/** The slots of the fleet that made a machine's arguments: a fleet's business, and no argument of a machine. */
export const fleetSlots = new WeakMap<VirtualMachineArgs, StartSlots>();
