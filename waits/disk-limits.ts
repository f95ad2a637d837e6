import { formatBytes, quantityBytes } from "../model/size";
import type { Claim, DataVolume, LimitRange, Pod } from "./objects";
import { conditionOf } from "./objects";

/**
 * What CDI asks for its pods where its configuration says nothing. Source: CDI pkg/controller/config-controller.go
 * (defaultCPULimit and the others).
 */
const workers = {
    requests: { cpu: "100m", memory: "60M" },
    limits: { cpu: "750m", memory: "600M" },
} as const;

/** What the scheduler says of a worker whose scratch claim nobody makes. */
export const withoutScratch = /persistentvolumeclaim "\S+-scratch" not found/;

/** Whether a LimitRange may be what keeps a disk from being filled: something of it is not made, and CDI does not say why. */
export function mayBeLimited(
    dataVolume: DataVolume | undefined,
    claim: Claim | undefined,
    pods: readonly Pod[],
): boolean {
    const conditions = dataVolume?.status?.conditions ?? [];
    return (
        conditions.length > 0 &&
        (claim === undefined ||
            conditionOf(conditions, "Running")?.reason === "ErrStartingPod" ||
            pods.some(({ status }) =>
                withoutScratch.test(conditionOf(status?.conditions, "PodScheduled")?.message ?? ""),
            ))
    );
}

/**
 * How a LimitRange refuses a claim of this size, as a sentence; undefined where none does. CDI keeps such a refusal of the disk's own
 * claim to its log (pkg/controller/datavolume/controller-base.go, handlePvcCreation writes quotas only), so it is worked out here.
 */
export function claimLimit(
    ranges: readonly LimitRange[],
    bytes: number | undefined,
): string | undefined {
    if (bytes === undefined) {
        return undefined;
    }
    for (const { name, min, max } of limitsOf(ranges, ["PersistentVolumeClaim"])) {
        const least = quantityBytes(min["storage"] ?? "");
        const most = quantityBytes(max["storage"] ?? "");
        if (least !== undefined && bytes < least) {
            return `LimitRange ${name} wants claims of at least ${formatBytes(least)}, and this one asks for ${formatBytes(bytes)}`;
        }
        if (most !== undefined && bytes > most) {
            return `LimitRange ${name} allows claims of at most ${formatBytes(most)}, and this one asks for ${formatBytes(bytes)}`;
        }
    }
    return undefined;
}

/** How a LimitRange refuses the pods of CDI as they are by default, as a sentence; undefined where none does. */
export function workerLimit(ranges: readonly LimitRange[]): string | undefined {
    for (const { name, min, max } of limitsOf(ranges, ["Container", "Pod"])) {
        for (const resource of ["cpu", "memory"] as const) {
            const least = quantityBytes(min[resource] ?? "");
            const most = quantityBytes(max[resource] ?? "");
            const asked = quantityBytes(workers.requests[resource]) ?? 0;
            const limit = quantityBytes(workers.limits[resource]) ?? 0;
            if (least !== undefined && asked < least) {
                return `LimitRange ${name} wants at least ${min[resource] ?? ""} of ${resource}, and CDI's pods ask for ${workers.requests[resource]}`;
            }
            if (most !== undefined && limit > most) {
                return `LimitRange ${name} allows at most ${max[resource] ?? ""} of ${resource}, and CDI's pods have a limit of ${workers.limits[resource]}`;
            }
        }
    }
    return undefined;
}

interface Limit {
    readonly name: string;
    readonly min: Readonly<Record<string, string>>;
    readonly max: Readonly<Record<string, string>>;
}

function limitsOf(ranges: readonly LimitRange[], types: readonly string[]): Limit[] {
    return ranges.flatMap(({ metadata, spec }) =>
        (spec?.limits ?? [])
            .filter(({ type }) => types.includes(type ?? ""))
            .map(({ min = {}, max = {} }) => ({ name: metadata?.name ?? "(unnamed)", min, max })),
    );
}
