import * as http from "node:http";
import * as https from "node:https";
import { createSecureContext } from "node:tls";
import { isDeepStrictEqual } from "node:util";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Clock } from "./clock";
import { systemClock } from "./clock";
import type { Caller, Change, Writer } from "./writes";
import { change } from "./writes";

/** A request that the API server refused. */
export class ApiError extends Error {
    override readonly name = "ApiError";

    constructor(
        /** HTTP status. */
        readonly status: number,
        message: string,
    ) {
        super(message);
    }
}

/** Why something could not be read, as a sentence without its full stop. A busy server (429, 503) is not one that forbids. */
export function unreadText(error: unknown, what = ""): string {
    const reason = error instanceof Error ? error.message : String(error);
    if (!(error instanceof ApiError)) {
        return `The cluster cannot be reached: ${reason}`;
    }
    const at = what === "" ? "" : ` at ${what}`;
    return error.status === 401 || error.status === 403
        ? `The cluster does not let this account look${at}: ${reason}`
        : `The API server answers a look${at} with an error: ${reason}`;
}

/** One line of a watch. */
export interface WatchEvent {
    readonly type: string;
    readonly object: unknown;
}

/** What a watch tells while it runs. */
export interface WatchHandler {
    /** The server has accepted the watch. */
    open(): void;
    event(event: WatchEvent): void;
}

/** The few requests the waits make. Each one rejects with an {@link ApiError} when the server answers with an error. */
export interface Transport {
    /** One object, or undefined when it is not there. */
    get(path: string, signal?: AbortSignal): Promise<unknown>;
    list(
        path: string,
        query: Query,
        signal?: AbortSignal,
    ): Promise<{ readonly items: readonly unknown[]; readonly resourceVersion: string }>;
    /** Resolves when the server ends the watch, or the signal does. */
    watch(path: string, query: Query, handler: WatchHandler, signal: AbortSignal): Promise<void>;
}

/** Query parameters of a request. */
export type Query = Readonly<Record<string, string>>;

/** Longer than an API server takes to answer anything; afterwards the connection is taken for dead. */
const answerWithinMs = 30_000;

/**
 * Talks to the cluster of a kubeconfig. Every request has a connection of its own, so nothing stays open after the last one; as long as
 * the credentials are the same it takes up the TLS session of one before, which costs both sides less than a new one.
 */
export async function kubeconfigTransport(
    kubeconfig: string,
    context?: string,
    clock: Clock = systemClock,
): Promise<Transport & Writer & Caller> {
    const config = await load(kubeconfig, context);
    const { server } = cluster(config);
    const sameAgent = agentKeeper();

    /** Comes back when the answer's head is there. */
    async function send(
        path: string,
        query: Query,
        signal: AbortSignal,
        asked?: Change,
    ): Promise<http.IncomingMessage> {
        const url = new URL(server.replace(/\/$/, "") + path);
        // The path may have a query of its own.
        for (const [name, value] of Object.entries(query)) {
            url.searchParams.set(name, value);
        }
        const options: https.RequestOptions = {
            method: asked?.method ?? "GET",
            headers: { accept: "application/json", ...asked?.headers },
        };
        // Asks for a new token when the old one has run out, so it is done for every request.
        await config.applyToHTTPSOptions(options);
        options.agent = sameAgent(options.agent);
        return new Promise((resolve, reject) => {
            const request = (url.protocol === "http:" ? http : https).request(
                url,
                { ...options, signal },
                resolve,
            );
            request.on("error", reject);
            request.end(asked?.body);
        });
    }

    async function answer(
        path: string,
        query: Query,
        outer?: AbortSignal,
        asked?: Change,
    ): Promise<unknown> {
        const { signal, done } = within(clock, answerWithinMs, outer);
        try {
            const response = await send(path, query, signal, asked);
            const body = await text(response);
            if (response.statusCode === undefined || response.statusCode >= 300) {
                throw apiError(response, body);
            }
            // A subresource may answer with nothing: it has accepted what was asked.
            return body === "" ? undefined : JSON.parse(body);
        } catch (error) {
            throw readable(error, signal, server);
        } finally {
            done();
        }
    }

    return {
        get: async (path, signal) => {
            try {
                return await answer(path, {}, signal);
            } catch (error) {
                return undefinedIfAbsent(error);
            }
        },
        list: async (path, query, signal) => {
            const list = (await answer(path, query, signal)) as {
                readonly items?: readonly unknown[];
                readonly metadata?: { readonly resourceVersion?: string };
            };
            return {
                items: list.items ?? [],
                resourceVersion: list.metadata?.resourceVersion ?? "",
            };
        },
        watch: async (path, query, handler, signal) => {
            const opening = within(clock, answerWithinMs, signal);
            try {
                const response = await send(path, { ...query, watch: "true" }, opening.signal);
                if (response.statusCode !== 200) {
                    throw apiError(response, await text(response));
                }
                opening.settled();
                handler.open();
                for await (const line of lines(response)) {
                    handler.event(JSON.parse(line) as WatchEvent);
                }
            } catch (error) {
                if (!signal.aborted) {
                    throw readable(error, opening.signal, server);
                }
            } finally {
                opening.done();
            }
        },
        create: (collection, object) => answer(collection, {}, undefined, change("POST", object)),
        merge: (path, fields) => answer(path, {}, undefined, change("PATCH", fields)),
        call: async (path, content) => {
            await answer(path, {}, undefined, change("PUT", content));
        },
        remove: async (path, uid, orphan = false) => {
            // Source: k8s.io/apimachinery meta/v1 DeleteOptions; another object of the name is answered with a conflict.
            const options = {
                preconditions: { uid },
                ...(orphan ? { propagationPolicy: "Orphan" } : {}),
            };
            try {
                await answer(path, {}, undefined, change("DELETE", options));
            } catch (error) {
                undefinedIfAbsent(error);
            }
        },
    };
}

function undefinedIfAbsent(error: unknown): undefined {
    if (error instanceof ApiError && error.status === 404) {
        return undefined;
    }
    throw error;
}

/** Which server a kubeconfig means, for display. */
export async function kubeconfigServer(
    kubeconfig: string,
    context?: string,
): Promise<{ readonly server: string; readonly context: string }> {
    const config = await load(kubeconfig, context);
    return { server: cluster(config).server, context: config.getCurrentContext() };
}

async function load(kubeconfig: string, context: string | undefined): Promise<KubeConfig> {
    // The package's entry loads every API class (0.5 s); the reader of kubeconfigs is this one file.
    const module = await import("@kubernetes/client-node/dist/config.js");
    const config = new module.KubeConfig();
    try {
        config.loadFromString(kubeconfig);
    } catch {
        // The parser's message quotes the text, which has the keys in it.
        throw new Error("it is not the content of a kubeconfig file");
    }
    if (context !== undefined) {
        if (config.getContextObject(context) === null) {
            throw new Error(`it has no context ${JSON.stringify(context)}`);
        }
        config.setCurrentContext(context);
    }
    return config;
}

/**
 * Kubernetes' client makes an agent for each request, which reads certificates and key anew. Answers the one before where the new one
 * has the same options. An agent of a proxy is left as it is.
 */
function agentKeeper(): (agent: https.RequestOptions["agent"]) => https.RequestOptions["agent"] {
    let kept: { readonly agent: https.Agent; readonly asked: https.AgentOptions } | undefined;
    return (agent) => {
        if (!(agent instanceof https.Agent) || agent.constructor !== https.Agent) {
            return agent;
        }
        const asked = { ...agent.options };
        if (kept === undefined || !isDeepStrictEqual(kept.asked, asked)) {
            kept = { agent, asked };
            agent.options.secureContext = createSecureContext(agent.options);
        }
        return kept.agent;
    };
}

function cluster(config: KubeConfig): { readonly server: string } {
    const current = config.getCurrentCluster();
    if (current === null) {
        throw new Error(
            `its context ${JSON.stringify(config.getCurrentContext())} names no cluster of it`,
        );
    }
    return current;
}

/** A signal that ends a request after a time, unless its answer came; it also ends when the outer one does. */
function within(
    clock: Clock,
    milliseconds: number,
    outer: AbortSignal | undefined,
): { readonly signal: AbortSignal; readonly settled: () => void; readonly done: () => void } {
    const controller = new AbortController();
    const stop = (): void => controller.abort();
    const cancel = clock.schedule(milliseconds, stop);
    outer?.addEventListener("abort", stop);
    if (outer?.aborted === true) {
        stop();
    }
    return {
        signal: controller.signal,
        settled: cancel,
        done: () => {
            cancel();
            outer?.removeEventListener("abort", stop);
        },
    };
}

async function text(response: http.IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of response) {
        chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks).toString("utf8");
}

async function* lines(response: http.IncomingMessage): AsyncGenerator<string> {
    let rest = "";
    response.setEncoding("utf8");
    for await (const chunk of response) {
        const parts = (rest + (chunk as string)).split("\n");
        rest = parts.pop() ?? "";
        yield* parts.filter((part) => part.trim() !== "");
    }
}

/** The API server's own sentence, from the Status object it answers errors with. */
function apiError(response: http.IncomingMessage, body: string): ApiError {
    const status = response.statusCode ?? 0;
    let message: string | undefined;
    try {
        message = (JSON.parse(body) as { message?: string }).message;
    } catch {
        // A proxy in between answers with something else: its HTTP status says enough.
    }
    return new ApiError(
        status,
        message ?? `HTTP ${String(status)} ${response.statusMessage ?? ""}`,
    );
}

function readable(error: unknown, signal: AbortSignal, server: string): unknown {
    return signal.aborted && !(error instanceof ApiError)
        ? new Error(`no answer from ${server}`)
        : error;
}
