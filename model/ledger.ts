/** What a destroy of the stack does with a disk's claim. */
export type ClaimFate =
    /** The stack lets go of it. */
    | "kept"
    | "deleted"
    /** It goes although the stack lets go of it: its namespace is the stack's. */
    | "deleted with its namespace"
    /** The storage itself is taken away, with everything on it. */
    | "storage erased"
    /** The engine refuses the whole destroy. */
    | "refused"
    /** The stack does not have it any more, or never had. */
    | "not in the stack";

/** Whether a destroy of the stack erases what is on a disk. */
export type Erased = "yes" | "no" | "refused" | "unknown";

/** Something that a disk can be brought back from, or that makes such things. */
export interface Protection {
    readonly kind: "snapshot" | "backup" | "schedule";
    readonly name: string;
    /** When it was taken. */
    readonly at?: string;
}

/** A disk in the safety ledger. Nothing in it is secret. */
export interface LedgerDisk {
    /** Name of the Disk in the program; of what is none, of its claim. */
    readonly disk: string;
    /** Who has it: `VirtualMachine vms/db`, `GoldenImage fedora`; empty where nobody of the stack does. */
    readonly owner: string;
    readonly namespace: string;
    /** Empty for a volume that has no claim any more. */
    readonly claim: string;
    /** Its PersistentVolume, where the cluster was asked and has one. */
    readonly volume?: string;
    /** What it was made from. */
    readonly source: string;
    readonly size: string;
    readonly storageClass: string;
    /** What becomes of its volume when its claim is deleted: `Retain`, `Delete`, or `unknown`. */
    readonly reclaimPolicy: string;
    readonly erasedByDestroy: Erased;
    readonly why: string;
    /** The newest of each kind; `unknown` where the cluster was not asked, or does not say. */
    readonly protection: readonly Protection[] | "unknown";
}

/** What a disk's `onDestroy` means for its claim. */
export function fateOf(onDestroy: "retain" | "delete" | "forbid"): ClaimFate {
    const fates = { retain: "kept", delete: "deleted", forbid: "refused" } as const;
    return fates[onDestroy];
}

/**
 * Whether a destroy erases a disk, and why. Source: Kubernetes, "Persistent Volumes", reclaiming: a volume whose policy is Delete goes
 * with its claim, one whose policy is Retain stays as Released.
 *
 * @param reclaimPolicy of the volume, or of its class where there is no volume yet; undefined where nobody knows.
 */
export function erasedByDestroy(
    fate: ClaimFate,
    reclaimPolicy: string | undefined,
): Pick<LedgerDisk, "erasedByDestroy" | "why"> {
    switch (fate) {
        case "kept":
            return { erasedByDestroy: "no", why: "the stack lets go of the claim, and it stays" };
        case "not in the stack":
            return { erasedByDestroy: "no", why: "the stack's state does not have it" };
        case "refused":
            return { erasedByDestroy: "refused", why: "the engine refuses to destroy it" };
        case "storage erased":
            return {
                erasedByDestroy: "yes",
                why: "its storage goes with the stack, and erases every volume",
            };
        case "deleted":
            return ofVolume("the claim goes", reclaimPolicy);
        case "deleted with its namespace":
            return ofVolume("the claim goes with its namespace", reclaimPolicy);
    }
}

function ofVolume(
    claim: string,
    reclaimPolicy: string | undefined,
): Pick<LedgerDisk, "erasedByDestroy" | "why"> {
    switch (reclaimPolicy) {
        case "Retain":
            return { erasedByDestroy: "no", why: `${claim}, and its volume stays, released` };
        case "Delete":
        case "Recycle":
            return { erasedByDestroy: "yes", why: `${claim}, and its volume with it` };
        default:
            return {
                erasedByDestroy: "unknown",
                why: `${claim}; nobody here knows what becomes of its volume`,
            };
    }
}
