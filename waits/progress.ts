import { formatElapsed } from "../model/duration";
import type { Verdict, Waiting } from "./verdict";
import { diagnosisText } from "./verdict";

/**
 * What CDI's and KubeVirt's phases mean to a person. Sources: CDI types.go (DataVolumePhase), KubeVirt types.go (printableStatus,
 * KubeVirtPhase), controller-lifecycle-operator-sdk api/types.go (Phase).
 */
const words: Readonly<Record<string, string>> = {
    "": "starting",
    Pending: "waiting for its volume",
    PVCBound: "volume bound",
    WaitForFirstConsumer: "waiting for its volume",
    PendingPopulation: "waiting for its volume",
    ImportScheduled: "import scheduled",
    ImportInProgress: "importing",
    CloneScheduled: "copy scheduled",
    CloneInProgress: "copying",
    CSICloneInProgress: "cloning in the storage system",
    SnapshotForSmartCloneInProgress: "cloning: taking a snapshot",
    CloneFromSnapshotSourceInProgress: "cloning from the snapshot",
    PrepClaimInProgress: "preparing the volume",
    RebindInProgress: "handing the volume over",
    ExpansionInProgress: "expanding",
    UploadScheduled: "upload scheduled",
    UploadReady: "waiting for its upload",
    Paused: "paused between checkpoints",
    Provisioning: "waiting for its disks",
    Starting: "starting",
    Stopping: "stopping",
    WaitingForVolumeBinding: "waiting for its volumes",
    CrashLoopBackOff: "crashing and being started again",
    ErrorUnschedulable: "no node takes it yet",
    ErrorPvcNotFound: "a volume is missing",
    DataVolumeError: "a disk is not being filled",
    ErrImagePull: "an image cannot be pulled",
    ImagePullBackOff: "an image cannot be pulled",
    RollingOut: "rolling out",
    Deploying: "being installed",
    Upgrading: "being upgraded",
    Deployed: "installed",
    Error: "the operator has given up",
    NotServed: "waiting for the API",
    Registering: "waiting for the driver",
    Removing: "taking the probe away",
};

/** A wait as one line: "importing 42.3% (1m 12s)", "ready after 2m 3s". */
export function progressText(verdict: Verdict, elapsedMs: number): string {
    const elapsed = formatElapsed(elapsedMs);
    switch (verdict.kind) {
        case "ready":
            return `ready after ${elapsed}${verdict.note === undefined ? "" : `: ${verdict.note}`}`;
        case "proceed":
            return verdict.note;
        case "waiting":
            return `${stateText(verdict)} (${elapsed})`;
        case "failed":
            return diagnosisText(verdict.diagnosis);
    }
}

/** Where it stands, without the time: "importing 42.3%, no progress for 3m 0s". */
export function stateText({ phase, percent, note }: Waiting): string {
    const state = words[phase] ?? phase;
    const withPercent = percent === undefined ? state : `${state} ${percent.toFixed(1)}%`;
    return note === undefined ? withPercent : `${withPercent}, ${note}`;
}
