import type * as pulumi from "@pulumi/pulumi";
import type { LonghornBackupTarget } from "./backup-args";
import type { LonghornEncryptionArgs } from "./part-args";

/** What a Secret has, before it is encoded (`stringData`). */
export type SecretText = Readonly<Record<string, pulumi.Input<string>>>;

/**
 * The address of a backup target. What comes after the `@` is the region: the server of an S3 bucket is in the Secret.
 * Source: Longhorn documentation 1.12.1, snapshots-and-backups/backup-and-restore/set-backup-target.
 */
export function backupTargetUrl(target: LonghornBackupTarget): string {
    if ("nfs" in target) {
        return `nfs://${target.nfs.server}:${target.nfs.path}`;
    }
    const { bucket, region, prefix = "" } = target.s3;
    const folder = prefix.replace(/^\/+|\/+$/g, "");
    return `s3://${bucket}@${region}/${folder === "" ? "" : `${folder}/`}`;
}

/** The login of a backup target; undefined for NFS, which has none. Source: as above. */
export function backupSecret(target: LonghornBackupTarget): SecretText | undefined {
    if ("nfs" in target) {
        return undefined;
    }
    const { s3 } = target;
    return {
        AWS_ACCESS_KEY_ID: s3.accessKeyId,
        AWS_SECRET_ACCESS_KEY: s3.secretAccessKey,
        ...(s3.endpoint === undefined ? {} : { AWS_ENDPOINTS: s3.endpoint }),
        ...(s3.ca === undefined ? {} : { AWS_CERT: s3.ca }),
        ...(s3.virtualHostedStyle === true ? { VIRTUAL_HOSTED_STYLE: "true" } : {}),
    };
}

/**
 * The passphrase of encrypted classes and how it is used.
 * Source: Longhorn documentation 1.12.1, advanced-resources/security/volume-encryption; longhorn-manager csi/node_server.go.
 */
export function encryptionSecret(encryption: LonghornEncryptionArgs): SecretText {
    const { cipher, hash, keySize, pbkdf } = encryption;
    return {
        CRYPTO_KEY_VALUE: encryption.passphrase,
        CRYPTO_KEY_PROVIDER: "secret",
        ...(cipher === undefined ? {} : { CRYPTO_KEY_CIPHER: cipher }),
        ...(hash === undefined ? {} : { CRYPTO_KEY_HASH: hash }),
        ...(keySize === undefined ? {} : { CRYPTO_KEY_SIZE: String(keySize) }),
        ...(pbkdf === undefined ? {} : { CRYPTO_PBKDF: pbkdf }),
    };
}
