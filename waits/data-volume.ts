import { bindImmediateAnnotation } from "../model/annotations";
import type { DiskFacts, DiskObservation, Row } from "./disk-facts";
import { diskFacts, firstOf, quoted } from "./disk-facts";
import { provisioningRows, scratchRow } from "./disk-provisioning";
import { workerRows } from "./disk-worker";
import { grace } from "./grace";
import { annotationOf } from "./objects";
import { absent, beingDeleted } from "./presence";
import type { Verdict } from "./verdict";
import { failed } from "./verdict";

/**
 * What a DataVolume's state means for whoever wants to use the disk. The rows follow the decision table of facts 2.6 from top
 * to bottom, which was recorded on the real controllers; the first one that applies decides.
 */
export function dataVolumeVerdict(observed: DiskObservation): Verdict {
    const { dataVolume } = observed;
    if (dataVolume === undefined) {
        return absent("DataVolume", observed);
    }
    if (dataVolume.metadata?.deletionTimestamp !== undefined) {
        return beingDeleted("DataVolume", dataVolume);
    }
    const facts = diskFacts(observed, dataVolume);
    return firstOf(rows, facts) ?? facts.waiting();
}

const finished: readonly Row<DiskFacts>[] = [
    // Bound may follow some milliseconds later.
    ({ phase }) => (phase === "Succeeded" ? { kind: "ready" } : undefined),
    // Running stays True here: it says nothing any more.
    ({ phase, claim, bound, seenOn }) =>
        claim?.status?.phase === "Lost" || bound.reason === "ClaimLost"
            ? failed(
                  seenOn(phase === "Failed" ? "Bound" : "phase", {
                      cause: "volume-lost",
                      what: "The volume behind the claim is gone, and the data with it",
                      cure: "Restore the disk from a snapshot or backup, or make it anew",
                  }),
              )
            : undefined,
    ({ phase, running, claim, seenOn }) =>
        phase === "Failed" &&
        (running.reason === "ChecksumError" ||
            annotationOf(claim, "cdi.kubevirt.io/storage.import.fatalError") === "true")
            ? failed(
                  seenOn("Running", {
                      cause: "checksum",
                      what: `The download does not have the given checksum: ${quoted(running.message)}`,
                      cure: "Correct the checksum or the image address, and make the disk anew: CDI does not try again",
                  }),
              )
            : undefined,
    ({ phase, running, bound, seenOn }) =>
        phase === "Failed"
            ? failed(
                  seenOn("phase", {
                      cause: "import-failed",
                      what: `CDI gave up: ${quoted(running.message ?? bound.message)}`,
                      cure: "Put right what the message names, and make the disk anew: CDI does not try again",
                  }),
              )
            : undefined,
    ({ phase }) =>
        phase === "UploadReady"
            ? { kind: "proceed", note: "waits for its data to be uploaded" }
            : undefined,
    ({ phase, waiting }) => (phase === "Paused" ? waiting("between two checkpoints") : undefined),
];

/** CDI copies what keeps it from making the claim into the conditions (updateDataVolumeStatusPhaseWithEvent). */
const beforeTheClaim: readonly Row<DiskFacts>[] = [
    ({ dataVolume, suspect, seenOn }) =>
        (dataVolume.status?.conditions ?? []).length === 0
            ? suspect(
                  grace.controller,
                  seenOn("phase", {
                      cause: "controller-silent",
                      what: "CDI's controller has not looked at the disk",
                      cure: "Check CDI: kubectl get cdi, and the pods of its namespace (cdi-deployment)",
                  }),
                  "CDI has not looked at it yet",
              )
            : undefined,
    ({ claim, bound, dataVolume, suspect, seenOn }) => {
        if (claim !== undefined || bound.reason !== "ErrClaimNotValid") {
            return undefined;
        }
        const what = `CDI cannot make the claim: ${quoted(bound.message)}`;
        return suspect(
            grace.storageClass,
            seenOn("Bound", { what, ...claimNotValid(dataVolume, bound.message) }),
        );
    },
    ({ claim, bound, suspect, seenOn }) =>
        claim === undefined && bound.reason === "ErrExceededQuota"
            ? suspect(
                  grace.quota,
                  seenOn("Bound", {
                      cause: "quota",
                      what: `The namespace's storage quota is used up: ${quoted(bound.message)}`,
                      cure: "Raise the ResourceQuota or ask for less; CDI tries again with growing pauses, and at once when the disk is touched",
                  }),
              )
            : undefined,
    ({ claim, bound, seenOn }) =>
        claim === undefined && bound.reason === "CloneValidationFailed"
            ? failed(
                  seenOn("Bound", {
                      cause: "clone-too-small",
                      what: `The copy cannot be made: ${quoted(bound.message)}`,
                      cure: "Make the disk anew, at least as large as its source",
                  }),
              )
            : undefined,
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
    ({ claim, waiting }) =>
        claim === undefined ? waiting("CDI is about to make the claim") : undefined,
];

const firstConsumer: Row<DiskFacts> = ({
    phase,
    claim,
    dataVolume,
    observed,
    waiting,
    suspect,
    seenOn,
}) => {
    if (
        !["PendingPopulation", "WaitForFirstConsumer"].includes(phase) ||
        annotationOf(claim, "volume.kubernetes.io/selected-node") !== undefined
    ) {
        return undefined;
    }
    if (annotationOf(dataVolume, bindImmediateAnnotation) !== undefined) {
        return waiting("asked CDI to fill it without a consumer");
    }
    return observed.consumer === "expected"
        ? suspect(
              grace.consumer,
              seenOn("phase", {
                  cause: "no-consumer",
                  what: "The disk waits for a pod that uses it, and none was placed on a node",
                  cure: "Look at the machine that uses the disk: it has to start, and its pod has to fit on a node",
              }),
              "the machine that uses it has to start",
          )
        : {
              kind: "proceed",
              note: "is filled when a machine starts with it (its class waits for the first consumer)",
          };
};

const rows: readonly Row<DiskFacts>[] = [
    ...finished,
    ...beforeTheClaim,
    firstConsumer,
    ...provisioningRows,
    scratchRow,
    ...workerRows,
];

/** One reason of CDI, three situations. Source: CDI pkg/controller/datavolume/util.go (renderPvcSpec). */
function claimNotValid(
    dataVolume: DiskFacts["dataVolume"],
    message: string | undefined,
): { cause: "no-access-mode" | "no-such-class" | "no-default-class"; cure: string } {
    if (!/no storageClass to choose/.test(message ?? "")) {
        return {
            cause: "no-access-mode",
            cure: "CDI does not know this provisioner: give accessModes and volumeMode, or fill in its StorageProfile",
        };
    }
    const asked =
        dataVolume.spec?.storage?.storageClassName ?? dataVolume.spec?.pvc?.storageClassName;
    return asked === undefined
        ? {
              cause: "no-default-class",
              cure: "Name a storage class, or mark one as the default (storageclass.kubernetes.io/is-default-class)",
          }
        : {
              cause: "no-such-class",
              cure: `Make the storage class ${JSON.stringify(asked)}, or name one that exists (kubectl get storageclass)`,
          };
}
