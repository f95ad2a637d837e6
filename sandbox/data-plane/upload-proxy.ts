import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Client } from "./client";
import { collectionPath } from "./kinds";
import type { Claim } from "./objects";
import type { Store } from "./store";
import { type UploadTarget, uploadTarget } from "./upload-target";
import type { UploadRight, UploadTokens } from "./upload-token";
import { uploadReceived } from "./worker-job";

/** What the upload proxy works with. */
export interface UploadProxyParts {
    readonly client: Client;
    readonly store: Store;
    readonly tokens: UploadTokens;
}

/** Source: CDI pkg/common/common.go, ProxyPaths. */
const paths = /^\/v1(alpha1|beta1)\/upload(-form)?(-async)?$/;

/** How long a claim that is not ready yet is waited for. Source: CDI pkg/uploadproxy/uploadproxy.go, waitReadyTime. */
const readyMs = 10_000;

/** An answer without a success. */
interface Answer {
    readonly status: number;
    readonly says?: string;
}

/**
 * CDI's upload proxy and the upload server behind it: takes the data of an upload, counts it and keeps nothing. Source: CDI
 * pkg/uploadproxy/uploadproxy.go and pkg/uploadserver/uploadserver.go.
 */
export class UploadProxy {
    /** Claims that are being sent something at this moment. */
    readonly #busy = new Set<string>();
    /** Claims whose first upload was cut, as a fault asked for. */
    readonly #cut = new Set<string>();

    constructor(private readonly parts: UploadProxyParts) {}

    /** Answers one request. */
    async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const { pathname } = new URL(request.url ?? "/", "https://proxy");
        if (pathname === "/healthz") {
            response.end("OK");
            return;
        }
        const answer = paths.test(pathname)
            ? await this.#upload(request, response)
            : { status: 404, says: "404 page not found\n" };
        if (answer !== undefined) {
            // What is still on its way is not read.
            response.setHeader("connection", "close");
            response.statusCode = answer.status;
            response.end(answer.says ?? "");
        }
    }

    /** Undefined: the connection was cut. */
    async #upload(request: IncomingMessage, response: ServerResponse): Promise<Answer | undefined> {
        const right = this.#right(request.headers.authorization);
        if ("status" in right) {
            return right;
        }
        const target = await this.#ready(right);
        if (target.work === undefined) {
            return { status: 503, says: target.says };
        }
        if (request.method === "HEAD") {
            return { status: 200 };
        }
        if (request.method !== "POST") {
            return { status: 404 };
        }
        const { uid = "" } = target.work.metadata;
        if (this.#busy.has(uid)) {
            return { status: 503 };
        }
        this.#busy.add(uid);
        try {
            return await this.#receive(request, response, target);
        } finally {
            this.#busy.delete(uid);
        }
    }

    #right(header: string | undefined): UploadRight | Answer {
        const token = /^Bearer\s+([A-Za-z0-9\-._~+/]+)$/i.exec(header ?? "")?.[1];
        if (token === undefined) {
            return { status: 400 };
        }
        return this.parts.tokens.read(token, Date.now()) ?? { status: 401 };
    }

    async #ready(right: UploadRight): Promise<UploadTarget> {
        for (const until = Date.now() + readyMs; ; await pause(100)) {
            const target = uploadTarget(this.parts.store, right);
            if (target.work !== undefined || target.waits !== true || Date.now() > until) {
                return target;
            }
        }
    }

    async #receive(
        request: IncomingMessage,
        response: ServerResponse,
        { work, bytes, fault }: Extract<UploadTarget, { work: Claim }>,
    ): Promise<Answer | undefined> {
        const { uid = "" } = work.metadata;
        const announced = Number(request.headers["content-length"] ?? "0");
        const cut = fault === "upload-cut" && !this.#cut.has(uid);
        let received = 0;
        for await (const part of request) {
            received += (part as Buffer).length;
            if (cut && received >= announced / 2) {
                this.#cut.add(uid);
                response.socket?.destroy();
                return undefined;
            }
        }
        if (fault === "upload-refused") {
            return failed(
                500,
                "Unable to transfer source data to target file: unknown image format",
            );
        }
        if (received > bytes || fault === "too-small") {
            return failed(
                400,
                "effective image size is larger than the reported available storage: no space left on device",
            );
        }
        await this.#finish(work);
        return { status: 200 };
    }

    /** Lets the upload server's pod end. */
    async #finish({ metadata }: Claim): Promise<void> {
        const path = `${collectionPath("PersistentVolumeClaim", metadata.namespace)}/${metadata.name}`;
        const contentType = "application/merge-patch+json";
        const body = { metadata: { annotations: { [uploadReceived]: "true" } } };
        await this.parts.client.send({ method: "PATCH", path, contentType, body });
    }
}

/** Source: uploadserver.go, handleStreamError. */
function failed(status: number, why: string): Answer {
    return { status, says: `Saving stream failed: ${why}` };
}
