import { bindImmediateAnnotation } from "../model/annotations";
import { quantityBytes } from "../model/size";
import { claimVerdict } from "./claim";
import { fullCopyNote, sourceRows } from "./disk-clone";
import type { DiskFacts, DiskObservation, Row } from "./disk-facts";
import { diskFacts, firstOf, quoted } from "./disk-facts";
import { claimLimit } from "./disk-limits";
import { provisioningRows, scratchRow } from "./disk-provisioning";
import { limitRangeCure } from "./disk-refusal";
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
    return firstOf(rows, facts) ?? facts.waiting(fullCopyNote(facts));
}

const finished: readonly Row<DiskFacts>[] = [
    // Running stays True here: it says nothing any more. A phase Succeeded may stay as well.
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
    ({ phase, claim, dataVolume, observed, suspect, seenOn }) =>
        phase === "Succeeded" && claim === undefined && dataVolume.status?.claimName !== undefined
            ? suspect(
                  grace.claimMissing,
                  seenOn("phase", {
                      cause: "claim-missing",
                      what: `The disk was filled, and its claim ${observed.namespace}/${dataVolume.status.claimName} is gone: somebody deleted it`,
                      cure: "Restore the disk, or take its volume back: CDI makes the claim again and fills it from the source, without what was written since",
                  }),
                  "its claim is not to be seen",
              )
            : undefined,
    // CDI is done with what others fill as soon as the claim is made (external-population-controller.go, updateStatusPhase).
    ({ phase, isExternal, observed }) =>
        phase === "Succeeded" && isExternal ? claimVerdict(observed) : undefined,
    // Bound may follow some milliseconds later.
    ({ phase }) => (phase === "Succeeded" ? { kind: "ready" } : undefined),
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
    ...sourceRows,
    ({ claim, dataVolume, observed, suspect, seenOn }) => {
        const { storage, pvc } = dataVolume.spec ?? {};
        const size = (storage ?? pvc)?.resources?.requests?.storage;
        const limit = claimLimit(observed.limitRanges ?? [], quantityBytes(size ?? ""));
        return claim === undefined && limit !== undefined
            ? suspect(
                  grace.quota,
                  seenOn("Bound", {
                      cause: "limit-range",
                      what: `The claim cannot be made: ${limit}`,
                      cure: `${limitRangeCure}; CDI tries again with growing pauses, and at once when the disk is touched`,
                  }),
              )
            : undefined;
    },
    // Whatever else refuses the claim (a webhook, a policy): CDI keeps that to its log.
    ({ claim, phase, bound, suspect, seenOn }) =>
        claim === undefined &&
        ["", "Pending"].includes(phase) &&
        ["", "NotFound"].includes(bound.reason ?? "")
            ? suspect(
                  grace.claimNotMade,
                  seenOn("Bound", {
                      cause: "claim-not-made",
                      what: `CDI does not make the claim, and says no more than ${JSON.stringify(quoted(bound.message))}`,
                      cure: "Read the log of CDI's controller (cdi-deployment): a webhook, a policy or a LimitRange may refuse the claim, or a DataSource not be ready",
                  }),
                  "CDI is about to make the claim",
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
    if (observed.consumer === "placed") {
        // Whoever made the claim has chosen a node, as the scheduler would.
        return undefined;
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
