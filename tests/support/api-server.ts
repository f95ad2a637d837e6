import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

interface StoredObject {
    readonly metadata: {
        readonly name: string;
        readonly resourceVersion: string;
        readonly generation?: number;
    };
}

interface OpenWatch {
    readonly collection: string;
    readonly response: http.ServerResponse;
}

/**
 * The list and watch half of an API server, with the faults that a test asks for: a watch that the server ends, an expired
 * resource version, a port that is closed for a while, a refused account, a connection that has died without a packet. It also
 * makes and deletes objects, for a test that plays the controller behind them.
 */
export class ApiServer {
    /** Every request, as "LIST path", "WATCH path?resourceVersion=…" or "GET path". */
    readonly requests: string[] = [];
    /** What each of them asked for beside its path. */
    readonly queries: URLSearchParams[] = [];
    /** Answers with this instead, per collection. */
    readonly refusals = new Map<string, { readonly status: number; readonly message: string }>();
    /** The next watches are told that their version is too old. */
    expireNextWatches = 0;
    /** Called when a client has made an object. */
    whenCreated: (collection: string, name: string) => void = () => undefined;
    /** What the deletion of an object by a client does. */
    whenDeleted: (collection: string, name: string) => void = (collection, name) =>
        this.remove(collection, name);
    /** Watches are accepted and never say anything, as behind a dead network. */
    silent = false;

    readonly #server = http.createServer((request, response) => this.#answer(request, response));
    readonly #objects = new Map<string, Map<string, StoredObject>>();
    readonly #watches = new Set<OpenWatch>();
    #version = 1;
    #port = 0;

    /** Listens on 127.0.0.1: on a free port, and after a stop on the same one again. */
    async start(): Promise<void> {
        // None that the system gives to whoever asks for any: after a stop it would be somebody else's. The sandboxes' begin at 20000.
        const anew = () => 10_000 + Math.floor(Math.random() * 10_000);
        while (!(await this.#listens(this.#port === 0 ? anew() : this.#port))) {
            if (this.#port !== 0) {
                throw new Error(`port ${String(this.#port)} is somebody else's now`);
            }
        }
        this.#port = (this.#server.address() as AddressInfo).port;
    }

    /** False where somebody else listens there. */
    async #listens(port: number): Promise<boolean> {
        return await new Promise((resolve) => {
            const taken = () => {
                resolve(false);
            };
            this.#server.once("error", taken);
            this.#server.listen(port, "127.0.0.1", () => {
                this.#server.off("error", taken);
                resolve(true);
            });
        });
    }

    /** Breaks every connection and closes the port. */
    async stop(): Promise<void> {
        const closed = new Promise((resolve) => this.#server.close(resolve));
        this.#server.closeAllConnections();
        this.#watches.clear();
        await closed;
    }

    get kubeconfig(): string {
        return JSON.stringify({
            "current-context": "test",
            contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
            clusters: [
                {
                    name: "test",
                    cluster: {
                        server: `http://127.0.0.1:${String(this.#port)}`,
                        // The reader of kubeconfigs asks for this word before it accepts a server without TLS.
                        "insecure-skip-tls-verify": true,
                    },
                },
            ],
            users: [{ name: "test", user: { token: "t0ken" } }],
        });
    }

    get openWatches(): number {
        return this.#watches.size;
    }

    /** Creates or changes an object, and tells who watches. */
    put(collection: string, name: string, rest: object = {}, generation?: number): void {
        const objects = this.#collection(collection);
        const type = objects.has(name) ? "MODIFIED" : "ADDED";
        this.#version += 1;
        const metadata = {
            ...("metadata" in rest ? (rest.metadata as object) : {}),
            name,
            resourceVersion: String(this.#version),
            ...(generation === undefined ? {} : { generation }),
        };
        const object = { ...rest, metadata };
        objects.set(name, object);
        this.#tell(collection, type, object);
    }

    /** Deletes an object. Without telling, it is as if a watch had missed it. */
    remove(collection: string, name: string, tell = true): void {
        const objects = this.#collection(collection);
        const object = objects.get(name);
        objects.delete(name);
        this.#version += 1;
        if (object !== undefined && tell) {
            const metadata = { ...object.metadata, resourceVersion: String(this.#version) };
            this.#tell(collection, "DELETED", { ...object, metadata });
        }
    }

    /** Sends a bookmark to every watch. */
    bookmark(): void {
        this.#version += 1;
        const object = { metadata: { name: "", resourceVersion: String(this.#version) } };
        for (const watch of this.#watches) {
            this.#send(watch, "BOOKMARK", object);
        }
    }

    /** Ends every watch, as a server does when the time of a watch is over. */
    endWatches(): void {
        for (const { response } of this.#watches) {
            response.end();
        }
    }

    #answer(request: http.IncomingMessage, response: http.ServerResponse): void {
        const url = new URL(request.url ?? "/", "http://127.0.0.1");
        const version = url.searchParams.get("resourceVersion") ?? "";
        const isWatch = url.searchParams.get("watch") === "true";
        const [, collection, name] = split(url.pathname, this.#objects);
        const { method } = request;
        const reads = isWatch ? "WATCH" : name === undefined ? "LIST" : "GET";
        const verb = method === "GET" || method === undefined ? reads : method;
        this.requests.push(
            `${verb} ${url.pathname}${isWatch ? `?resourceVersion=${version}` : ""}`,
        );
        this.queries.push(url.searchParams);
        const refusal = this.refusals.get(collection);
        if (refusal !== undefined) {
            response.writeHead(refusal.status).end(JSON.stringify({ message: refusal.message }));
        } else if (method === "POST") {
            void this.#create(collection, request, response);
        } else if (method === "DELETE" && name !== undefined) {
            this.whenDeleted(collection, name);
            response.end(JSON.stringify({ status: "Success" }));
        } else if (isWatch) {
            this.#watch(collection, Number(version), response);
        } else if (name === undefined) {
            const items = [...this.#collection(collection).values()];
            response.end(
                JSON.stringify({ items, metadata: { resourceVersion: String(this.#version) } }),
            );
        } else {
            const object = this.#collection(collection).get(name);
            response.writeHead(object === undefined ? 404 : 200);
            response.end(JSON.stringify(object ?? { message: `${name} not found` }));
        }
    }

    async #create(
        collection: string,
        request: http.IncomingMessage,
        response: http.ServerResponse,
    ): Promise<void> {
        const { metadata, ...rest } = JSON.parse(await text(request)) as {
            readonly metadata: { readonly name?: string; readonly generateName?: string };
        };
        const number = String(this.#version);
        const name = metadata.name ?? `${metadata.generateName ?? ""}${number}`;
        this.put(collection, name, { ...rest, metadata: { ...metadata, uid: `uid-${number}` } });
        response.writeHead(201).end(JSON.stringify(this.#collection(collection).get(name)));
        this.whenCreated(collection, name);
    }

    #watch(collection: string, version: number, response: http.ServerResponse): void {
        const watch = { collection, response };
        response.flushHeaders();
        if (this.expireNextWatches > 0) {
            this.expireNextWatches -= 1;
            const status = { code: 410, message: "too old resource version" };
            response.end(`${JSON.stringify({ type: "ERROR", object: status })}\n`);
            return;
        }
        this.#watches.add(watch);
        response.on("close", () => this.#watches.delete(watch));
        for (const object of this.#collection(collection).values()) {
            if (Number(object.metadata.resourceVersion) > version) {
                this.#send(watch, "MODIFIED", object);
            }
        }
    }

    #tell(collection: string, type: string, object: StoredObject): void {
        for (const watch of this.#watches) {
            if (watch.collection === collection) {
                this.#send(watch, type, object);
            }
        }
    }

    #send({ response }: OpenWatch, type: string, object: StoredObject): void {
        if (!this.silent) {
            response.write(`${JSON.stringify({ type, object })}\n`);
        }
    }

    #collection(path: string): Map<string, StoredObject> {
        const objects = this.#objects.get(path) ?? new Map<string, StoredObject>();
        this.#objects.set(path, objects);
        return objects;
    }
}

/** A path is a collection, or an object of one that is known. */
function split(
    path: string,
    known: ReadonlyMap<string, unknown>,
): readonly [string, string, string?] {
    const cut = path.lastIndexOf("/");
    return known.has(path) || !known.has(path.slice(0, cut))
        ? [path, path]
        : [path, path.slice(0, cut), path.slice(cut + 1)];
}
