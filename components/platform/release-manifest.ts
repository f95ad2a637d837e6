import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { PlainObject } from "../../manifests/plain-object";
import { parseRelease } from "../../manifests/release";

/** A release manifest that is published at an address. */
export interface ManifestUrl {
    /**
     * Where it is, `https://` or `http://`.
     *
     * @impact live: an operator of another version is an upgrade of the part, checked as one
     */
    readonly url: string;
    /**
     * SHA-256 of the file, as `sha256sum` prints it. What comes from the address is not used when it is another.
     *
     * @defaultValue none: the server and its certificate are trusted
     * @impact live
     */
    readonly sha256?: string;
}

/** A release manifest in a file, for a cluster without a way to the internet. */
export interface ManifestFile {
    /**
     * Its path, from the folder the program runs in.
     *
     * @impact live: an operator of another version is an upgrade of the part, checked as one
     */
    readonly file: string;
    /**
     * SHA-256 of the file, as `sha256sum` prints it.
     *
     * @defaultValue none: the file is what it is
     * @impact live
     */
    readonly sha256?: string;
}

/** Where a release manifest comes from. */
export type ReleaseManifest = ManifestUrl | ManifestFile;

/** What is wrong with a manifest, and what to do about it. */
export interface ManifestFault {
    readonly fault: string;
    readonly cure: string;
}

/** Longer than any release server takes for a megabyte; a server that does not answer must not hold a preview up. */
const answerWithinMs = 60_000;

const kept = join(homedir(), ".cache", "pulumi-kubevirt", "manifests");

/** How a manifest is read. */
export interface Reading<T> {
    /** Makes of the text what is wanted of it. */
    readonly parse: (text: string) => T | ManifestFault;
    /** The address is that of a published release, whose content never changes. */
    readonly published: boolean;
    /** Folder for what was read. */
    readonly cache?: string;
}

/**
 * Reads a manifest. What never changes at its address (a published release, or one with a checksum) is read once and then kept
 * on this machine, so that a preview needs no way to the internet.
 */
export async function readManifest<T extends object>(
    source: ReleaseManifest,
    { parse, published, cache = kept }: Reading<T>,
): Promise<T | ManifestFault> {
    const { sha256 } = source;
    if (sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(sha256)) {
        return {
            fault: `has the sha256 ${JSON.stringify(sha256)}, which is not 64 hexadecimal digits`,
            cure: "write what `sha256sum` prints for the file",
        };
    }
    const isKept = "url" in source && (published || sha256 !== undefined);
    const read =
        "file" in source
            ? await readLocal(source.file)
            : isKept
              ? await readKept(source.url, sha256, cache)
              : await download(source.url);
    if (typeof read !== "string") {
        return read;
    }
    const actual = digest(read);
    if (sha256 !== undefined && actual !== sha256.toLowerCase()) {
        return {
            fault: `at ${placeOf(source)} has the sha256 ${actual}, and ${sha256.toLowerCase()} is wanted`,
            cure: "find out which of the two is right before anything of it reaches the cluster",
        };
    }
    const parsed = parse(read);
    if (isKept && !("fault" in parsed)) {
        await keep(source.url, read, cache);
    }
    return parsed;
}

/** Reads the objects of a manifest, or says why it has none. */
export function readObjects(
    source: ReleaseManifest,
    published: boolean,
    cure: string,
): Promise<readonly PlainObject[] | ManifestFault> {
    const parse = (text: string): readonly PlainObject[] | ManifestFault => {
        const { objects, faults } = parseRelease(text, placeOf(source));
        const [fault] = faults;
        return fault === undefined ? objects : { fault, cure };
    };
    return readManifest(source, { published, parse });
}

/** The address or the path, for messages. */
export function placeOf(source: ReleaseManifest): string {
    return "url" in source ? source.url : source.file;
}

type Read = string | ManifestFault;

async function readLocal(file: string): Promise<Read> {
    try {
        return await readFile(file, "utf8");
    } catch (error) {
        return {
            fault: `is the file ${resolve(file)}, which cannot be read: ${messageOf(error)}`,
            cure: "give the path of the manifest, from the folder the program runs in",
        };
    }
}

async function readKept(url: string, sha256: string | undefined, cache: string): Promise<Read> {
    let text: string;
    try {
        text = await readFile(keptAt(url, cache), "utf8");
    } catch {
        // Not kept yet: that is what the address is for.
        return download(url);
    }
    return sha256 === undefined || digest(text) === sha256.toLowerCase() ? text : download(url);
}

async function download(url: string): Promise<Read> {
    const local =
        "try again, or download the manifest by other means and give its path: manifest: { file }";
    try {
        const response = await fetch(url, { signal: AbortSignal.timeout(answerWithinMs) });
        return response.ok
            ? await response.text()
            : {
                  fault: `at ${url} cannot be had: HTTP ${String(response.status)} ${response.statusText}`,
                  cure: response.status === 404 ? `check the version; ${local}` : local,
              };
    } catch (error) {
        return { fault: `at ${url} cannot be had: ${messageOf(error)}`, cure: local };
    }
}

async function keep(url: string, text: string, cache: string): Promise<void> {
    const file = keptAt(url, cache);
    try {
        await mkdir(cache, { recursive: true });
        await writeFile(`${file}.${String(process.pid)}`, text);
        await rename(`${file}.${String(process.pid)}`, file);
    } catch {
        // A home that cannot be written to costs a download the next time, and nothing else.
    }
}

function keptAt(url: string, cache: string): string {
    return join(cache, `${digest(url)}.yaml`);
}

function digest(text: string): string {
    return createHash("sha256").update(text).digest("hex");
}

/** Node's fetch says "fetch failed", and why in the cause. */
function messageOf(error: unknown): string {
    const { cause } = error as { cause?: unknown };
    const told = cause instanceof Error && cause.message !== "" ? cause : error;
    return told instanceof Error ? told.message : String(told);
}
