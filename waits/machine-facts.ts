import type { RunStrategy } from "../manifests/virtual-machine";
import type { DiagnosisParts } from "./disk-facts";
import { diagnosis } from "./disk-facts";
import type { RunningInstance } from "./guest-size";
import { launcherOf } from "./launcher";
import type { Condition, GuestProbe, KubernetesEvent, Pod, VirtualMachine } from "./objects";
import { conditionOf, objectName } from "./objects";
import type { Diagnosis, Verdict, Waiting } from "./verdict";

/** What a machine has to do before it counts as ready: run, have its guest agent connected, or answer its readiness probe. */
export type Until = "running" | "agent" | "probe";

/** Whether a machine that somebody starts or stops by hand is put right, or left as it is. */
export type Power = "managed" | "left-alone";

/** One look at everything that decides about a machine. */
export interface MachineObservation {
    readonly namespace: string;
    readonly name: string;
    readonly virtualMachine: VirtualMachine | undefined;
    /** Only there while the machine is on, or starts. */
    readonly instance: RunningInstance | undefined;
    readonly disks: readonly { readonly name: string; readonly verdict: Verdict }[];
    /** The pods of the namespace; absent: not read. */
    readonly pods?: readonly Pod[] | undefined;
    /** The events of the namespace; absent: not read. */
    readonly events?: readonly KubernetesEvent[] | undefined;
    /** The run strategy the program asks for. */
    readonly wanted: RunStrategy;
    /** The machine may have been changed a moment ago, and its status may still describe what was before. */
    readonly justChanged: boolean;
    /** Absent: `running`. */
    readonly until?: Until | undefined;
    /** How texts name what has to answer; absent: taken from the machine's own probe. */
    readonly probe?: string | undefined;
    /** Absent: `managed`. */
    readonly power?: Power | undefined;
    /** The generation that KubeVirt has to have seen; absent: that of the look. */
    readonly generation?: number | undefined;
    /** The uid of the instance that is being replaced; absent: none is. */
    readonly replaced?: string | undefined;
    /** Ready means more: no disk is being filled and the machine is not on its way to another node. */
    readonly settled?: boolean | undefined;
}

/** What the rows of the decision table ask about a machine. */
export interface MachineFacts extends MachineObservation {
    readonly virtualMachine: VirtualMachine;
    readonly status: string;
    readonly until: Until;
    readonly power: Power;
    /** A condition of the machine, or else of its instance. */
    readonly condition: (type: string) => Condition | undefined;
    /** A condition of what runs now: the machine keeps some of them after it has stopped. */
    readonly guestCondition: (type: string) => Condition | undefined;
    /** The pod that the guest runs in: the newest one that is not going. */
    readonly launcher: Pod | undefined;
    readonly waiting: (note?: string) => Waiting;
    readonly suspect: (graceMs: number, parts: DiagnosisParts, condition?: string) => Waiting;
    readonly suspectAs: (graceMs: number, found: Diagnosis) => Waiting;
    readonly seenOn: (parts: DiagnosisParts, condition?: string) => Diagnosis;
}

/** Collects what the rows ask. */
export function machineFacts(
    observed: MachineObservation,
    virtualMachine: VirtualMachine,
): MachineFacts {
    const { instance } = observed;
    const status = virtualMachine.status?.printableStatus ?? "";
    const ofMachine = (type: string) => conditionOf(virtualMachine.status?.conditions, type);
    const ofInstance = (type: string) => conditionOf(instance?.status?.conditions, type);
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
    const suspectAs = (graceMs: number, found: Diagnosis): Waiting => ({
        ...waiting(found.what),
        suspicion: { diagnosis: found, graceMs },
    });
    return {
        ...observed,
        virtualMachine,
        status,
        until: observed.until ?? "running",
        power: observed.power ?? "managed",
        condition: (type) => ofMachine(type) ?? ofInstance(type),
        guestCondition: (type) => ofInstance(type) ?? (instance && ofMachine(type)),
        launcher: launcherOf(observed),
        seenOn,
        waiting,
        suspectAs,
        suspect: (graceMs, parts, type) => suspectAs(graceMs, seenOn(parts, type)),
    };
}

/** How a text names what a probe asks: "TCP port 22". */
export function probeText(probe: GuestProbe | undefined): string | undefined {
    const port = (value: number | string | undefined): string => String(value ?? "?");
    if (probe?.tcpSocket !== undefined) {
        return `TCP port ${port(probe.tcpSocket.port)}`;
    }
    if (probe?.httpGet !== undefined) {
        return `HTTP port ${port(probe.httpGet.port)}${probe.httpGet.path ?? ""}`;
    }
    if (probe?.exec !== undefined) {
        return "the command of its probe";
    }
    return probe?.guestAgentPing === undefined ? undefined : "its guest agent";
}

/** Whether the machine is on its way to another node. Source: KubeVirt pkg/util/migrations (IsMigrating). */
export function isMigrating(instance: RunningInstance | undefined): boolean {
    const state = instance?.status?.migrationState;
    return state !== undefined && state.completed !== true && state.failed !== true;
}
