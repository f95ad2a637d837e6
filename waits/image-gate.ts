import type { Settled } from "./gate";
import { imageVerdict, sourceOf } from "./image-verdict";
import { desiredDigest, ImageWatch, type WatchedImage } from "./image-watch";
import { annotationOf } from "./objects";
import type { ProvisioningFault } from "./provisioning-fault";
import { gate, type GateArgs } from "./resource-gate";
import type { ObjectWait } from "./watched-wait";
import { watchedWait } from "./watched-wait";

/** A golden image that disks can be copied from. */
export interface ReadyImage {
    /** Name of the DataSource. */
    readonly dataSource: string;
    /** What disks are copied from; undefined in a preview. */
    readonly source: { readonly kind: "claim" | "snapshot"; readonly name: string } | undefined;
    /** Digest of the image that it is, where CDI knows it: of a golden image that is refreshed. */
    readonly digest: string | undefined;
}

/** What a wait for a golden image needs. */
export interface ImageWaitOptions extends ObjectWait, WatchedImage {}

/** Waits until disks can be copied from a golden image, or it cannot become so. */
export async function waitForImage(
    options: ImageWaitOptions,
): Promise<Settled & Omit<ReadyImage, "dataSource">> {
    const { view, clock, namespace, name, cron } = options;
    const watch = new ImageWatch(view, clock, options);
    try {
        const settled = await watchedWait({
            ...options,
            subjects:
                cron === undefined
                    ? [{ kind: "DataSource", namespace, name }]
                    : [{ kind: "DataImportCron", namespace, name: cron }],
            subject: `DataSource ${namespace}/${name}`,
            subscribe: (run) => watch.onChange(run),
            evaluate: () => watch.reading() ?? imageVerdict(watch.observe()),
            isComplete: () => true,
            unreadable: () => watch.unreadable(),
        });
        const source = sourceOf(watch.dataSource);
        return { ...settled, source, digest: digestOf(watch, source?.name) };
    } finally {
        watch.release();
    }
}

/**
 * Opens when disks can be copied from the golden image: its DataSource, which has the gate's name, is ready. In a preview at once.
 */
export async function imageGate(
    args: GateArgs & {
        /** Name of the DataImportCron that keeps it up to date; absent: nothing does. */
        readonly cron?: string;
        /** What the driver of its class says when it cannot make a volume. */
        readonly faults?: readonly ProvisioningFault[];
        /** Where CDI runs; absent: where its release manifest puts it. */
        readonly cdiNamespace?: string;
    },
): Promise<ReadyImage> {
    const { cron, faults, cdiNamespace = "cdi" } = args;
    const image = await gate(args, (options) =>
        waitForImage({ ...options, cron, faults, cdiNamespace }),
    );
    return { dataSource: args.name, source: image?.source, digest: image?.digest };
}

/** Of what is copied now, and not of a newer one that is being imported. */
function digestOf({ cron }: ImageWatch, source: string | undefined): string | undefined {
    const current = cron?.status?.currentImports?.find(
        ({ DataVolumeName }) => DataVolumeName === source,
    );
    if (current?.Digest !== undefined) {
        return current.Digest;
    }
    // CDI forgets an import whose DataVolume was collected, and keeps the digest that it is to have.
    return (cron?.status?.currentImports ?? []).length === 0
        ? annotationOf(cron, desiredDigest)
        : undefined;
}
