import { createHash } from "node:crypto";
import type { RegistryPlace } from "../model/registry-reference";
import { UserError } from "../model/user-error";
import type { Login } from "./registry-login";

/** How long a registry may take to answer. */
const answerWithinMs = 30_000;

/** An index first: its digest stands for every architecture. Source: OCI image-spec media-types.md; Docker image manifest v2. */
const accepted = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

const isDigest = /^sha256:[0-9a-f]{64}$/;

/**
 * The digest that a reference stands for now. Source: OCI distribution-spec, "Pulling manifests"; distribution
 * docs/content/spec/auth/token.md. The libraries on npm for it bring many
 * dependencies of their own for one request.
 */
export async function manifestDigest(
    place: RegistryPlace,
    login: () => Promise<Login | undefined>,
): Promise<string> {
    const url = `${schemeOf(place.server)}://${place.server}/v2/${place.repository}/manifests/${place.version}`;
    let response = await ask("HEAD", url, place);
    let authorization: string | undefined;
    if (response.status === 401) {
        const challenge = response.headers.get("www-authenticate") ?? "";
        authorization = await authorize(challenge, place, await login());
        response = await ask("HEAD", url, place, authorization);
    }
    refuseStatus(response, place);
    const stated = response.headers.get("docker-content-digest") ?? "";
    if (isDigest.test(stated)) {
        return stated;
    }
    const whole = await ask("GET", url, place, authorization);
    refuseStatus(whole, place);
    const body = Buffer.from(await whole.arrayBuffer());
    return `sha256:${createHash("sha256").update(body).digest("hex")}`;
}

/** Only this machine is asked without TLS: a login and a digest are worth nothing to whom they are told on the way. */
function schemeOf(server: string): "http" | "https" {
    return isLoopback(server.replace(/:[0-9]+$/, "")) ? "http" : "https";
}

function isLoopback(host: string): boolean {
    return ["localhost", "127.0.0.1", "[::1]"].includes(host);
}

async function ask(
    method: "GET" | "HEAD",
    url: string,
    place: RegistryPlace,
    authorization?: string,
): Promise<Response> {
    try {
        return await fetch(url, {
            method,
            headers: {
                accept: accepted,
                ...(authorization === undefined ? {} : { authorization }),
            },
            signal: AbortSignal.timeout(answerWithinMs),
        });
    } catch (error) {
        throw new UserError(`${place.server} does not answer: ${reasonOf(error)}`);
    }
}

/** What a failed request says: the cause of it, which fetch wraps. */
export function reasonOf(error: unknown): string {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return cause instanceof Error ? cause.message : String(cause);
}

/** What to send after a registry asked who one is. */
async function authorize(
    challenge: string,
    place: RegistryPlace,
    login: Login | undefined,
): Promise<string> {
    const [, kind = ""] = /^\s*(\w+)/.exec(challenge) ?? [];
    if (kind.toLowerCase() === "basic" && login !== undefined) {
        return basic(login);
    }
    const realm = parameter(challenge, "realm");
    if (kind.toLowerCase() !== "bearer" || realm === undefined || !URL.canParse(realm)) {
        throw notAllowed(place);
    }
    const address = new URL(realm);
    if (address.protocol !== "https:" && !isLoopback(address.hostname)) {
        throw new UserError(
            `${place.server} sends its users to ${address.origin}, which is not https. A login is not sent there.`,
        );
    }
    const service = parameter(challenge, "service");
    if (service !== undefined) {
        address.searchParams.set("service", service);
    }
    address.searchParams.set("scope", `repository:${place.repository}:pull`);
    const authorization = login === undefined ? undefined : basic(login);
    const response = await ask("GET", address.href, place, authorization);
    const answer = response.ok
        ? ((await response.json()) as { token?: string; access_token?: string })
        : {};
    const token = answer.token ?? answer.access_token;
    if (token === undefined) {
        throw notAllowed(place);
    }
    return `Bearer ${token}`;
}

function parameter(challenge: string, name: string): string | undefined {
    return new RegExp(`[\\s,]${name}="([^"]*)"`, "i").exec(challenge)?.[1];
}

function basic({ username, password }: Login): string {
    return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}

function refuseStatus(response: Response, place: RegistryPlace): void {
    if (response.ok) {
        return;
    }
    const image = `${place.repository}:${place.version}`;
    switch (response.status) {
        case 401:
        case 403:
            throw notAllowed(place);
        case 404:
            throw new UserError(`${place.server} has no ${image}. Correct the reference.`);
        case 429:
            throw new UserError(
                `${place.server} has been asked too often (429). Log in, or try again later.`,
            );
        default:
            throw new UserError(
                `${place.server} answers ${String(response.status)} for ${image}. Try again later, or write the digest yourself.`,
            );
    }
}

function notAllowed(place: RegistryPlace): UserError {
    return new UserError(
        `${place.server} lets nobody read ${place.repository} without the right login. Log in (docker login ${place.host}), or give one: --username with REGISTRY_PASSWORD in the environment.`,
    );
}
