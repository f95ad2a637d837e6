import { firstOf, quoted, type Row } from "./disk-facts";
import { grace } from "./grace";
import type { MachineFacts, MachineObservation } from "./machine-facts";
import { isMigrating, machineFacts } from "./machine-facts";
import { machineNotes } from "./machine-notes";
import { guestRows, refusalRows, startRows } from "./machine-signs";
import { absent, beingDeleted } from "./presence";
import type { Verdict } from "./verdict";

export type { MachineObservation } from "./machine-facts";

type MachineRow = Row<MachineFacts>;

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

/** The machine is off, and that is as it should be; or somebody has switched it, and that is left alone. */
const powerRows: readonly MachineRow[] = [
    ({ wanted, status, virtualMachine }) => {
        if (wanted !== "Halted") {
            return undefined;
        }
        const actual = virtualMachine.spec?.runStrategy;
        return actual === undefined || actual === "Halted"
            ? {
                  kind: "ready",
                  note: status === "Stopping" ? "is being stopped" : "stopped on purpose",
              }
            : { kind: "ready", note: `somebody has started it (runStrategy ${actual})` };
    },
    ({ wanted, status, condition }) =>
        wanted === "Manual" && condition("Ready")?.status !== "True"
            ? { kind: "ready", note: `started by hand only${status === "" ? "" : ` (${status})`}` }
            : undefined,
    ({ power, wanted, status, virtualMachine, justChanged }) => {
        if (power !== "left-alone") {
            return undefined;
        }
        const actual = virtualMachine.spec?.runStrategy;
        const isHalted = actual === "Halted";
        // A stopped machine that is started again after failures only keeps its run strategy (virt-api rest/lifecycle.go).
        const isStopped =
            status === "Stopped" &&
            (actual === "Manual" || (wanted === "RerunOnFailure" && !justChanged));
        return isHalted || isStopped
            ? { kind: "ready", note: "stopped by hand; left alone" }
            : undefined;
    },
];

const readyRows: readonly MachineRow[] = [
    ({ replaced, instance, waiting }) =>
        replaced !== undefined && instance?.metadata?.uid === replaced
            ? waiting("is being restarted")
            : undefined,
    // desiredGeneration is what virt-controller has seen; observedGeneration is what the running instance was started with.
    ({ justChanged, generation, virtualMachine, waiting }) =>
        justChanged &&
        (virtualMachine.status?.desiredGeneration ?? Infinity) <
            Math.max(virtualMachine.metadata?.generation ?? 0, generation ?? 0)
            ? waiting("KubeVirt has not seen the change yet")
            : undefined,
    (facts) => {
        if (!isUp(facts)) {
            return undefined;
        }
        const unsettled = facts.settled === true ? unsettledNote(facts) : undefined;
        if (unsettled !== undefined) {
            return facts.waiting(unsettled);
        }
        const notes = machineNotes(facts);
        return { kind: "ready", ...(notes.length === 0 ? {} : { note: notes.join("; ") }) };
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
    ({ wanted, virtualMachine, suspect }) =>
        virtualMachine.spec?.runStrategy === "Halted"
            ? suspect(grace.machineMoment, {
                  cause: "run-strategy-changed",
                  what: `The machine is to run (${wanted}), but somebody has stopped it: its runStrategy on the cluster is Halted`,
                  cure: 'Start it (virtctl start), set runStrategy to Halted in the program, or leave its power alone there (power: "left-alone")',
              })
            : undefined,
];

/** Whether the machine does what is waited for. */
function isUp(facts: MachineFacts): boolean {
    const { status, condition, guestCondition, until, instance, replaced } = facts;
    // Ready stays True while a machine stops.
    if (/^(Stopping|Terminating|Stopped)$/.test(status)) {
        return false;
    }
    // Of a machine that is restarted, the status of before may be seen after the new instance.
    if (replaced !== undefined && instance?.status?.phase !== "Running") {
        return false;
    }
    if (condition("Ready")?.status !== "True") {
        return until === "running" && isProbed(facts);
    }
    return until !== "agent" || guestCondition("AgentConnected")?.status === "True";
}

/** The guest runs, and only its readiness probe says no: it runs all the same. */
function isProbed({ status, instance }: MachineFacts): boolean {
    return (
        status === "Running" &&
        instance?.status?.phase === "Running" &&
        instance.spec?.readinessProbe !== undefined
    );
}

/** What has to be over before a machine is restarted without harm. */
function unsettledNote({ disks, instance, condition }: MachineFacts): string | undefined {
    if (isMigrating(instance)) {
        return "is on its way to another node";
    }
    if (condition("VolumesChange")?.status === "True") {
        return "its disks are being moved";
    }
    const filling = disks.find(({ verdict }) => verdict.kind === "waiting");
    return filling === undefined ? undefined : `disk ${filling.name} is not ready`;
}

const diskRows: readonly MachineRow[] = [
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
];

const diskProgressRows: readonly MachineRow[] = [
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

const rows: readonly MachineRow[] = [
    ...refusalRows,
    ({ disks }) => disks.find(({ verdict }) => verdict.kind === "failed")?.verdict,
    ...powerRows,
    ...readyRows,
    ...diskRows,
    ...startRows,
    ...diskProgressRows,
    ...guestRows,
];
