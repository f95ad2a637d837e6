import type { DiskFacts, Row } from "./disk-facts";
import { diagnosis, eventsOn, newest, quoted } from "./disk-facts";
import { grace } from "./grace";
import { annotationOf, objectName } from "./objects";
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
        const refused = newest(eventsOn(observed.events, claim), "ErrCreatingPVCPrime");
        return populated &&
            work === undefined &&
            /exceeded quota|forbidden/.test(refused?.message ?? "")
            ? suspect(
                  grace.quota,
                  diagnosis(
                      `${objectName("PersistentVolumeClaim", claim)}, event ErrCreatingPVCPrime`,
                      {
                          cause: "quota",
                          what: `The temporary claim cannot be made: ${quoted(refused?.message)}`,
                          cure: "Raise the namespace's storage quota: while a disk is filled it needs twice its size",
                      },
                  ),
              )
            : undefined;
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

/** Row 22. Scratch space is always a filesystem, from the configured class or else from the disk's own. */
export const scratchRow: Row<DiskFacts> = ({ work, observed, bound, suspect, seenOn }) => {
    const name = work?.metadata?.name;
    const scratch =
        name === undefined
            ? undefined
            : observed.claims.find(({ metadata }) => metadata?.name === `${name}-scratch`);
    const cure =
        "Set scratchSpaceStorageClass in CDI's configuration to a class that makes Filesystem volumes (ReadWriteOnce), and see that the quota leaves room";
    if (scratch?.status?.phase === "Pending") {
        const { what } = pendingSuspicion(scratch, observed).diagnosis;
        return suspect(
            grace.scratch,
            diagnosis(objectName("PersistentVolumeClaim", scratch), {
                cause: "no-scratch-space",
                what: `The import needs scratch space and gets none: ${quoted(what)}`,
                cure,
            }),
            "waits for scratch space",
        );
    }
    return scratch === undefined && bound.status === "False" && /scratch/i.test(bound.reason ?? "")
        ? suspect(
              grace.scratch,
              seenOn("Bound", {
                  cause: "no-scratch-space",
                  what: `The import needs scratch space and gets none: ${quoted(bound.message)}`,
                  cure,
              }),
              "waits for scratch space",
          )
        : undefined;
};

function isPlaced(claim: DiskFacts["claim"]): boolean {
    return annotationOf(claim, "volume.kubernetes.io/selected-node") !== undefined;
}
