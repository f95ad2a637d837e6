import { nameFault } from "../../model/names";
import { type Problem, Problems } from "../../model/problems";
import { closedShapeProblems, type Shapes } from "../../model/shape";
import type { VirtualMachineArgs } from "./virtual-machine-args";

/** One machine of a fleet, as its definition is told of it. */
export interface FleetMachine {
    /** Name of the machine: `<fleet>-<its own name>`. */
    readonly name: string;
    /** Its own name inside the fleet. */
    readonly key: string;
    /** Its number, from 0, in the whole fleet with those that are left out: it does not move when another machine goes. */
    readonly index: number;
}

/** What a {@link VirtualMachineFleet} needs. */
export interface VirtualMachineFleetArgs {
    /**
     * The machines: their own names, or how many there are (`"1"` to that number). A machine is known by its name: taking one out of
     * the list takes that one away and no other.
     *
     * @impact live for those that stay; replace-vm for those that go, whose disks go the way of their `onDestroy`
     * @example ["blue", "green"]
     */
    readonly machines: number | readonly string[];
    /**
     * Names of machines that are left out of a number of them: to take away a particular one.
     *
     * @defaultValue none: the last ones go when the number is lowered
     * @impact replace-vm for those, whose disks go the way of their `onDestroy`
     * @example ["17"]
     */
    readonly without?: readonly string[];
    /**
     * What a machine is made of: the same for all but for what depends on its name or number. Disks that are written down in it are
     * each machine's own.
     *
     * @impact live as the arguments of a machine say
     * @example ({ index }) => ({ cluster, cpu: 2, memory: "4Gi", disks: [root], networks: [{ name: "lan", network: lan, addresses: [`10.0.0.${10 + index}/24`] }] })
     */
    readonly definition: (machine: FleetMachine) => VirtualMachineArgs;
    /**
     * How many machines may be on their way to be ready at the same time. When as many cannot become ready, no further one is
     * touched.
     *
     * @unit count
     * @defaultValue 10: storage and registry are not asked for everything at once, and a mistake in the definition stops early
     * @impact live
     */
    readonly startAtOnce?: number;
}

const shapes: Shapes = {
    all: {
        machines: "number or list",
        without: "texts",
        startAtOnce: "number",
        definition: "function",
    },
    required: ["machines", "definition"],
};

/** Values of a wrong type, which no fleet can be made of. */
export function fleetShape(args: VirtualMachineFleetArgs): readonly Problem[] {
    return closedShapeProblems(args, shapes);
}

/** The machines of a fleet, in order. Those that are wrong are in it too: {@link checkFleet} tells. */
export function fleetMachines(
    name: string,
    { machines, without = [] }: VirtualMachineFleetArgs,
): readonly FleetMachine[] {
    const keys =
        typeof machines === "number"
            ? Array.from({ length: machines }, (_, index) => String(index + 1))
            : machines;
    return keys
        .map((key, index) => ({ name: `${name}-${key}`, key, index }))
        .filter(({ key }) => !without.includes(key));
}

/** What is wrong with the list of machines. */
export function checkFleet(name: string, args: VirtualMachineFleetArgs): readonly Problem[] {
    const problems = new Problems();
    const { machines, without = [], startAtOnce } = args;
    if (
        typeof machines === "number" &&
        (!Number.isInteger(machines) || machines < 0 || machines > most)
    ) {
        problems.add(
            "machines",
            `is ${String(machines)}, which is not a number of machines`,
            `write a whole number from 0 to ${String(most)}`,
        );
        return problems.all;
    }
    if (startAtOnce !== undefined && (!Number.isInteger(startAtOnce) || startAtOnce < 1)) {
        problems.add(
            "startAtOnce",
            `is ${String(startAtOnce)}, which is not a number of machines`,
            "write a whole number from 1",
        );
    }
    const seen = new Set<string>();
    const all = fleetMachines(name, { ...args, without: [] });
    for (const { key, name: machine } of all) {
        problems.addIf(`machines, ${JSON.stringify(key)}`, nameFault(machine));
        if (seen.has(key)) {
            problems.add(
                "machines",
                `has ${JSON.stringify(key)} a second time`,
                "name each machine once",
            );
        }
        seen.add(key);
    }
    for (const key of without) {
        if (!seen.has(key)) {
            problems.add(
                "without",
                `has ${JSON.stringify(key)}, which is none of the machines`,
                "take it out",
            );
        }
    }
    return problems.all;
}

/** More are a mistake of the pen: each is a handful of resources of one stack. */
const most = 1000;
