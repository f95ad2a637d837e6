import type { ProvisioningFault } from "../../../waits/provisioning-fault";

const second = 1000;
const minute = 60 * second;

/** What only an edit of the program puts right. */
const wrongFor = 30 * second;

/**
 * What Longhorn's driver says when it cannot make a volume, the more telling first. The manager's own answers come inside
 * "Bad response statusCode [500]. … Body: [message=…]".
 * Source: longhorn-manager v1.12.1 csi/controller_server.go, csi/util.go, client/common.go, manager/volume.go,
 * webhook/resources/volume, types/volumes.go; external-provisioner pkg/controller/controller.go (getCredentials).
 */
export const longhornFaults: readonly ProvisioningFault[] = [
    {
        message: /failed calling webhook "(?:validator|mutator)\.longhorn\.io"/,
        cause: "webhook-not-ready",
        what: "Longhorn's webhook does not answer",
        cure: "Look at the pods of DaemonSet longhorn-manager: they are its webhook",
        graceMs: 3 * minute,
    },
    {
        message: /error getting secret (\S+) in namespace (\S+):/,
        cause: "encryption-key-missing",
        what: "The Secret $2/$1 of the encrypted class cannot be read",
        cure: "Run the update that makes it, with encryption given, or put the Secret back",
        graceMs: wrongFor,
    },
    {
        message: /missing passphrase for encrypted volume (\S+)/,
        cause: "encryption-key-missing",
        what: "The Secret of the encrypted class has no passphrase for volume $1",
        cure: "Give encryption.passphrase, or put CRYPTO_KEY_VALUE back into the Secret",
        graceMs: wrongFor,
    },
    {
        message: /backup target (\S+) (?:is not available|not found)/,
        cause: "backup-target-unavailable",
        what: "The backup target $1 cannot be used",
        cure: "Look at its condition (kubectl -n longhorn-system get backuptargets.longhorn.io -o yaml), then at backupTarget or at the class's backupTargetName",
        graceMs: 2 * minute,
    },
    {
        message: /there is no backup volume|failed to get backup (\S+):|backup \S+ unavailable/,
        cause: "backup-target-unavailable",
        what: "The backup that the disk is made of is not known to Longhorn",
        cure: "See that the backup target is the one with the backup, and wait for its pollInterval",
        graceMs: 6 * minute,
    },
    {
        message: /cannot get backup(?: volume| and volume name| \S+:)/,
        cause: "class-parameters",
        what: "The class restores from a backup that Longhorn cannot find",
        cure: "Correct fromBackup: it is the status.url of a backup in the backup target",
        graceMs: 6 * minute,
    },
    {
        message:
            /requested size \((\d+) bytes\) is different than the source volume size \((\d+) bytes\)/,
        cause: "clone-failed",
        what: "A clone has to have its source's size, $2 bytes, and $1 were asked for",
        cure: "Set allowVolumeExpansion of the class, so that CDI clones first and grows afterwards",
        graceMs: wrongFor,
    },
    {
        message:
            /size of target volume \((\d+) bytes\) is different than size of source volume \((\d+) bytes\)/,
        cause: "clone-failed",
        what: "A disk from a snapshot has to have its size, $2 bytes, and $1 were asked for",
        cure: "Set allowVolumeExpansion of the class, so that CDI restores first and grows afterwards",
        graceMs: wrongFor,
    },
    {
        message: /spec\.size (\d+) does not match source size (\d+)/,
        cause: "clone-failed",
        what: "A linked clone has to have its source's size, $2 bytes, and $1 were asked for",
        cure: "Ask for the source's size and grow the disk afterwards, or leave linkedClones out",
        graceMs: wrongFor,
    },
    {
        message:
            /linked-clone volume cannot have more replicas \((\d+)\) than its source volume \((\d+)\)/,
        cause: "class-parameters",
        what: "A linked clone has at most as many copies as its source, $2, and the class says $1",
        cure: "Clone from a disk of a class with as many replicas, or leave linkedClones out",
        graceMs: wrongFor,
    },
    {
        message:
            /cannot clone volume with data engine (\S+) into a volume with data engine (\S+?)[\s,]/,
        cause: "clone-failed",
        what: "A disk of the engine $1 is not cloned to one of the engine $2",
        cure: "Clone to a class with the same dataEngine",
        graceMs: wrongFor,
    },
    {
        message:
            /failed to clone volume: source volume (\S+) is (?:unavailable|not found)|volume source snapshot (\S+) is not found/,
        cause: "clone-source-missing",
        what: "What the disk is a copy of is not there: $1$2",
        cure: "Name a source that exists",
        graceMs: minute,
    },
    {
        message: /(v[12])-data-engine data engine is not enabled/,
        cause: "class-parameters",
        what: "The class wants the engine $1, which is switched off",
        cure: "Leave settings.$1DataEngine out, or write another dataEngine under a new class name",
        graceMs: 2 * minute,
    },
    {
        message:
            /invalid parameter (\S+?):|invalid json format of (\S+?):|Cannot set both (share) and exclusive|invalid (\S+) (?:mode|option|setting):/i,
        cause: "class-parameters",
        what: "The class has a parameter that Longhorn does not take: $1$2$3$4",
        cure: "Correct the argument, under a new class name: a StorageClass does not change",
        graceMs: wrongFor,
    },
    {
        message: /XFS filesystems with size (\d+), smaller than (\d+), are not supported/,
        cause: "class-parameters",
        what: "A disk with XFS has at least $2 bytes, and $1 were asked for",
        cure: "Ask for 300Mi or more, or take a class with ext4",
        graceMs: wrongFor,
    },
    {
        message: /access mode (\S+) is not supported/,
        cause: "class-parameters",
        what: "Longhorn does not offer the access mode $1",
        cure: "Ask for ReadWriteMany with Block, or ReadWriteOnce",
        graceMs: wrongFor,
    },
    {
        message:
            /detached state with some un-schedulable replicas|precheck new replica failed: ([^;\]]*)/,
        cause: "storage-full",
        what: "Not every copy of the disk finds a place $1",
        cure: "Look at Longhorn's nodes: ready, with the class's tags, and with room; or take a class with fewer replicas",
        graceMs: 3 * minute,
    },
    {
        message: /failed to schedule (\S+) more bytes to disk (\S+)/,
        cause: "storage-full",
        what: "$1 bytes more do not fit on disk $2",
        cure: "Add room to the nodes' disks, or delete volumes and snapshots that nobody needs",
        graceMs: 2 * minute,
    },
];
