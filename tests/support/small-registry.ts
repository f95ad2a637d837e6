import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How a registry lets somebody in. */
export type RegistryAccess =
    "anybody" | "token" | "basic" | "token elsewhere" | "token for anybody";

/** A registry and web server of a test's own, on this machine only. */
export interface SmallRegistry {
    /** `127.0.0.1:<port>` */
    readonly host: string;
    /** What a tag points to: the text of a manifest. */
    readonly manifests: Map<string, string>;
    /** Files of the web server, by path. */
    readonly files: Map<string, string>;
    access: RegistryAccess;
    /** Whether it says the digest of a manifest, or leaves that to who reads it. */
    saysDigest: boolean;
    /** Every request: method, path, and whether it had a login. */
    readonly requests: string[];
    close(): Promise<void>;
}

export const user = "puller";
export const password = "hunter2-password";
const token = "token-of-the-test";

export const sha256 = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;

/** Starts one. Source of what it answers: OCI distribution-spec; distribution docs/content/spec/auth/token.md. */
export async function smallRegistry(): Promise<SmallRegistry> {
    const server = createServer((request, response) => {
        answer(registry, request, response);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const registry: SmallRegistry = {
        host: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
        manifests: new Map(),
        files: new Map(),
        access: "anybody",
        saysDigest: true,
        requests: [],
        close: () =>
            new Promise((done) => {
                server.close(() => {
                    done();
                });
                server.closeAllConnections();
            }),
    };
    return registry;
}

const basic = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

function answer(registry: SmallRegistry, request: IncomingMessage, response: ServerResponse): void {
    const { method = "", url = "", headers } = request;
    const given = headers.authorization;
    registry.requests.push(
        `${method} ${url}${given === undefined ? "" : ` (${given.split(" ")[0] ?? ""})`}`,
    );
    const end = (status: number, body = "", more: Readonly<Record<string, string>> = {}) => {
        response.writeHead(status, { "content-length": Buffer.byteLength(body), ...more });
        response.end(method === "HEAD" ? undefined : body);
    };
    if (url.startsWith("/token?")) {
        const open = registry.access === "token for anybody";
        end(open || given === basic ? 200 : 401, JSON.stringify({ token }));
        return;
    }
    const file = registry.files.get(url);
    if (file !== undefined) {
        end(200, file);
        return;
    }
    const [, repository = "", version = ""] = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(url) ?? [];
    const challenge = challengeOf(registry, repository);
    if (
        challenge !== undefined &&
        given !== (registry.access === "basic" ? basic : `Bearer ${token}`)
    ) {
        end(401, "", { "www-authenticate": challenge });
        return;
    }
    const manifest = registry.manifests.get(`${repository}:${version}`);
    const isIndex = headers.accept?.includes("application/vnd.oci.image.index.v1+json") === true;
    if (manifest === undefined || !isIndex) {
        end(404);
        return;
    }
    end(200, manifest, registry.saysDigest ? { "docker-content-digest": sha256(manifest) } : {});
}

function challengeOf({ access, host }: SmallRegistry, repository: string): string | undefined {
    const scope = `service="test",scope="repository:${repository}:pull"`;
    switch (access) {
        case "anybody":
            return undefined;
        case "basic":
            return 'Basic realm="test"';
        case "token elsewhere":
            return `Bearer realm="http://tokens.example.org/token",${scope}`;
        default:
            return `Bearer realm="http://${host}/token",${scope}`;
    }
}
