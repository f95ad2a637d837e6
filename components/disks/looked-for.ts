import type * as pulumi from "@pulumi/pulumi";
import type { DiskPlan } from "../../manifests/disk";
import type { DiskAdoption } from "./disk-args";
import type { DiskIdentity } from "./origin";

/** What the cluster says about a disk before it is registered. */
export interface FoundDisk {
    /** Takes an object of ours back into the state, or an adopted one over. */
    readonly options: Pick<pulumi.CustomResourceOptions, "import">;
    /** The disk is on the cluster: nothing has to be there before it any more. */
    readonly exists: boolean;
    /** What the claim asks for already; undefined where there is none, or nobody knows. */
    readonly requested: string | undefined;
    /** Id of a DataVolume that is to become another one, and never had its content: it is taken away and made anew. */
    readonly unfilled?: string;
    /** Somebody else's that is taken over and is what the program says: it is left as it is. */
    readonly asIs?: boolean;
}

/** A disk that is about to be registered. */
export interface LookedFor {
    readonly name: string;
    readonly plan: DiskPlan;
    readonly identity: DiskIdentity;
    readonly adopt: DiskAdoption | undefined;
    readonly recreate: boolean;
    /** Type of the component and its parents, as in its URN. */
    readonly component: string;
    /** The program tells the engine that the disk was somewhere else in it before. */
    readonly moved: boolean;
    /** Owners of what it was called before. */
    readonly formerOwners: readonly string[];
}
