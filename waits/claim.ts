import { formatBytes, quantityBytes } from "../model/size";
import type { DiskObservation } from "./disk-facts";
import { diagnosis, eventsOn, newest } from "./disk-facts";
import { isNodeSide, resizeProblem } from "./disk-growth";
import { grace } from "./grace";
import type { Claim } from "./objects";
import { annotationOf, objectName } from "./objects";
import { absent, beingDeleted } from "./presence";
import { namesVolume, pendingSuspicion } from "./provisioning";
import type { Suspicion, Verdict } from "./verdict";
import { failed } from "./verdict";

/**
 * What a blank claim's state means for whoever wants to use it. There is nothing to fill, so bound is ready. Source: Kubernetes
 * pkg/controller/volume/persistentvolume (binding), facts 2.6 rows 15 to 21 for the signs it shares with a DataVolume's claim.
 */
export function claimVerdict(observed: DiskObservation): Verdict {
    const { claim } = observed;
    if (claim === undefined) {
        return absent("PersistentVolumeClaim", observed);
    }
    if (claim.metadata?.deletionTimestamp !== undefined) {
        return beingDeleted("PersistentVolumeClaim", claim);
    }
    const phase = claim.status?.phase ?? "";
    switch (phase) {
        case "Bound": {
            const note = resizing(claim);
            return note === undefined ? { kind: "ready" } : { kind: "ready", note };
        }
        case "Lost":
            return failed(
                diagnosis(`${objectName("PersistentVolumeClaim", claim)}, phase`, {
                    cause: "volume-lost",
                    what: "The volume behind the claim is gone, and the data with it",
                    cure: "Restore the disk from a snapshot or backup, or make it anew",
                }),
            );
        default:
            return waitsForConsumer(observed, claim) ?? pending(observed, claim, phase);
    }
}

/** A class that waits for the first consumer makes the volume when a pod with the claim was placed on a node. */
function waitsForConsumer(observed: DiskObservation, claim: Claim): Verdict | undefined {
    const { storageClass, events, consumer } = observed;
    // The provisioner takes the node away again where it finds no room there: it has said so. And no class waits for a consumer
    // of a volume that the claim names (pv_controller.go, syncUnboundClaim).
    if (consumer === "placed" || namesVolume(claim)) {
        return undefined;
    }
    const mode =
        storageClass === undefined || storageClass === "missing"
            ? undefined
            : storageClass.volumeBindingMode;
    const said = newest(eventsOn(events, claim), /^(WaitForFirstConsumer|WaitForPodScheduled)$/);
    if (
        annotationOf(claim, "volume.kubernetes.io/selected-node") !== undefined ||
        (mode === undefined ? said === undefined : mode !== "WaitForFirstConsumer")
    ) {
        return undefined;
    }
    return consumer === "expected"
        ? {
              kind: "waiting",
              phase: "WaitForFirstConsumer",
              note: "the machine that uses it has to start",
              suspicion: {
                  graceMs: grace.consumer,
                  diagnosis: diagnosis(objectName("PersistentVolumeClaim", claim), {
                      cause: "no-consumer",
                      what: "The disk waits for a pod that uses it, and none was placed on a node",
                      cure: "Look at the machine that uses the disk: it has to start, and its pod has to fit on a node",
                  }),
              },
          }
        : {
              kind: "proceed",
              note: "gets its volume when a machine starts with it (its class waits for the first consumer)",
          };
}

function pending(observed: DiskObservation, claim: Claim, phase: string): Verdict {
    const { storageClass } = observed;
    const name = claim.spec?.storageClassName;
    const suspicion: Suspicion =
        storageClass === "missing" && name !== undefined && name !== "" && !namesVolume(claim)
            ? {
                  graceMs: grace.storageClass,
                  diagnosis: diagnosis(objectName("PersistentVolumeClaim", claim), {
                      cause: "no-such-class",
                      what: `The storage class ${JSON.stringify(name)} does not exist`,
                      cure: "Make the class, or make the disk anew with one that exists (kubectl get storageclass)",
                  }),
              }
            : pendingSuspicion(claim, observed);
    const { cause } = suspicion.diagnosis;
    return {
        kind: "waiting",
        phase: phase === "" ? "Pending" : phase,
        note:
            cause === "provisioner-silent"
                ? "the provisioner is asked for it"
                : suspicion.diagnosis.what,
        suspicion,
    };
}

/** Growing goes on while the disk is used, and some drivers finish it only when it is mounted: it holds nobody up. */
function resizing(claim: Claim): string | undefined {
    const wanted = quantityBytes(claim.spec?.resources?.requests?.storage ?? "");
    const has = quantityBytes(claim.status?.capacity?.storage ?? "");
    if (wanted === undefined || has === undefined || wanted <= has) {
        return undefined;
    }
    const growing = `grows from ${formatBytes(has)} to ${formatBytes(wanted)}`;
    const problem = resizeProblem(claim);
    if (problem !== undefined) {
        return `${growing}, which fails: ${problem.message}`;
    }
    return isNodeSide(claim) ? `${growing} when a machine next uses it` : growing;
}
