import { erasedByDestroy, type ClaimFate, type LedgerDisk } from "../model/ledger";
import { partsOfOrigin } from "../model/disk-origin";
import { textAt } from "../model/machine-object";
import { keptDisks, type LiveObject, type StateIds } from "./disks-list";
import { protectionOf } from "./ledger-protection";
import type { LedgerRead } from "./ledger-read";
import { inNamespace, type LedgerState, type StateDisk } from "./ledger-state";

/** Everything that a ledger is made from. */
export interface LedgerSeen {
    /** `<project>/<stack>` */
    readonly stack: string;
    /** Undefined where there is no state. */
    readonly state: LedgerState | undefined;
    readonly ids: StateIds | undefined;
    /** Undefined where the cluster was not asked. */
    readonly read: LedgerRead | undefined;
}

/** Every disk of a stack by namespace and claim: those of its state, and those that it has let go of. */
export function ledgerDisks(seen: LedgerSeen): readonly LedgerDisk[] {
    const { state, read } = seen;
    const disks = [
        ...(state?.disks ?? []).map((disk) => entry(disk, seen)),
        ...(read === undefined ? [] : forgotten(seen, read)),
    ];
    const place = ({ namespace, claim, volume = "" }: LedgerDisk) =>
        `${namespace}/${claim} ${volume}`;
    return disks.sort((one, other) => place(one).localeCompare(place(other)));
}

/** Disks of the stack's that no program has any more: a destroy does not touch them, unless it takes away what they are on. */
function forgotten({ stack, state, ids }: LedgerSeen, read: LedgerRead): readonly LedgerDisk[] {
    return keptDisks({ ...read, stack, state: ids })
        .filter(({ resource }) => resource !== undefined)
        .map(({ kind, namespace = "", name, resource, size, storageClass, origin }) =>
            entry(
                {
                    disk: resource ?? name,
                    namespace,
                    claim: kind === "PersistentVolume" ? "" : name,
                    owner: "",
                    source: partsOfOrigin(origin).get("source") ?? origin ?? "",
                    size,
                    storageClass,
                    fate:
                        kind === "PersistentVolume"
                            ? "not in the stack"
                            : inNamespace(
                                  "not in the stack",
                                  namespace,
                                  state?.namespaces ?? new Set(),
                              ),
                },
                { stack, state, ids, read },
                kind === "PersistentVolume" ? name : undefined,
            ),
        );
}

function entry(disk: StateDisk, { state, read }: LedgerSeen, volumeName?: string): LedgerDisk {
    const { fate, ...known } = disk;
    const claim = read?.claims.find((one) => isAt(one, disk));
    const bound = volumeName ?? claim?.spec?.volumeName;
    const volume = read?.volumes.find(({ metadata }) => metadata?.name === bound);
    const reclaimPolicy =
        volume?.spec?.persistentVolumeReclaimPolicy ?? reclaimOfClass(disk.storageClass, read);
    const driver = volume?.spec?.csi?.driver ?? "";
    return {
        ...known,
        ...(volume?.metadata?.name === undefined ? {} : { volume: volume.metadata.name }),
        reclaimPolicy: reclaimPolicy ?? "unknown",
        ...erasedByDestroy(
            ofDriver(fate, driver, state?.erasingDrivers ?? new Set()),
            reclaimPolicy,
        ),
        protection:
            read === undefined
                ? "unknown"
                : protectionOf(
                      {
                          namespace: disk.namespace,
                          claim: disk.claim,
                          labels: claim?.metadata?.labels ?? {},
                          machines: machinesIn(disk.owner),
                          volumeHandle: volume?.spec?.csi?.volumeHandle,
                      },
                      read,
                  ),
    };
}

/** A driver that erases its volumes does so whoever has let go of them. */
function ofDriver(fate: ClaimFate, driver: string, erasing: ReadonlySet<string>): ClaimFate {
    return erasing.has(driver) && fate !== "refused" ? "storage erased" : fate;
}

function reclaimOfClass(name: string, read: LedgerRead | undefined): string | undefined {
    const live = read?.classes?.find((one) => textAt(one, ["metadata", "name"]) === name);
    return live === undefined ? undefined : textAt(live, ["reclaimPolicy"]);
}

function isAt({ metadata }: LiveObject, { namespace, claim }: StateDisk): boolean {
    return metadata?.namespace === namespace && metadata.name === claim;
}

function machinesIn(owner: string): readonly string[] {
    return [...owner.matchAll(/VirtualMachine [^/]+\/([^,]+)/g)].map(([, name = ""]) => name);
}
