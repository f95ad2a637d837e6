import { claimFault } from "./claim-fault";
import { deletionAnnotations, missingSecret, secretReferences } from "./class-secrets";
import { type Driver, type MadeVolume, type Refusal, isRefusal } from "./driver";
import { driverOf, simulatedRefusal } from "./drivers";
import { expand } from "./expansion";
import type { Claim, StorageClass, Volume } from "./objects";
import { annotationOf, isDeleted } from "./reading";
import type { Store } from "./store";
import { type NewObject, type Write, create, hold, patch, release, remove, warn } from "./writes";

const provisionedBy = "pv.kubernetes.io/provisioned-by";

/** Source: sig-storage-lib-external-provisioner controller/controller.go, finalizerPV. */
const finalizer = "external-provisioner.volume.kubernetes.io/finalizer";

/**
 * What the external provisioner would do for a claim now: make its volume, or let it grow. Kubernetes' own controllers bind
 * the claim. Source: sig-storage-lib-external-provisioner, shouldProvision.
 */
export function reconcileClaim(world: Store, claim: Claim, now: number): Write[] {
    const of = world.get("StorageClass", undefined, claim.spec.storageClassName ?? "");
    const driver = driverOf(world, of?.provisioner);
    if (of === undefined || driver === undefined) {
        return [];
    }
    const fault = claimFault(world, claim);
    if (claim.status?.phase === "Bound") {
        return fault === "claim-lost" && !isWorkOfCdi(claim)
            ? loseVolume(world, claim)
            : expand(world, claim, of, driver, now);
    }
    // Kubernetes names the provisioner once the claim is to be provisioned: at once, or when the scheduler chose a node.
    const asked = annotationOf(claim, "volume.kubernetes.io/storage-provisioner");
    const waiting =
        of.volumeBindingMode === "WaitForFirstConsumer" &&
        annotationOf(claim, "volume.kubernetes.io/selected-node") === undefined;
    if (isDeleted(claim) || asked !== of.provisioner || waiting || !driver.runs.provisioner) {
        return [];
    }
    const name = volumeName(claim);
    const volume = world.get("PersistentVolume", undefined, name);
    if (
        volume !== undefined ||
        claim.spec.volumeName !== undefined ||
        !contentIsThere(world, claim) ||
        fault === "never-provisioned"
    ) {
        return [];
    }
    const scratch = claim.metadata.name.endsWith("-scratch");
    const fails = fault === "provisioner-error" || (fault === "no-scratch-space" && scratch);
    const made = fails
        ? simulatedRefusal
        : (missingSecret(world, of) ?? driver.create({ world, now, claim, of, name }));
    return isRefusal(made)
        ? said(claim, driver.reporter, "ProvisioningFailed", made, (words) => {
              return `failed to provision volume with StorageClass "${of.metadata.name}": ${words}`;
          })
        : [...made.writes, create(volumeFor(claim, of, driver, made))];
}

/** What the external provisioner would do for a volume now: delete one that was released, where the class says so. */
export function reconcileVolume(world: Store, volume: Volume): Write[] {
    const driver = driverOf(world, annotationOf(volume, provisionedBy));
    if (driver === undefined || !driver.runs.provisioner) {
        return [];
    }
    const { claimRef, persistentVolumeReclaimPolicy: policy } = volume.spec;
    const claim = world.get("PersistentVolumeClaim", claimRef?.namespace, claimRef?.name ?? "");
    const released = volume.status?.phase === "Released" && claim?.metadata.uid !== claimRef?.uid;
    if (policy !== "Delete" || !released) {
        return guard(volume, driver);
    }
    const answer = driver.remove(world, volume);
    if (isRefusal(answer)) {
        return said(volume, driver.reporter, "VolumeFailedDelete", answer);
    }
    return answer.length > 0 ? [...answer] : [...release(volume, finalizer), ...remove(volume)];
}

/**
 * A volume that its driver is to delete stays until it has; one that is kept may go at any time. Source:
 * sig-storage-lib-external-provisioner controller/controller.go, syncVolume and handleProtectionFinalizer.
 */
function guard(volume: Volume, { guards }: Driver): Write[] {
    if (!guards || isDeleted(volume)) {
        return [];
    }
    const { persistentVolumeReclaimPolicy: policy } = volume.spec;
    if (policy !== "Delete") {
        return release(volume, finalizer);
    }
    return volume.status?.phase === "Bound" ? hold(volume, finalizer) : [];
}

/** Takes the volume away from under a claim, finalizer and all. */
export function loseVolume(world: Store, claim: Claim): Write[] {
    const volume = world.get("PersistentVolume", undefined, claim.spec.volumeName ?? "");
    return claim.status?.phase !== "Bound" || volume === undefined
        ? []
        : [...remove(volume), ...patch(volume, { metadata: { finalizers: null } })];
}

function isWorkOfCdi({ metadata }: Claim): boolean {
    return metadata.ownerReferences !== undefined;
}

/**
 * A claim made from a snapshot or from another claim waits for it. Source: external-provisioner, checkDataSource: other kinds
 * are left to whoever fills them.
 */
function contentIsThere(world: Store, { metadata, spec }: Claim): boolean {
    const from = spec.dataSourceRef ?? spec.dataSource;
    switch (from?.kind) {
        case undefined:
            return true;
        case "VolumeSnapshot":
            return (
                world.get("VolumeSnapshot", metadata.namespace, from.name)?.status?.readyToUse ===
                true
            );
        case "PersistentVolumeClaim":
            return (
                world.get("PersistentVolumeClaim", metadata.namespace, from.name)?.status?.phase ===
                "Bound"
            );
        default:
            return false;
    }
}

/** A refusal as an event; one without words is none yet. */
function said(
    about: Claim | Volume,
    by: string,
    reason: string,
    { says }: Refusal,
    sentence: (words: string) => string = (words) => words,
): Write[] {
    return says === undefined ? [] : [warn(about, by, reason, sentence(says))];
}

function volumeFor(
    claim: Claim,
    of: StorageClass,
    driver: Driver,
    { handle, attributes }: MadeVolume,
): NewObject {
    const { metadata, spec } = claim;
    const reclaimPolicy = of.reclaimPolicy ?? "Delete";
    return {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: {
            name: volumeName(claim),
            annotations: { [provisionedBy]: of.provisioner, ...deletionAnnotations(of) },
            ...(driver.guards && reclaimPolicy === "Delete" ? { finalizers: [finalizer] } : {}),
        },
        spec: {
            accessModes: spec.accessModes,
            volumeMode: spec.volumeMode ?? "Filesystem",
            capacity: { storage: spec.resources?.requests?.storage },
            storageClassName: of.metadata.name,
            persistentVolumeReclaimPolicy: reclaimPolicy,
            claimRef: {
                apiVersion: "v1",
                kind: "PersistentVolumeClaim",
                namespace: metadata.namespace,
                name: metadata.name,
                uid: metadata.uid,
            },
            csi: {
                driver: of.provisioner.replace("/", "."),
                volumeHandle: handle,
                ...(attributes === undefined ? {} : { volumeAttributes: attributes }),
                ...secretReferences(of),
            },
        },
    };
}

function volumeName({ metadata }: Claim): string {
    return `pvc-${metadata.uid ?? ""}`;
}
