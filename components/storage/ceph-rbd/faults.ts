import type { ProvisioningFault } from "../../../waits/provisioning-fault";

const second = 1000;
const minute = 60 * second;

/** Long enough for the sidecar's next two attempts, which come after a growing pause. */
const retries = 45 * second;

/** A ConfigMap or Secret that the same update has changed reaches the driver's pods within the kubelet's sync period. */
const synced = 2 * minute;

/** Ends by itself; the disk's own deadline counts. */
const byItself = Infinity;

/**
 * What the driver says in a claim's ProvisioningFailed event when it cannot make an image, the first that fits first. Sources:
 * ceph-csi (read at 52fcb7b) internal/util/csiconfig.go, credentials.go, connection.go, conn_pool.go, idlocker.go, errors.go,
 * internal/rbd/controllerserver.go, rbd_util.go, internal/kms/kms.go, secretskms.go; issues of ceph/ceph-csi where a number stands.
 */
export const cephRbdFaults: readonly ProvisioningFault[] = [
    {
        message: /missing configuration for cluster ID "?\(?([^")]+)/,
        cause: "cluster-id-unknown",
        what: "The driver has no configuration for the Ceph cluster $1, which the class names",
        cure: "Set clusterId of CephRbd to $1, or use a class of the cluster that it has",
        graceMs: synced,
    },
    {
        message: /empty monitor list for cluster ID \(([^)]+)\)/,
        cause: "monitors-unreachable",
        what: "The driver has no monitor of the Ceph cluster $1",
        cure: "Set monitors of CephRbd to what `ceph mon dump` lists",
        graceMs: synced,
    },
    {
        message: /error getting secret (\S+) in namespace ([^\s:]+): secrets? .*not found/,
        cause: "credentials-missing",
        what: "The Secret $1 of the Ceph user is not in namespace $2",
        cure: "Apply CephRbd again, which makes it; a class names the Secret for good, so keep namespace of CephRbd as it was",
        graceMs: retries,
    },
    {
        message: /missing (?:ID|key) field '(\w+)' in secrets/,
        cause: "credentials-missing",
        what: "The Secret of the Ceph user has no $1",
        cure: "Apply CephRbd again, which writes user.id and user.key to it, and see what else writes to the Secret",
        graceMs: synced,
    },
    {
        message: /provided secret is empty/,
        cause: "credentials-missing",
        what: "The class names no Secret of a Ceph user, or an empty one",
        cure: "Use a class that CephRbd has made, and see what else writes to its Secret",
        graceMs: synced,
    },
    {
        // ret=-1 of newer and ret=-13 of older librados: #4563, #3746; without the minus: #2575.
        message: /connecting failed: rados: ret=-?(?:1|13),/,
        cause: "credentials-refused",
        what: "Ceph does not let the user in",
        cure: "Set user.id (without `client.`) and user.key of CephRbd to what `ceph auth get client.<id>` prints",
        graceMs: retries,
    },
    {
        // A key that is not one, among other things: #2254.
        message: /connecting failed: rados: ret=-22,/,
        cause: "credentials-refused",
        what: "The driver cannot read the user's key or the monitors' addresses",
        cure: "Set user.key of CephRbd to what `ceph auth get-key client.<id>` prints, and monitors to host:port",
        graceMs: retries,
    },
    {
        // #1705: the image is made with rights that end at another pool or namespace.
        message: /(?:rados|rbd): ret=-?(?:1|13), (?:Operation not permitted|Permission denied)/,
        cause: "credentials-refused",
        what: "The Ceph user may not work in the class's pool",
        cure: "Give it the rights of CephRbd's output caps (`ceph auth caps` where the user is there already)",
        graceMs: retries,
    },
    {
        message: /pool not found: pool \(([^)]+)\) not found/,
        cause: "pool-missing",
        what: "The Ceph cluster has no pool $1",
        cure: "Make it (`ceph osd pool create $1`, `rbd pool init $1`), or set pool of CephRbd in a class of another name",
        graceMs: retries,
    },
    {
        message: /pool not found/,
        cause: "pool-missing",
        what: "The Ceph cluster does not have the class's pool",
        cure: "Make it (`ceph osd pool create`, `rbd pool init`), or set pool of CephRbd in a class of another name",
        graceMs: retries,
    },
    {
        // #2781.
        message: /failed to create rbd image: (?:RBD image not found|rbd: ret=-2,)/,
        cause: "pool-missing",
        what: "The RADOS namespace or the data pool of the class is not there",
        cure: "Make it (`rbd namespace create <pool>/<namespace>`, `ceph osd pool create`), or set radosNamespace or dataPool of CephRbd to one that exists",
        graceMs: retries,
    },
    {
        message: /multi node access modes are only supported on rbd `?block`? type volumes/,
        cause: "class-parameters",
        what: "A filesystem on RBD cannot be mounted on several nodes",
        cure: "Use a class without fsType and a claim with volumeMode Block, or ask for ReadWriteOnce",
        graceMs: 0,
    },
    {
        message: /flatten is in progress for image (\S+)/,
        cause: "provisioning-failed",
        what: "The source is a clone of clones, and Ceph first copies $1 whole",
        cure: "Wait (`ceph rbd task list` shows how far it is); clone machines from one golden image instead of from each other",
        graceMs: byItself,
    },
    {
        message: /rbd image (\S+) has (\d+) snapshots/,
        cause: "provisioning-failed",
        what: "The source $1 has $2 snapshots and clones, and Ceph first makes some of the clones independent",
        cure: "Wait (`ceph rbd task list` shows how far it is), or delete snapshots that nobody needs",
        graceMs: byItself,
    },
    {
        message: /missing encryption passphrase in secrets|missing "encryptionPassphrase"/,
        cause: "encryption-key-missing",
        what: "The class encrypts, and the Secret of the Ceph user has no passphrase",
        cure: "Set encryption.passphrase of CephRbd",
        graceMs: synced,
    },
    {
        message: /could not get KMS configuration for "([^"]+)"/,
        cause: "encryption-key-missing",
        what: "The class encrypts with the key management system $1, which the driver does not have",
        cure: "Set encryption of CephRbd to { kmsId, kms } with $1 as the kmsId",
        graceMs: synced,
    },
    {
        message: /could not find KMS provider "([^"]+)"/,
        cause: "encryption-key-missing",
        what: "The driver does not know key management systems of the kind $1",
        cure: "Set encryption.kms.encryptionKMSType of CephRbd to one of ceph-csi's documentation",
        graceMs: synced,
    },
    {
        message: /invalid encryption kms configuration/,
        cause: "encryption-key-missing",
        what: "The driver cannot work with the key management system that the class encrypts with",
        cure: "Put encryption.kms of CephRbd right",
        graceMs: synced,
    },
    {
        message: /none of the topology constrained pools matched/,
        cause: "class-parameters",
        what: "The class has no pool for the zone of the machine's node",
        cure: "Add the zone to topologyPools of CephRbd in a class of another name, or keep the machine off the node",
        graceMs: retries,
    },
    {
        message:
            /clusterID must be set|empty cluster ID|(?:missing or )?empty (?:pool|datapool|namespace|volume)|empty imageFeatures|invalid feature|requires (?:\S+ to be set|rbd-nbd)|stripe(?:Unit|Count) must be|objectSize \S+ is not/,
        cause: "class-parameters",
        what: "The driver cannot work with the class's parameters",
        cure: "Use a class that CephRbd has made; a class never changes, so make the disk anew with another",
        graceMs: 0,
    },
    {
        // Last: the driver says so of whatever takes long. First the one, then on every retry the other: #2104, #1062, #4009.
        message:
            /code = DeadlineExceeded|an operation with the given (?:Volume|Snapshot) ID \S+ already exists/,
        cause: "monitors-unreachable",
        what: "Ceph does not answer the driver in time",
        cure: "Check that nodes and pods reach monitors of CephRbd (ports 3300 and 6789) and the OSDs (6800 and above), that `rbd pool init` was run for the pool, and `ceph status`; where pods cannot, set values of CephRbd to { provisioner: { enableHostNetwork: true } }",
        graceMs: 3 * minute,
    },
];
