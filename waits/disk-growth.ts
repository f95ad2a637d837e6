import { formatBytes, quantityBytes } from "../model/size";
import type { DiagnosisParts, DiskObservation } from "./disk-facts";
import { diagnosis, eventsOn, newest, quoted } from "./disk-facts";
import { grace } from "./grace";
import { withoutSecrets } from "./importer-error";
import type { Claim, Pod, Volume } from "./objects";
import { conditionOf, objectName } from "./objects";
import { absent, beingDeleted } from "./presence";
import type { Verdict } from "./verdict";
import { failed } from "./verdict";

/** One look at a claim that is to grow. */
export interface GrowthObservation extends Pick<
    DiskObservation,
    "namespace" | "name" | "claim" | "pods" | "events" | "storageClass"
> {
    /** The claim's volume; absent: not read. It is as large as the claim is to be before the claim says so. */
    readonly volume?: Volume | undefined;
}

/** What keeps a claim from growing, and who says so. */
interface ResizeProblem {
    /** In the driver's own words. */
    readonly message: string;
    readonly place: string;
    /** The driver will not do it as things are: asking again changes nothing. */
    readonly isInfeasible: boolean;
}

/**
 * What the state of a claim whose size was raised means for whoever waits for it to be that large. Sources: external-resizer
 * pkg/controller/expand_and_recover.go and resize_status.go, Kubernetes core/v1 types.go (ClaimResourceStatus),
 * pkg/volume/util/operationexecutor/operation_generator.go (the node's side).
 */
export function growthVerdict(observed: GrowthObservation, wantedBytes: number): Verdict {
    const { claim, volume } = observed;
    if (claim === undefined) {
        return absent("PersistentVolumeClaim", observed);
    }
    if (claim.metadata?.deletionTimestamp !== undefined) {
        return beingDeleted("PersistentVolumeClaim", claim);
    }
    const where = objectName("PersistentVolumeClaim", claim);
    if (claim.status?.phase === "Lost") {
        return failed(
            diagnosis(`${where}, phase`, {
                cause: "volume-lost",
                what: "The volume behind the claim is gone, and the data with it",
                cure: "Restore the disk from a snapshot or backup, or make it anew",
            }),
        );
    }
    const has = quantityBytes(claim.status?.capacity?.storage ?? "");
    if (has !== undefined && has >= wantedBytes) {
        return { kind: "ready" };
    }
    const asked = quantityBytes(claim.spec?.resources?.requests?.storage ?? "") ?? 0;
    const growing = `grows from ${has === undefined ? "nothing" : formatBytes(has)} to ${formatBytes(wantedBytes)}`;
    const waiting = { kind: "waiting", phase: "ExpansionInProgress", note: growing } as const;
    if (asked < wantedBytes) {
        return {
            ...waiting,
            note: `${growing}, and the claim does not ask for it yet`,
            suspicion: {
                graceMs: grace.expansion,
                diagnosis: diagnosis(where, {
                    cause: "expansion-stuck",
                    what: `The claim asks for ${formatBytes(asked)} only: the new size was refused, or did not reach it`,
                    cure: notAskedCure(observed),
                }),
            },
        };
    }
    const volumeBytes = quantityBytes(volume?.spec?.capacity?.storage ?? "") ?? 0;
    const isOnNode = isNodeSide(claim) || volumeBytes >= wantedBytes;
    const problem = resizeProblem(claim) ?? saidByEvents(observed);
    if (isOnNode && users(observed).length === 0 && problem?.isInfeasible !== true) {
        return { kind: "ready", note: `${growing} when a machine next uses it` };
    }
    if (problem !== undefined) {
        return {
            ...waiting,
            note: `${growing}, which fails: ${problem.message}`,
            suspicion: {
                graceMs: problem.isInfeasible ? 0 : grace.expansion,
                diagnosis: diagnosis(`${where}, ${problem.place}`, {
                    cause: "expansion-stuck",
                    what: `The disk does not grow: ${problem.message}`,
                    cure: expansionCure(problem.message),
                }),
            },
        };
    }
    return {
        ...waiting,
        note: isOnNode ? `${growing}: the node makes the filesystem larger` : growing,
        suspicion: {
            graceMs: grace.expansionSilent,
            diagnosis: diagnosis(where, isOnNode ? nodeSilent : driverSilent),
        },
    };
}

/** What a claim's own status says against its growing. */
export function resizeProblem(claim: Claim): ResizeProblem | undefined {
    const { conditions, allocatedResourceStatuses } = claim.status ?? {};
    const isInfeasible = allocatedResourceStatuses?.storage?.endsWith("Infeasible") === true;
    const condition = conditions?.find(({ type }) => type?.endsWith("ResizeError") === true);
    if (condition === undefined && !isInfeasible) {
        return undefined;
    }
    const state = allocatedResourceStatuses?.storage ?? "";
    return {
        message: withoutSecrets(quoted(condition?.message ?? condition?.type ?? state)),
        place:
            condition === undefined
                ? `allocatedResourceStatuses ${state}`
                : `condition ${condition.type ?? ""}`,
        isInfeasible,
    };
}

/** The storage system is done, and the node grows the filesystem when a pod uses it. */
export function isNodeSide(claim: Claim): boolean {
    return (
        conditionOf(claim.status?.conditions, "FileSystemResizePending") !== undefined ||
        claim.status?.allocatedResourceStatuses?.storage?.startsWith("NodeResize") === true
    );
}

/** The last attempt counts: another one may be under way, or have gone well. */
function saidByEvents({ claim, events }: GrowthObservation): ResizeProblem | undefined {
    const event = newest(
        eventsOn(events, claim),
        /^(VolumeResizeFailed|FileSystemResizeFailed|Resizing|FileSystemResizeRequired|VolumeResizeSuccessful|FileSystemResizeSuccessful)$/,
    );
    return event?.reason?.endsWith("Failed") === true
        ? {
              message: withoutSecrets(quoted(event.message)),
              place: `event ${event.reason}`,
              isInfeasible: false,
          }
        : undefined;
}

function users({ claim, pods }: GrowthObservation): Pod[] {
    return pods.filter(
        ({ spec, status }) =>
            !/^(Succeeded|Failed)$/.test(status?.phase ?? "") &&
            (spec?.volumes ?? []).some(
                ({ persistentVolumeClaim }) =>
                    persistentVolumeClaim?.claimName !== undefined &&
                    persistentVolumeClaim.claimName === claim?.metadata?.name,
            ),
    );
}

/** Source: Kubernetes plugin/pkg/admission/storage/persistentvolume/resize/admission.go, resource quota on requests.storage. */
function notAskedCure({ storageClass }: GrowthObservation): string {
    return storageClass !== undefined &&
        storageClass !== "missing" &&
        storageClass.allowVolumeExpansion !== true
        ? `Set allowVolumeExpansion on the storage class ${storageClass.metadata?.name ?? ""}`.trimEnd()
        : "Run the update again, and read what the API server answers (allowVolumeExpansion of the class, quota on requests.storage)";
}

/**
 * Sources of the texts: external-resizer expand_and_recover.go (offline only), Longhorn csi/controller_server.go
 * ControllerExpandVolume ("invalid controller count": two engines while the machine moves; "failed to schedule": no room).
 */
const cures: readonly (readonly [RegExp, string])[] = [
    [
        /only supports offline expansion|currently in-use|published on a node|volume is in use/i,
        "Stop the machine that uses the disk until it has grown: its driver grows only what nobody uses",
    ],
    [
        /invalid controller count|migrat/i,
        "Wait until the machine has moved to its other node: the driver asks again by itself",
    ],
    [
        /failed to schedule|ResourceExhausted|OutOfRange|no space|not enough|insufficient/i,
        "Make room in the storage system, or set the size back to what the disk has: a failed growth may be lowered again",
    ],
    [
        /secret|credential|permission|Unauthenticated|PermissionDenied/i,
        "Check the class's Secret for expansion (csi.storage.k8s.io/controller-expand-secret-name and -namespace)",
    ],
    [
        /exceeded quota/i,
        "Raise the namespace's quota on requests.storage, or set the size back to what the disk has",
    ],
    [
        /does not support|not supported|Unimplemented|can not find plugin/i,
        "Move the disk to a class that can grow volumes: this one's driver cannot",
    ],
];

function expansionCure(message: string): string {
    return (
        cures.find(([pattern]) => pattern.test(message))?.[1] ??
        "Put right what the driver says, or set the size back to what the disk has: a failed growth may be lowered again"
    );
}

const driverSilent: DiagnosisParts = {
    cause: "expansion-stuck",
    what: "The disk does not grow: nobody answers the claim's new size",
    cure: "Check that the storage driver's controller runs with its resizer (csi-resizer), and its log",
};

const nodeSilent: DiagnosisParts = {
    cause: "expansion-stuck",
    what: "The volume is larger, and the node does not make its filesystem larger",
    cure: "Check the driver's node plugin on the machine's node, or restart the machine",
};
