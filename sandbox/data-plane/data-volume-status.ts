import type { Claim, Condition, DataVolume, DataVolumeStatus } from "./objects";
import { conditionOf, timestamp } from "./reading";
import type { Source } from "./sources";
import type { Standing, Step } from "./view";
import { type Write, patchStatus, say, warn } from "./writes";

/** The controller that a DataVolume's events come from. Source: CDI pkg/controller/datavolume. */
export function controllerOf(source: Source): string {
    switch (source.kind) {
        case "clone":
            return `datavolume-${source.of}-clone-controller`;
        case "upload":
            return "datavolume-upload-controller";
        case "external":
            return "datavolume-external-population-controller";
        default:
            return "datavolume-import-controller";
    }
}

/** The status of a DataVolume that has its claim. Source: CDI pkg/controller/datavolume/conditions.go. */
export function reportStep(
    dataVolume: DataVolume,
    claim: Claim,
    step: Step,
    source: Source,
    now: number,
): Write[] {
    const succeeded = step.phase === "Succeeded";
    const running = step.running.status === "True";
    const ready: Standing = succeeded
        ? { status: "True" }
        : { status: "False", ...(running ? { reason: "TransferRunning" } : {}) };
    return writeStatus(dataVolume, source, now, {
        phase: step.phase,
        claimName: claim.metadata.name,
        progress: step.progress,
        restarts: step.restarts,
        bound: boundStanding(claim, step),
        ready,
        running: step.running,
    });
}

/** The volume is gone. Ready and Running stay what they were: CDI does not look at them any more. */
export function reportLost(dataVolume: DataVolume, source: Source, now: number): Write[] {
    const { name } = dataVolume.metadata;
    const { conditions, progress, restartCount } = dataVolume.status ?? {};
    const before = (type: string): Standing => {
        const { status, reason, message } = conditionOf(conditions, type) ?? {};
        return standingOf(status === "True" ? "True" : "False", reason, message);
    };
    const writes = writeStatus(dataVolume, source, now, {
        phase: "Failed",
        claimName: name,
        progress: progress ?? "N/A",
        restarts: restartCount ?? 0,
        bound: { status: "False", reason: "ClaimLost", message: "Claim Lost" },
        ready: before("Ready"),
        running: before("Running"),
    });
    const lost = warn(dataVolume, controllerOf(source), "ErrClaimLost", `PVC ${name} lost`);
    return writes.length === 0 ? [] : [...writes, lost];
}

/** There is no claim, and this is why: CDI copies the event into the conditions. Source: CDI updateDataVolumeStatusPhaseWithEvent. */
export function reportNoClaim(
    dataVolume: DataVolume,
    problem: {
        readonly reason: string;
        readonly message: string;
        readonly warning?: string;
        /** No event tells it. */
        readonly silent?: true;
    },
    source: Source,
    now: number,
): Write[] {
    const { reason, message, warning = message, silent } = problem;
    const why: Standing = { status: "False", reason, message };
    const writes = writeStatus(dataVolume, source, now, {
        phase: reason === "ErrExceededQuota" ? "Pending" : "",
        bound: why,
        ready: silent === true ? { status: "False" } : why,
        running: { status: "False" },
    });
    // Both types are recorded for these; the clone's problems come as Normal only.
    const event = reason.startsWith("Clone") ? say : warn;
    return writes.length === 0 || silent === true
        ? writes
        : [...writes, event(dataVolume, controllerOf(source), reason, warning)];
}

interface Told {
    readonly phase: string;
    readonly claimName?: string;
    readonly progress?: string;
    readonly restarts?: number;
    readonly bound: Standing;
    readonly ready: Standing;
    readonly running: Standing;
}

function writeStatus(dataVolume: DataVolume, source: Source, now: number, told: Told): Write[] {
    const before = dataVolume.status ?? {};
    const conditions = (["bound", "ready", "running"] as const).map((field) =>
        condition(before, field, told[field], now),
    );
    const writes = patchStatus(dataVolume, {
        phase: told.phase === "" ? null : told.phase,
        claimName: told.claimName ?? null,
        progress: told.progress ?? null,
        // Absent, not 0, until the first restart.
        restartCount: told.restarts === undefined || told.restarts === 0 ? null : told.restarts,
        conditions,
    });
    return writes.length === 0 ? [] : [...writes, ...events(dataVolume, before, told, source)];
}

/** A condition as it is to be written; one that says the same as before keeps its times. */
function condition(
    before: DataVolumeStatus,
    field: "bound" | "ready" | "running",
    { status, reason, message }: Standing,
    now: number,
): Condition {
    const type = { bound: "Bound", ready: "Ready", running: "Running" }[field];
    const old = conditionOf(before.conditions, type);
    if (
        old?.status === status &&
        (old.reason ?? "") === (reason ?? "") &&
        (old.message ?? "") === (message ?? "")
    ) {
        return old;
    }
    return {
        lastHeartbeatTime: timestamp(now),
        lastTransitionTime:
            (old?.status === status ? old.lastTransitionTime : undefined) ?? timestamp(now),
        ...(message ? { message } : {}),
        ...(reason ? { reason } : {}),
        status,
        type,
    };
}

function boundStanding(claim: Claim, { said, waits }: Step): Standing {
    const { name } = claim.metadata;
    if (claim.status?.phase === "Bound") {
        return { status: "True", reason: "Bound", message: `PVC ${name} Bound` };
    }
    const prime = claim.metadata.uid ?? "";
    if (waits !== undefined) {
        return { status: "False", ...waits };
    }
    const message =
        said === undefined
            ? `PVC ${name} Pending`
            : `target PVC ${name} Pending and [prime-${prime}] : ${said}`;
    return { status: "False", reason: "Pending", message };
}

/** What changed, as events; types, reasons and texts are recorded ones. */
function events(
    dataVolume: DataVolume,
    before: DataVolumeStatus,
    told: Told,
    source: Source,
): Write[] {
    const by = controllerOf(source);
    const writes: Write[] = [];
    const phase = phaseEvent(dataVolume, told.phase, source);
    if (told.phase !== (before.phase ?? "") && phase !== undefined) {
        writes.push(say(dataVolume, by, phase.reason, phase.message));
    }
    const { bound, running } = told;
    if (told.claimName !== undefined && differs(before, "Bound", bound)) {
        writes.push(say(dataVolume, by, bound.reason ?? "", bound.message ?? ""));
    }
    const bad = running.status === "False" && running.reason !== "Completed";
    if (bad && running.reason !== undefined && differs(before, "Running", running)) {
        writes.push(warn(dataVolume, by, running.reason, running.message ?? ""));
    }
    return writes;
}

function differs(before: DataVolumeStatus, type: string, { reason, message }: Standing): boolean {
    const old = conditionOf(before.conditions, type);
    return (old?.reason ?? "") !== (reason ?? "") || (old?.message ?? "") !== (message ?? "");
}

function phaseEvent(
    { metadata }: DataVolume,
    phase: string,
    source: Source,
): { readonly reason: string; readonly message: string } | undefined {
    const { namespace = "", name } = metadata;
    const copied = source.kind === "clone" ? `${source.namespace}/${source.name}` : "";
    const copy =
        source.kind === "clone"
            ? `from ${source.namespace}/${source.name} into ${namespace}/${name}`
            : undefined;
    const messages: Readonly<Record<string, string>> = {
        ImportScheduled: `Import into ${name} scheduled`,
        ImportInProgress: `Import into ${name} in progress`,
        UploadScheduled: `Upload into ${name} scheduled`,
        UploadReady: `Upload into ${name} ready`,
        CloneScheduled: `Cloning ${copy ?? ""} scheduled`,
        CloneInProgress: `Cloning ${copy ?? ""} in progress`,
        CSICloneInProgress: `CSI Volume clone in progress (for pvc ${copied})`,
        SnapshotForSmartCloneInProgress: `Creating snapshot for smart-clone is in progress (for pvc ${copied})`,
        CloneFromSnapshotSourceInProgress: `Creating PVC from snapshot source is in progress (for ${source.kind === "clone" ? source.of : ""} ${copied})`,
        PrepClaimInProgress: `Prepping PersistentVolumeClaim for DataVolume ${namespace}/${name}`,
        RebindInProgress: `Rebinding PersistentVolumeClaim for DataVolume ${namespace}/${name}`,
    };
    if (phase === "Succeeded" && source.kind === "upload") {
        return { reason: "UploadSucceeded", message: `Successfully uploaded into ${name}` };
    }
    if (phase === "Succeeded" && source.kind !== "external") {
        return copy === undefined
            ? { reason: "ImportSucceeded", message: `Successfully imported into PVC ${name}` }
            : { reason: "CloneSucceeded", message: `Successfully cloned ${copy}` };
    }
    if (phase === "Failed" && source.kind === "image") {
        return { reason: "ImportFailed", message: `Failed to import into PVC ${name}` };
    }
    const message = messages[phase];
    return message === undefined ? undefined : { reason: phase, message };
}

function standingOf(
    status: "True" | "False",
    reason: string | undefined,
    message: string | undefined,
): Standing {
    return {
        status,
        ...(reason === undefined ? {} : { reason }),
        ...(message === undefined ? {} : { message }),
    };
}
