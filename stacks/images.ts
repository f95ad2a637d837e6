import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { GoldenImage, type StorageBackend } from "../components";
import { type ImageCatalog, type LockedCatalog, lockedCatalog } from "../model/image-catalog";
import { type ImageLock, parseLock } from "../model/image-lock";
import { UserError } from "../model/user-error";

/**
 * The images of a stack, each as the lock has it, with everything that is wrong with them. With `locked` an image that the lock does
 * not have, or has of another source, is refused; without, it is what its source stands for today.
 */
export function lockedImages(
    images: ImageCatalog,
    options: { readonly locked: boolean },
): LockedCatalog {
    return lockedCatalog(images, readLock(), options);
}

/** The images of a catalog, each imported once, by name: what new disks are cloned from. */
export function goldenImages(
    images: ImageCatalog,
    storage: StorageBackend,
): Readonly<Record<string, GoldenImage>> {
    return Object.fromEntries(
        Object.entries(images).map(([name, { source, size }]) => [
            name,
            new GoldenImage(name, { storage, source, size }),
        ]),
    );
}

/** What `npm run images:lock` has written beside Pulumi.yaml. */
function readLock(): ImageLock {
    const file = join(pulumi.getRootDirectory(), "images.lock.json");
    try {
        return existsSync(file) ? parseLock(readFileSync(file, "utf8")) : {};
    } catch (error) {
        throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
    }
}
