import { UserError } from "../model/user-error";
import type { DiskObservation } from "../waits/disk-facts";
import type { RunningInstance } from "../waits/guest-size";
import type { ReadMachine } from "../waits/machine-read";
import type { Claim, DataVolume, StorageClass, VirtualMachine } from "../waits/objects";

/** What a file with a recorded state holds: a disk, a machine, or what the API server answered to a disk that it did not let in. */
export type RecordedState =
    | {
          readonly kind: "disk";
          readonly observed: Omit<DiskObservation, "consumer">;
          /** In milliseconds; undefined where the file does not say. */
          readonly recordedAt: number | undefined;
      }
    | {
          readonly kind: "machine";
          readonly read: ReadMachine;
          readonly recordedAt: number | undefined;
      }
    | { readonly kind: "refusal"; readonly message: string };

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a state as the recorded ones are written: `storageClass`, `dataVolume`, `pvc`, `otherPvcs`, `pods`, `events`, `recordedAt`;
 * of a machine `virtualMachine` and `virtualMachineInstance`.
 *
 * @param file how an error names it.
 */
export function readState(text: string, file: string): RecordedState {
    const state = parsed(text, file);
    const { admission } = state;
    if (isFields(admission) && typeof admission["message"] === "string") {
        return { kind: "refusal", message: admission["message"] };
    }
    if ("virtualMachine" in state) {
        return machine(state, file);
    }
    if (!("dataVolume" in state) && !("pvc" in state)) {
        throw new UserError(
            `${file} holds no disk: it has neither dataVolume nor pvc${described(state)}. Give it a state with storageClass, dataVolume, pvc, otherPvcs, pods, events and recordedAt.`,
        );
    }
    // What is in the objects is not checked: the verdicts take nothing of their fields for granted.
    const dataVolume = object(state, "dataVolume", file) as DataVolume | undefined;
    const claim = object(state, "pvc", file) as Claim | undefined;
    const { name = "", namespace = "" } = (dataVolume ?? claim)?.metadata ?? {};
    return {
        kind: "disk",
        recordedAt: time(state["recordedAt"]),
        observed: {
            namespace,
            name,
            dataVolume,
            claim,
            claims: [...(claim === undefined ? [] : [claim]), ...objects(state, "otherPvcs", file)],
            storageClass: storageClass(object(state, "storageClass", file)),
            pods: objects(state, "pods", file),
            events: objects(state, "events", file),
        },
    };
}

/** Its disks are not in the file as a look at them would need them: each has a state of its own. */
function machine(state: Fields, file: string): RecordedState {
    const virtualMachine = object(state, "virtualMachine", file) as VirtualMachine | undefined;
    const instance = object(state, "virtualMachineInstance", file) as RunningInstance | undefined;
    const { name = "", namespace = "" } = (virtualMachine ?? instance)?.metadata ?? {};
    return {
        kind: "machine",
        recordedAt: time(state["recordedAt"]),
        read: {
            namespace,
            name,
            virtualMachine,
            instance,
            pods: objects(state, "pods", file),
            events: objects(state, "events", file),
            disks: [],
            unreadable: [],
        },
    };
}

function parsed(text: string, file: string): Fields {
    let state: unknown;
    try {
        state = JSON.parse(text);
    } catch {
        throw new UserError(`${file} is not JSON. Give it a recorded state: one JSON object.`);
    }
    if (!isFields(state)) {
        throw new UserError(
            `${file} is ${Array.isArray(state) ? "a list" : "no object"}, and a recorded state is one JSON object. Give it one with dataVolume and pvc.`,
        );
    }
    return state;
}

function described(state: Fields): string {
    const keys = Object.keys(state);
    return keys.length === 0 ? "" : `, but ${keys.slice(0, 8).join(", ")}`;
}

function object(state: Fields, key: string, file: string): Fields | undefined {
    const value = state[key];
    if (value === undefined || value === null) {
        return undefined;
    }
    if (!isFields(value)) {
        throw new UserError(
            `${key} in ${file} is ${JSON.stringify(value).slice(0, 40)}, which is no object. Write the object as the API server answers it, or null.`,
        );
    }
    return value;
}

function objects(state: Fields, key: string, file: string): readonly Fields[] {
    const value = state[key] ?? [];
    if (!Array.isArray(value) || !value.every(isFields)) {
        throw new UserError(
            `${key} in ${file} is no list of objects. Write the objects as the API server answers them, or [].`,
        );
    }
    return value;
}

/** Recorded with its name beside its fields; the API server's form has it in metadata. */
function storageClass(fields: Fields | undefined): StorageClass | undefined {
    if (fields === undefined) {
        return undefined;
    }
    const { name } = fields;
    return typeof name === "string" && fields["metadata"] === undefined
        ? { metadata: { name }, ...fields }
        : fields;
}

function time(value: unknown): number | undefined {
    const milliseconds = typeof value === "string" ? Date.parse(value) : NaN;
    return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

function isFields(value: unknown): value is Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
