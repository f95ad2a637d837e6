import { sourceText } from "./disk-source";
import type { ImageLock, LockEntry } from "./image-lock";
import type { ImageSource } from "./image-source";
import { nameFault } from "./names";
import { type Problem, Problems } from "./problems";
import { checkSource } from "./source-check";
import { shown } from "./source-fields";
import type { Unchecked } from "./source-rules";
import { type Size, sizeFault } from "./size";

/** An image that a stack's configuration names. */
export interface CatalogImage {
    /**
     * Where the image comes from, without a digest: that is in the lock.
     *
     * @impact live: another version of the image; disks that are there stay as they are
     * @example { registry: "quay.io/containerdisks/fedora:42" }
     */
    readonly source: ImageSource;
    /**
     * Size of the image unpacked: what disks made from it have at least.
     *
     * @unit binary size: Mi, Gi or Ti
     * @impact live: another version of the image; disks that are there stay as they are
     * @example "10Gi"
     */
    readonly size: Size;
}

/** The images of a stack, by name. */
export type ImageCatalog = Readonly<Record<string, CatalogImage>>;

/** Sources that a catalog may name: those that stand for the same image wherever they are read. */
const kinds = ["http", "registry", "s3", "gcs", "upload"];

/** Everything that is wrong with a catalog, as a configuration may hold it. */
export function checkCatalog(images: unknown): Problem[] {
    const problems = new Problems();
    if (!isRecord(images)) {
        problems.add(
            "images",
            `is ${shown(images)}, which is not an object`,
            `write each image by its name: { "fedora-42": { source: { registry: … }, size: "10Gi" } }`,
        );
        return problems.all;
    }
    for (const [name, image] of Object.entries(images)) {
        const place = `images.${name.slice(0, 80)}`;
        problems.addIf(place, nameFault(name));
        if (isRecord(image)) {
            problems.addFrom(place, checkImage(name, image));
        } else {
            problems.add(
                place,
                `is ${shown(image)}, which is not an object`,
                `write { source: { registry: … }, size: "10Gi" }`,
            );
        }
    }
    return problems.all;
}

function checkImage(name: string, image: Unchecked): Problem[] {
    const problems = new Problems();
    const { source, size, ...others } = image;
    const fault = sizeFault(typeof size === "string" ? size : "");
    if (fault !== undefined) {
        problems.add(
            "size",
            typeof size === "string" ? fault.fault : `is ${shown(size)}, which is not a size`,
            fault.cure,
        );
    }
    problems.addFrom(
        "source",
        checkSource(source, { name, namespace: "default", volumeMode: "Block", size: "1Gi" }),
    );
    if (isRecord(source) && !kinds.some((kind) => Object.hasOwn(source, kind))) {
        problems.add(
            "source",
            "is not an image from outside the cluster",
            `write one of ${kinds.join(", ")}`,
        );
    }
    for (const field of Object.keys(others)) {
        problems.add(shown(field), "is given, which an image does not have", "leave it out");
    }
    return problems.all;
}

function isRecord(value: unknown): value is Unchecked {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An image's source as the lock names it. */
export function imageText(source: ImageSource): string {
    return sourceText(source, "");
}

/** Whether CDI can be held to a digest of such a source: it compares none of what comes from S3 and GCS. */
export function canBeLocked(source: ImageSource): boolean {
    return "http" in source || "registry" in source || "upload" in source;
}

/** The source, which is from now on exactly what was locked. */
function pinned(source: ImageSource, { digest }: LockEntry): ImageSource {
    if ("registry" in source) {
        return { ...source, digest };
    }
    return "http" in source || "upload" in source ? { ...source, checksum: digest } : source;
}

/** A catalog whose images are what the lock says. */
export interface LockedCatalog {
    readonly images: ImageCatalog;
    readonly problems: readonly Problem[];
}

/**
 * The images of a catalog, each with the digest of the lock where the lock is of the same source. With `locked`, an image that
 * the lock does not have, or has of another source, is a problem.
 */
export function lockedCatalog(
    images: ImageCatalog,
    lock: ImageLock,
    { locked }: { readonly locked: boolean },
): LockedCatalog {
    const problems = new Problems();
    const pins = Object.entries(images).map(([name, image]): [string, CatalogImage] => {
        const entry = Object.hasOwn(lock, name) ? lock[name] : undefined;
        const text = imageText(image.source);
        if (entry?.source === text && canBeLocked(image.source)) {
            return [name, { ...image, source: pinned(image.source, entry) }];
        }
        if (locked) {
            refuseUnlocked(name, image.source, text, entry, problems);
        }
        return [name, image];
    });
    return { images: Object.fromEntries(pins), problems: problems.all };
}

function refuseUnlocked(
    name: string,
    source: ImageSource,
    text: string,
    entry: LockEntry | undefined,
    problems: Problems,
): void {
    const place = `images.${name}`;
    if (!canBeLocked(source)) {
        problems.add(
            place,
            `is ${JSON.stringify(text)}, which cannot be locked: CDI compares no digest of what comes from there`,
            "put it into a registry or on a web server",
        );
    } else if (entry === undefined) {
        problems.add(
            place,
            `is ${JSON.stringify(text)}, which is not in images.lock.json`,
            `run npm run images:lock -- ${name}, and commit the file`,
        );
    } else {
        problems.add(
            place,
            `is ${JSON.stringify(text)}, and images.lock.json has ${JSON.stringify(entry.source)} for it`,
            `run npm run images:lock -- ${name} if the new source is right, and commit the file; otherwise write the old one again`,
        );
    }
}
