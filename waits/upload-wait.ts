import { waitForDisk } from "./disk-wait";
import type { DiskState, WatchedDisk } from "./disk-watch";
import type { Settled } from "./gate";
import { conditionOf } from "./objects";
import { Upload, type UploadPlan } from "./upload";
import type { ObjectWait } from "./watched-wait";
import type { Writer } from "./writes";

/** What a wait for a disk that is filled from here needs. */
export interface UploadWaitOptions extends ObjectWait, Omit<WatchedDisk, "kind"> {
    readonly writer: Pick<Writer, "get" | "create">;
    readonly upload: UploadPlan;
}

/**
 * Waits until a disk is filled, and sends the file when CDI is ready for it. Level-triggered: whoever waits for a disk that an
 * earlier run has left half sent sends the file again.
 */
export async function waitForUpload(options: UploadWaitOptions): Promise<Settled & DiskState> {
    const { view, clock, namespace, name, writer, upload: plan } = options;
    const dataVolumes = view.observe("DataVolume", namespace);
    let changed = (): void => undefined;
    const upload = new Upload({
        plan,
        namespace,
        claim: name,
        writer,
        clock,
        onChange: () => changed(),
    });
    try {
        return await waitForDisk(
            { ...options, kind: "DataVolume" },
            {
                judge: (verdict) => {
                    const status = dataVolumes.get(name)?.status;
                    // The other reason to go on is a class that waits for a first consumer: there is nobody to send to yet.
                    return verdict.kind === "proceed" && status?.phase === "UploadReady"
                        ? upload.verdict(
                              status.restartCount ?? 0,
                              conditionOf(status.conditions, "Running")?.message,
                          )
                        : verdict;
                },
                onChange: (run) => (changed = run),
            },
        );
    } finally {
        upload.stop();
        dataVolumes.release();
    }
}
