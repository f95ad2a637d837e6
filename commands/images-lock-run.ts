import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canBeLocked, type CatalogImage, imageText } from "../model/image-catalog";
import { type ImageLock, type LockEntry, lockText, parseLock } from "../model/image-lock";
import { registryPlace } from "../model/registry-reference";
import { UserError } from "../model/user-error";
import { digestOf, type DigestReader } from "./image-digest";
import { chosenImages, readCatalogs } from "./images-lock-files";
import { type LockOptions, readLockOptions } from "./images-lock-options";
import { dockerLogin, givenLogin } from "./registry-login";

/** What `--help` shows. */
export const help = `npm run images:lock -- [--stack NAME] [--check] [--username NAME] [IMAGE ...]

Asks what each image of the stacks' environments stands for now, and writes the digests to images.lock.json, which belongs
into git. A stack whose stage is production refuses an image that is not in it. Without arguments: all images of all stacks.

--stack, -s     only the images of this stack
--check         writes nothing; ends with 1 where an image is not locked, or stands for something else than the lock says
--username, -u  login of the registry (or REGISTRY_USERNAME), with its password in REGISTRY_PASSWORD; for one registry at a time.
                Without it: the login that docker has (~/.docker/config.json, or DOCKER_CONFIG, and its helpers)

An image on a web server is read to its end, unless its source has a checksum. Ends with 0, or 1 where something was wrong.`;

/** The world around the command. */
export interface LockWorld {
    /** The project's folder. */
    readonly folder: string;
    readonly env: NodeJS.ProcessEnv;
    readonly now: () => Date;
    readonly log: (line: string) => void;
}

/** Runs `npm run images:lock` and answers its exit code. */
export async function lockImages(args: readonly string[], world: LockWorld): Promise<number> {
    const options = readLockOptions(args);
    if (options.help) {
        world.log(help);
        return 0;
    }
    const catalog = readCatalogs(world.folder, options.stack);
    const images = chosenImages(catalog, options.names);
    if (images.length === 0) {
        world.log("No stack's environment has images: nothing to lock.");
        return 0;
    }
    const file = join(world.folder, "images.lock.json");
    const before = existsSync(file) ? parseLock(readFileSync(file, "utf8")) : {};
    const reader = digestReader(options, images, world);
    const found = await Promise.all(
        images.map(([name, image]) => look(name, image, before, reader, world)),
    );
    for (const { line } of found) {
        world.log(line);
    }
    if (options.check) {
        return found.some(({ state }) => state === "failed" || state === "changed") ? 1 : 0;
    }
    const all = options.stack === undefined && options.names.length === 0;
    const kept = all
        ? Object.entries(before).filter(([name]) => Object.hasOwn(catalog, name))
        : Object.entries(before);
    const changed = found.flatMap(({ name, entry }): [string, LockEntry][] =>
        entry === undefined ? [] : [[name, entry]],
    );
    const text = lockText(Object.fromEntries([...kept, ...changed]));
    const nothing = changed.length === 0 && kept.length === 0;
    if (existsSync(file) ? readFileSync(file, "utf8") !== text : !nothing) {
        writeFileSync(file, text);
        world.log("images.lock.json is written; commit it.");
    }
    return found.some(({ state }) => state === "failed") ? 1 : 0;
}

/** One image: what became of it, and what the lock should have for it where that is something else than it has. */
interface Found {
    readonly name: string;
    readonly state: "same" | "changed" | "failed" | "skipped";
    readonly line: string;
    readonly entry?: LockEntry;
}

async function look(
    name: string,
    { source }: CatalogImage,
    lock: ImageLock,
    reader: DigestReader,
    world: LockWorld,
): Promise<Found> {
    const text = imageText(source);
    if (!canBeLocked(source)) {
        const line = `${name}: ${text} cannot be locked: CDI compares no digest of what comes from there`;
        return { name, state: "skipped", line };
    }
    let digest: string;
    try {
        digest = await digestOf(source, reader);
    } catch (error) {
        if (error instanceof UserError) {
            return { name, state: "failed", line: `${name}: ${error.message}` };
        }
        throw error;
    }
    const old = Object.hasOwn(lock, name) ? lock[name] : undefined;
    if (old?.digest === digest && old.source === text) {
        return { name, state: "same", line: `${name}: ${text} is ${digest}, as locked` };
    }
    const entry = { source: text, digest, lockedAt: world.now().toISOString() };
    return { name, state: "changed", line: changeText(name, old, entry), entry };
}

function changeText(name: string, old: LockEntry | undefined, entry: LockEntry): string {
    if (old === undefined) {
        return `${name}: ${entry.source} is ${entry.digest}, and was not locked`;
    }
    const source = old.source === entry.source ? "" : ` (the source was ${old.source})`;
    return `${name}: ${entry.source} is ${entry.digest}, and was locked as ${old.digest} on ${old.lockedAt.slice(0, 10)}${source}`;
}

/** A login that was given is for one registry: another one must not get to see it. */
function digestReader(
    { username }: LockOptions,
    images: readonly (readonly [string, CatalogImage])[],
    { folder, env }: LockWorld,
): DigestReader {
    const given = givenLogin(username, env);
    const hosts = new Set(
        images.flatMap(([, { source }]) =>
            "registry" in source ? (registryPlace(source.registry)?.host ?? []) : [],
        ),
    );
    if (given !== undefined && hosts.size > 1) {
        throw new UserError(
            `A login was given, and the images are in ${[...hosts].join(", ")}. Name the images of one registry, or log in with docker login and give none.`,
        );
    }
    return {
        folder,
        login: (host) => (given === undefined ? dockerLogin(host, env) : Promise.resolve(given)),
    };
}
