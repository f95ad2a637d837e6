import { given } from "../../../manifests/fields";
import type {
    SnapshotClassPlan,
    StorageCapabilities,
    StorageClassPlan,
} from "../../../model/storage";
import type { LonghornClassArgs } from "./class-args";
import {
    defaultBackupTarget,
    longhornDriver,
    longhornEncryptionSecretName,
    longhornNamespace,
} from "./names";
import {
    engineOf,
    type LonghornSettings,
    longhornTiers,
    type LonghornTier,
    replicasOf,
} from "./tiers";

/** Longhorn's own. Source: longhorn-manager csi/util.go (defaultStaleReplicaTimeout). */
const staleReplicaTimeout = 2880;

/** Source: CDI pkg/controller/common/util.go (AnnDefaultVirtStorageClass). */
const forMachines = "storageclass.kubevirt.io/is-default-virt-class";

/**
 * The four secrets of an encrypted class. Without the last one its disks cannot grow while they are in use.
 * Source: Longhorn documentation 1.12.1, advanced-resources/security/volume-encryption.
 */
const secretRoles = ["provisioner", "node-publish", "node-stage", "node-expand"];

/** The classes that a Longhorn has, by tier. */
export function longhornClasses(
    name: string,
    args: LonghornSettings,
): Readonly<Record<string, StorageClassPlan>> {
    const snapshotClasses = snapshotClassesOf(name, args);
    const backup = args.backupTarget !== undefined;
    return Object.fromEntries(
        Object.entries(longhornTiers(name, args)).map(([tier, own]) => [
            tier,
            classPlan(own, longhornEncryptionSecretName(name), backup, snapshotClasses),
        ]),
    );
}

/** How many copies the disks of a class have, for a forecast. */
export function longhornReplicas(
    name: string,
    args: LonghornSettings,
): (storageClass: string) => number {
    const tiers = Object.values(longhornTiers(name, args));
    const copies = new Map(tiers.map((tier) => [tier.className, replicasOf(tier)]));
    return (storageClass) => copies.get(storageClass) ?? 1;
}

function classPlan(
    tier: LonghornTier,
    secret: string,
    backup: boolean,
    snapshotClasses: readonly SnapshotClassPlan[],
): StorageClassPlan {
    const isBlock = tier.fsType === undefined;
    return {
        name: tier.className,
        provisioner: longhornDriver,
        parameters: { ...tier.parameters, ...parametersOf(tier, secret) },
        reclaimPolicy: tier.reclaimPolicy ?? "Retain",
        volumeBindingMode: tier.bindingMode ?? "Immediate",
        allowVolumeExpansion: tier.allowVolumeExpansion ?? true,
        ...(tier.mountOptions === undefined ? {} : { mountOptions: tier.mountOptions }),
        ...(tier.isDefaultForMachines === true ? { annotations: { [forMachines]: "true" } } : {}),
        accessMode: isBlock ? "ReadWriteMany" : "ReadWriteOnce",
        volumeMode: isBlock ? "Block" : "Filesystem",
        // Both ways copy the same blocks. This one makes no VolumeSnapshot in between, so that it neither needs a snapshot
        // controller nor can be led to the class that uploads. Source: CDI pkg/controller/clone/csi-clone.go.
        cloneStrategy: "csi-clone",
        // A snapshot lives in its disk's volume. With the format `snapshot` CDI deletes that disk once it has the snapshot, and
        // the image would go with it. Source: CDI pkg/controller/dataimportcron-controller.go (handleSnapshot).
        dataImportCronSourceFormat: "pvc",
        snapshotClasses,
        capabilities: capabilitiesOf(tier, isBlock, backup),
    };
}

/**
 * Source: longhorn-manager csi/util.go (getVolumeOptions) of v1.12.1. A block class is `migratable` and has no `fsType`: what CDI
 * goes by, and what Longhorn wants of a volume on two nodes (CDI pkg/storagecapabilities, UpdateCapabilities by class).
 */
function parametersOf(tier: LonghornTier, secret: string): Readonly<Record<string, string>> {
    return given({
        numberOfReplicas: String(replicasOf(tier)),
        staleReplicaTimeout: String(tier.staleReplicaTimeout ?? staleReplicaTimeout),
        dataLocality: tier.dataLocality ?? "disabled",
        dataEngine: engineOf(tier),
        ...(tier.fsType === undefined
            ? { migratable: "true" }
            : { fsType: tier.fsType, mkfsParams: tier.mkfsParams }),
        diskSelector: list(tier.diskTags),
        nodeSelector: list(tier.nodeTags),
        replicaAutoBalance: tier.replicaAutoBalance,
        unmapMarkSnapChainRemoved: switched(tier.trim),
        cloneMode: tier.linkedClones === true ? "linked-clone" : undefined,
        recurringJobSelector: recurringJobs(tier),
        fromBackup: tier.fromBackup,
        backupTargetName: tier.backupTargetName ?? defaultBackupTarget,
        ...(tier.encrypted === true ? encryptionParameters(secret) : {}),
    }) as Readonly<Record<string, string>>;
}

function encryptionParameters(secret: string): Readonly<Record<string, string>> {
    return Object.fromEntries([
        ["encrypted", "true"],
        ...secretRoles.flatMap((role) => [
            [`csi.storage.k8s.io/${role}-secret-name`, secret],
            [`csi.storage.k8s.io/${role}-secret-namespace`, longhornNamespace],
        ]),
    ]) as Record<string, string>;
}

/** Source: longhorn-manager client (VolumeRecurringJob), which reads the parameter as JSON. */
function recurringJobs({ recurringJobs: jobs = [] }: LonghornClassArgs): string | undefined {
    return jobs.length === 0
        ? undefined
        : JSON.stringify(jobs.map(({ name, isGroup = false }) => ({ name, isGroup })));
}

function list(tags: readonly string[] | undefined): string | undefined {
    return tags === undefined || tags.length === 0 ? undefined : tags.join(",");
}

function switched(on: boolean | undefined): string | undefined {
    return on === undefined ? undefined : on ? "enabled" : "disabled";
}

/**
 * What a snapshot of a disk is taken with: first the snapshot in the cluster, then, where there is a target, the upload to it.
 * A class without a type uploads, too. Source: longhorn-manager csi/controller_server.go (CreateSnapshot).
 */
function snapshotClassesOf(name: string, args: LonghornSettings): readonly SnapshotClassPlan[] {
    const snapshots: SnapshotClassPlan = {
        name: `${name}-snap`,
        driver: longhornDriver,
        deletionPolicy: args.snapshotDeletionPolicy ?? "Delete",
        parameters: { type: "snap" },
        isDefault: true,
        // Velero wants exactly one of a driver: velero pkg/util/csi/volume_snapshot.go.
        labels: { "velero.io/csi-volumesnapshot-class": "true" },
    };
    const backups: SnapshotClassPlan = {
        name: `${name}-bak`,
        driver: longhornDriver,
        // With Delete a VolumeSnapshot that goes, with its namespace say, would take the backup along.
        deletionPolicy: "Retain",
        parameters: { type: "bak" },
        isDefault: false,
    };
    return args.backupTarget === undefined ? [snapshots] : [snapshots, backups];
}

function capabilitiesOf(
    tier: LonghornTier,
    isBlock: boolean,
    backup: boolean,
): StorageCapabilities {
    return {
        shareBlock: isBlock,
        snapshot: true,
        clone: tier.linkedClones === true ? "copy-on-write" : "full-copy",
        expand: tier.allowVolumeExpansion === false ? "none" : "online",
        encrypt: tier.encrypted === true,
        backup,
    };
}
