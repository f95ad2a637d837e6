import { type Fault, faultOf } from "./faults";
import type { Claim } from "./objects";
import { annotationOf } from "./reading";
import { sourceSize } from "./claim-spec";
import type { Store } from "./store";
import type { UploadRight } from "./upload-token";
import { prefix } from "./view";
import { uploadReceived } from "./worker-job";
import { workerName } from "./worker-pod";

/** Where an upload goes, or why it goes nowhere; `waits` when it may do so in a moment. */
export type UploadTarget =
    | { readonly work: Claim; readonly bytes: number; readonly fault: Fault | undefined }
    | { readonly work?: undefined; readonly says: string; readonly waits?: true };

/**
 * The claim that an upload server fills for this one. Source: CDI pkg/uploadproxy/uploadproxy.go, uploadReady and
 * getPopulationPVC; what the real one reads from an annotation (the pod is ready) is read from the pod here.
 */
export function uploadTarget(world: Store, { namespace, name }: UploadRight): UploadTarget {
    const claim = world.get("PersistentVolumeClaim", namespace, name);
    if (claim === undefined) {
        return { says: `rejecting Upload Request for PVC ${name} that doesn't exist` };
    }
    const dataVolume = world.get("DataVolume", namespace, name);
    const isUpload = dataVolume?.spec.source?.["upload"] !== undefined;
    if (!isUpload) {
        return { says: `PVC ${name} is not an upload target` };
    }
    if (annotationOf(claim, `${prefix}pod.phase`) === "Succeeded") {
        return {
            says: `rejecting Upload Request for PVC ${name} that already finished uploading`,
        };
    }
    const populated = claim.spec.dataSourceRef?.kind === "VolumeUploadSource";
    const prime = annotationOf(claim, `${prefix}populator.pvcPrime`);
    const work = populated ? world.get("PersistentVolumeClaim", namespace, prime ?? "") : claim;
    if (work === undefined) {
        return {
            says: `rejecting Upload Request for PVC ${name}, PVC' wasn't created yet`,
            waits: true,
        };
    }
    if (annotationOf(work, uploadReceived) !== undefined) {
        return {
            says: `rejecting Upload Request for PVC ${name} that already finished uploading`,
        };
    }
    const pod = world.get("Pod", namespace, workerName(work, "upload"));
    const ready = pod?.status?.containerStatuses?.[0]?.state?.running !== undefined;
    return ready
        ? { work, bytes: sourceSize(work), fault: faultOf(world, dataVolume) }
        : { says: "timed out waiting for the condition", waits: true };
}
