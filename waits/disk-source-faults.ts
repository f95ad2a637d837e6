import { grace } from "./grace";
import type { ProvisioningFault } from "./provisioning-fault";

/**
 * What every provisioner says of a snapshot or a claim that a volume is to be made from, whatever its driver. Source:
 * external-provisioner pkg/controller/controller.go (getSnapshotSource, getPVCSource).
 */
export const sourceFaults: readonly ProvisioningFault[] = [
    {
        message: /error getting (?:snapshot|PVC) (\S+) .*from api server/,
        cause: "clone-source-missing",
        what: "The source $1 that the volume is made from is not there",
        cure: "Make $1 first, in the disk's namespace, or correct its name",
        graceMs: grace.cloneSource,
    },
    {
        message:
            /snapshot(?: handle)? (\S+) (?:not bound|is not Ready|is not available|is currently being deleted)/,
        cause: "clone-source-not-ready",
        what: "The snapshot $1 that the volume is made from is not ready",
        cure: "See that it gets ready (kubectl get volumesnapshot $1): its class, its content and the driver's controller",
        graceMs: grace.cloneSourceBusy,
    },
    {
        message: /is less than the size \d+ for the source|must be greater than or equal in size/,
        cause: "clone-too-small",
        what: "The disk is smaller than its source",
        cure: "Make the disk anew, at least as large as its source",
        graceMs: grace.cloneSize,
    },
    {
        message: /modifies the mode of the source volume|must have the same volume mode/,
        cause: "clone-failed",
        what: "The disk has another volume mode than its source",
        cure: "Make the disk anew with the volume mode of its source",
        graceMs: grace.cloneSize,
    },
];
