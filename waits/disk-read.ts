import { collectionPath, type CollectionKind } from "./collections";
import type { DiskObservation } from "./disk-facts";
import type {
    Claim,
    DataSource,
    DataVolume,
    KubernetesEvent,
    LimitRange,
    Pod,
    StorageClass,
} from "./objects";
import { ApiError, type Transport } from "./transport";

/** A disk as it is now, without anything that could be wrong with reading it. */
export interface ReadDisk {
    readonly observed: Omit<DiskObservation, "consumer">;
    /** What this account may not read although it would tell more: "pods". */
    readonly unreadable: readonly string[];
}

/**
 * Reads everything that belongs to a disk once, without a watch. Rejects where the disk itself cannot be read; what only makes
 * diagnoses better may be refused.
 */
export async function readDisk(
    transport: Pick<Transport, "get" | "list">,
    namespace: string,
    name: string,
): Promise<ReadDisk> {
    const unreadable: string[] = [];

    async function get(kind: CollectionKind, object: string, place?: string): Promise<unknown> {
        return transport.get(`${collectionPath(kind, place)}/${object}`);
    }

    async function list(kind: CollectionKind): Promise<readonly unknown[]> {
        return (await transport.list(collectionPath(kind, namespace), {})).items;
    }

    async function allowed<T>(what: string, read: Promise<T>): Promise<T | undefined> {
        try {
            return await read;
        } catch (error) {
            if (!(error instanceof ApiError && error.status === 403)) {
                throw error;
            }
            unreadable.push(what);
            return undefined;
        }
    }

    // The objects are what is asked for: the verdicts take nothing of their fields for granted.
    const dataVolume = (await get("DataVolume", name, namespace)) as DataVolume | undefined;
    const claimName = dataVolume?.status?.claimName ?? name;
    const [claim, claims, pods, events, limitRanges] = await Promise.all([
        get("PersistentVolumeClaim", claimName, namespace) as Promise<Claim | undefined>,
        allowed("claims", list("PersistentVolumeClaim")),
        allowed("pods", list("Pod")),
        allowed("events", list("Event")),
        allowed("limit ranges", list("LimitRange")),
    ]);
    const className = claim?.spec?.storageClassName;
    const { sourceRef } = dataVolume?.spec ?? {};
    const [storageClass, dataSource] = await Promise.all([
        className === undefined || className === ""
            ? undefined
            : allowed("storage classes", orMissing(get("StorageClass", className))),
        sourceRef?.name === undefined
            ? undefined
            : allowed(
                  "data sources",
                  orMissing(get("DataSource", sourceRef.name, sourceRef.namespace ?? namespace)),
              ),
    ]);
    return {
        observed: {
            namespace,
            name,
            dataVolume,
            claim,
            claims: (claims ?? []) as readonly Claim[],
            storageClass: storageClass as StorageClass | "missing" | undefined,
            pods: (pods ?? []) as readonly Pod[],
            events: (events ?? []) as readonly KubernetesEvent[],
            limitRanges: limitRanges as readonly LimitRange[] | undefined,
            dataSource: dataSource as DataSource | "missing" | undefined,
        },
        unreadable,
    };
}

async function orMissing(read: Promise<unknown>): Promise<unknown> {
    return (await read) ?? "missing";
}
