import assert from "node:assert/strict";
import { cephRbdFaults } from "../../../components/storage/ceph-rbd/faults";

/** As the sidecar puts what the driver says into the claim's event. */
const event = (said: string) => `failed to provision volume with StorageClass "ceph": ${said}`;
const rpc = (code: string, text: string) => event(`rpc error: code = ${code} desc = ${text}`);

/** Messages of clusters (issues of ceph/ceph-csi by number), or as the named file of its source formats them. */
const messages: readonly (readonly [string, string, cause: string, named: RegExp])[] = [
    [
        "a cluster id that the driver does not have (#1240)",
        rpc(
            "InvalidArgument",
            'failed to fetch monitor list using clusterID (other): missing configuration for cluster ID "other"',
        ),
        "cluster-id-unknown",
        /Ceph cluster other,.*Set clusterId of CephRbd to other/,
    ],
    [
        "no monitors (csiconfig.go)",
        rpc(
            "InvalidArgument",
            "failed to fetch monitor list using clusterID (abc): empty monitor list for cluster ID (abc) in config",
        ),
        "monitors-unreachable",
        /no monitor of the Ceph cluster abc.*Set monitors of CephRbd/,
    ],
    [
        "a Secret that is not there (external-provisioner)",
        event(
            'error getting secret ceph-ceph-user in namespace ceph-csi-rbd: secrets "ceph-ceph-user" not found',
        ),
        "credentials-missing",
        /Secret ceph-ceph-user of the Ceph user is not in namespace ceph-csi-rbd\./,
    ],
    [
        "a Secret without the user (credentials.go)",
        rpc("InvalidArgument", "missing ID field 'userID' in secrets"),
        "credentials-missing",
        /has no userID.*user\.id and user\.key/,
    ],
    [
        "a Secret without the key (credentials.go)",
        rpc("InvalidArgument", "missing key field 'userKey' in secrets"),
        "credentials-missing",
        /has no userKey/,
    ],
    [
        "an empty Secret (credentials.go)",
        rpc("InvalidArgument", "provided secret is empty"),
        "credentials-missing",
        /names no Secret/,
    ],
    [
        "a refused key (#4563)",
        rpc(
            "InvalidArgument",
            "failed to get connection: connecting failed: rados: ret=-1, Operation not permitted",
        ),
        "credentials-refused",
        /does not let the user in.*user\.id .*user\.key of CephRbd/,
    ],
    [
        "a refused key, as older ones say it (#3746)",
        rpc(
            "InvalidArgument",
            "failed to get connection: connecting failed: rados: ret=-13, Permission denied",
        ),
        "credentials-refused",
        /does not let the user in/,
    ],
    [
        "a key that is none (#2254)",
        rpc(
            "Internal",
            "failed to get connection: connecting failed: rados: ret=-22, Invalid argument",
        ),
        "credentials-refused",
        /cannot read the user's key/,
    ],
    [
        "rights that end at the namespace (#1705)",
        rpc("Internal", "failed to create rbd image: rbd: ret=-1, Operation not permitted"),
        "credentials-refused",
        /may not work in the class's pool.*output caps/,
    ],
    [
        "rights that end at the pool (#5195)",
        rpc("Internal", "rados: ret=-1, Operation not permitted"),
        "credentials-refused",
        /may not work in the class's pool/,
    ],
    [
        "unreachable monitors at first (#2104)",
        rpc("DeadlineExceeded", "context deadline exceeded"),
        "monitors-unreachable",
        /does not answer the driver in time.*monitors of CephRbd/,
    ],
    [
        "unreachable monitors on every retry (#1062)",
        rpc(
            "Aborted",
            "an operation with the given Volume ID pvc-0c3c1d9c-1b7f-4f1b-9a69-6a3c3ab2e5a9 already exists",
        ),
        "monitors-unreachable",
        /does not answer the driver in time/,
    ],
    [
        "a pool that is not there (rook#7362)",
        rpc("Internal", "pool not found: pool (replicapool) not found in Ceph cluster"),
        "pool-missing",
        /no pool replicapool\..*rbd pool init replicapool.*pool of CephRbd/,
    ],
    [
        "a pool that is not there, found late (connection.go)",
        rpc(
            "Internal",
            "Failed as pool not found (internal rados: ret=-2, No such file or directory)",
        ),
        "pool-missing",
        /does not have the class's pool/,
    ],
    [
        "a RADOS namespace that is not there (#2781)",
        rpc("Internal", "failed to create rbd image: RBD image not found"),
        "pool-missing",
        /RADOS namespace or the data pool.*radosNamespace or dataPool of CephRbd/,
    ],
    [
        "a filesystem for several nodes (controllerserver.go)",
        rpc(
            "InvalidArgument",
            "multi node access modes are only supported on rbd `block` type volumes",
        ),
        "class-parameters",
        /class without fsType/,
    ],
    [
        "a clone of clones (rbd_util.go)",
        rpc(
            "Aborted",
            "flatten in progress: flatten is in progress for image csi-vol-1b00f5f8-b1c1-11e9",
        ),
        "provisioning-failed",
        /first copies csi-vol-1b00f5f8-b1c1-11e9 whole/,
    ],
    [
        "too many snapshots (controllerserver.go)",
        rpc("ResourceExhausted", "rbd image vms/csi-vol-1 has 451 snapshots"),
        "provisioning-failed",
        /vms\/csi-vol-1 has 451 snapshots/,
    ],
    [
        "encryption without passphrase (secretskms.go)",
        rpc(
            "InvalidArgument",
            "invalid encryption kms configuration: missing encryption passphrase in secrets",
        ),
        "encryption-key-missing",
        /encryption\.passphrase of CephRbd/,
    ],
    [
        "an unknown key management system (kms.go)",
        rpc(
            "InvalidArgument",
            'invalid encryption kms configuration: could not get KMS configuration for "vault" (have [other])',
        ),
        "encryption-key-missing",
        /system vault, which.*vault as the kmsId/,
    ],
    [
        "an unknown kind of key management system (kms.go)",
        rpc(
            "InvalidArgument",
            'invalid encryption kms configuration: could not find KMS provider "valt"',
        ),
        "encryption-key-missing",
        /of the kind valt/,
    ],
    [
        "a key management system that is not configured (kms.go)",
        rpc(
            "InvalidArgument",
            "invalid encryption kms configuration: failed to get KMS provider, missingconfiguration option",
        ),
        "encryption-key-missing",
        /encryption\.kms of CephRbd/,
    ],
    [
        "a zone without pool (topology.go)",
        rpc(
            "Internal",
            "none of the topology constrained pools matched requested topology constraints : pools ([]) requested topology ({})",
        ),
        "class-parameters",
        /no pool for the zone/,
    ],
    [
        "a class without cluster (errors.go)",
        rpc("InvalidArgument", "clusterID must be set"),
        "class-parameters",
        /the class's parameters/,
    ],
    [
        "a class without pool (controllerserver.go)",
        rpc("InvalidArgument", "missing or empty pool name to provision volume from"),
        "class-parameters",
        /the class's parameters/,
    ],
    [
        "a feature without the one it needs (rbd_util.go)",
        rpc("InvalidArgument", "feature object-map requires exclusive-lock to be set"),
        "class-parameters",
        /the class's parameters/,
    ],
];

const first = (message: string) => cephRbdFaults.find((fault) => fault.message.test(message));

describe("cephRbdFaults", () => {
    for (const [what, message, cause, named] of messages) {
        it(`names ${what}`, () => {
            const fault = first(message);
            assert.ok(fault, "no fault fits");
            assert.equal(fault.cause, cause);
            const [whole] = fault.message.exec(message) ?? [""];
            const filled = whole.replace(fault.message, `${fault.what}. ${fault.cure}.`);
            assert.match(filled, named);
            assert.ok(!/\$\d|undefined/.test(filled), filled);
        });
    }

    it("has no entry that no message needs", () => {
        const used = new Set(messages.map(([, message]) => first(message)));
        assert.deepEqual(
            cephRbdFaults.filter((fault) => !used.has(fault)).map(({ message }) => message.source),
            [],
        );
    });

    it("leaves alone what another part says", () => {
        for (const message of [
            'storageclass.storage.k8s.io "ceph" not found',
            event("error generating accessibility requirements: no available topology found"),
        ]) {
            assert.equal(first(message), undefined, message);
        }
    });

    it("waits for what ends by itself", () => {
        assert.equal(first("flatten is in progress for image a")?.graceMs, Infinity);
    });
});
