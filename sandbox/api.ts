import * as fs from "node:fs";
import * as https from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import * as yaml from "yaml";

/** An object on its way to the API server. */
export interface ApiObject {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string };
}

/** An answer of the API server that is not a success. */
export class ApiError extends Error {
    override readonly name = "ApiError";
    constructor(
        readonly status: number,
        message: string,
    ) {
        super(message);
    }
}

/** Who owns the fields that the sandbox sets. */
const fieldManager = "pulumi-kubevirt-sandbox";

/** How long one request may take. */
const requestTimeout = 30_000;

/** Address and keys of the API server. */
export interface Credentials {
    readonly server: string;
    readonly ca: string;
    readonly cert: string;
    readonly key: string;
}

/**
 * The few calls the sandbox makes itself. Not the Kubernetes client: loading it takes longer than finding a running
 * sandbox.
 */
export class Api {
    constructor(readonly credentials: Credentials) {}

    /** The API server of a kubeconfig that {@link kubeconfigText} wrote. */
    static fromKubeconfig(file: string): Api {
        const content = yaml.parse(fs.readFileSync(file, "utf8")) as Kubeconfig;
        const [cluster] = content.clusters;
        const [user] = content.users;
        return new Api({
            server: cluster.cluster.server,
            ca: decoded(cluster.cluster["certificate-authority-data"]),
            cert: decoded(user.user["client-certificate-data"]),
            key: decoded(user.user["client-key-data"]),
        });
    }

    /** Whether it answers and has started completely. Why not is in its log. */
    async isReady(): Promise<boolean> {
        try {
            await this.request("GET", "/readyz");
            return true;
        } catch {
            return false;
        }
    }

    async get(path: string): Promise<unknown> {
        return JSON.parse(await this.request("GET", path)) as unknown;
    }

    /** Creates the object or makes it what is given, by server-side apply. `collection` is the path without the name. */
    async apply(collection: string, object: ApiObject, subresource?: "status"): Promise<void> {
        const name = `${object.metadata.name}${subresource === undefined ? "" : `/${subresource}`}`;
        await this.request(
            "PATCH",
            `${collection}/${name}?fieldManager=${fieldManager}&force=true`,
            { type: "application/apply-patch+yaml", text: JSON.stringify(object) },
        );
    }

    /** Creates the object, status included. One that is there is left as it is. */
    async create(collection: string, object: ApiObject): Promise<void> {
        try {
            await this.request("POST", `${collection}?fieldManager=${fieldManager}`, {
                type: "application/json",
                text: JSON.stringify(object),
            });
        } catch (error) {
            if (!(error instanceof ApiError && error.status === 409)) {
                throw error;
            }
        }
    }

    /** Sends a request. Where the API server asks for patience, as with a kind whose definition is new, it is sent again. */
    async request(
        method: string,
        path: string,
        body?: { readonly type: string; readonly text: string },
    ): Promise<string> {
        for (const until = Date.now() + requestTimeout; ; await pause(100)) {
            try {
                return await this.#send(method, path, body);
            } catch (error) {
                const early = error instanceof ApiError && error.status === 429;
                if (!early || Date.now() > until) {
                    throw error;
                }
            }
        }
    }

    async #send(
        method: string,
        path: string,
        body?: { readonly type: string; readonly text: string },
    ): Promise<string> {
        const { server, ...keys } = this.credentials;
        return await new Promise((resolve, reject) => {
            const request = https.request(`${server}${path}`, {
                method,
                ...keys,
                // A kept connection would keep the program from ending.
                agent: false,
                timeout: requestTimeout,
                headers: body === undefined ? {} : { "content-type": body.type },
            });
            request.once("error", reject);
            request.once("timeout", () =>
                request.destroy(new Error(`${method} ${path}: no answer in ${requestTimeout} ms`)),
            );
            request.once("response", (response) => {
                const parts: Buffer[] = [];
                response.on("data", (part: Buffer) => parts.push(part));
                response.once("error", reject);
                response.once("end", () => {
                    const text = Buffer.concat(parts).toString("utf8");
                    const status = response.statusCode ?? 0;
                    if (status >= 200 && status < 300) {
                        resolve(text);
                    } else {
                        reject(new ApiError(status, `${method} ${path}: ${status} ${text}`));
                    }
                });
            });
            request.end(body?.text);
        });
    }
}

/** A kubeconfig that needs no other file. */
export function kubeconfigText(credentials: Credentials): string {
    const name = "pulumi-kubevirt-sandbox";
    const content: Kubeconfig & Record<string, unknown> = {
        apiVersion: "v1",
        kind: "Config",
        clusters: [
            {
                name,
                cluster: {
                    server: credentials.server,
                    "certificate-authority-data": encoded(credentials.ca),
                },
            },
        ],
        users: [
            {
                name,
                user: {
                    "client-certificate-data": encoded(credentials.cert),
                    "client-key-data": encoded(credentials.key),
                },
            },
        ],
        contexts: [{ name, context: { cluster: name, user: name } }],
        "current-context": name,
    };
    return yaml.stringify(content);
}

interface Kubeconfig {
    clusters: [{ name: string; cluster: Record<"server" | "certificate-authority-data", string> }];
    users: [{ name: string; user: Record<"client-certificate-data" | "client-key-data", string> }];
}

function encoded(text: string): string {
    return Buffer.from(text).toString("base64");
}

function decoded(text: string): string {
    return Buffer.from(text, "base64").toString("utf8");
}
