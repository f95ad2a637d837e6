import { temporaryClaim, handOver } from "./handover";
import type { Claim, Pod, PodStatus } from "./objects";
import { isDeleted } from "./reading";
import {
    type Step,
    type View,
    bindsLate,
    idle,
    prefix,
    waitsForConsumer,
    wantsImmediate,
    whole,
} from "./view";
import { type Job, playWorker, progressOf } from "./worker";
import { awaitsVddkImage, jobOf, requiresScratch, scratchClass } from "./worker-job";
import { startWorker } from "./worker-begin";
import { nowhere, scratchClaim, scratchName, usersOf, usesScratch, workerName } from "./worker-pod";
import { type Report, readReport, reportAnnotations, reportOf } from "./worker-report";
import { type Write, annotate, create, patchStatus, removeAtOnce, say, warn } from "./writes";

/** The phases of a DataVolume while its worker waits and works. */
export interface WorkerPhases {
    readonly scheduled: string;
    readonly running: string;
}

/** Source: CDI pkg/controller/datavolume/{import,upload,clone}-controller*.go (updateStatusPhase). */
const phasesOf: Readonly<Record<Job["kind"], WorkerPhases>> = {
    image: { scheduled: "ImportScheduled", running: "ImportInProgress" },
    blank: { scheduled: "ImportScheduled", running: "ImportInProgress" },
    upload: { scheduled: "UploadScheduled", running: "UploadReady" },
    copy: { scheduled: "CloneScheduled", running: "CloneInProgress" },
};

/** Fills the claim of an import, an empty image or an upload with a worker pod, on a temporary claim where there are populators. */
export function fill(view: View, kind: Job["kind"]): Step {
    const told = readReport(view.claim);
    if (told?.podPhase === "Succeeded" || told?.fatal === true) {
        return settled(view, kind, told);
    }
    return view.populated ? fillTemporary(view, kind) : fillDirectly(view, kind);
}

/** The populators' way: a temporary claim is bound at once, filled, and its volume handed over. */
function fillTemporary(view: View, kind: Job["kind"]): Step {
    const { world, claim } = view;
    if (waitsForConsumer(view)) {
        return idle("PendingPopulation");
    }
    const unbound = bindsLate(view) && !wantsImmediate(view) ? "PendingPopulation" : "";
    const name = `prime-${claim.metadata.uid ?? ""}`;
    const prime = world.get("PersistentVolumeClaim", claim.metadata.namespace, name);
    if (prime !== undefined) {
        return work(view, prime, kind, unbound);
    }
    const object = temporaryClaim(view, name, {
        [`${prefix}populator.kind`]: claim.spec.dataSourceRef?.kind ?? "VolumeImportSource",
    });
    const by = kind === "upload" ? "upload-populator" : "import-populator";
    return idle(unbound, [
        create(object, {
            made: [
                ...annotate(claim, { [`${prefix}populator.pvcPrime`]: name }),
                say(claim, by, "CreatedPVCPrimeSuccessfully", "PVC Prime created successfully"),
            ],
            refused: (message) => [warn(claim, by, "ErrCreatingPVCPrime", message)],
        }),
    ]);
}

/** The older way, for provisioners without a CSI driver: the claim itself is bound and filled. */
function fillDirectly(view: View, kind: Job["kind"]): Step {
    const { world, claim } = view;
    const bound = claim.status?.phase === "Bound";
    const immediate = wantsImmediate(view);
    if (!bound && !(bindsLate(view) && immediate)) {
        return idle(bindsLate(view) ? "WaitForFirstConsumer" : "Pending");
    }
    const ours = workerName(claim, kind);
    const [other] = usersOf(world, claim).filter(({ metadata }) => metadata.name !== ours);
    if (other !== undefined) {
        const { namespace, name } = other.metadata;
        const message = `pod ${namespace ?? ""}/${name} using PersistentVolumeClaim ${claim.metadata.name}`;
        return idle("PVCBound", [warn(claim, "import-controller", "ImportTargetInUse", message)]);
    }
    return work(view, claim, kind, "Pending");
}

/** Lets a worker fill a claim. */
export function work(view: View, claim: Claim, kind: Job["kind"], unbound: string): Step {
    const { world, fault } = view;
    // A late-binding claim says that it waits until its worker runs (recorded).
    const late = view.populated && unbound === "PendingPopulation";
    const phases = late ? { ...phasesOf[kind], scheduled: unbound } : phasesOf[kind];
    const name = workerName(claim, kind);
    const bound = claim.status?.phase === "Bound";
    const pod = world.get("Pod", claim.metadata.namespace, name);
    if (pod === undefined || isDeleted(pod)) {
        const phase = bound ? (view.populated ? phases.scheduled : beforeWorker(kind)) : unbound;
        const told = readReport(claim);
        const step = idle(phase, pod === undefined ? startWorker(view, claim, kind, name) : []);
        const message = kind === "image" ? awaitsVddkImage(view) : undefined;
        const known =
            message === undefined ? step : { ...step, waits: { reason: "AwaitingVDDK", message } };
        return told === undefined
            ? known
            : { ...known, running: told.running, restarts: told.restarts };
    }
    const misplaced = Object.keys(nowhere).some((key) => key in (pod.spec.nodeSelector ?? {}));
    if (misplaced && fault !== "unschedulable") {
        return idle(bound ? phases.scheduled : unbound, [removeAtOnce(pod)]);
    }
    // A pod on a node has its volumes, even when the claim's own news is not here yet.
    const usable = bound || pod.spec.nodeName !== undefined;
    return observe(
        view,
        claim,
        pod,
        kind,
        usable ? phases : { scheduled: unbound, running: unbound },
    );
}

/** Phase between the claim is bound and its worker exists. */
function beforeWorker(kind: Job["kind"]): string {
    return kind === "copy" ? "CloneScheduled" : "PVCBound";
}

function observe(
    view: View,
    claim: Claim,
    pod: Pod,
    kind: Job["kind"],
    phases: WorkerPhases,
): Step {
    const { world, now } = view;
    const scratch = usesScratch(pod, claim);
    const job = jobOf(view, kind, claim, scratch);
    const status = playWorker(pod, job, now);
    const report = reportOf(status, job);
    const percent = progressOf(status, job, now);
    // The last failure is still the newest event while the worker tries again.
    const said = report.error ?? status.containerStatuses?.[0]?.lastState?.terminated?.message;
    const done = report.podPhase === "Succeeded";
    const progress =
        done && kind !== "upload"
            ? whole
            : percent === undefined
              ? "N/A"
              : `${percent.toFixed(2)}%`;
    const missesScratch =
        scratch &&
        world.get("PersistentVolumeClaim", claim.metadata.namespace, scratchName(claim)) ===
            undefined;
    return {
        writes: [
            ...(missesScratch ? [create(scratchClaim(claim, pod, scratchClass(view, claim)))] : []),
            ...patchStatus(pod, status),
            ...sayHindrance(pod, status, job),
            ...(report.wantsScratch === true
                ? [...annotate(claim, { [requiresScratch]: "true" }), removeAtOnce(pod)]
                : []),
            ...sayOutcome(view, claim, pod, report, kind),
            ...annotate(claim, reportAnnotations(report)),
            ...(claim === view.claim
                ? []
                : annotate(view.claim, {
                      ...reportAnnotations(report),
                      [`${prefix}populator.progress`]: progress,
                  })),
        ],
        phase: phaseFor(report, phases),
        running: report.running,
        progress,
        restarts: report.restarts,
        ...(said === undefined ? {} : { said }),
    };
}

/** Why the pod does not start, where only an event says it. */
function sayHindrance(pod: Pod, { phase }: PodStatus, { hindrance }: Job): Write[] {
    const event = phase === "Pending" ? hindrance?.event : undefined;
    return event === undefined ? [] : [warn(pod, event.by, event.reason, event.message)];
}

function phaseFor(report: Report, phases: WorkerPhases): string {
    if (report.fatal) {
        return "Failed";
    }
    switch (report.podPhase) {
        case "Succeeded":
            return "Succeeded";
        case "Running":
            return phases.running;
        default:
            return phases.scheduled;
    }
}

/** The worker's end as events of the claims, each end once. */
function sayOutcome(
    { claim: target, populated }: View,
    claim: Claim,
    pod: Pod,
    { error, podPhase }: Report,
    kind: Job["kind"],
): Write[] {
    const known = pod.status?.containerStatuses?.[0];
    const alreadySaid =
        known?.state?.terminated !== undefined ||
        known?.state?.waiting?.reason === "CrashLoopBackOff";
    if (alreadySaid) {
        return [];
    }
    const { name } = claim.metadata;
    if (error !== undefined) {
        return [
            warn(claim, "import-controller", "ErrImportFailed", error),
            ...(populated
                ? [warn(target, "import-populator", "ErrImportFailed", `[${name}] : ${error}`)]
                : []),
        ];
    }
    if (podPhase !== "Succeeded" || kind === "copy") {
        return [];
    }
    const succeeded = "Import Successful";
    return [
        say(claim, "import-controller", "ImportSucceeded", succeeded),
        ...(populated
            ? [say(target, "import-populator", "ImportSucceeded", `[${name}] : ${succeeded}`)]
            : []),
    ];
}

/** The worker has ended for good: its pod goes, and the volume gets its claim. */
function settled(view: View, kind: Job["kind"], told: Report): Step {
    const { world, claim } = view;
    const name = `prime-${claim.metadata.uid ?? ""}`;
    const prime = world.get("PersistentVolumeClaim", claim.metadata.namespace, name);
    const worker = world.get("Pod", claim.metadata.namespace, workerName(prime ?? claim, kind));
    const writes: Write[] = worker === undefined ? [] : [removeAtOnce(worker)];
    if (told.fatal) {
        const { message } = told.running;
        return {
            ...idle("Failed", writes),
            running: told.running,
            ...(message === undefined ? {} : { said: message }),
        };
    }
    return {
        writes: [...writes, ...(prime === undefined ? [] : handOver(view, prime))],
        phase: "Succeeded",
        running: told.running,
        progress: whole,
        restarts: told.restarts,
    };
}
