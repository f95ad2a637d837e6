import { quantityBytes } from "../model/size";
import type { DiagnosisParts, DiskFacts, Row } from "./disk-facts";
import { diagnosis, eventsOn, newest, quoted } from "./disk-facts";
import { claimLimit, withoutScratch } from "./disk-limits";
import { limitRangeCure, limitRefusal } from "./disk-refusal";
import { grace } from "./grace";
import { annotationOf, conditionOf, objectName } from "./objects";
import { pendingSuspicion } from "./provisioning";

/** In these phases the driver copies inside the storage system, and the pending claim is the work itself. */
const copying = [
    "CSICloneInProgress",
    "SnapshotForSmartCloneInProgress",
    "CloneFromSnapshotSourceInProgress",
    "SmartClonePVCInProgress",
    "PrepClaimInProgress",
];

/** Rows 17 to 21: the claim exists, and has no volume to be filled or may not be filled. */
export const provisioningRows: readonly Row<DiskFacts>[] = [
    ({ phase, claim, observed, suspect }) => {
        const inUse = newest(eventsOn(observed.events, claim), "ImportTargetInUse");
        return ["PVCBound", "WaitForFirstConsumer"].includes(phase) &&
            claim?.status?.phase === "Bound" &&
            inUse !== undefined
            ? suspect(
                  grace.claimInUse,
                  diagnosis(
                      `${objectName("PersistentVolumeClaim", claim)}, event ImportTargetInUse`,
                      {
                          cause: "claim-in-use",
                          what: `A pod uses the claim before it is filled: ${quoted(inUse.message)}`,
                          cure: "Stop that pod; CDI fills the disk when nobody uses it",
                      },
                  ),
              )
            : undefined;
    },
    ({ populated, work, claim, observed, suspect }) => {
        const event = newest(eventsOn(observed.events, claim), "ErrCreatingPVCPrime");
        if (
            !populated ||
            work !== undefined ||
            !/forbidden|exceeded quota/.test(event?.message ?? "")
        ) {
            return undefined;
        }
        return suspect(
            grace.quota,
            diagnosis(
                `${objectName("PersistentVolumeClaim", claim)}, event ErrCreatingPVCPrime`,
                limitRefusal(event?.message, "The temporary claim") ?? {
                    cause: "refused",
                    what: `The temporary claim cannot be made: ${quoted(event?.message)}`,
                    cure: "Put right what the message names",
                },
            ),
        );
    },
    ({ phase, work, claim, populated, observed, waiting }) => {
        const pending = work ?? (isPlaced(claim) ? claim : undefined);
        if (pending?.status?.phase !== "Pending") {
            return undefined;
        }
        const suspicion = pendingSuspicion(pending, observed, populated ? claim : undefined);
        if (suspicion.diagnosis.cause !== "provisioner-silent") {
            return { ...waiting(suspicion.diagnosis.what), suspicion };
        }
        return copying.includes(phase)
            ? waiting("the storage system copies")
            : { ...waiting("the provisioner is asked for it"), suspicion };
    },
];

/**
 * Row 22. Scratch space is always a filesystem, from the configured class or else from the disk's own. Of what keeps its claim from
 * being made CDI tells a quota only (pkg/controller/util.go, createScratchPersistentVolumeClaim).
 */
export const scratchRow: Row<DiskFacts> = (facts) => {
    const { work, observed, bound, suspect, seenOn } = facts;
    const name = work?.metadata?.name;
    const scratch =
        name === undefined
            ? undefined
            : observed.claims.find(({ metadata }) => metadata?.name === `${name}-scratch`);
    if (scratch?.status?.phase === "Pending") {
        const { what } = pendingSuspicion(scratch, observed).diagnosis;
        return suspect(
            grace.scratch,
            diagnosis(objectName("PersistentVolumeClaim", scratch), noScratch(what)),
            note,
        );
    }
    return scratch === undefined
        ? (scratchRefused(facts) ??
              (bound.status === "False" && /scratch/i.test(bound.reason ?? "")
                  ? suspect(grace.scratch, seenOn("Bound", noScratch(bound.message)), note)
                  : undefined))
        : undefined;
};

/** The worker waits for a scratch claim that nobody makes. */
const scratchRefused: Row<DiskFacts> = ({ work, claim, worker, observed, suspect }) => {
    const said = newest(eventsOn(observed.events, work, claim), "ErrExceededQuota")?.message;
    if (said?.includes("-scratch") === true) {
        return suspect(
            grace.quota,
            diagnosis(
                `${objectName("PersistentVolumeClaim", work)}, event ErrExceededQuota`,
                limitRefusal(said, "The claim of the scratch space") ?? noScratch(said),
            ),
            note,
        );
    }
    const unscheduled = conditionOf(worker?.status?.conditions, "PodScheduled")?.message ?? "";
    if (!withoutScratch.test(unscheduled)) {
        return undefined;
    }
    const limit = claimLimit(observed.limitRanges ?? [], scratchBytes(work));
    return suspect(
        grace.scratch,
        diagnosis(
            `${objectName("Pod", worker)}, condition PodScheduled`,
            limit === undefined
                ? noScratch(unscheduled)
                : {
                      cause: "limit-range",
                      what: `The claim of the scratch space cannot be made: ${limit}`,
                      cure: limitRangeCure,
                  },
        ),
        note,
    );
};

const note = "waits for scratch space";

function noScratch(why: string | undefined): DiagnosisParts {
    return {
        cause: "no-scratch-space",
        what: `The import needs scratch space and gets none: ${quoted(why)}`,
        cure: "Set scratchSpaceStorageClass in CDI's configuration to a class that makes Filesystem volumes (ReadWriteOnce), and see that the quota leaves room",
    };
}

/** Scratch space is the disk's size and what a filesystem takes of it: 6 % where CDI's configuration says nothing. */
function scratchBytes(work: DiskFacts["work"]): number | undefined {
    const bytes = quantityBytes(work?.spec?.resources?.requests?.storage ?? "");
    return bytes === undefined ? undefined : bytes / 0.94;
}

function isPlaced(claim: DiskFacts["claim"]): boolean {
    return annotationOf(claim, "volume.kubernetes.io/selected-node") !== undefined;
}
