import type * as pulumi from "@pulumi/pulumi";
import { type RunStrategy, runStrategies } from "../../manifests/virtual-machine";
import { type Duration, durationFault } from "../../model/duration";
import { nameFault } from "../../model/names";
import { type Problem, Problems } from "../../model/problems";
import { shapeProblems, type Shapes } from "../../model/shape";
import { type Size, sizeFault } from "../../model/size";
import type { Place } from "../platform/place";
import type { CloudInitArgs } from "./cloud-init";
import type { MachineDisk } from "./machine-disk-args";
import { checkMachineDisks, machineDiskShapes } from "./machine-disks";

/** What a {@link VirtualMachine} needs. */
export interface VirtualMachineArgs {
    /**
     * The cluster the machine runs on, or the platform on it: the machine is then made when the platform is ready.
     *
     * @impact replace-vm
     */
    readonly cluster: Place;
    /**
     * Namespace of the machine and its inline disks.
     *
     * @defaultValue the cluster's namespace
     * @impact replace-vm; refused for the disks
     */
    readonly namespace?: string;
    /**
     * Name of the machine on the cluster and host name of the guest.
     *
     * @defaultValue the component's name
     * @impact replace-vm
     */
    readonly machineName?: string;
    /**
     * Virtual CPUs. They are added as sockets, which KubeVirt can do while the machine runs.
     *
     * @unit count
     * @impact live up to four times the number at boot; restart when lowered
     */
    readonly cpu: number;
    /**
     * Memory the guest sees.
     *
     * @unit binary size: Mi, Gi or Ti
     * @impact live up to four times the size at boot on a machine that can migrate; otherwise restart
     * @example "4Gi"
     */
    readonly memory: Size;
    /**
     * Disks in boot order: written down here, or `Disk` objects made elsewhere, as they are (known by their claim's name) or
     * with a name of their own: `{ name: "data", disk }`.
     *
     * @impact restart
     */
    readonly disks: readonly MachineDisk[];
    /**
     * When the machine runs. `Always`: started, and started again whenever it stops; `RerunOnFailure`: started again only after a
     * failure; `Once`; `Manual`: by `virtctl start` only; `Halted`: off.
     *
     * @defaultValue `Always`
     * @impact live: the machine is started or stopped
     */
    readonly runStrategy?: RunStrategy;
    /**
     * First-boot settings. They are kept in a Secret that is updated in place.
     *
     * @defaultValue host name and `sshKeys` only
     * @impact restart
     */
    readonly cloudInit?: CloudInitArgs;
    /**
     * Public keys that may log in as the image's default user.
     *
     * @defaultValue none: log in on the console with what the image knows
     * @impact restart, and only on a guest that has not run its first boot
     */
    readonly sshKeys?: readonly pulumi.Input<string>[];
    /**
     * How long the machine may take to run once its disks may be used. A machine that is late is kept.
     *
     * @unit duration: `"90 seconds"`, `"10 minutes"`
     * @defaultValue `"10 minutes"`, and with disks that the machine binds itself as long as they may take in addition
     * @impact live
     */
    readonly readyWithin?: Duration;
    /**
     * Labels of the machine and its pods.
     *
     * @defaultValue none but the package's own
     * @impact live on the machine's object; restart on its pods
     */
    readonly labels?: Readonly<Record<string, string>>;
}

/** Values of a wrong type, which no machine can be made of; those of its inline disks included. */
export function machineShape(args: VirtualMachineArgs): readonly Problem[] {
    const problems = new Problems();
    problems.all.push(...shapeProblems(args, shapes));
    if (problems.all.length === 0) {
        problems.all.push(...machineDiskShapes(args.disks));
    }
    return problems.all;
}

const shapes: Shapes = {
    all: {
        cluster: "object",
        namespace: "text",
        machineName: "text",
        cpu: "number",
        memory: "text",
        disks: "list",
        runStrategy: "text",
        cloudInit: "object",
        sshKeys: "list",
        readyWithin: "text",
        labels: "object",
    },
    required: ["cluster", "cpu", "memory", "disks"],
};

/** Everything that is wrong with a machine's arguments, its inline disks' included. */
export function checkVirtualMachine(
    args: VirtualMachineArgs,
    resolved: { readonly machineName: string; readonly namespace: string },
) {
    const problems = new Problems();
    problems.addIf("machineName", nameFault(resolved.machineName));
    problems.addIf("namespace", nameFault(resolved.namespace));
    problems.addIf("memory", sizeFault(args.memory));
    if (!Number.isInteger(args.cpu) || args.cpu < 1) {
        problems.add(
            "cpu",
            `is ${String(args.cpu)}, which is not a number of virtual CPUs`,
            "write a whole number from 1",
        );
    }
    if (args.readyWithin !== undefined) {
        problems.addIf("readyWithin", durationFault(args.readyWithin));
    }
    if (args.runStrategy !== undefined && !runStrategies.includes(args.runStrategy)) {
        problems.add(
            "runStrategy",
            `is ${JSON.stringify(args.runStrategy)}, which KubeVirt does not know`,
            `write one of ${runStrategies.join(", ")}`,
        );
    }
    if (args.cloudInit?.userData !== undefined) {
        const beside = [
            ...((args.sshKeys ?? []).length > 0 ? ["sshKeys"] : []),
            ...(args.cloudInit.packages === undefined ? [] : ["cloudInit.packages"]),
            ...(args.cloudInit.runCommands === undefined ? [] : ["cloudInit.runCommands"]),
        ];
        for (const field of beside) {
            problems.add(
                field,
                "would be lost beside cloudInit.userData",
                "write it into userData, or leave userData out",
            );
        }
    }
    checkMachineDisks(args.disks, resolved, problems);
    return problems.all;
}
