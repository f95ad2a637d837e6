import { type Fields, isFields } from "../model/machine-difference";
import { collectionPath } from "../waits/collections";
import { ApiError, type Transport } from "../waits/transport";
import { UserError } from "../model/user-error";
import { type DisksRead, readDisks } from "./disks-read";
import type { StateIds } from "./disks-list";

/** What of a cluster a ledger is made from. A list that may not be read is undefined. */
export interface LedgerRead extends DisksRead {
    readonly classes: readonly Fields[] | undefined;
    readonly snapshots: readonly Fields[] | undefined;
    readonly machineSnapshots: readonly Fields[] | undefined;
    readonly longhornBackups: readonly Fields[] | undefined;
    readonly veleroBackups: readonly Fields[] | undefined;
    readonly veleroSchedules: readonly Fields[] | undefined;
}

/** What a person calls them, where they cannot be read. */
const words: Readonly<Record<keyof typeof lists, string>> = {
    classes: "StorageClasses",
    snapshots: "VolumeSnapshots",
    machineSnapshots: "VirtualMachineSnapshots",
    longhornBackups: "Longhorn's backups",
    veleroBackups: "Velero's backups",
    veleroSchedules: "Velero's schedules",
};

/** Where what protects disks is. Source of groups and versions: KubeVirt 1.9, Longhorn 1.12, Velero 1.18. */
const lists = {
    classes: collectionPath("StorageClass"),
    snapshots: collectionPath("VolumeSnapshot"),
    machineSnapshots: "/apis/snapshot.kubevirt.io/v1beta1/virtualmachinesnapshots",
    longhornBackups: "/apis/longhorn.io/v1beta2/backups",
    veleroBackups: "/apis/velero.io/v1/backups",
    veleroSchedules: "/apis/velero.io/v1/schedules",
} as const;

/** Reads disks, classes, and all that may protect disks. */
export async function readLedger(
    transport: Pick<Transport, "list">,
    state: StateIds | undefined,
): Promise<LedgerRead> {
    const disks = await readDisks(transport, state);
    const names = Object.keys(lists) as (keyof typeof lists)[];
    const entries = await Promise.all(
        names.map(async (name) => [name, await listed(transport, lists[name])] as const),
    );
    const read = entries.map(([name, list]) => [name, typeof list === "number" ? undefined : list]);
    const notes = [...disks.notes, ...unreadNotes(entries)];
    return { ...disks, ...(Object.fromEntries(read) as Lists), notes };
}

/** What could not be read, and what is unknown for that. */
function unreadNotes(
    entries: readonly (readonly [keyof typeof lists, readonly Fields[] | number])[],
): readonly string[] {
    const unread = (isPicked: (name: string) => boolean, unknown: string) => {
        const names = entries.flatMap(([name, list]) =>
            typeof list === "number" && isPicked(name) ? [`${words[name]} (${String(list)})`] : [],
        );
        return names.length === 0
            ? []
            : [`${names.join(", ")} cannot be read by this account: ${unknown} is unknown here.`];
    };
    return [
        ...unread((name) => name === "classes", "what they keep"),
        ...unread((name) => name !== "classes", "what they protect"),
    ];
}

type Lists = Readonly<Record<keyof typeof lists, readonly Fields[] | undefined>>;

/** A kind that is not served has no objects. The server's answer where the account may not read them. */
async function listed(
    transport: Pick<Transport, "list">,
    path: string,
): Promise<readonly Fields[] | number> {
    try {
        return (await transport.list(path, {})).items.filter(isFields);
    } catch (error) {
        if (!(error instanceof ApiError)) {
            const reason = error instanceof Error ? error.message : String(error);
            throw new UserError(
                `The cluster cannot be read: ${reason}. --offline says what the state alone knows.`,
            );
        }
        if (error.status === 404) {
            return [];
        }
        return error.status;
    }
}
