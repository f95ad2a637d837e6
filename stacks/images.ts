import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { GoldenImage, type StorageBackend } from "../components";
import {
    checkCatalog,
    type ImageCatalog,
    type LockedCatalog,
    lockedCatalog,
} from "../model/image-catalog";
import { type ImageLock, parseLock } from "../model/image-lock";
import { problemsText } from "../model/problems";
import { UserError } from "../model/user-error";

/** Where `npm run images:lock` writes what each image stands for. It belongs into git. */
const lockFile = join(__dirname, "..", "images.lock.json");

/** Whether a stack's images are those of the lock and no others. */
export interface LockOptions {
    readonly locked: boolean;
}

/**
 * The images of a stack's configuration (`images`), each as the lock has it, with everything that is wrong with them. In
 * production an image that is not locked, or of another source than the locked one, is refused; elsewhere it is what its source
 * stands for today.
 *
 * ```yaml
 * config:
 *   pulumi-kubevirt:images:
 *     fedora-42:
 *       source: { registry: "quay.io/containerdisks/fedora:42" }
 *       size: 10Gi
 * ```
 */
export function configuredImages(config: pulumi.Config): LockedCatalog {
    const locked = pulumi.getStack() === "production";
    return judged(config.getObject<unknown>("images") ?? {}, readLock(), { locked });
}

/** The images of a configuration as the lock has them. Throws every problem at once. */
export function catalog(config: unknown, lock: ImageLock, options: LockOptions): ImageCatalog {
    const { images, problems } = judged(config, lock, options);
    if (problems.length > 0) {
        throw new pulumi.RunError(problemsText("Stack", pulumi.getStack(), problems));
    }
    return images;
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

function judged(config: unknown, lock: ImageLock, options: LockOptions): LockedCatalog {
    const problems = checkCatalog(config);
    return problems.length > 0
        ? { images: {}, problems }
        : lockedCatalog(config as ImageCatalog, lock, options);
}

function readLock(): ImageLock {
    try {
        return existsSync(lockFile) ? parseLock(readFileSync(lockFile, "utf8")) : {};
    } catch (error) {
        throw error instanceof UserError ? new pulumi.RunError(error.message) : error;
    }
}
