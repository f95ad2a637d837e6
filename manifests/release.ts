import { isDeepStrictEqual } from "node:util";
import { parseAllDocuments, type Tags } from "yaml";
import { parseImageReference } from "../model/image-reference";
import { parseVersion } from "../model/versions";
import type { PlainObject } from "./plain-object";
import { containersOf } from "./pod-spec";

export { withImages, withPullSecrets } from "./release-images";

/** An object of a release manifest. */
export type ManifestObject = PlainObject;

/** What a release manifest consists of, and why it cannot be used if it cannot. */
export interface Release {
    readonly objects: readonly ManifestObject[];
    /** Each with the place of the manifest: "at https://… is an HTML page, not YAML". */
    readonly faults: readonly string[];
}

/**
 * Reads the objects of a release manifest: YAML of several documents, as kubectl reads it. What servers and proxies answer in its
 * place (an HTML page, a JSON error, nothing) is a fault, and so is an object that Kubernetes could not take.
 */
export function parseRelease(text: string, where: string): Release {
    const fault = notManifestFault(text);
    if (fault !== undefined) {
        return { objects: [], faults: [`at ${where} ${fault}`] };
    }
    const objects: ManifestObject[] = [];
    const faults: string[] = [];
    for (const [index, document] of documentsOf(text).entries()) {
        const place = `at ${where}, document ${String(index + 1)},`;
        if (document.fault === undefined) {
            collect(document.value, place, objects, faults);
        } else {
            faults.push(`${place} is not YAML: ${document.fault}`);
        }
    }
    if (objects.length === 0 && faults.length === 0) {
        faults.push(`at ${where} has no objects in it`);
    }
    return { objects: once(objects, where, faults), faults };
}

/**
 * The version that a release manifest installs: what its operator says of itself, else the tag of its first image.
 * Source: KubeVirt pkg/virt-operator/util/config.go (KUBEVIRT_VERSION, getTag); CDI pkg/operator/resources/operator/operator.go
 * (OPERATOR_VERSION).
 */
export function releaseVersion(objects: readonly ManifestObject[]): string | undefined {
    const containers = objects.flatMap((object) => containersOf(object));
    const told = containers
        .flatMap(({ env = [] }) => env)
        .find(({ name }) => name === "KUBEVIRT_VERSION" || name === "OPERATOR_VERSION");
    const tags = containers.map(({ image = "" }) => parseImageReference(image)?.tag);
    return [told?.value, ...tags].find(
        (version) => version !== undefined && parseVersion(version) !== undefined,
    );
}

/** What a text is that no YAML parser has to look at. */
function notManifestFault(text: string): string | undefined {
    const begin = text.trimStart().slice(0, 200);
    if (begin === "") {
        return "is empty";
    }
    if (/^<(!doctype|html|head|\?xml)/i.test(begin)) {
        return "is an HTML page, not YAML";
    }
    // A zero byte, or what a decoder puts in place of bytes that are no text: an archive, an image.
    return /[\0\uFFFD]/.test(text) ? "is not text, but perhaps a packed file" : undefined;
}

interface ReadDocument {
    readonly value?: unknown;
    readonly fault?: string;
}

/**
 * The documents of a text, in YAML 1.1 as kubectl reads it (`0644` is octal), but without its dates and base 60 numbers, which
 * kubectl does not know either. Source: sigs.k8s.io/yaml goyaml.v2 (resolve.go).
 */
function documentsOf(text: string): ReadDocument[] {
    const documents = parseAllDocuments(text, {
        version: "1.1",
        customTags: (tags) => tags.filter((tag) => !isTime(tag)),
    });
    return [...documents].map((document) => {
        const [error] = document.errors;
        if (error !== undefined) {
            return { fault: error.message.split("\n")[0] ?? "" };
        }
        try {
            return { value: document.toJS() as unknown };
        } catch (failure) {
            // An alias without its anchor, or more aliases than any manifest has.
            return { fault: (failure as Error).message };
        }
    });
}

function isTime(tag: Tags[number]): boolean {
    return (
        typeof tag !== "string" &&
        (tag.tag === "tag:yaml.org,2002:timestamp" || ("format" in tag && tag.format === "TIME"))
    );
}

interface Candidate {
    readonly apiVersion?: unknown;
    readonly kind?: unknown;
    readonly metadata?: { readonly name?: unknown };
    readonly items?: unknown;
    readonly message?: unknown;
}

function collect(value: unknown, place: string, objects: ManifestObject[], faults: string[]): void {
    if (value === null || value === undefined) {
        return;
    }
    if (typeof value !== "object" || Array.isArray(value)) {
        faults.push(`${place} is ${short(value)}, not an object`);
        return;
    }
    const candidate = value as Candidate;
    if (
        typeof candidate.kind === "string" &&
        candidate.kind.endsWith("List") &&
        Array.isArray(candidate.items)
    ) {
        for (const item of candidate.items) {
            collect(item, place, objects, faults);
        }
        return;
    }
    if (candidate.kind === "Status") {
        faults.push(`${place} is the error of an API server: ${short(candidate.message)}`);
        return;
    }
    const missing = [
        ["apiVersion", candidate.apiVersion] as const,
        ["kind", candidate.kind] as const,
        ["metadata.name", candidate.metadata?.name] as const,
    ].filter(([, text]) => typeof text !== "string" || text === "");
    if (missing.length > 0) {
        const names = missing.map(([name]) => name).join(" and no ");
        faults.push(`${place} has no ${names}: ${short(value)}`);
        return;
    }
    objects.push(value as ManifestObject);
}

/** Objects without those that are there twice. The same object written twice the same way is no harm; two versions of it are. */
function once(objects: readonly ManifestObject[], where: string, faults: string[]) {
    const seen = new Map<string, ManifestObject>();
    for (const object of objects) {
        const { apiVersion, kind, metadata } = object;
        const group = apiVersion.includes("/") ? (apiVersion.split("/")[0] ?? "") : "";
        const key = [group, kind, metadata.namespace ?? "", metadata.name].join(" ");
        const first = seen.get(key);
        if (first === undefined) {
            seen.set(key, object);
        } else if (!isDeepStrictEqual(first, object)) {
            faults.push(`at ${where} has two different objects ${kind} ${metadata.name}`);
        }
    }
    return [...seen.values()];
}

/** The beginning of what was found, for somebody who wonders what it is. */
function short(value: unknown): string {
    const text = typeof value === "string" ? value : (JSON.stringify(value) as string | undefined);
    const line = (text ?? "nothing").replace(/\s+/g, " ");
    return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
