import { few } from "../model/few";
import type { RunningMachine } from "../model/machine-change-decision";
import { machineChanges } from "../model/machine-changes";
import { isFields } from "../model/machine-difference";
import { collectionPath } from "./collections";
import type { RunningInstance } from "./guest-size";
import { conditionOf, type VirtualMachine } from "./objects";
import type { Writer } from "./writes";

/** Said where KubeVirt does not name the field. Source: pkg/virt-controller/watch/vm/vm.go (syncRestartRequired). */
const unnamed = /non-live-updatable field/;

/** Which fields of a machine's template wait for its next start: all that a running machine does not take over. */
export function changedFields(
    before: unknown,
    after: unknown,
    running: RunningMachine = {},
): readonly string[] {
    const machine = (template: unknown) => ({ spec: { template } });
    return machineChanges(machine(before), machine(after), running)
        .filter(({ impact }) => impact === "restart")
        .map(({ path }) => path.replace(/^spec\.template\.(spec\.)?/, ""));
}

/**
 * Why a machine needs a restart: KubeVirt's words, and the fields where it does not name them. There are changes that KubeVirt applies
 * with the next start and does not speak of: they are named as well. Values are left out, which may be secret, and so is what cannot
 * be read. Undefined where nothing waits for a restart.
 */
export async function restartReason(
    reader: Pick<Writer, "get">,
    { namespace, name }: { readonly namespace: string; readonly name: string },
    message: string | undefined,
): Promise<string | undefined> {
    if (message !== undefined && !unnamed.test(message)) {
        return message;
    }
    try {
        const get = (path: string): Promise<unknown> => reader.get(path);
        const [machine, instance] = (await Promise.all([
            get(`${collectionPath("VirtualMachine", namespace)}/${name}`),
            get(`${collectionPath("VirtualMachineInstance", namespace)}/${name}`),
        ])) as [WithTemplate | undefined, Started | undefined];
        const revision = instance?.status?.virtualMachineRevisionName;
        const isOlder = (machine?.metadata?.generation ?? 0) > generationIn(revision);
        const started =
            revision === undefined || !isOlder
                ? undefined
                : ((await get(`${collectionPath("ControllerRevision", namespace)}/${revision}`)) as
                      Revision | undefined);
        const [before, after] = [started?.data?.spec?.template, machine?.spec?.template];
        const fields =
            before === undefined || after === undefined
                ? []
                : message === undefined
                  ? changedFields(said(before), said(after), runningAs(instance))
                  : changedFields(before, after, runningAs(instance));
        return fields.length === 0 ? message : `${few(fields, 5)} changed`;
    } catch {
        return message;
    }
}

/** What the running machine was started with. Source: KubeVirt core/v1/types.go (status.memory, spec.domain of an instance). */
function runningAs(instance: Started | undefined): RunningMachine {
    const migratable = conditionOf(instance?.status?.conditions, "LiveMigratable");
    const maxSockets = instance?.spec?.domain?.cpu?.maxSockets;
    const maxGuest = instance?.spec?.domain?.memory?.maxGuest;
    const guestAtBoot = instance?.status?.memory?.guestAtBoot;
    return {
        ...(migratable && { migratable: migratable.status === "True" }),
        ...(maxSockets !== undefined && { maxSockets }),
        ...(maxGuest !== undefined && { maxGuest }),
        ...(guestAtBoot !== undefined && { guestAtBoot }),
    };
}

/** The generation of the machine that a revision is of: `revision-start-vm-<uid>-<generation>`. Source: vm.go, getVMRevisionName. */
function generationIn(revision: string | undefined): number {
    return Number(/-(\d+)$/.exec(revision ?? "")?.[1] ?? Infinity);
}

/** What an object says: KubeVirt writes fields that are empty where a user's manifest leaves them out. */
function said(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(said);
    }
    if (!isFields(value)) {
        return value;
    }
    const fields = Object.entries(value).map(([key, field]) => [key, said(field)] as const);
    return Object.fromEntries(
        fields.filter(
            ([, field]) =>
                field !== null &&
                field !== undefined &&
                !(typeof field === "object" && Object.keys(field).length === 0),
        ),
    );
}

type WithTemplate = VirtualMachine & {
    readonly metadata?: { readonly generation?: number };
    readonly spec?: { readonly template?: unknown };
};
type Started = RunningInstance & {
    readonly spec?: {
        readonly domain?: {
            readonly cpu?: { readonly maxSockets?: number };
            readonly memory?: { readonly maxGuest?: string };
        };
    };
    readonly status?: {
        readonly virtualMachineRevisionName?: string;
        readonly memory?: { readonly guestAtBoot?: string };
    };
};
interface Revision {
    readonly data?: { readonly spec?: { readonly template?: unknown } };
}
