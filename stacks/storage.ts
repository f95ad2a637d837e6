import {
    CephRbd,
    ExistingStorage,
    Longhorn,
    type LonghornArgs,
    type Place,
    type StorageBackend,
} from "../components";
import type { StackEnvironment } from "./environment";
import type { Storage } from "./schema/environment";

/** Where a stack's disks are kept. */
export interface StackStorage {
    /** For disks that name no tier. */
    readonly backend: StorageBackend;
    /** By the names that disks give. */
    readonly tiers: Readonly<Record<string, StorageBackend>>;
}

/** The storage that a stack's environment asks for. Disks that exist refuse another one, each by name. */
export function storageOf(env: StackEnvironment, cluster: Place): StackStorage {
    const { storage, stage, secret } = env;
    // Too little room is an error in production, and a warning where less is at stake.
    const shortage = stage === "production" ? "refuse" : "warn";
    if ("existing" in storage) {
        const { tiers = {}, ...common } = storage.existing;
        const made = Object.entries(tiers).map(([name, tier]) => [
            name,
            new ExistingStorage(`storage-${name}`, { ...common, ...tier, cluster }),
        ]);
        return {
            backend: new ExistingStorage("storage", { ...common, cluster }),
            tiers: Object.fromEntries(made) as Record<string, StorageBackend>,
        };
    }
    if ("ceph" in storage) {
        const { user, encryption, capacity, ...args } = storage.ceph;
        const ceph = new CephRbd<string>("ceph", {
            ...args,
            cluster,
            user: { id: user.id, key: secret(user.key) },
            ...(encryption === undefined
                ? {}
                : { encryption: { passphrase: secret(encryption.passphrase) } }),
            ...(capacity === undefined ? {} : { capacity: { shortage, ...capacity } }),
        });
        return { backend: ceph, tiers: ceph.tiers };
    }
    const { encryption, capacity, backupTarget, ...args } = storage.longhorn;
    const longhorn = new Longhorn<string>("longhorn", {
        ...args,
        cluster,
        ...(encryption === undefined
            ? {}
            : { encryption: { passphrase: secret(encryption.passphrase) } }),
        ...(capacity === undefined ? {} : { capacity: { shortage, ...capacity } }),
        ...(backupTarget === undefined
            ? {}
            : { backupTarget: backupTargetOf(backupTarget, secret) }),
    });
    return { backend: longhorn, tiers: longhorn.tiers };
}

type Longhorned = Extract<Storage, { readonly longhorn: unknown }>["longhorn"];

function backupTargetOf(
    target: NonNullable<Longhorned["backupTarget"]>,
    secret: StackEnvironment["secret"],
): NonNullable<LonghornArgs["backupTarget"]> {
    if ("nfs" in target) {
        return target;
    }
    const { accessKeyId, secretAccessKey, ...s3 } = target.s3;
    return {
        ...target,
        s3: { ...s3, accessKeyId: secret(accessKeyId), secretAccessKey: secret(secretAccessKey) },
    };
}
