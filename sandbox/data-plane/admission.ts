import { once } from "node:events";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { ApiError, type Credentials } from "../api";
import type { Client } from "./client";
import type { WebhookAddress } from "./operators";
import { type Count, type ReviewRequest, reviewUninstall } from "./uninstall-review";

/**
 * Answers the API server's questions on a free port of 127.0.0.1 until the signal. The certificate is the one that kwokctl made
 * for its administrator: it is valid for 127.0.0.1 and for servers (kwok 0.8 pkg/kwokctl/pki), and the API server has its CA.
 */
export async function serveAdmission(
    { ca, cert, key }: Credentials,
    client: Client,
    signal: AbortSignal,
): Promise<WebhookAddress> {
    const server = https.createServer({ cert, key }, (request, response) => {
        answer(request, client).then(
            (review) => {
                response.setHeader("content-type", "application/json");
                response.end(JSON.stringify(review));
            },
            (error: unknown) => {
                response.statusCode = 500;
                response.end(error instanceof Error ? error.message : String(error));
            },
        );
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    signal.addEventListener("abort", () => {
        server.close();
        server.closeAllConnections();
    });
    const { port } = server.address() as AddressInfo;
    return {
        url: `https://127.0.0.1:${String(port)}`,
        caBundle: Buffer.from(ca).toString("base64"),
    };
}

async function answer(request: NodeJS.ReadableStream, client: Client): Promise<object> {
    const review = JSON.parse(await text(request)) as {
        readonly apiVersion: string;
        readonly kind: string;
        readonly request: ReviewRequest;
    };
    const { apiVersion, kind } = review;
    return { apiVersion, kind, response: await reviewUninstall(review.request, counting(client)) };
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
