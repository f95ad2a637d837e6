import { cloningRows } from "./disk-clone";
import type { DiskFacts, DiagnosisParts, Row } from "./disk-facts";
import { diagnosis, eventsOn, newest, quoted } from "./disk-facts";
import { workerLimit } from "./disk-limits";
import { limitRangeCure } from "./disk-refusal";
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
    // Source: CDI pkg/controller/import-controller.go (createImporterPod), common.AwaitingVDDK.
    ({ bound, suspect, seenOn }) =>
        bound.status === "False" &&
        (bound.reason === "AwaitingVDDK" || /v2v-vmware configmap/.test(bound.message ?? ""))
            ? suspect(
                  grace.missingReference,
                  seenOn("Bound", {
                      cause: "missing-reference",
                      what: `The import from VMware has no image with VMware's library: ${quoted(bound.message)}`,
                      cure: "Name one in the source (VDDK init image), or in the ConfigMap v2v-vmware of CDI's namespace (key vddk-init-image)",
                  }),
              )
            : undefined,
    whenStopped(["Unschedulable"], ({ running, worker, suspect, seenOn }) => {
        const scheduled = conditionOf(worker?.status?.conditions, "PodScheduled");
        const message = quoted(scheduled?.message ?? running.message);
        // Source: Kubernetes pkg/scheduler/framework/plugins/nodevolumelimits/csi.go.
        return /CSI driver is not installed on the node/.test(message)
            ? suspect(grace.driver, seenOn("Running", driverMissing(message)))
            : suspect(
                  grace.unschedulable,
                  seenOn("Running", {
                      cause: "unschedulable",
                      what: `No node takes the pod that fills the disk: ${message}`,
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
    // CDI says no more than this of whatever it is that refuses the pod (common/util.go, HandleFailedPod).
    whenStopped(["ErrStartingPod"], ({ running, observed, suspect, seenOn }) => {
        const limit = workerLimit(observed.limitRanges ?? []);
        const what = `CDI cannot start the pod that fills the disk: ${quoted(running.message)}`;
        return suspect(
            grace.workerStart,
            seenOn(
                "Running",
                limit === undefined
                    ? {
                          cause: "worker-not-started",
                          what,
                          cure: "Read the log of CDI's controller (cdi-deployment), and see whether a LimitRange or a policy refuses the pod",
                      }
                    : {
                          cause: "limit-range",
                          what: `${what}; ${limit}`,
                          cure: limitRangeCure,
                      },
            ),
        );
    }),
    whenStopped(
        ["ImagePullFailed"],
        ({ running, restarts, worker, lastError, suspect, seenOn }) => {
            // After a restart it is the importer that cannot get the image from its registry.
            if (restarts > 0) {
                const detail = lastError ?? running.message ?? "failed to pull image";
                return suspect(
                    grace.imagePull,
                    seenOn("Running", importDiagnosis(detail, restarts)),
                );
            }
            const detail = waitingMessage(worker);
            return suspect(
                grace.imagePull,
                seenOn("Running", {
                    cause: "image-pull",
                    what: `${capital(quoted(running.message))}${detail === undefined || detail === running.message ? "" : `: ${quoted(detail)}`}`,
                    cure: "Check that the nodes can pull that image: registry, mirror, imagePullSecrets",
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
            if (mount === undefined) {
                return waiting("the worker pod starts");
            }
            const where = `${objectName("Pod", worker)}, event ${mount.reason ?? ""}`;
            const message = quoted(mount.message ?? running.message);
            return withoutDriver.test(message)
                ? suspect(grace.driver, diagnosis(where, driverMissing(message)))
                : suspect(
                      grace.containerStart,
                      diagnosis(where, {
                          cause: "mount-failed",
                          what: `The pod that fills the disk cannot start: ${message}`,
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

/**
 * Sources: Kubernetes pkg/volume/csi/csi_client.go (newCsiDriverClient: the kubelet, when it mounts), external-attacher
 * pkg/controller/csi_handler.go (getNodeID: when the volume is attached).
 */
const withoutDriver =
    /not found in the list of registered CSI drivers|CSINode \S+ does not contain driver/;

function driverMissing(message: string): DiagnosisParts {
    return {
        cause: "driver-not-registered",
        what: `The node of the pod that fills the disk has no storage driver: ${message}`,
        cure: "See that the driver's node plugin runs on every node (its DaemonSet and its tolerations), and what `kubectl get csinode` lists",
    };
}

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
        if (lastError === undefined && restarts < manyRestarts) {
            return waiting("CDI tries again");
        }
        const diagnosis = seenOn("Running", importDiagnosis(error, restarts));
        if (restarts < manyRestarts) {
            return suspect(grace.attemptRunning, diagnosis, `CDI tries again: ${error}`);
        }
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
        !isClone &&
        running.status === "True" &&
        percent === undefined &&
        (restarts >= manyRestarts || lastError !== undefined)
            ? suspect(
                  grace.attemptRunning,
                  seenOn("Running", importDiagnosis(lastError ?? "no message", restarts)),
                  `attempt ${String(restarts + 1)} is under way`,
              )
            : undefined,
];

/** Rows 23 to 36: the pod that fills the disk does not start, or does not get on. */
export const workerRows: readonly Row<DiskFacts>[] = [...starting, ...importing, ...cloningRows];

function importDiagnosis(text: string, restarts: number): DiagnosisParts {
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
