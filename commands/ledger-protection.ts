import type { Protection } from "../model/ledger";
import type { Fields } from "../model/machine-difference";
import { fieldsAt, textAt } from "../model/machine-object";
import { hasRecurringJobs, isBackedUp } from "../model/protection";
import type { LedgerRead } from "./ledger-read";

/** A disk, as what protects it names it. */
export interface ProtectedDisk {
    readonly namespace: string;
    readonly claim: string;
    /** Labels of the claim. */
    readonly labels: Fields;
    /** Names of the machines of its namespace that have it. */
    readonly machines: readonly string[];
    /** What its driver calls its volume. */
    readonly volumeHandle: string | undefined;
}

/**
 * The newest snapshot and backup of a disk that were seen to be finished, and its schedules; `unknown` where nothing was found and a
 * kind could not be read.
 */
export function protectionOf(
    disk: ProtectedDisk,
    read: Omit<LedgerRead, "claims" | "dataVolumes" | "volumes" | "notes" | "classes">,
): readonly Protection[] | "unknown" {
    const found = [
        ...newest("snapshot", [...snapshots(disk, read), ...machineSnapshots(disk, read)]),
        ...newest("backup", [...longhornBackups(disk, read), ...veleroBackups(disk, read)]),
        ...schedules(disk, read),
    ];
    const isBlind = [
        read.snapshots,
        read.machineSnapshots,
        read.longhornBackups,
        read.veleroBackups,
        read.veleroSchedules,
    ].includes(undefined);
    return found.length === 0 && isBlind ? "unknown" : found;
}

interface Taken {
    readonly name: string;
    readonly at: string | undefined;
}

function newest(kind: Protection["kind"], taken: readonly Taken[]): readonly Protection[] {
    const [last] = [...taken].sort((one, other) => (other.at ?? "").localeCompare(one.at ?? ""));
    return last === undefined
        ? []
        : [{ kind, name: last.name, ...(last.at === undefined ? {} : { at: last.at }) }];
}

/** Source: external-snapshotter, snapshot.storage.k8s.io/v1. */
function snapshots({ namespace, claim }: ProtectedDisk, read: Pick<LedgerRead, "snapshots">) {
    return (read.snapshots ?? [])
        .filter(
            (one) =>
                textAt(one, ["metadata", "namespace"]) === namespace &&
                textAt(one, ["spec", "source", "persistentVolumeClaimName"]) === claim &&
                fieldsAt(one, ["status"])["readyToUse"] === true,
        )
        .map((one) => taken(one, ["status", "creationTime"]));
}

/** Source: KubeVirt snapshot.kubevirt.io/v1beta1. */
function machineSnapshots(
    { namespace, machines }: ProtectedDisk,
    read: Pick<LedgerRead, "machineSnapshots">,
) {
    return (read.machineSnapshots ?? [])
        .filter(
            (one) =>
                textAt(one, ["metadata", "namespace"]) === namespace &&
                machines.includes(textAt(one, ["spec", "source", "name"]) ?? "") &&
                fieldsAt(one, ["status"])["readyToUse"] === true,
        )
        .map((one) => taken(one, ["status", "creationTime"]));
}

/** Source: Longhorn longhorn.io/v1beta2, BackupStatus. */
function longhornBackups(
    { volumeHandle }: ProtectedDisk,
    read: Pick<LedgerRead, "longhornBackups">,
) {
    return (read.longhornBackups ?? [])
        .filter(
            (one) =>
                volumeHandle !== undefined &&
                textAt(one, ["status", "volumeName"]) === volumeHandle &&
                textAt(one, ["status", "state"]) === "Completed",
        )
        .map((one) => taken(one, ["status", "snapshotCreatedAt"]));
}

/** Source: Velero velero.io/v1, BackupStatus. */
function veleroBackups(disk: ProtectedDisk, read: Pick<LedgerRead, "veleroBackups">) {
    return (read.veleroBackups ?? [])
        .filter(
            (one) =>
                textAt(one, ["status", "phase"]) === "Completed" &&
                isBackedUp(disk, fieldsAt(one, ["spec"])),
        )
        .map((one) => taken(one, ["status", "completionTimestamp"]));
}

function schedules(
    disk: ProtectedDisk,
    read: Pick<LedgerRead, "veleroSchedules">,
): readonly Protection[] {
    return [
        ...(hasRecurringJobs(disk.labels)
            ? [{ kind: "schedule" as const, name: "Longhorn recurring jobs of the claim" }]
            : []),
        ...(read.veleroSchedules ?? [])
            .filter(
                (one) =>
                    fieldsAt(one, ["spec"])["paused"] !== true &&
                    isBackedUp(disk, fieldsAt(one, ["spec", "template"])),
            )
            .map((one) => ({ kind: "schedule" as const, name: taken(one, []).name })),
    ];
}

function taken(object: Fields, time: readonly string[]): Taken {
    const name = textAt(object, ["metadata", "name"]) ?? "";
    const namespace = textAt(object, ["metadata", "namespace"]);
    return {
        name: namespace === undefined ? name : `${namespace}/${name}`,
        at: textAt(object, time),
    };
}
