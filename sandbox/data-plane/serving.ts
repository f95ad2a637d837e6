import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { ApiError, type Credentials } from "../api";
import type { Client } from "./client";
import { reviewDataVolume } from "./data-volume-review";
import type { Platform } from "./operators";
import type { Store } from "./store";
import { type Count, type ReviewRequest, reviewUninstall } from "./uninstall-review";
import { answerUploadApi } from "./upload-api";
import { UploadProxy } from "./upload-proxy";
import { UploadTokens } from "./upload-token";

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
            const answer = isReview
                ? await answerReview(request, serving)
                : await answerUploadApi(request, tokens, Date.now());
            response.statusCode = answer === undefined ? 404 : 200;
            response.setHeader("content-type", "application/json");
            response.end(JSON.stringify(answer ?? {}));
        }),
        listen(serving, (request, response) => proxy.handle(request, response)),
    ]);
    return {
        webhooks: {
            url: `https://127.0.0.1:${String(api)}`,
            caBundle: Buffer.from(ca).toString("base64"),
        },
        uploadApiPort: api,
        uploadProxy: { url: `https://127.0.0.1:${String(uploads)}`, ca },
    };
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

async function answerReview(request: IncomingMessage, { client }: Serving): Promise<object> {
    const review = JSON.parse(await text(request)) as {
        readonly apiVersion: string;
        readonly kind: string;
        readonly request: ReviewRequest;
    };
    const { apiVersion, kind } = review;
    const response =
        review.request.resource.resource === "datavolumes"
            ? await reviewDataVolume(
                  review.request,
                  client,
                  (request.url ?? "").includes("mutate") ? "mutate" : "validate",
              )
            : await reviewUninstall(review.request, counting(client));
    return { apiVersion, kind, response };
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
