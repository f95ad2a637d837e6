import { Check, type Findings } from "./findings";
import { bytesOf, formatBytes, type Size, sizeFault } from "./size";
import type { RequestedDisk } from "./storage";

/** What a backend's disks are held against: how much room there is, and how much is to stay free. */
export interface CapacityArgs {
    /**
     * What the pool or the nodes' disks have before replication, as `ceph df` (RAW STORAGE) or the sum of the disks says.
     *
     * @unit binary size: `Mi`, `Gi` or `Ti`
     * @impact live: it is only compared with
     * @example "12Ti"
     */
    readonly raw: Size;
    /**
     * How many copies of a byte are kept: the pool's size, the number of replicas, or an erasure code's factor ((k + m) / k).
     *
     * @defaultValue what the backend's classes say, where they do
     * @impact live: it is only calculated with
     * @example 1.5
     */
    readonly replicas?: number;
    /**
     * How many times the need has to be there. The rest is for snapshots, clones, the overhead of filesystems, and for what
     * a failed node's copies need elsewhere.
     *
     * @defaultValue 1.5
     * @impact live: it is only calculated with
     */
    readonly headroom?: number;
    /**
     * What happens when there is less: `refuse` makes it an error before anything is created, `warn` only says it.
     *
     * @defaultValue `refuse`: a pool that fills up stops the writes of every machine on it
     * @impact live
     */
    readonly shortage?: "warn" | "refuse";
}

/** What the disks of a program need, and what there is. */
export interface CapacityForecast {
    /** Bytes that the disks fill when they are full, all copies counted. */
    readonly need: number;
    /** Bytes that there are. */
    readonly available: number;
    /** How many times the need is there. Infinity without disks. */
    readonly ratio: number;
    /** For a line of the preview: "needs 1.2Ti (12 disks, 400Gi x 3), has 3Ti: 2.5 times". */
    readonly text: string;
    /** A shortage, of the field `raw`. */
    readonly findings: Findings;
}

/** How many copies of a byte the backend keeps: for all classes, or for each. */
export type ReplicasOf = number | ((storageClass: string) => number);

const defaultHeadroom = 1.5;

/** What is wrong with the arguments themselves. */
export function checkCapacity(capacity: CapacityArgs): Findings {
    const check = new Check();
    const { replicas, headroom, shortage } = capacity;
    check.refuseIf("raw", sizeFault(capacity.raw));
    if (replicas !== undefined && !(Number.isFinite(replicas) && replicas >= 1)) {
        check.refuse(
            "replicas",
            `is ${String(replicas)}, which is not a number of copies of at least 1`,
            "write the pool's size, such as 3, or an erasure code's factor, such as 1.5",
        );
    }
    if (headroom !== undefined && !(Number.isFinite(headroom) && headroom > 0)) {
        check.refuse(
            "headroom",
            `is ${String(headroom)}, which is not a factor above 0`,
            "write how many times the need has to be there, such as 1.5",
        );
    }
    check.refuseUnknown("shortage", shortage, ["warn", "refuse"], "the forecast");
    return check;
}

/**
 * Holds the sizes that disks ask for, with all their copies, against what there is.
 *
 * Arguments that {@link checkCapacity} refuses have no forecast: check them first. A disk whose size is none is refused by
 * itself and does not count here.
 */
export function forecast(
    disks: readonly RequestedDisk[],
    capacity: CapacityArgs,
    defaultReplicas: ReplicasOf,
): CapacityForecast {
    const sized = disks
        .filter(({ size }) => sizeFault(size) === undefined)
        .map((disk): SizedDisk => {
            const bytes = bytesOf(disk.size);
            const replicas = capacity.replicas ?? replicasOf(disk, defaultReplicas);
            return { disk, bytes, replicas, need: bytes * replicas };
        });
    const need = sum(sized.map((one) => one.need));
    const available = bytesOf(capacity.raw);
    const result = { sized, need, available, ratio: need === 0 ? Infinity : available / need };
    return {
        need,
        available,
        ratio: result.ratio,
        text: textOf(result),
        findings: shortageOf(result, capacity),
    };
}

interface SizedDisk {
    readonly disk: RequestedDisk;
    readonly bytes: number;
    readonly replicas: number;
    readonly need: number;
}

interface Sum {
    readonly sized: readonly SizedDisk[];
    readonly need: number;
    readonly available: number;
    readonly ratio: number;
}

function replicasOf(disk: RequestedDisk, replicas: ReplicasOf): number {
    return typeof replicas === "number" ? replicas : replicas(disk.storageClass);
}

function textOf(result: Sum): string {
    const has = `has ${formatBytes(result.available)}`;
    return result.sized.length === 0
        ? `needs nothing (no disks), ${has}`
        : `needs ${formatBytes(result.need)} (${needText(result.sized)}), ${has}: ${timesText(result.ratio)} times`;
}

/** "12 disks, 400Gi x 3", or with classes that keep different numbers of copies "12 disks, 300Gi x 3 + 100Gi x 2". */
function needText(sized: readonly SizedDisk[]): string {
    const factors = [...new Set(sized.map(({ replicas }) => replicas))].sort((a, b) => b - a);
    const parts = factors.map((factor) => {
        const bytes = sum(sized.filter(({ replicas }) => replicas === factor).map(bytesIn));
        return `${formatBytes(bytes)} x ${String(factor)}`;
    });
    return `${sized.length === 1 ? "1 disk" : `${String(sized.length)} disks`}, ${parts.join(" + ")}`;
}

function shortageOf(result: Sum, capacity: CapacityArgs): Findings {
    const check = new Check();
    const headroom = capacity.headroom ?? defaultHeadroom;
    const wanted = result.need * headroom;
    if (result.available >= wanted) {
        return check;
    }
    const fault = `is ${JSON.stringify(capacity.raw)}, which is ${timesText(result.ratio)} times the ${formatBytes(result.need)} that the disks need (${needText(result.sized)}) and less than the headroom of ${String(headroom)}`;
    const cure = `have ${wholeSize(wanted)} or more, or make the disks smaller (the largest: ${largestText(result.sized)})`;
    if (capacity.shortage === "warn") {
        check.warn("raw", fault, cure);
    } else {
        check.refuse("raw", fault, cure);
    }
    return check;
}

/** The three that need most, with what they ask for. */
function largestText(sized: readonly SizedDisk[]): string {
    return [...sized]
        .sort((a, b) => b.need - a.need)
        .slice(0, 3)
        .map(({ disk }) => `${disk.name} ${disk.size}`)
        .join(", ");
}

/** A size that is enough and can be written as it is. */
function wholeSize(bytes: number): Size {
    return `${Math.ceil(bytes / bytesOf("1Gi"))}Gi`;
}

/** Rounded down, so that what is short of the headroom never reads as if it were not. */
function timesText(ratio: number): string {
    return String(Math.floor(ratio * 100) / 100);
}

function bytesIn({ bytes }: SizedDisk): number {
    return bytes;
}

function sum(numbers: readonly number[]): number {
    return numbers.reduce((total, one) => total + one, 0);
}
