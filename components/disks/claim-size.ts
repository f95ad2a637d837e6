import type { DiskPlan } from "../../manifests/disk";
import { isFilled } from "../../manifests/disk";
import { filesystemClaimBytes } from "../../model/filesystem-overhead";
import { type Findings, noFindings } from "../../model/findings";
import { bytesOf, formatBytes, quantityBytes, sizeFor } from "../../model/size";
import type { Cluster } from "../cluster";
import type { StorageBackend } from "../storage/backend";

/** What the claim of a disk asks for. */
export interface ClaimSize {
    /** As a Kubernetes quantity. */
    readonly quantity: string;
    readonly bytes: number;
}

/**
 * What the claim of a disk has to ask for: as much as the disk, and for a disk that CDI fills on a filesystem what that takes in
 * addition. Never less than it asks for already, which somebody else may have raised.
 *
 * @param requested what the claim asks for now; undefined where there is none, or nobody knows.
 */
export async function claimSize(
    cluster: Cluster,
    plan: DiskPlan,
    requested: string | undefined,
): Promise<ClaimSize> {
    const wanted = await wantedSize(cluster, plan);
    const has = quantityBytes(requested ?? "");
    return has !== undefined && requested !== undefined && has >= wanted.bytes
        ? { quantity: has === wanted.bytes ? wanted.quantity : requested, bytes: has }
        : wanted;
}

/** What a claim has that is left as it is. */
export function sizeAsItIs(requested: string | undefined, { size }: DiskPlan): ClaimSize {
    const quantity = requested ?? size;
    return { quantity, bytes: quantityBytes(quantity) ?? bytesOf(size) };
}

/** What is to be said about a claim that grows, or is larger than the program says. */
export async function checkGrowth(
    storage: StorageBackend,
    plan: DiskPlan,
    size: ClaimSize,
    requested: string | undefined,
): Promise<Findings> {
    const has = quantityBytes(requested ?? "");
    if (has === undefined) {
        return noFindings;
    }
    if (size.bytes > has) {
        const isStatic = plan.source !== undefined && "volume" in plan.source;
        const { expand } = await storage.capabilities;
        return isStatic || expand === "none"
            ? {
                  problems: [
                      {
                          field: "size",
                          fault: `is "${plan.size}", the disk has ${formatBytes(has)}, and ${isStatic ? "its driver does not resize a volume that it did not make" : `StorageClass "${plan.storageClass}" cannot expand volumes`}`,
                          cure: "put the old size back, and add a larger disk beside it (copyOf); or let the class expand (allowVolumeExpansion) if its driver can",
                      },
                  ],
                  warnings: [],
              }
            : noFindings;
    }
    const tolerated = isFilled(plan) && plan.volumeMode === "Filesystem" ? 1.2 : 1;
    return size.bytes > bytesOf(plan.size) * tolerated
        ? {
              problems: [],
              warnings: [
                  {
                      field: "size",
                      fault: `is "${plan.size}", and the claim has ${formatBytes(has)} already: it stays that large`,
                      cure: `write "${sizeFor(has)}"`,
                  },
              ],
          }
        : noFindings;
}

async function wantedSize(cluster: Cluster, plan: DiskPlan): Promise<ClaimSize> {
    const bytes = bytesOf(plan.size);
    if (plan.volumeMode === "Block" || !isFilled(plan)) {
        return { quantity: plan.size, bytes };
    }
    const inflated = filesystemClaimBytes(bytes, await overheadOf(cluster, plan.storageClass));
    return { quantity: String(inflated), bytes: inflated };
}

/** CDI's default. Source: CDI pkg/common/common.go, DefaultGlobalOverhead. */
const defaultOverhead = "0.06";

/** The part of a filesystem that CDI leaves free on disks of a class, as CDI itself says. */
async function overheadOf(cluster: Cluster, storageClass: string): Promise<string> {
    const connection = await cluster.connection;
    const answer = await connection?.ask("/apis/cdi.kubevirt.io/v1beta1/cdiconfigs/config");
    const { status } = (answer?.state === "found" ? answer.object : {}) as {
        readonly status?: {
            readonly filesystemOverhead?: {
                readonly global?: string;
                readonly storageClass?: Readonly<Record<string, string>>;
            };
        };
    };
    const { global, storageClass: classes } = status?.filesystemOverhead ?? {};
    return classes?.[storageClass] ?? global ?? defaultOverhead;
}
