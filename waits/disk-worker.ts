import type { DiskFacts, Row } from "./disk-facts";
import { diagnosis, eventsOn, newest, quoted } from "./disk-facts";
import { grace, manyRestarts } from "./grace";
import { importerError } from "./importer-error";
import { conditionOf, objectName } from "./objects";
import type { Waiting } from "./verdict";
import { failed } from "./verdict";

/** A row that applies while CDI says Running=False with one of some reasons. */
function whenStopped(
    reasons: readonly string[],
    row: (facts: DiskFacts) => Waiting,
): Row<DiskFacts> {
    return (facts) =>
        facts.running.status === "False" && reasons.includes(facts.running.reason ?? "")
            ? row(facts)
            : undefined;
}

/** Rows 23 to 29: the worker pod has not started. */
const starting: readonly Row<DiskFacts>[] = [
    whenStopped(["Unschedulable"], ({ running, worker, suspect, seenOn }) => {
        const scheduled = conditionOf(worker?.status?.conditions, "PodScheduled");
        return suspect(
            grace.unschedulable,
            seenOn("Running", {
                cause: "unschedulable",
                what: `No node takes the pod that fills the disk: ${quoted(scheduled?.message ?? running.message)}`,
                cure: "Free or add a node, or let CDI's workers tolerate its taints (spec.workload of the CDI object)",
            }),
            "no node takes the worker pod yet",
        );
    }),
    whenStopped(["ErrExceededQuota"], ({ running, suspect, seenOn }) =>
        suspect(
            grace.workerStart,
            seenOn("Running", {
                cause: "quota",
                what: `The namespace's pod quota is used up: ${quoted(running.message)}`,
                cure: "Raise the ResourceQuota (pods, requests, limits), or lower podResourceRequirements in CDI's configuration",
            }),
        ),
    ),
    whenStopped(["ErrStartingPod"], ({ running, suspect, seenOn }) =>
        suspect(
            grace.workerStart,
            seenOn("Running", {
                cause: "worker-not-started",
                what: `CDI cannot start the pod that fills the disk: ${quoted(running.message)}`,
                cure: "Read the log of CDI's controller (cdi-deployment)",
            }),
        ),
    ),
    whenStopped(
        ["ImagePullFailed"],
        ({ running, restarts, worker, lastError, suspect, seenOn }) => {
            const fromRegistry = restarts > 0;
            const detail = fromRegistry ? lastError : waitingMessage(worker);
            return suspect(
                grace.imagePull,
                seenOn("Running", {
                    cause: "image-pull",
                    what: `${capital(quoted(running.message))}${detail === undefined || detail === running.message ? "" : `: ${quoted(detail)}`}`,
                    cure: fromRegistry
                        ? "Check the image reference, the login in secretRef, the CA in certConfigMap and CDI's insecureRegistries"
                        : "Check that the nodes can pull that image: registry, mirror, imagePullSecrets",
                }),
            );
        },
    ),
    whenStopped(
        ["CreateContainerConfigError", "InvalidImageName"],
        ({ running, suspect, seenOn }) =>
            suspect(
                grace.missingReference,
                seenOn("Running", {
                    cause: "missing-reference",
                    what: `The pod that fills the disk cannot start: ${quoted(running.message)}`,
                    cure: "Make what the message names in the disk's namespace, before the disk",
                }),
            ),
    ),
    whenStopped(
        ["ContainerCreating", "PodInitializing"],
        ({ running, worker, observed, waiting, suspect }) => {
            const mount = newest(eventsOn(observed.events, worker), /^Failed(Mount|AttachVolume)$/);
            return mount === undefined
                ? waiting("the worker pod starts")
                : suspect(
                      grace.containerStart,
                      diagnosis(`${objectName("Pod", worker)}, event ${mount.reason ?? ""}`, {
                          cause: "mount-failed",
                          what: `The pod that fills the disk cannot start: ${quoted(mount.message ?? running.message)}`,
                          cure: "Make the ConfigMap or Secret it names in the disk's namespace, or see why the volume cannot be attached",
                      }),
                  );
        },
    ),
    whenStopped(["OOMKilled"], ({ suspect, seenOn }) =>
        suspect(
            grace.outOfMemory,
            seenOn("Running", {
                cause: "out-of-memory",
                what: "The pod that fills the disk runs out of memory",
                cure: "Raise podResourceRequirements in CDI's configuration",
            }),
        ),
    ),
];

const importing: readonly Row<DiskFacts>[] = [
    // Running's own text is gone between two attempts, the other places keep it; it never heals.
    ({ lastError, restarts, seenOn }) =>
        lastError !== undefined && importerError(lastError).cause === "disk-too-small"
            ? failed(seenOn("Running", importDiagnosis(lastError, restarts)))
            : undefined,
    ({ running, isClone, restarts, observed, lastError, suspect, waiting, seenOn }) => {
        // "Pod is running" with status False: the pod waits for its next attempt and CDI missed how the last one ended.
        if (
            isClone ||
            running.status !== "False" ||
            !["Error", "Pod is running"].includes(running.reason ?? "")
        ) {
            return undefined;
        }
        const error = quoted(lastError);
        if (restarts < manyRestarts) {
            return waiting(`CDI tries again: ${error}`);
        }
        const diagnosis = seenOn("Running", importDiagnosis(error, restarts));
        if (restarts <= (observed.restartsBefore ?? -1)) {
            // It failed before this wait began, and the cause may be mended: CDI's next attempt tells.
            return suspect(
                grace.nextAttempt,
                diagnosis,
                `the last attempt failed (${error}), and CDI's next one is waited for`,
            );
        }
        return importerError(error).transient
            ? suspect(grace.sourceUnavailable, diagnosis)
            : failed(diagnosis);
    },
    ({ running, isClone, restarts, percent, lastError, suspect, seenOn }) =>
        !isClone && running.status === "True" && restarts >= manyRestarts && percent === undefined
            ? suspect(
                  grace.attemptRunning,
                  seenOn("Running", importDiagnosis(lastError ?? "no message", restarts)),
                  `attempt ${String(restarts + 1)} is under way`,
              )
            : undefined,
];

/** Rows 33 to 36. Running describes the pod that receives; of the one that sends, only its restarts show. */
const cloning: readonly Row<DiskFacts>[] = [
    ({ isClone, running, suspect, seenOn }) =>
        isClone && running.status === "False" && ["Error", "Pending"].includes(running.reason ?? "")
            ? suspect(
                  grace.cloneSourceBusy,
                  seenOn("Running", {
                      cause: "clone-failed",
                      what: `The copy does not start: ${quoted(running.message)}`,
                      cure: "See that the source disk is filled and ready",
                  }),
                  "the copy starts",
              )
            : undefined,
    ({ isClone, claim, observed, suspect }) => {
        const event = newest(eventsOn(observed.events, claim), "ErrIncompatiblePVC");
        return isClone && event !== undefined
            ? suspect(
                  grace.cloneSize,
                  diagnosis(
                      `${objectName("PersistentVolumeClaim", claim)}, event ErrIncompatiblePVC`,
                      {
                          cause: "clone-too-small",
                          what: `The copy cannot be made: ${quoted(event.message)}`,
                          cure: "Make the disk anew, at least as large as its source",
                      },
                  ),
              )
            : undefined;
    },
    ({ isClone, percent, claim, observed, suspect }) => {
        const last = eventsOn(observed.events, claim).at(-1);
        return isClone && percent === undefined && last?.reason === "CloneSourceInUse"
            ? suspect(
                  grace.cloneSourceBusy,
                  diagnosis(
                      `${objectName("PersistentVolumeClaim", claim)}, event CloneSourceInUse`,
                      {
                          cause: "clone-source-in-use",
                          what: `The source of the copy is in use: ${quoted(last.message)}`,
                          cure: "Stop the machine that uses it, or copy from a snapshot",
                      },
                  ),
                  "the source of the copy is in use",
              )
            : undefined;
    },
    ({ isClone, running, restarts, percent, suspect, seenOn }) =>
        isClone && running.status === "True" && restarts >= manyRestarts && percent === undefined
            ? suspect(
                  grace.cloneRestarts,
                  seenOn("Running", {
                      cause: "clone-failed",
                      what: `The pod that reads the source was restarted ${String(restarts)} times`,
                      cure: "Read its log: the pod ends in -source-pod, in the source's namespace",
                  }),
              )
            : undefined,
];

/** Rows 23 to 36: the pod that fills the disk does not start, or does not get on. */
export const workerRows: readonly Row<DiskFacts>[] = [...starting, ...importing, ...cloning];

function importDiagnosis(
    text: string,
    restarts: number,
): { cause: ReturnType<typeof importerError>["cause"]; what: string; cure: string } {
    const { cause, meaning, cure } = importerError(text);
    const times =
        restarts === 0 ? "" : ` (${String(restarts)} restart${restarts === 1 ? "" : "s"})`;
    return { cause, what: `${capital(meaning)}: ${quoted(text)}${times}`, cure };
}

function waitingMessage(worker: DiskFacts["worker"]): string | undefined {
    return worker?.status?.containerStatuses?.find(({ state }) => state?.waiting !== undefined)
        ?.state?.waiting?.message;
}

function capital(text: string): string {
    return text.charAt(0).toUpperCase() + text.slice(1);
}
