import type { Fault } from "./faults";
import { type Fetched, importerError } from "./importer-errors";
import type { ContainerStatus, Pod, PodStatus } from "./objects";
import { since, timestamp } from "./reading";
import { type Hindrance, heldBack, withCompanions, withReady } from "./worker-start";

/** What one of CDI's pods has to do. */
export interface Job {
    /** An import of an image, an empty image, a copy of another disk, or waiting for somebody who uploads. */
    readonly kind: "image" | "blank" | "copy" | "upload";
    readonly fault: Fault | undefined;
    readonly fetched: Fetched;
    /** Why the pod cannot start. */
    readonly hindrance?: Hindrance | undefined;
    /** The importer finds out that it needs scratch space, and has none. */
    readonly lacksScratch?: boolean;
    /** The data that somebody uploaded has arrived. */
    readonly received?: boolean;
}

/** Short enough to try things out, long enough to see progress. */
const seconds = { image: 4, copy: 4, blank: 1, upload: 0 } as const;

/** How long a slow import takes. */
const slowSeconds = 600;

/** How long an attempt runs until it fails. */
const attemptMs = 1000;

/**
 * Times in a pod's status are whole seconds, so the start of something can look up to a second older than it is. Half a
 * second more makes waits right on average.
 */
const roundingMs = 500;

/** How long a failed container waits: 1 s, 2 s, 4 s, then 10 s. A kubelet waits 10 s to 5 minutes. */
function backOffMs(restarts: number): number {
    return Math.min(1000 * 2 ** restarts, 10_000);
}

/**
 * What a node would report now about one of CDI's pods: the next status after the one it has. KWOK makes a scheduled pod
 * Running; from then on its status changes only here.
 */
export function playWorker(pod: Pod, job: Job, now: number): PodStatus {
    return withCompanions(pod, play(pod, job, now));
}

function play(pod: Pod, job: Job, now: number): PodStatus {
    const status = pod.status ?? {};
    if (pod.spec.nodeName === undefined || isFinished(status)) {
        return status;
    }
    const container = containerOf(pod);
    const blocked = heldBack(pod, container, status, job.hindrance, now);
    if (blocked !== undefined) {
        return blocked;
    }
    const { running, terminated, waiting } = container.state ?? {};
    const failed = terminated ?? container.lastState?.terminated;
    if (running !== undefined) {
        return afterRunning(status, container, job, now);
    }
    if (failed !== undefined && failed.exitCode !== 0) {
        return afterFailure(status, container, failed, now);
    }
    return waiting === undefined && status.phase !== "Running"
        ? status
        : started(status, { ...container, restartCount: 0 }, now);
}

/** Progress of a running pod in percent, or undefined when CDI knows none. It moves in steps, as CDI asks only now and then. */
export function progressOf(pod: PodStatus, job: Job, now: number): number | undefined {
    const startedAt = pod.containerStatuses?.[0]?.state?.running?.startedAt;
    const measured = job.kind === "image" || job.kind === "copy";
    if (startedAt === undefined || !measured || attemptError(job) !== undefined) {
        return undefined;
    }
    const stepMs = job.fault === "slow" ? 2000 : 1000;
    const done = Math.floor(since(startedAt, now) / stepMs) * stepMs;
    if (done === 0) {
        return undefined;
    }
    const percent = (100 * done) / durationMs(job);
    return Math.min(percent, job.fault === "stuck" ? 47.5 : 99.5);
}

function durationMs(job: Job): number {
    return 1000 * (job.fault === "slow" && job.kind !== "upload" ? slowSeconds : seconds[job.kind]);
}

function attemptError(job: Job): string | undefined {
    return job.kind === "image" ? importerError(job.fault, job.fetched) : undefined;
}

function afterRunning(
    status: PodStatus,
    container: ContainerStatus,
    job: Job,
    now: number,
): PodStatus {
    const startedAt = container.state?.running?.startedAt ?? timestamp(now);
    const ran = since(startedAt, now);
    const ended = (exitCode: number, reason: string, message: string): ContainerStatus => ({
        ...container,
        ready: false,
        started: false,
        state: {
            terminated: { exitCode, reason, message, startedAt, finishedAt: timestamp(now) },
        },
    });
    if (job.lacksScratch === true) {
        // Source: CDI cmd/cdi-importer/importer.go, handleImport: it ends well, and says what it needs.
        const message = JSON.stringify({ scratchSpaceRequired: true, preallocationApplied: false });
        return ran < attemptMs ? status : finished(status, ended(0, "Completed", message));
    }
    const error = attemptError(job);
    if (error !== undefined && ran >= attemptMs) {
        // Only a wrong checksum ends the pod: the importer gives up with exit code 0.
        return job.fault === "checksum"
            ? finished(status, ended(0, "Completed", error))
            : {
                  ...status,
                  phase: "Running",
                  ...withReady(status, "False", now),
                  containerStatuses: [ended(1, "Error", error)],
              };
    }
    const done = job.kind === "upload" ? job.received === true : ran >= durationMs(job);
    if (error === undefined && job.fault !== "stuck" && done) {
        return finished(status, ended(0, "Completed", completion(job)));
    }
    return status;
}

function afterFailure(
    status: PodStatus,
    container: ContainerStatus,
    failed: { readonly finishedAt?: string },
    now: number,
): PodStatus {
    const waited = since(failed.finishedAt, now);
    const backOff = backOffMs(container.restartCount);
    if (waited >= backOff + roundingMs) {
        const lastState =
            container.state?.terminated === undefined ? container.lastState : container.state;
        return started(
            status,
            {
                ...container,
                ...(lastState && { lastState }),
                restartCount: container.restartCount + 1,
            },
            now,
        );
    }
    if (container.state?.terminated === undefined || waited < backOff / 2 + roundingMs) {
        return status;
    }
    const waiting = {
        reason: "CrashLoopBackOff",
        message: `back-off ${backOff / 1000}s restarting failed container=${container.name}`,
    };
    return {
        ...status,
        containerStatuses: [{ ...container, lastState: container.state, state: { waiting } }],
    };
}

/** What a node says when an image's registry does not answer. */
export function pullError(image: string): string {
    return `failed to pull image "${image}": dial tcp: lookup ${image.split("/")[0] ?? image}: i/o timeout`;
}

function started(status: PodStatus, container: ContainerStatus, now: number): PodStatus {
    return {
        ...status,
        phase: "Running",
        ...withReady(status, "True", now),
        containerStatuses: [
            {
                ...container,
                ready: true,
                started: true,
                state: { running: { startedAt: timestamp(now) } },
            },
        ],
    };
}

function finished(status: PodStatus, container: ContainerStatus): PodStatus {
    return { ...status, phase: "Succeeded", containerStatuses: [container] };
}

function isFinished({ phase }: PodStatus): boolean {
    return phase === "Succeeded" || phase === "Failed";
}

/** What a worker says last. Source: CDI cmd/cdi-importer/importer.go and cmd/cdi-uploadserver/uploadserver.go. */
export function lastWords(kind: Job["kind"]): string {
    return (
        { copy: "Clone", upload: "Upload", image: "Import", blank: "Import" }[kind] + " Complete"
    );
}

/** What the importer leaves behind. Source: CDI pkg/common/common.go, TerminationMessage. */
function completion(job: Job): string {
    const message = lastWords(job.kind);
    return JSON.stringify({ scratchSpaceRequired: false, preallocationApplied: false, message });
}

function containerOf(pod: Pod): ContainerStatus {
    const spec = pod.spec.containers[0];
    const image = spec?.image ?? "";
    return (
        pod.status?.containerStatuses?.[0] ?? {
            name: spec?.name ?? "",
            image,
            imageID: "",
            ready: false,
            restartCount: 0,
        }
    );
}
