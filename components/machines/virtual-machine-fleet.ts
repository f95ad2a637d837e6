import * as pulumi from "@pulumi/pulumi";
import { fleetChange, fleetChangeText, type FleetMembers } from "../../model/fleet-change";
import type { ReadyMachine } from "../../waits/gates";
import { say } from "../../waits/say";
import { alsoAfter, atOnce } from "../depends-on";
import { refuse, refuseShape } from "../refusal";
import { fleetSlots, StartSlots } from "./start-slots";
import { VirtualMachine } from "./virtual-machine";
import {
    checkFleet,
    fleetMachines,
    fleetShape,
    type VirtualMachineFleetArgs,
} from "./virtual-machine-fleet-args";

/**
 * Machines from one definition, each known by its own name.
 *
 * Creates a {@link VirtualMachine} `<fleet>-<name>` for each, a limited number at a time. A machine that is taken out of the list
 * goes, which the preview says together with what becomes of its disks; they are kept unless they say otherwise, and taken back
 * when the machine comes back.
 *
 * @example
 * ```ts
 * const web = new VirtualMachineFleet("web", {
 *     machines: 100,
 *     definition: ({ index }) => ({
 *         cluster,
 *         cpu: 2,
 *         memory: "4Gi",
 *         disks: [{ name: "root", storage, size: "20Gi", source: fedora }],
 *     }),
 * });
 * ```
 */
export class VirtualMachineFleet extends pulumi.ComponentResource {
    static readonly type = "kubevirt:index:VirtualMachineFleet";

    /** The machines by their own names. */
    readonly machines: ReadonlyMap<string, VirtualMachine>;
    /** When all machines are ready, and where they are, by their own names. */
    readonly ready: pulumi.Output<Readonly<Record<string, ReadyMachine>>>;

    constructor(
        name: string,
        args: VirtualMachineFleetArgs,
        opts: pulumi.ComponentResourceOptions = {},
    ) {
        refuseShape("VirtualMachineFleet", name, fleetShape(args));
        const problems = checkFleet(name, args);
        const slots = new StartSlots(Math.max(1, args.startAtOnce ?? 10));
        const definitions =
            problems.length > 0
                ? []
                : fleetMachines(name, args).map((machine) => {
                      const definition = { group: name, ...args.definition(machine) };
                      fleetSlots.set(definition, slots);
                      return { machine, definition };
                  });
        const shown: { fleet?: pulumi.Resource } = {};
        const { beforeUpdate = [], ...others } = opts.hooks ?? {};
        const hooks = { ...others, beforeUpdate: [goingHook(name, shown), ...beforeUpdate] };
        // The claims are known when the machines are made, which comes after.
        let tellMembers: (members: FleetMembers) => void = () => undefined;
        const members = new Promise<FleetMembers>((resolve) => (tellMembers = resolve));
        super(VirtualMachineFleet.type, name, { members }, { ...atOnce(opts), hooks });
        shown.fleet = this;
        refuse(this, "VirtualMachineFleet", name, problems);
        this.machines = new Map(
            definitions.map(({ machine, definition }) => [
                machine.key,
                new VirtualMachine(machine.name, definition, {
                    parent: this,
                    ...alsoAfter(opts),
                }),
            ]),
        );
        tellMembers(membersOf(this.machines.values()));
        this.ready = pulumi.all(
            Object.fromEntries([...this.machines].map(([key, machine]) => [key, machine.ready])),
        );
        this.registerOutputs({});
    }
}

/** Says which machines go, and what becomes of their disks: in the preview, and again in the update. */
function goingHook(name: string, shown: { readonly fleet?: pulumi.Resource }): pulumi.ResourceHook {
    return new pulumi.ResourceHook(
        `${name}-going`,
        ({ oldInputs, newInputs }) => {
            const before = (oldInputs as { members?: FleetMembers } | undefined)?.members ?? {};
            const after = (newInputs as { members?: FleetMembers } | undefined)?.members ?? {};
            const text = fleetChangeText(fleetChange(before, after));
            if (text !== undefined && shown.fleet !== undefined) {
                say("warn", `VirtualMachineFleet "${name}": ${text}`, shown.fleet);
            }
        },
        { onDryRun: true },
    );
}

function membersOf(machines: Iterable<VirtualMachine>): FleetMembers {
    return Object.fromEntries(
        [...machines].map(({ machineName, disks }) => [
            machineName,
            Object.fromEntries(
                [...disks].map(([disk, { claimName, onDestroy }]) => [
                    disk,
                    { claim: claimName, onDestroy },
                ]),
            ),
        ]),
    );
}
