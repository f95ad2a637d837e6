import { quantityBytes } from "../../model/size";
import { dataVolumeFault } from "./data-volume-fault";
import { type Fault, faultOf } from "./faults";
import type { Claim, StorageClass, Volume } from "./objects";
import { annotationOf, isDeleted } from "./reading";
import type { Store } from "./store";
import { type NewObject, type Write, create, patch, patchStatus, remove, warn } from "./writes";

/** The simulated CSI driver. */
export const csiProvisioner = "sandbox.csi.pulumi-kubevirt.dev";

/** A provisioner without a CSIDriver object, for CDI's older way. */
const localProvisioner = "sandbox.local/hostpath";

const provisionedBy = "pv.kubernetes.io/provisioned-by";

/**
 * What the external provisioner would do for a claim now: make its volume, or let it grow. Kubernetes' own controllers bind
 * the claim. Source: sig-storage-lib-external-provisioner, shouldProvision.
 */
export function reconcileClaim(world: Store, claim: Claim): Write[] {
    const of = world.get("StorageClass", undefined, claim.spec.storageClassName ?? "");
    if (of === undefined || ![csiProvisioner, localProvisioner].includes(of.provisioner)) {
        return [];
    }
    const fault = claimFault(world, claim);
    if (claim.status?.phase === "Bound") {
        return fault === "claim-lost" && !isWorkOfCdi(claim)
            ? loseVolume(world, claim)
            : expand(world, claim, of);
    }
    // Kubernetes names the provisioner once the claim is to be provisioned: at once, or when the scheduler chose a node.
    const asked = annotationOf(claim, "volume.kubernetes.io/storage-provisioner");
    const waiting =
        of.volumeBindingMode === "WaitForFirstConsumer" &&
        annotationOf(claim, "volume.kubernetes.io/selected-node") === undefined;
    if (isDeleted(claim) || asked !== of.provisioner || waiting) {
        return [];
    }
    const volume = world.get("PersistentVolume", undefined, volumeName(claim));
    if (
        volume !== undefined ||
        claim.spec.volumeName !== undefined ||
        !contentIsThere(world, claim)
    ) {
        return [];
    }
    const scratch = claim.metadata.name.endsWith("-scratch");
    if (fault === "never-provisioned") {
        return [];
    }
    if (fault === "provisioner-error" || (fault === "no-scratch-space" && scratch)) {
        return [failure(claim, of)];
    }
    return [create(volumeFor(claim, of))];
}

/** What the external provisioner would do for a volume now: delete one that was released, where the class says so. */
export function reconcileVolume(world: Store, volume: Volume): Write[] {
    const ours = [csiProvisioner, localProvisioner].includes(
        annotationOf(volume, provisionedBy) ?? "",
    );
    const { claimRef, persistentVolumeReclaimPolicy } = volume.spec;
    const claim = world.get("PersistentVolumeClaim", claimRef?.namespace, claimRef?.name ?? "");
    return ours &&
        persistentVolumeReclaimPolicy === "Delete" &&
        volume.status?.phase === "Released" &&
        claim?.metadata.uid !== claimRef?.uid
        ? remove(volume)
        : [];
}

/** Takes the volume away from under a claim, finalizer and all. */
export function loseVolume(world: Store, claim: Claim): Write[] {
    const volume = world.get("PersistentVolume", undefined, claim.spec.volumeName ?? "");
    return claim.status?.phase !== "Bound" || volume === undefined
        ? []
        : [...remove(volume), ...patch(volume, { metadata: { finalizers: null } })];
}

/** What is to go wrong with a claim: its own fault, or that of the DataVolume it is filled for. */
function claimFault(world: Store, claim: Claim): Fault | undefined {
    const own = faultOf(world, claim);
    if (own !== undefined) {
        return own;
    }
    const { namespace, ownerReferences } = claim.metadata;
    const owner = ownerReferences?.[0];
    if (owner?.kind === "DataVolume") {
        const dataVolume = world.get("DataVolume", namespace, owner.name);
        return dataVolume === undefined ? undefined : dataVolumeFault(world, dataVolume);
    }
    const above =
        owner?.kind === "PersistentVolumeClaim"
            ? world.get("PersistentVolumeClaim", namespace, owner.name)
            : claimOfPod(world, namespace, owner?.kind === "Pod" ? owner.name : undefined);
    return above === undefined ? undefined : claimFault(world, above);
}

function claimOfPod(
    world: Store,
    namespace: string | undefined,
    name: string | undefined,
): Claim | undefined {
    const pod = name === undefined ? undefined : world.get("Pod", namespace, name);
    const owner = pod?.metadata.ownerReferences?.[0];
    return owner?.kind === "PersistentVolumeClaim"
        ? world.get("PersistentVolumeClaim", namespace, owner.name)
        : undefined;
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

function failure(claim: Claim, of: StorageClass): Write {
    const message = `failed to provision volume with StorageClass "${of.metadata.name}": rpc error: code = InvalidArgument desc = the storage system refuses the request (simulated)`;
    return warn(claim, of.provisioner, "ProvisioningFailed", message);
}

function volumeFor(claim: Claim, of: StorageClass): NewObject {
    const { metadata, spec } = claim;
    const name = volumeName(claim);
    return {
        apiVersion: "v1",
        kind: "PersistentVolume",
        metadata: { name, annotations: { [provisionedBy]: of.provisioner } },
        spec: {
            accessModes: spec.accessModes,
            volumeMode: spec.volumeMode ?? "Filesystem",
            capacity: { storage: spec.resources?.requests?.storage },
            storageClassName: of.metadata.name,
            persistentVolumeReclaimPolicy: of.reclaimPolicy ?? "Delete",
            claimRef: {
                apiVersion: "v1",
                kind: "PersistentVolumeClaim",
                namespace: metadata.namespace,
                name: metadata.name,
                uid: metadata.uid,
            },
            csi: { driver: of.provisioner.replace("/", "."), volumeHandle: name },
        },
    };
}

function volumeName({ metadata }: Claim): string {
    return `pvc-${metadata.uid ?? ""}`;
}

/** Expansion: the volume grows first, then the claim says so. Source: external-resizer. */
function expand(world: Store, claim: Claim, of: StorageClass): Write[] {
    const wanted = claim.spec.resources?.requests?.storage;
    const bytes = quantityBytes(wanted ?? "0") ?? 0;
    const has = quantityBytes(claim.status?.capacity?.storage ?? "0") ?? 0;
    const volume = world.get("PersistentVolume", undefined, claim.spec.volumeName ?? "");
    return bytes <= has || volume === undefined || of.allowVolumeExpansion !== true
        ? []
        : [
              ...patch(volume, { spec: { capacity: { storage: wanted } } }),
              ...patchStatus(claim, { capacity: { storage: wanted } }),
          ];
}
