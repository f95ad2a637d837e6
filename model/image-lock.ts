import { checksum } from "./source-fields";
import { UserError } from "./user-error";

/** What an image's source stood for when it was locked. */
export interface LockEntry {
    /** The source as one line, without logins. */
    readonly source: string;
    /** Digest of the container image, or of the file: `sha256:…`. */
    readonly digest: string;
    /** When it was locked: `2026-11-21T20:00:00.000Z`. */
    readonly lockedAt: string;
}

/** The file `images.lock.json`: what each image stood for, by name. */
export type ImageLock = Readonly<Record<string, LockEntry>>;

/** Reads the lock. What it cannot be is said with the entry's name. */
export function parseLock(text: string): ImageLock {
    let content: unknown;
    try {
        content = JSON.parse(text);
    } catch {
        content = undefined;
    }
    if (typeof content !== "object" || content === null || Array.isArray(content)) {
        throw new UserError(
            "images.lock.json is not an object of JSON. Take it from git again, or write it anew: npm run images:lock.",
        );
    }
    for (const [name, entry] of Object.entries(content as Readonly<Record<string, unknown>>)) {
        const { source, digest, lockedAt } = (entry ?? {}) as Partial<Record<string, unknown>>;
        if (
            typeof source !== "string" ||
            typeof lockedAt !== "string" ||
            checksum(digest) !== undefined
        ) {
            throw new UserError(
                `images.lock.json has no source, digest and lockedAt for ${JSON.stringify(name)}. Lock it anew: npm run images:lock -- ${name}.`,
            );
        }
    }
    return content as ImageLock;
}

/** The lock as a file: sorted by name, so that git shows what changed and nothing else. */
export function lockText(lock: ImageLock): string {
    const sorted = Object.entries(lock).sort(([one], [other]) => (one < other ? -1 : 1));
    return `${JSON.stringify(Object.fromEntries(sorted), undefined, 4)}\n`;
}
