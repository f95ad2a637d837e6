import { formatElapsed } from "../model/duration";
import { collectionPath } from "./collections";
import type { Settled } from "./gate";
import { grace } from "./grace";
import type { Claim, KubernetesObject, Volume } from "./objects";
import { readingVerdict } from "./reading";
import { waitForAnswers } from "./storage-wait";
import type { Verdict } from "./verdict";
import type { ObjectWait } from "./watched-wait";
import { watchedWait } from "./watched-wait";
import type { Writer } from "./writes";

/** What it takes to remove a probe. */
export interface RemovalOptions extends ObjectWait {
    readonly writer: Writer;
}

/**
 * Takes a probe's claim and its volume away and waits until both are gone. The volume of a class that retains is told to go with
 * its claim: before, so that a run that is killed in between leaves nothing, and after, since a driver may have made it while the
 * claim was being deleted. A volume that was not made for the claim is somebody's data: then neither is touched.
 */
export async function removeProbe(removal: RemovalOptions, uid: string): Promise<Settled> {
    const options = { ...removal, deadlineMs: 2 * grace.removal };
    const { writer, namespace, name } = options;
    const path = `${collectionPath("PersistentVolumeClaim", namespace)}/${name}`;
    const claim = (await writer.get(path)) as Claim | undefined;
    const volume = claim?.spec?.volumeName ?? `pvc-${uid}`;
    if (!volume.endsWith(uid)) {
        return notMadeForIt(options, volume);
    }
    // What goes wrong here goes wrong again below, when the claim is gone.
    await letGo(writer, volume, uid).catch(() => undefined);
    await writer.remove(path, uid);
    const unclaimed = await claimGone(options, uid);
    if (unclaimed.kind === "failed") {
        return unclaimed;
    }
    await letGo(writer, volume, uid);
    return waitForAnswers({
        ...options,
        paths: [volumePath(volume)],
        verdict: ([answer]) => goneVerdict(`PersistentVolume ${volume}`, answer as Volume),
    });
}

/** Source of the name: sig-storage-lib-external-provisioner (getProvisionedVolumeNameForClaim), a prefix and the claim's uid. */
function notMadeForIt({ namespace, name }: RemovalOptions, volume: string): Settled {
    return {
        kind: "failed",
        diagnosis: {
            cause: "claim-in-use",
            what: `The probe's claim was given PersistentVolume ${volume}, which was there before it: neither is touched`,
            where: `PersistentVolumeClaim ${namespace}/${name}`,
            cure: "Set that volume's persistentVolumeReclaimPolicy to Retain, delete the claim, and reserve the volume for whom it is meant (spec.claimRef)",
        },
    };
}

/** A volume that would stay when its claim goes. Source: Kubernetes PersistentVolumeReclaimPolicy. */
async function letGo(writer: Writer, name: string, uid: string): Promise<void> {
    const volume = (await writer.get(volumePath(name))) as Volume | undefined;
    const { persistentVolumeReclaimPolicy: policy, claimRef } = volume?.spec ?? {};
    if (volume !== undefined && policy !== "Delete" && claimRef?.uid === uid) {
        await writer.merge(volumePath(name), { spec: { persistentVolumeReclaimPolicy: "Delete" } });
    }
}

function volumePath(name: string): string {
    return `${collectionPath("PersistentVolume")}/${name}`;
}

/** Waits on the watch that other waits in the namespace share: what comes after it never sees the old claim. */
async function claimGone(options: RemovalOptions, uid: string): Promise<Settled> {
    const { view, clock, namespace, name } = options;
    const claims = view.observe("PersistentVolumeClaim", namespace);
    const subject = `PersistentVolumeClaim ${namespace}/${name}`;
    try {
        return await watchedWait({
            ...options,
            subjects: [],
            subject,
            subscribe: (run) => claims.onChange(run),
            evaluate: () => {
                const claim = claims.get(name);
                const mine = claim?.metadata?.uid === uid ? claim : undefined;
                return readingVerdict(claims, clock.now()) ?? goneVerdict(subject, mine);
            },
            isComplete: () => true,
            unreadable: () => [],
        });
    } finally {
        claims.release();
    }
}

function goneVerdict(where: string, object: KubernetesObject | undefined): Verdict {
    return object === undefined
        ? { kind: "ready" }
        : {
              kind: "waiting",
              phase: "Removing",
              note: where,
              suspicion: {
                  graceMs: grace.removal,
                  diagnosis: {
                      cause: "being-deleted",
                      what: `What the probe has made is not gone after ${formatElapsed(grace.removal)}`,
                      where,
                      cure: "See what holds it: its finalizers, its events, and the log of the driver's controller",
                  },
              },
          };
}
