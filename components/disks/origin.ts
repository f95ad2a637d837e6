import { type DiskPlan, diskOrigin } from "../../manifests/disk";
import { partsOfOrigin } from "../../model/disk-origin";
import type { Problems } from "../../model/problems";
import { bytesOf, formatBytes, quantityBytes, sizeFor } from "../../model/size";

/**
 * What the state keeps of a disk, as inputs of its component: a change of it shows in a preview, and the hook on it judges the
 * change from the state alone, also with the cluster out of reach.
 */
export interface DiskIdentity {
    /** Which cluster the disk is on: what tells it from others. */
    readonly cluster: string;
    /** Place, source, class and modes. */
    readonly origin: string;
}

/** The identity of a disk. */
export function diskIdentity(plan: DiskPlan, cluster: string): DiskIdentity {
    return { cluster, origin: diskOrigin(plan) };
}

/** What is known of a disk from before; of a live one the cluster says less than the state. */
export type DiskBefore = { readonly [Part in keyof DiskIdentity]?: string | undefined };

/** Adds what an existing disk cannot become: made from something else, or somewhere else. */
export function refuseChanges(before: DiskBefore, after: DiskIdentity, problems: Problems): void {
    if (before.cluster !== undefined && before.cluster !== after.cluster) {
        problems.add(
            "storage",
            `is on cluster "${after.cluster}", and the disk is on "${before.cluster}": everything would be made anew there, empty`,
            "put the Cluster's identifier back; another cluster is another stack",
        );
    }
    const [was, is] = [partsOfOrigin(before.origin), partsOfOrigin(after.origin)];
    for (const [field, wanted] of is) {
        const old = was.get(field);
        if (old !== undefined && old !== wanted) {
            problems.add(
                field,
                `changes from "${old}" to "${wanted}", and a disk that holds data is never made anew`,
                "put the old value back, or add a disk of another name beside it (copyOf) and switch the machine over",
            );
        }
    }
}

/** Adds that a claim would have to shrink. Both are Kubernetes quantities. */
export function refuseShrink(
    has: string | undefined,
    wanted: string | undefined,
    problems: Problems,
): void {
    const [old, bytes] = [quantityBytes(has ?? ""), quantityBytes(wanted ?? "")];
    if (old !== undefined && bytes !== undefined && bytes < old) {
        problems.add(
            "size",
            `is ${formatBytes(bytes)}, and the disk has ${formatBytes(old)}: a claim never shrinks`,
            `write at least "${sizeFor(old)}", or add a smaller disk beside it and move the data`,
        );
    }
}

/**
 * Adds that the disk would be smaller than the program once said. The claim itself may be larger than that for reasons of its
 * class, or not be as large as it was asked to be.
 */
export function refuseLess(
    said: string | undefined,
    requested: string | undefined,
    plan: DiskPlan,
    problems: Problems,
): void {
    const has = quantityBytes(requested ?? "");
    if (has !== undefined && has > bytesOf(plan.size)) {
        refuseShrink(said, plan.size, problems);
    }
}
