import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { ApiError, type Credentials } from "../api";
import type { Client } from "./client";
import { reviewDataVolume } from "./data-volume-review";
import { collectionPath } from "./kinds";
import { reviewMigration } from "./migration-review";
import type { KubernetesObject } from "./objects";
import type { Platform } from "./operators";
import type { Store } from "./store";
import { type Answer, answerSubresourceApi, subresourcesGroup } from "./subresource-api";
import {
    type Count,
    type ReviewRequest,
    type ReviewResponse,
    reviewUninstall,
} from "./uninstall-review";
import { answerUploadApi } from "./upload-api";
import { UploadProxy } from "./upload-proxy";
import { UploadTokens } from "./upload-token";
import { reviewVirtualMachine } from "./virtual-machine-review";
import type { Read } from "./volume-inference";

/** What the servers of the simulation work with. */
export interface Serving {
    readonly credentials: Credentials;
    readonly client: Client;
    readonly store: Store;
    readonly signal: AbortSignal;
}

/**
 * Answers, on free ports of 127.0.0.1 until the signal, the API server's questions (the operators' webhooks, and CDI's own part of the
 * API) and whoever uploads. The certificate is the one that kwokctl made for its administrator: it is valid for 127.0.0.1 and for
 * servers (kwok 0.8 pkg/kwokctl/pki), and the API server has its CA.
 */
export async function serve(serving: Serving): Promise<Omit<Platform, "definitions">> {
    const { ca } = serving.credentials;
    const tokens = new UploadTokens();
    const proxy = new UploadProxy({ ...serving, tokens });
    const [api, uploads] = await Promise.all([
        listen(serving, async (request, response) => {
            const isReview = /^\/[\w-]+-(validate|mutate)|^\/.*-validator/.test(request.url ?? "");
            const { status, body } = isReview
                ? { status: 200, body: await answerReview(request, serving) }
                : await answerApi(request, tokens, serving.client);
            response.statusCode = status;
            response.setHeader("content-type", "application/json");
            response.end(body === undefined ? "" : JSON.stringify(body));
        }),
        listen(serving, (request, response) => proxy.handle(request, response)),
    ]);
    return {
        webhooks: {
            url: `https://127.0.0.1:${String(api)}`,
            caBundle: Buffer.from(ca).toString("base64"),
        },
        apiPort: api,
        uploadProxy: { url: `https://127.0.0.1:${String(uploads)}`, ca },
    };
}

/** What the operators themselves serve of Kubernetes' API. */
async function answerApi(
    request: IncomingMessage,
    tokens: UploadTokens,
    client: Client,
): Promise<Answer> {
    const { method = "GET", url = "/" } = request;
    if (url.startsWith(`/apis/${subresourcesGroup}`)) {
        return (await answerSubresourceApi(method, url, client)) ?? { status: 404, body: {} };
    }
    const body = await answerUploadApi(request, tokens, Date.now());
    return body === undefined ? { status: 404, body: {} } : { status: 200, body };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Listens on a free port, and returns it. */
async function listen({ credentials, signal }: Serving, handle: Handler): Promise<number> {
    const { cert, key } = credentials;
    const server = https.createServer({ cert, key }, (request, response) => {
        handle(request, response).catch((error: unknown) => {
            response.statusCode = 500;
            response.end(error instanceof Error ? error.message : String(error));
        });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    signal.addEventListener("abort", () => {
        server.close();
        server.closeAllConnections();
    });
    return (server.address() as AddressInfo).port;
}

async function answerReview(request: IncomingMessage, serving: Serving): Promise<object> {
    const review = JSON.parse(await text(request)) as {
        readonly apiVersion: string;
        readonly kind: string;
        readonly request: ReviewRequest;
    };
    const { apiVersion, kind } = review;
    const webhook = (request.url ?? "").includes("mutate") ? "mutate" : "validate";
    return { apiVersion, kind, response: await answerTo(review.request, webhook, serving) };
}

async function answerTo(
    review: ReviewRequest,
    webhook: "mutate" | "validate",
    { client, store }: Serving,
): Promise<ReviewResponse> {
    switch (review.resource.resource) {
        case "datavolumes":
            return await reviewDataVolume(review, client, webhook);
        case "virtualmachines":
            return await reviewVirtualMachine(review, webhook, {
                read: reading(client),
                gates: featureGates(store),
            });
        case "virtualmachineinstancemigrations":
            return await reviewMigration(review, webhook, reading(client), store);
        default:
            return await reviewUninstall(review, counting(client));
    }
}

/** Asks the API server itself. */
function reading(client: Client): Read {
    return async (kind, namespace, name) => {
        try {
            const path = `${collectionPath(kind, namespace)}/${name}`;
            const object = (await client.send({ method: "GET", path })) as KubernetesObject;
            return { ...object, kind };
        } catch (error) {
            if (error instanceof ApiError && error.status === 404) {
                return undefined;
            }
            throw error;
        }
    };
}

function featureGates(store: Store): readonly string[] {
    return store
        .list("KubeVirt")
        .flatMap(({ spec }) => spec.configuration?.developerConfiguration?.featureGates ?? []);
}

/** Asks the API server itself: what a watch has not told yet counts too. */
function counting(client: Client): Count {
    return async (path) => {
        try {
            const list = await client.send({
                method: "GET",
                path: `${path}${path.includes("?") ? "&" : "?"}limit=2`,
            });
            return ((list as { items?: unknown[] | null }).items ?? []).length;
        } catch (error) {
            if (error instanceof ApiError && error.status === 404) {
                return 0;
            }
            throw error;
        }
    };
}
