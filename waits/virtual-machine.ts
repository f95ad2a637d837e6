import type { RunStrategy } from "../manifests/virtual-machine";
import type { DiagnosisParts, Row } from "./disk-facts";
import { diagnosis, firstOf, quoted } from "./disk-facts";
import { grace } from "./grace";
import type { Condition, VirtualMachine, VirtualMachineInstance } from "./objects";
import { conditionOf, objectName } from "./objects";
import { absent, beingDeleted } from "./presence";
import type { Cause, Diagnosis, Verdict, Waiting } from "./verdict";
import { failed } from "./verdict";

/** One look at everything that decides about a machine. */
export interface MachineObservation {
    readonly namespace: string;
    readonly name: string;
    readonly virtualMachine: VirtualMachine | undefined;
    /** Only there while the machine is on, or starts. */
    readonly instance: VirtualMachineInstance | undefined;
    readonly disks: readonly { readonly name: string; readonly verdict: Verdict }[];
    /** The run strategy the program asks for. */
    readonly wanted: RunStrategy;
    /** The machine may have been changed a moment ago, and its status may still describe what was before. */
    readonly justChanged: boolean;
}

interface MachineFacts extends MachineObservation {
    readonly virtualMachine: VirtualMachine;
    readonly status: string;
    readonly condition: (type: string) => Condition | undefined;
    readonly waiting: (note?: string) => Waiting;
    readonly suspect: (graceMs: number, parts: DiagnosisParts, condition?: string) => Waiting;
    readonly seenOn: (parts: DiagnosisParts, condition?: string) => Diagnosis;
}

/** What a machine's state means. Source: KubeVirt pkg/virt-controller/watch/vm/vm.go; facts 5.5, "Wait rule". */
export function virtualMachineVerdict(observed: MachineObservation): Verdict {
    const { virtualMachine } = observed;
    if (virtualMachine === undefined) {
        return absent("VirtualMachine", observed);
    }
    if (virtualMachine.metadata?.deletionTimestamp !== undefined) {
        return beingDeleted("VirtualMachine", virtualMachine);
    }
    const facts = machineFacts(observed, virtualMachine);
    return firstOf(rows, facts) ?? facts.waiting();
}

const rows: readonly Row<MachineFacts>[] = [
    // printableStatus says only "Stopped" here, so this comes first.
    ({ condition, seenOn }) => {
        const failure = condition("Failure");
        return failure?.status === "True"
            ? failed(
                  seenOn(
                      {
                          cause: "machine-refused",
                          what: `KubeVirt cannot start the machine: ${quoted(failure.message ?? failure.reason)}`,
                          cure: "Put right what the message names",
                      },
                      "Failure",
                  ),
              )
            : undefined;
    },
    ({ disks }) => disks.find(({ verdict }) => verdict.kind === "failed")?.verdict,
    ({ wanted, status }) =>
        wanted === "Halted"
            ? {
                  kind: "ready",
                  note: status === "Stopping" ? "is being stopped" : "stopped on purpose",
              }
            : undefined,
    ({ wanted, status, condition }) =>
        wanted === "Manual" && condition("Ready")?.status !== "True"
            ? { kind: "ready", note: `started by hand only${status === "" ? "" : ` (${status})`}` }
            : undefined,
    // desiredGeneration is what virt-controller has seen; observedGeneration is what the running instance was started with.
    ({ justChanged, virtualMachine, waiting }) =>
        justChanged &&
        (virtualMachine.status?.desiredGeneration ?? Infinity) <
            (virtualMachine.metadata?.generation ?? 0)
            ? waiting("KubeVirt has not seen the change yet")
            : undefined,
    ({ status, condition }) => {
        // Ready stays True while a machine stops.
        if (
            condition("Ready")?.status !== "True" ||
            /^(Stopping|Terminating|Stopped)$/.test(status)
        ) {
            return undefined;
        }
        const restart = condition("RestartRequired");
        return restart?.status === "True"
            ? { kind: "ready", note: `needs a restart: ${quoted(restart.message)}` }
            : { kind: "ready" };
    },
    ({ condition, suspect }) => {
        const paused = condition("Paused");
        if (paused?.status !== "True") {
            return undefined;
        }
        return /error/i.test(paused.reason ?? "")
            ? suspect(
                  grace.machineMoment,
                  {
                      cause: "machine-paused",
                      what: `The machine was paused by an error of its disk: ${quoted(paused.message ?? paused.reason)}`,
                      cure: "See that the storage is healthy and not full, then unpause it (virtctl unpause vm)",
                  },
                  "Paused",
              )
            : { kind: "ready", note: "paused" };
    },
    ({ wanted, instance }) =>
        (wanted === "Once" || wanted === "RerunOnFailure") &&
        instance?.status?.phase === "Succeeded"
            ? { kind: "ready", note: "has run and was shut down from inside" }
            : undefined,
    ({ wanted, virtualMachine, suspect }) => {
        const actual = virtualMachine.spec?.runStrategy;
        return actual === "Halted"
            ? suspect(grace.machineMoment, {
                  cause: "run-strategy-changed",
                  what: `The machine is to run (${wanted}), but somebody has stopped it: its runStrategy on the cluster is Halted`,
                  cure: "Start it (virtctl start), or set runStrategy to Halted in the program",
              })
            : undefined;
    },
    // A disk's own bad sign says more than the machine's.
    ({ disks, waiting }) => {
        for (const { name, verdict } of disks) {
            if (verdict.kind === "waiting" && verdict.suspicion !== undefined) {
                const note = `disk ${name}: ${verdict.note ?? verdict.suspicion.diagnosis.what}`;
                return { ...waiting(note), suspicion: verdict.suspicion };
            }
        }
        return undefined;
    },
    ({ status, suspect, condition }) => {
        const sign = signs[status];
        if (sign === undefined) {
            return undefined;
        }
        const told = sign.conditions.map(condition).find((found) => found?.message !== undefined);
        const what = told === undefined ? sign.what : `${sign.what}: ${quoted(told.message)}`;
        return suspect(sign.graceMs, { cause: sign.cause, what, cure: sign.cure }, told?.type);
    },
    ({ disks, waiting }) => {
        const disk = disks.find(({ verdict }) => verdict.kind === "waiting");
        return disk?.verdict.kind === "waiting"
            ? {
                  ...waiting(`disk ${disk.name} is not ready`),
                  ...(disk.verdict.percent === undefined ? {} : { percent: disk.verdict.percent }),
              }
            : undefined;
    },
];

interface Sign {
    readonly cause: Cause;
    readonly what: string;
    readonly cure: string;
    readonly graceMs: number;
    /** Where its message is. */
    readonly conditions: readonly string[];
}

const imagePull: Sign = {
    cause: "image-pull",
    what: "An image of the machine cannot be pulled",
    cure: "Check the container disk's reference and its pull secret, and that the nodes reach the registry",
    graceMs: grace.imagePull,
    conditions: ["Synchronized"],
};

/** What printableStatus says when something is wrong. All of it can heal. */
const signs: Readonly<Record<string, Sign>> = {
    ErrorUnschedulable: {
        cause: "unschedulable",
        what: "No node takes the machine",
        cure: "Free or add a node, or change the machine's size, node selector or tolerations",
        graceMs: grace.unschedulable,
        conditions: ["PodScheduled"],
    },
    ErrorPvcNotFound: {
        cause: "missing-volume",
        what: "A volume of the machine does not exist",
        cure: "Make the disk the message names, or take it out of the machine",
        graceMs: grace.machine,
        conditions: ["Synchronized", "PodScheduled"],
    },
    DataVolumeError: {
        cause: "data-volume-failed",
        what: "A DataVolume of the machine is not being filled",
        cure: "Look at the machine's DataVolumes: kubectl describe datavolume",
        graceMs: grace.machine,
        conditions: ["DataVolumesReady"],
    },
    ErrImagePull: imagePull,
    ImagePullBackOff: imagePull,
    CrashLoopBackOff: {
        cause: "machine-crashing",
        what: "The machine's pod ends again and again",
        cure: "Read its events and log: kubectl describe vm, and the log of the virt-launcher pod",
        graceMs: grace.machine,
        conditions: ["Synchronized", "Ready"],
    },
};

function machineFacts(observed: MachineObservation, virtualMachine: VirtualMachine): MachineFacts {
    const status = virtualMachine.status?.printableStatus ?? "";
    const condition = (type: string): Condition | undefined =>
        conditionOf(virtualMachine.status?.conditions, type) ??
        conditionOf(observed.instance?.status?.conditions, type);
    const seenOn = (parts: DiagnosisParts, type?: string): Diagnosis =>
        diagnosis(
            `${objectName("VirtualMachine", virtualMachine)}, ${type === undefined ? "printableStatus" : `condition ${type}`}`,
            parts,
        );
    const waiting = (note?: string): Waiting => ({
        kind: "waiting",
        phase: status,
        ...(note === undefined ? {} : { note }),
    });
    return {
        ...observed,
        virtualMachine,
        status,
        condition,
        seenOn,
        waiting,
        suspect: (graceMs, parts, type) => {
            const found = seenOn(parts, type);
            return { ...waiting(found.what), suspicion: { diagnosis: found, graceMs } };
        },
    };
}
