import { UserError } from "../model/user-error";
import { collectionLabel, collectionPath, type CollectionKind } from "../waits/collections";
import { ApiError, type Transport, unreadText } from "../waits/transport";
import type { DisksSeen, LiveObject, StateIds } from "./disks-list";

/** What of the cluster a list is made from, and what it had to be made without. */
export type DisksRead = Pick<DisksSeen, "claims" | "dataVolumes" | "volumes"> & {
    readonly notes: readonly string[];
};

/**
 * Reads all claims, DataVolumes and volumes. An account that may not look into every namespace is asked for those that the state
 * has; without CDI there are no DataVolumes.
 */
export async function readDisks(
    transport: Pick<Transport, "list">,
    state: StateIds | undefined,
): Promise<DisksRead> {
    const namespaces = [
        ...new Set(
            [...(state ?? [])]
                .filter((id) => id.startsWith("claim "))
                .map((id) => id.replace(/^claim ([^/]*)\/.*$/, "$1")),
        ),
    ];
    const notes: string[] = [];
    const [claims, dataVolumes, volumes] = await Promise.all([
        everywhere(transport, "PersistentVolumeClaim", namespaces, notes),
        everywhere(transport, "DataVolume", namespaces, notes),
        everywhere(transport, "PersistentVolume", [], notes),
    ]);
    return { claims, dataVolumes, volumes, notes };
}

async function everywhere(
    transport: Pick<Transport, "list">,
    kind: CollectionKind,
    namespaces: readonly string[],
    notes: string[],
): Promise<readonly LiveObject[]> {
    try {
        return await listed(transport, collectionPath(kind));
    } catch (error) {
        if (error instanceof ApiError && error.status === 404) {
            return [];
        }
        if (!(error instanceof ApiError) || error.status !== 403) {
            throw new UserError(`${unreadText(error, collectionLabel(kind))}.`);
        }
    }
    notes.push(
        namespaces.length === 0
            ? `${collectionLabel(kind)} cannot be read by this account: disks may be missing here.`
            : `${collectionLabel(kind)} can be read by this account in some namespaces only: looked into ${namespaces.join(", ")}.`,
    );
    const parts = await Promise.all(
        namespaces.map(async (namespace) => {
            try {
                return await listed(transport, collectionPath(kind, namespace));
            } catch {
                notes.push(`${collectionLabel(kind, namespace)} cannot be read by this account.`);
                return [];
            }
        }),
    );
    return parts.flat();
}

async function listed(
    transport: Pick<Transport, "list">,
    path: string,
): Promise<readonly LiveObject[]> {
    return (await transport.list(path, {})).items as readonly LiveObject[];
}
