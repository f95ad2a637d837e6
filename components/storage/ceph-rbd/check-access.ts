import type { Check } from "../../../model/findings";
import type { CephKmsArgs, CephRbdArgs, CephTopologyArgs } from "./args";
import { cephNameFault } from "./check-class";
import { domainOf } from "./classes";

/** What is wrong with the way to the Ceph cluster: its id, monitors, user, passphrases, and what the nodes say of their place. */
export function checkCephAccess(args: CephRbdArgs, check: Check): void {
    checkClusterId(args.clusterId, check);
    checkMonitors(args.monitors, check);
    checkUser(args, check);
    checkEncryption(args, check);
    if (args.readAffinity?.crushLocationLabels.length === 0) {
        check.refuse(
            "readAffinity.crushLocationLabels",
            "is [], which says of no node where it is",
            `name labels, such as "topology.kubernetes.io/zone", or leave readAffinity out`,
        );
    }
    if (args.topology !== undefined) {
        checkTopology(args.topology, check);
    }
}

/**
 * Why a text is not a Ceph key, or undefined when it is one. It never says the text: for values that are known only in an update.
 * Source: Ceph src/auth/Crypto.cc (CryptoKey::decode_base64).
 */
export function cephKeyFault(key: string): { fault: string; cure: string } | undefined {
    return /^[A-Za-z0-9+/]{8,}={0,2}$/.test(key)
        ? undefined
        : {
              fault: `has ${String(key.length)} characters that are not a Ceph key in base64`,
              cure: "give what `ceph auth get-key client.<id>` prints, without the rest of a keyring and without a line break",
          };
}

function checkClusterId(id: string, check: Check): void {
    const bytes = Buffer.byteLength(id);
    // Source: ceph-csi docs/deploy-rbd.md (clusterID); it is part of every volume handle (internal/util/volid.go).
    if (bytes > 36) {
        check.refuse(
            "clusterId",
            `is ${JSON.stringify(id)}, which has ${String(bytes)} bytes; ceph-csi allows 36`,
            "write the Ceph cluster's own id (`ceph fsid`)",
        );
    } else if (!/^[A-Za-z0-9_.-]+$/.test(id)) {
        check.refuse(
            "clusterId",
            `is ${JSON.stringify(id)}, which is not the id of a cluster`,
            "write the Ceph cluster's own id (`ceph fsid`)",
        );
    }
}

function checkMonitors(monitors: readonly string[], check: Check): void {
    if (monitors.length === 0) {
        check.refuse(
            "monitors",
            "is [], which leaves no way to the Ceph cluster",
            "write the addresses that `ceph mon dump` lists",
        );
    }
    for (const [index, monitor] of monitors.entries()) {
        if (!isMonitor(monitor)) {
            check.refuse(
                `monitors[${String(index)}]`,
                `is ${JSON.stringify(monitor)}, which is not an address with its port`,
                `write it as "10.0.0.1:6789" or "[fd00::1]:6789"`,
            );
        }
    }
}

function isMonitor(text: string): boolean {
    const match =
        /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?):([0-9]{1,5})$/.exec(text);
    const port = Number(match?.[2]);
    return port >= 1 && port <= 65_535;
}

function checkUser({ user }: CephRbdArgs, check: Check): void {
    if (user.id.startsWith("client.")) {
        check.refuse(
            "user.id",
            `is ${JSON.stringify(user.id)}, which has the "client." that Ceph writes before it`,
            `write ${JSON.stringify(user.id.slice("client.".length))}`,
        );
    } else {
        check.refuseIf("user.id", cephNameFault(user.id, "a Ceph user"));
    }
    if (user.id === "admin") {
        check.warn(
            "user.id",
            `is "admin", who may do everything in the Ceph cluster`,
            "make a user for these pools alone, with the command of the output caps",
        );
    }
    if (typeof user.key === "string") {
        check.refuseIf("user.key", cephKeyFault(user.key));
    }
}

function checkEncryption({ encryption }: CephRbdArgs, check: Check): void {
    if (encryption === undefined) {
        return;
    }
    if ("kms" in encryption) {
        if ("passphrase" in encryption) {
            check.refuse(
                "encryption",
                "has a passphrase and a key management system, and disks are encrypted with one",
                "leave the other out",
            );
        }
        checkKms(encryption, check);
    } else if (encryption.passphrase === "") {
        check.refuse(
            "encryption.passphrase",
            "is empty, which protects nothing",
            "give a long text, as a secret of the configuration",
        );
    }
}

/** Words of keys whose values are no names of Secrets but what is in one. */
const secretKey = /(token|password|passphrase|secret[_-]?(access[_-]?)?key|private[_-]?key)$/i;

function checkKms({ kmsId, kms }: CephKmsArgs, check: Check): void {
    // Source: ceph-csi internal/kms/kms.go (GetKMS: these two mean the passphrase of the Secret; getProvider: the kind's keys).
    if (kmsId === "" || kmsId === "default") {
        check.refuse(
            "encryption.kmsId",
            `is ${JSON.stringify(kmsId)}, which means the passphrase beside the user's key`,
            `write another name, such as "vault"`,
        );
    }
    const kind = kms["encryptionKMSType"] ?? kms["KMS_PROVIDER"];
    if (typeof kind !== "string" || kind === "") {
        check.refuse(
            "encryption.kms",
            "has no encryptionKMSType, and the driver cannot tell of which kind the system is",
            `add it, such as encryptionKMSType: "vault"`,
        );
    }
    for (const key of Object.keys(kms).filter((one) => secretKey.test(one))) {
        check.refuse(
            `encryption.kms.${key}`,
            "is part of a ConfigMap, which everybody may read",
            "put it into a Secret, and name that as ceph-csi's documentation of the system says",
        );
    }
}

function checkTopology({ domainLabels }: CephTopologyArgs, check: Check): void {
    if (domainLabels.length === 0) {
        check.refuse(
            "topology.domainLabels",
            "is [], which tells the driver nothing",
            `name labels, such as "topology.kubernetes.io/zone", or leave topology out`,
        );
    }
    // Source: ceph-csi internal/util/topology.go (GetTopologyFromDomainLabels): it keeps what stands behind the "/".
    for (const [index, label] of domainLabels.entries()) {
        const twin = domainLabels.slice(0, index).find((one) => domainOf(one) === domainOf(label));
        if (twin !== undefined) {
            check.refuse(
                `topology.domainLabels[${String(index)}]`,
                `is ${JSON.stringify(label)}, which the driver cannot tell from ${JSON.stringify(twin)}`,
                "leave one of them out",
            );
        }
    }
}
