import { type ImageReference, imageReferenceText, parseImageReference } from "./image-reference";
import { type Fault, type FieldCheck, shown } from "./source-fields";

const example = "quay.io/containerdisks/fedora:42";

/** The digest of a container image. Source: opencontainers/go-digest (small letters only). */
export const imageDigest: FieldCheck = (value) =>
    typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value)
        ? undefined
        : {
              fault: `is ${shown(value)}, which is not the digest of an image`,
              cure: `write it as "sha256:" and 64 hexadecimal digits in small letters`,
          };

/**
 * The reference of an image that CDI can pull. Source: CDI pkg/apiserver/webhooks/util.go (validateDataVolumeSourceRegistry,
 * which reads it as an address first) and github.com/distribution/reference, which the importer reads it with.
 */
export const registryReference: FieldCheck = (value) => {
    if (typeof value !== "string" || value.length > 1024) {
        return notReference(value);
    }
    const [, scheme = "docker", rest = ""] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(value) ?? [
        value,
        undefined,
        value,
    ];
    if (scheme === "oci-archive") {
        return /^\/?[\w][\w./-]*(:[\w][\w.-]*)?$/.test(rest) ? undefined : notReference(value);
    }
    if (scheme !== "docker") {
        return {
            fault: `is ${shown(value)}, which is not the reference of a container image`,
            cure: /^https?$/i.test(scheme)
                ? `leave ${scheme}:// out for an image in a registry, or write { http: … } for one on a web server`
                : `write it as ${example}`,
        };
    }
    return dockerFault(value, rest);
};

function dockerFault(value: string, text: string): Fault | undefined {
    const parsed = parseImageReference(text);
    if (parsed === undefined || !isImageName(parsed)) {
        return notReference(value);
    }
    const { registry, tag, digest } = parsed;
    if (digest !== undefined && imageDigest(digest) !== undefined) {
        return {
            fault: `is ${shown(value)}, whose digest is not one of an image`,
            cure: "write it as @sha256: and 64 hexadecimal digits in small letters",
        };
    }
    // To Go's net/url, "docker://fedora:latest" is an address with a port that is no number.
    const isPort = digest === undefined && /^[0-9]*$/.test(tag ?? "");
    return registry === undefined && !isPort
        ? {
              fault: `is ${shown(value)}, which names no registry, so that CDI takes what follows the name for a port`,
              cure: `write docker.io/library/${text}`,
          }
        : undefined;
}

/** Whether each part of the name is one. Source: github.com/distribution/reference (regexp.go). */
function isImageName(parsed: ImageReference): boolean {
    const { host, path } = hostAndPath(parsed);
    const label = "[a-z0-9]+(-+[a-z0-9]+)*";
    return (
        path.every((part) => /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/.test(part)) &&
        path.join("/").length <= 255 &&
        (host === undefined || new RegExp(`^${label}(\\.${label})*(:[0-9]+)?$`, "i").test(host))
    );
}

/** The first part of a name is a server where it looks like one. Source: the same, normalize.go (splitDockerDomain). */
function hostAndPath({ registry, name }: ImageReference) {
    const parts = [...(registry?.split("/") ?? []), name];
    const host =
        parts.length > 1 && /[.:A-Z]|^localhost$/.test(parts[0] ?? "") ? parts[0] : undefined;
    return { host, path: host === undefined ? parts : parts.slice(1) };
}

function notReference(value: unknown): Fault {
    return {
        fault: `is ${shown(value)}, which is not the reference of a container image`,
        cure: `write it as ${example}; an image on a web server goes into http`,
    };
}

/** Whether a reference is a file of the importer's container, which no registry knows. */
export function isArchiveReference(reference: string): boolean {
    return reference.startsWith("oci-archive:");
}

/** The digest that stands in a reference itself. */
export function digestIn(reference: string): string | undefined {
    return parseImageReference(withoutScheme(reference))?.digest;
}

/**
 * The address as CDI wants it: the scheme is not optional there, and beside a digest there must be no tag, which its importer
 * refuses. Source: containers/image docker/docker_transport.go ("references with both a tag and digest are currently not
 * supported").
 */
export function registryUrl(reference: string, digest?: string): string {
    if (isArchiveReference(reference)) {
        return reference;
    }
    const text = withoutScheme(reference);
    const { tag, ...parsed } = parseImageReference(text) ?? { name: "" };
    const pinned = digest ?? parsed.digest;
    if (pinned === undefined) {
        return `docker://${text}`;
    }
    return `docker://${imageReferenceText({ ...parsed, digest: pinned })}`;
}

function withoutScheme(reference: string): string {
    return reference.replace(/^docker:\/\//, "");
}

/** Where a registry has an image. */
export interface RegistryPlace {
    /** The server that is asked: `quay.io`, `registry-1.docker.io`. */
    readonly server: string;
    /** The name that logins are kept under: `quay.io`, `docker.io`. */
    readonly host: string;
    readonly repository: string;
    /** Tag, or digest. */
    readonly version: string;
}

/**
 * Where the image of a reference is. A reference without a registry, and Docker's own, are special. Source:
 * github.com/distribution/reference normalize.go (splitDockerDomain); containers/image docker/docker_client.go (dockerRegistry).
 */
export function registryPlace(reference: string): RegistryPlace | undefined {
    const parsed = parseImageReference(withoutScheme(reference));
    if (parsed === undefined || isArchiveReference(reference)) {
        return undefined;
    }
    const { host: named, path: parts } = hostAndPath(parsed);
    const host = named === undefined || named === "index.docker.io" ? "docker.io" : named;
    const path = parts.join("/");
    const isDocker = host === "docker.io";
    return {
        server: isDocker ? "registry-1.docker.io" : host,
        host,
        repository: isDocker && !path.includes("/") ? `library/${path}` : path,
        version: parsed.digest ?? parsed.tag ?? "latest",
    };
}
