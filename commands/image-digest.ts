import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import type { HttpSource, ImageSource } from "../model/image-source";
import { registryPlace, registryUrl } from "../model/registry-reference";
import { withoutLogin } from "../model/source-address";
import { UserError } from "../model/user-error";
import { manifestDigest, reasonOf } from "./registry-client";
import type { Login } from "./registry-login";

/** What is needed to ask for what an image is. */
export interface DigestReader {
    /** The folder that paths of uploads begin in. */
    readonly folder: string;
    readonly login: (host: string) => Promise<Login | undefined>;
}

/** The digest of what a source stands for now. One that it states itself is taken as it is. */
export async function digestOf(source: ImageSource, reader: DigestReader): Promise<string> {
    if ("registry" in source) {
        const place = registryPlace(registryUrl(source.registry, source.digest));
        if (place === undefined) {
            throw new UserError("is a file of CDI's importer, which only the importer can read");
        }
        return place.version.startsWith("sha256:")
            ? place.version
            : manifestDigest(place, () => reader.login(place.host));
    }
    if ("http" in source) {
        return source.checksum ?? contentDigest(source);
    }
    if ("upload" in source) {
        return source.checksum ?? fileDigest(resolve(reader.folder, source.upload));
    }
    throw new UserError("cannot be locked: CDI compares no digest of what comes from there");
}

/** Reads a file of a web server to its end, and keeps nothing of it. */
async function contentDigest({ http, extraHeaders = [] }: HttpSource): Promise<string> {
    const hash = createHash("sha256");
    try {
        const response = await fetch(http, {
            headers: extraHeaders.map((line): [string, string] => {
                const [, name = "", value = ""] = /^([^:]*):\s*(.*)$/.exec(line) ?? [];
                return [name, value];
            }),
        });
        if (!response.ok || response.body === null) {
            throw new Error(`the server answers ${String(response.status)}`);
        }
        await pipeline(response.body, hash);
    } catch (error) {
        throw new UserError(
            `${withoutLogin(http)} cannot be read from here: ${reasonOf(error)}. Correct the address, or write the checksum into the source: then nothing is read.`,
        );
    }
    return `sha256:${hash.digest("hex")}`;
}

async function fileDigest(path: string): Promise<string> {
    const hash = createHash("sha256");
    try {
        await pipeline(createReadStream(path), hash);
    } catch (error) {
        throw new UserError(`${path} cannot be read: ${reasonOf(error)}`);
    }
    return `sha256:${hash.digest("hex")}`;
}
