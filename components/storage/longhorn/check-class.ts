import { Check, type Findings } from "../../../model/findings";
import type { LonghornClassArgs } from "./class-args";
import { longhornNodesWith } from "./node-tags";
import { engineOf, type LonghornSettings, type LonghornTier, replicasOf } from "./tiers";

/** Parameters that an argument sets, that this package decides, or that change what CDI makes of the class. */
const ownParameters: Readonly<Record<string, string>> = {
    numberOfReplicas: "use replicas",
    staleReplicaTimeout: "use the argument of that name",
    dataLocality: "use the argument of that name",
    diskSelector: "use diskTags",
    nodeSelector: "use nodeTags",
    replicaAutoBalance: "use the argument of that name",
    unmapMarkSnapChainRemoved: "use trim",
    encrypted: "use the argument of that name",
    dataEngine: "use the argument of that name",
    cloneMode: "use linkedClones",
    recurringJobSelector: "use recurringJobs",
    fromBackup: "use the argument of that name",
    backupTargetName: "use the argument of that name",
    fsType: "use the argument of that name",
    mkfsParams: "use the argument of that name",
    migratable: "leave it out: classes without fsType are migratable",
    nfsOptions: "leave it out: disks of machines are not shared by NFS",
    share: "leave it out: Longhorn sets it",
    exclusive: "leave it out: Longhorn sets it",
    dataSource: "leave it out: Longhorn sets it",
};

/** The words of the arguments that are one of few. */
const words: readonly (readonly [keyof LonghornClassArgs, readonly string[]])[] = [
    ["dataLocality", ["disabled", "best-effort", "strict-local"]],
    ["replicaAutoBalance", ["disabled", "least-effort", "best-effort"]],
    ["dataEngine", ["v1", "v2"]],
    ["fsType", ["ext4", "xfs"]],
    ["reclaimPolicy", ["Retain", "Delete"]],
    ["bindingMode", ["Immediate", "WaitForFirstConsumer"]],
];

/** What is wrong with a class, and what should be known about it. */
export function checkClass(
    tier: LonghornTier,
    args: LonghornSettings,
    nodes: number | undefined,
): Findings {
    const check = new Check();
    for (const [field, known] of words) {
        check.refuseUnknown(field, tier[field] as string | undefined, known, "Longhorn");
    }
    checkReplicas(tier, args, nodes, check);
    checkLocality(tier, check);
    checkEngine(tier, args, check);
    checkFilesystem(tier, check);
    checkBackup(tier, check);
    checkTags("diskTags", tier.diskTags, check);
    checkTags("nodeTags", tier.nodeTags, check);
    checkJobs(tier, check);
    checkParameters(tier, check);
    if (tier.encrypted === true && args.encryption === undefined) {
        check.refuse(
            "encrypted",
            "is true, and there is no encryption with a passphrase",
            "add encryption: { passphrase } at the top level",
        );
    }
    if (tier.trim === true && engineOf(tier) === "v1") {
        check.warn(
            "trim",
            "is true, and a guest that discards removes its disk's snapshots up to the first that clones were made of",
            "leave it out where snapshots have to stay; room that no snapshot holds comes back all the same",
        );
    }
    return check;
}

/** Tags are qualified names. Source: longhorn-manager util/util.go (ValidateTags, IsQualifiedName). */
export function checkTags(field: string, tags: readonly string[] | undefined, check: Check): void {
    for (const [index, tag] of (tags ?? []).entries()) {
        if (
            !/^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/.test(tag)
        ) {
            check.refuse(
                `${field}[${String(index)}]`,
                `is ${JSON.stringify(tag)}, which is not a tag`,
                `use letters, digits, "-", "_" and ".", beginning and ending with a letter or digit, one tag an entry`,
            );
        }
    }
}

/** Source: longhorn-manager types/setting.go (SettingDefinitionDefaultReplicaCount: 1 to 20), webhook/resources/volume. */
function checkReplicas(
    tier: LonghornTier,
    args: LonghornSettings,
    nodes: number | undefined,
    check: Check,
): void {
    const replicas = replicasOf(tier);
    if (!Number.isInteger(replicas) || replicas < 1 || replicas > 20) {
        check.refuse(
            "replicas",
            `is ${String(replicas)}, which is not a number of replicas`,
            "write a whole number from 1 to 20",
        );
        return;
    }
    const { places, what } = longhornNodesWith(tier, args.nodes, nodes);
    if (places === 0) {
        check.refuse(
            "replicas",
            `is ${String(replicas)}, and there are no ${what}`,
            "add nodes, or give them what the class asks for",
        );
    } else if (places !== undefined && replicas > places) {
        const fault = `is ${String(replicas)}, which is more than the ${String(places)} ${what}, and a node keeps one copy of a disk`;
        if (args.environment === "trial") {
            check.warn("replicas", fault, "add nodes before its disks are worth anything");
        } else {
            check.refuse(
                "replicas",
                fault,
                `write ${String(places)} or less, add nodes, or write environment: "trial" where a disk may be lost`,
            );
        }
    } else if (
        replicas === 1 &&
        args.environment !== "trial" &&
        tier.dataLocality !== "strict-local"
    ) {
        check.warn(
            "replicas",
            "is 1, and a disk is gone with the node that has it",
            "write 2 or more",
        );
    }
    const { staleReplicaTimeout: minutes } = tier;
    if (minutes !== undefined && !(Number.isInteger(minutes) && minutes >= 1)) {
        check.refuse(
            "staleReplicaTimeout",
            `is ${String(minutes)}, which is not a number of minutes`,
            "write a whole number of minutes, such as 2880 for two days",
        );
    }
}

/**
 * Longhorn itself would take a strict-local volume that is migratable, and then attach it on one node only.
 * Source: longhorn-manager types/types.go (ValidateDataLocalityAndReplicaCount, ValidateDataLocalityAndAccessMode),
 * webhook/resources/volume/validator.go (hasLocalReplicaOnSameNodeAsStrictLocalVolume).
 */
function checkLocality(tier: LonghornTier, check: Check): void {
    if (tier.dataLocality !== "strict-local") {
        return;
    }
    if (tier.fsType === undefined) {
        check.refuse(
            "dataLocality",
            `is "strict-local", which keeps a machine on one node for good, and the class is made for migration`,
            `write "best-effort", or an fsType for disks that do not migrate`,
        );
    }
    if (replicasOf(tier) !== 1) {
        check.refuse(
            "dataLocality",
            `is "strict-local", which has one copy, and replicas is ${String(replicasOf(tier))}`,
            `write replicas: 1, or "best-effort"`,
        );
    }
}

/** Source: Longhorn documentation 1.12.1, v1-v2-volume-behavior-and-feature-parity; webhook/resources/volume/validator.go. */
function checkEngine(tier: LonghornTier, args: LonghornSettings, check: Check): void {
    if (engineOf(tier) === "v1") {
        if (tier.linkedClones === true) {
            check.refuse(
                "linkedClones",
                "is true, which the engine v1 cannot do: its clones are full copies",
                `leave it out, or write dataEngine: "v2"`,
            );
        }
        return;
    }
    if (tier.trim === true) {
        check.refuse("trim", "is true, which the engine v2 refuses", "leave it out");
    }
    if (tier.dataLocality === "strict-local") {
        check.refuse(
            "dataLocality",
            `is "strict-local", which the engine v2 cannot do`,
            `write "best-effort" or "disabled"`,
        );
    }
    if (args.settings?.["v2DataEngine"] === false) {
        check.refuse(
            "dataEngine",
            `is "v2", and settings.v2DataEngine is false`,
            "leave the setting out: it follows the classes",
        );
    }
    if (tier.linkedClones === true) {
        check.warn(
            "linkedClones",
            "is true, and a disk that clones were made of cannot be deleted before them",
            "leave it out where disks and their clones go their own ways",
        );
    }
}

function checkFilesystem(tier: LonghornTier, check: Check): void {
    if (tier.fsType !== undefined) {
        check.warn(
            "fsType",
            `is ${JSON.stringify(tier.fsType)}, and machines on its disks cannot migrate: one node mounts a filesystem`,
            "leave it out for disks of machines",
        );
        return;
    }
    for (const field of ["mkfsParams", "mountOptions"] as const) {
        if (tier[field] !== undefined) {
            check.refuse(
                field,
                "is given, and the class makes raw devices, which have no filesystem of Longhorn's",
                "leave it out, or write an fsType for disks that do not migrate",
            );
        }
    }
}

/** Source: longhorn/backupstore (DecodeBackupURL). */
function checkBackup({ fromBackup }: LonghornTier, check: Check): void {
    if (fromBackup === undefined) {
        return;
    }
    if (!/^[a-z0-9]+:\/\/[^?]+\?(?=.*\bbackup=[^&]+)(?=.*\bvolume=[^&]+)/.test(fromBackup)) {
        check.refuse(
            "fromBackup",
            `is ${JSON.stringify(fromBackup)}, which is not the address of a backup`,
            "write the backup's status.url, such as s3://bucket@region/?backup=backup-1&volume=pvc-1",
        );
        return;
    }
    check.warn(
        "fromBackup",
        "is given, and every disk of the class becomes a copy of that backup",
        "take the class out again when the disk is restored",
    );
}

/** Source: longhorn-manager datastore/longhorn.go (NameMaximumLength), util/util.go (ValidateName). */
function checkJobs({ recurringJobs = [] }: LonghornTier, check: Check): void {
    for (const [index, { name }] of recurringJobs.entries()) {
        if (name.length > 40 || !/^[a-z0-9][a-z0-9_.-]+$/.test(name)) {
            check.refuse(
                `recurringJobs[${String(index)}].name`,
                `is ${JSON.stringify(name)}, which is not a name of a job or group`,
                `use 2 to 40 lower-case letters, digits, "-", "_" and "."`,
            );
        }
    }
}

function checkParameters({ parameters = {} }: LonghornTier, check: Check): void {
    for (const [key, value] of Object.entries(parameters)) {
        const cure = key.startsWith("csi.storage.k8s.io/")
            ? "use encrypted and encryption, or fsType"
            : Object.hasOwn(ownParameters, key)
              ? ownParameters[key]
              : undefined;
        if (cure !== undefined) {
            check.refuse(`parameters.${key}`, "is set by this package", cure);
        } else if (typeof value !== "string") {
            check.refuse(
                `parameters.${key}`,
                `is ${JSON.stringify(value)}, which is not a text`,
                `write it as "${String(value)}"`,
            );
        }
    }
}
