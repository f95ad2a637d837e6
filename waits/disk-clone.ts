import type { DiskFacts, DiskObservation, Row } from "./disk-facts";
import { diagnosis, eventsOn, newest, quoted, temporaryClaim } from "./disk-facts";
import { limitRefusal } from "./disk-refusal";
import { grace, manyRestarts } from "./grace";
import { annotationOf, objectName } from "./objects";

/** How a copy is really made: by the storage system (a snapshot or a clone of the volume), or byte by byte by two pods. */
export type CloneStrategy = "snapshot" | "csi-clone" | "host-assisted";

/** How CDI writes the strategies. Source: CDI types.go (CDICloneStrategy). */
const strategies: Readonly<Record<string, CloneStrategy>> = {
    snapshot: "snapshot",
    "csi-clone": "csi-clone",
    copy: "host-assisted",
};

/** What is known of a copy. */
type Copy = Pick<DiskObservation, "dataVolume" | "claim" | "claims" | "events">;

/**
 * How a copy is made, as CDI has written it on the claim; undefined for a disk that is no copy, and until CDI has chosen. Source: CDI
 * pkg/controller/populators/clone-populator.go (initTargetClaim), datavolume/clone-controller-base.go (fallbackToHostAssisted).
 */
export function cloneStrategy(copy: Copy): CloneStrategy | undefined {
    return strategies[noted(copy, "cdi.kubevirt.io/cloneType") ?? ""];
}

/** Events that say why the storage system does not copy. Source: CDI pkg/controller/clone/planner.go, clone-controller-base.go. */
const fallbacks =
    /^(NoVolumeSnapshotClass|IncompatibleVolumeModes|NoVolumeExpansion|NoProvisionerMatch|IncompatibleProvisioners|NoPopulator)$/;

/** Why everything is copied where the storage system could have done it, in CDI's words; undefined where there is no reason to say. */
export function cloneFallback(copy: Copy): string | undefined {
    const { claim, claims, events } = copy;
    const said =
        noted(copy, "cdi.kubevirt.io/cloneFallbackReason") ??
        newest(eventsOn(events, claim, temporaryClaim(claims, claim)), fallbacks)?.message;
    return said === undefined ? undefined : quoted(said.replace(/^\[[^\]]*\] : /, ""));
}

/** What somebody who waits for a copy byte by byte wants to know. */
export function fullCopyNote({ isClone, observed }: DiskFacts): string | undefined {
    if (!isClone || cloneStrategy(observed) !== "host-assisted") {
        return undefined;
    }
    const why = cloneFallback(observed);
    return why === undefined
        ? "copies everything"
        : `copies everything because ${why.charAt(0).toLowerCase()}${why.slice(1)}`;
}

function noted({ dataVolume, claim, claims }: Copy, name: string): string | undefined {
    return (
        annotationOf(claim, name) ??
        annotationOf(temporaryClaim(claims, claim), name) ??
        annotationOf(dataVolume, name)
    );
}

/** Before there is a claim: CDI looks for the source first. Its reasons are copied into the condition Bound. */
export const sourceRows: readonly Row<DiskFacts>[] = [
    ({ claim, bound, suspect, seenOn }) => {
        if (claim !== undefined || bound.reason !== "CloneValidationFailed") {
            return undefined;
        }
        const what = `The copy cannot be made: ${quoted(bound.message)}`;
        return /smaller than the source|contentType/.test(bound.message ?? "")
            ? {
                  kind: "failed",
                  diagnosis: seenOn("Bound", {
                      what,
                      ...(/contentType/.test(bound.message ?? "")
                          ? {
                                cause: "clone-failed",
                                cure: "Make the disk anew with the content type of its source",
                            }
                          : {
                                cause: "clone-too-small",
                                cure: "Make the disk anew, at least as large as its source",
                            }),
                  }),
              }
            : // A snapshot that was made a moment ago has no status yet.
              suspect(
                  grace.cloneSourceBusy,
                  seenOn("Bound", {
                      cause: "clone-source-not-ready",
                      what,
                      cure: "See that the snapshot gets ready (kubectl get volumesnapshot): its class, its source and the driver's controller",
                  }),
                  "the source of the copy is not ready",
              );
    },
    ({ claim, bound, suspect, seenOn }) =>
        claim === undefined && bound.reason === "CloneWithoutSource"
            ? suspect(
                  grace.cloneSource,
                  seenOn("Bound", {
                      cause: "clone-source-missing",
                      what: `The source of the copy is not there: ${quoted(bound.message)}`,
                      cure: "Make the source first, or correct its name and namespace",
                  }),
              )
            : undefined,
    ({ claim, bound, suspect, seenOn }) =>
        claim === undefined && bound.reason === "ErrUnableToClone"
            ? suspect(
                  grace.cloneSource,
                  seenOn("Bound", {
                      cause: "clone-failed",
                      what: `CDI cannot copy the source: ${quoted(bound.message)}`,
                      cure: "Put right what the message names",
                  }),
              )
            : undefined,
    ({ claim, observed, dataVolume, suspect }) => {
        // The pod that finds out the source's size waits for the source, and says so on the DataVolume.
        const event = newest(eventsOn(observed.events, dataVolume), "CloneSourceInUse");
        return claim === undefined && event !== undefined
            ? suspect(
                  grace.cloneSourceBusy,
                  diagnosis(`${objectName("DataVolume", dataVolume)}, event CloneSourceInUse`, {
                      cause: "clone-source-in-use",
                      what: `The source of the copy is in use: ${quoted(event.message)}`,
                      cure: inUseCure,
                  }),
                  "the source of the copy is in use",
              )
            : undefined;
    },
    ({ claim, dataVolume, observed, suspect }) => {
        const { sourceRef } = dataVolume.spec ?? {};
        const { dataSource } = observed;
        if (claim !== undefined || sourceRef === undefined || dataSource === undefined) {
            return undefined;
        }
        const place = `DataSource ${sourceRef.namespace ?? observed.namespace}/${sourceRef.name ?? ""}`;
        if (dataSource === "missing") {
            return suspect(
                grace.cloneSource,
                diagnosis(place, {
                    cause: "data-source-missing",
                    what: "The DataSource that the disk is copied from is not there",
                    cure: "Make the DataSource (the golden image) again, or make the disk anew from another source",
                }),
            );
        }
        const ready = dataSource.status?.conditions?.find(({ type }) => type === "Ready");
        return ready?.status === "True"
            ? undefined
            : suspect(
                  grace.cloneSourceBusy,
                  diagnosis(`${place}, condition Ready`, {
                      cause: "data-source-not-ready",
                      what: `The DataSource that the disk is copied from is not ready: ${quoted(ready?.message ?? ready?.reason)}`,
                      cure: "See that the image is imported (its DataVolume or DataImportCron), and that what the DataSource names is there",
                  }),
                  "the golden image is not ready",
              );
    },
];

const inUseCure = "Stop the machine that uses it, or copy from a snapshot";

/** Rows 33 to 36. Running describes the pod that receives; of the one that sends, only its restarts show. */
export const cloningRows: readonly Row<DiskFacts>[] = [
    ({ isClone, running, suspect, seenOn }) => {
        if (
            !isClone ||
            running.status !== "False" ||
            !["Error", "Pending"].includes(running.reason ?? "")
        ) {
            return undefined;
        }
        const message = quoted(running.message);
        const limit = limitRefusal(running.message, "A claim that the copy needs");
        if (limit !== undefined) {
            return suspect(grace.quota, seenOn("Running", limit));
        }
        // Source of the texts: CDI pkg/controller/clone (errors of the phases), common/util.go (tokens), clone-populator.go.
        if (/token|cross-namespace/i.test(message)) {
            return suspect(
                grace.cloneSource,
                seenOn("Running", {
                    cause: "clone-not-allowed",
                    what: `The copy from another namespace is not allowed: ${message}`,
                    cure: "Bind the ClusterRole cdi.kubevirt.io:clone-sourcer to the account in the source's namespace, and make the disk anew",
                }),
            );
        }
        if (/source (claim|snapshot|pvc).*(does not|doesn't) exist/i.test(message)) {
            return suspect(
                grace.cloneSource,
                seenOn("Running", {
                    cause: "clone-source-missing",
                    what: `The source of the copy is not there: ${message}`,
                    cure: "Make the source first, or correct its name and namespace",
                }),
            );
        }
        const isEarly =
            running.reason === "Pending" || /size info missing|restoresize/i.test(message);
        return suspect(
            grace.cloneSourceBusy,
            seenOn("Running", {
                cause: isEarly ? "clone-source-not-ready" : "clone-failed",
                what: `The copy does not start: ${message}`,
                cure: "See that the source is filled and ready",
            }),
            "the copy starts",
        );
    },
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
                          cure: inUseCure,
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
