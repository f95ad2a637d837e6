import type { DiskState } from "./disk-watch";
import { waitForDisk } from "./disk-wait";
import { waitForGrowth } from "./growth-wait";
import type { ProvisioningFault } from "./provisioning-fault";
import { gate, type GateArgs } from "./resource-gate";
import type { UploadPlan } from "./upload";
import { waitForUpload } from "./upload-wait";

export type { ReadyImage } from "./image-gate";
export { imageGate } from "./image-gate";
export type { ReadyMachine, VolumeStatus } from "./machine-gate";
export { machineGate } from "./machine-gate";
export { whenOpen } from "./resource-gate";

/** A disk that may be used. */
export interface ReadyDisk {
    /** Name of the claim a machine mounts. */
    readonly claim: string;
    /** Where CDI is with it (`Succeeded`), or the claim's own phase. */
    readonly phase: string;
    /** Whether the claim has its volume. A class that waits for a first consumer binds when the first machine starts. */
    readonly bound: boolean;
    /** Capacity in bytes; undefined until the claim is bound. */
    readonly size: number | undefined;
    /** What was on the disk when it was new, in words. */
    readonly source: string;
    /**
     * How a copy was made: by the storage system out of a snapshot (`snapshot`) or by itself (`csi-clone`), in no time and with
     * little room; or byte by byte over the network (`host-assisted`). Undefined for what is no copy, or was not copied yet.
     */
    readonly cloneStrategy: DiskState["cloneStrategy"];
    /** Why a copy had to be made byte by byte, in CDI's words. */
    readonly cloneFallback: string | undefined;
}

/** What the driver of a disk's class says when it cannot make a volume. */
interface WithFaults {
    /** Default: nothing is known of it. */
    readonly faults?: readonly ProvisioningFault[];
}

/** Opens when the disk may be used. In a preview at once. A failed disk leaves it shut; the run says why and fails. */
export async function diskGate(
    args: GateArgs &
        WithFaults & {
            readonly kind: "DataVolume" | "PersistentVolumeClaim";
            /** What is on the disk when it is new, in words. */
            readonly source: string;
            /** The file that fills it. Without one, a disk that waits for its upload is gone on with. */
            readonly upload?: UploadPlan;
        },
): Promise<ReadyDisk> {
    const { kind, faults, upload, source } = args;
    // Whether a machine comes is not known here; the machine's own gate knows, and asks again.
    const consumer = "unknown";
    const disk = await gate(args, (options, { writer }) =>
        upload === undefined
            ? waitForDisk({ ...options, kind, faults, consumer })
            : waitForUpload({ ...options, faults, consumer, writer, upload }),
    );
    return {
        claim: args.name,
        phase: disk?.phase ?? "",
        bound: disk?.bound ?? false,
        size: disk?.capacityBytes,
        source,
        cloneStrategy: disk?.cloneStrategy,
        cloneFallback: disk?.cloneFallback,
    };
}

/**
 * Opens when the claim of a disk is as large as it was asked to be, or as large as it gets before a machine uses it; answers with
 * the disk as it is then. In a preview at once.
 */
export async function growthGate(
    args: GateArgs & WithFaults & { readonly disk: ReadyDisk; readonly wantedBytes: number },
): Promise<ReadyDisk> {
    const { disk, wantedBytes } = args;
    const grown = await gate(args, (options) => waitForGrowth({ ...options, wantedBytes }));
    return { ...disk, size: grown?.capacityBytes ?? disk.size };
}
