import type { DiskPlan } from "../../manifests/disk";
import type { StorageBackend } from "../storage/backend";

/** A disk that another one is a copy of: a `Disk` of the program. */
export interface CopiedDisk {
    /** Name of its claim. */
    readonly claimName: string;
    readonly namespace: string;
    readonly storage: StorageBackend;
    /** @internal */
    readonly plan: DiskPlan;
    /** @internal Opens when it can be copied. */
    readonly gate: Promise<unknown>;
}
