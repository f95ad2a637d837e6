import type { Claim, PodStatus } from "./objects";
import { annotationOf, conditionOf } from "./reading";
import { type Standing, prefix } from "./view";
import { type Job, lastWords } from "./worker";

/** What CDI knows of a worker. It keeps it in annotations of the claims, so it lasts longer than the pod. */
export interface Report {
    readonly podPhase: string;
    readonly schedulable: boolean;
    readonly restarts: number;
    readonly running: Standing;
    /** The import is given up. */
    readonly fatal: boolean;
    /** The worker's own words about its last failure. */
    readonly error?: string;
    /** The worker ended to be started again with scratch space. */
    readonly wantsScratch?: boolean;
}

/** What CDI makes of its pod. Source: CDI pkg/controller/import-controller.go (updatePvcFromPod) and util.go (setConditionFromPod). */
export function reportOf(status: PodStatus, job: Job): Report {
    const container = status.containerStatuses?.[0];
    const scheduled = conditionOf(status.conditions, "PodScheduled");
    const schedulable = !(scheduled?.status === "False" && scheduled.reason === "Unschedulable");
    const { running, terminated, waiting } = container?.state ?? {};
    const last = terminated ?? container?.lastState?.terminated;
    const base = {
        podPhase: status.phase ?? "Pending",
        schedulable,
        restarts: container?.restartCount ?? 0,
        fatal: false,
    };
    if (!schedulable) {
        const message = "Importer pod cannot be scheduled";
        return { ...base, running: { status: "False", reason: "Unschedulable", message } };
    }
    const unpullable = status.containerStatuses?.find(({ state }) =>
        pullReasons.includes(state?.waiting?.reason ?? ""),
    );
    if (unpullable !== undefined) {
        const message = `${pullFailure}: ${unpullable.image}`;
        return { ...base, running: { status: "False", reason: "ImagePullFailed", message } };
    }
    if (running !== undefined) {
        return { ...base, running: { status: "True", reason: "Pod is running", message: "" } };
    }
    if (last !== undefined) {
        return afterEnd(base, last, job);
    }
    if (waiting?.reason !== undefined) {
        const { reason, message = "" } = waiting;
        return { ...base, running: { status: "False", reason, message } };
    }
    return { ...base, running: { status: "False" } };
}

function afterEnd(
    base: Omit<Report, "running">,
    last: { readonly exitCode: number; readonly message?: string },
    job: Job,
): Report {
    const error = last.message ?? "";
    const running = (reason: string, message: string): Standing => ({
        status: "False",
        reason,
        message,
    });
    if (last.exitCode !== 0) {
        const reason = error.includes(pullFailure) ? "ImagePullFailed" : "Error";
        return { ...base, running: running(reason, rewritten(error)), error };
    }
    if (error.includes('"scratchSpaceRequired":true')) {
        const scratch = "Scratch space required";
        return {
            ...base,
            podPhase: "Running",
            wantsScratch: true,
            running: running(scratch, scratch),
        };
    }
    if (error.includes("checksum mismatch")) {
        const failed = { ...base, podPhase: "Failed", fatal: true, error };
        return { ...failed, running: running("ChecksumError", error) };
    }
    return { ...base, running: running("Completed", lastWords(job.kind)) };
}

/** The kubelet's reasons and CDI's words for an image that cannot be pulled. Source: CDI pkg/controller/util.go, setAnnotationsFromPodWithPrefix. */
const pullReasons = ["ErrImagePull", "ImagePullBackOff", "InvalidImageName"];
const pullFailure = "failed to pull image";

/** CDI says it shorter on the DataVolume. Source: CDI simplifyKnownMessage. */
function rewritten(error: string): string {
    return /no space left|is larger than the reported available|disk quota exceeded/.test(error)
        ? "DataVolume too small to contain image"
        : error;
}

/** The report as annotations. */
export function reportAnnotations(report: Report): Record<string, string | null> {
    const { running } = report;
    return {
        ...standingAnnotations(running),
        [`${prefix}pod.phase`]: report.podPhase,
        [`${prefix}pod.restarts`]: String(report.restarts),
        [`${prefix}pod.schedulable`]: String(report.schedulable),
        [`${prefix}import.fatalError`]: report.fatal ? "true" : null,
    };
}

/** The condition Running as annotations. */
export function standingAnnotations(running: Standing): Record<string, string | null> {
    return {
        [`${prefix}condition.running`]:
            running.reason === undefined ? null : running.status === "True" ? "true" : "false",
        [`${prefix}condition.running.reason`]: running.reason ?? null,
        [`${prefix}condition.running.message`]:
            running.reason === undefined ? null : (running.message ?? ""),
    };
}

/** What a claim's annotations say; undefined before there was a worker. */
export function readReport(claim: Claim): Report | undefined {
    const at = (name: string) => annotationOf(claim, `${prefix}${name}`);
    const reason = at("condition.running.reason");
    const podPhase = at("pod.phase");
    if (podPhase === undefined && reason === undefined) {
        return undefined;
    }
    const message = at("condition.running.message");
    return {
        podPhase: podPhase ?? "",
        schedulable: at("pod.schedulable") !== "false",
        restarts: Number(at("pod.restarts") ?? "0"),
        fatal: at("import.fatalError") === "true",
        running: {
            status: at("condition.running") === "true" ? "True" : "False",
            ...(reason === undefined ? {} : { reason }),
            ...(message === undefined ? {} : { message }),
        },
    };
}
