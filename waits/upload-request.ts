import { createReadStream } from "node:fs";
import type { IncomingMessage } from "node:http";
import * as https from "node:https";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Clock } from "./clock";
import { withoutSecrets } from "./importer-error";
import type { Trust } from "./upload-trust";

/** One file on its way to CDI's upload proxy. */
export interface UploadRequest {
    /** The whole address, with the path. */
    readonly url: URL;
    readonly token: string;
    readonly trust: Trust;
    /** The file. */
    readonly path: string;
    readonly bytes: number;
    readonly clock: Clock;
    /** Called with all bytes that are sent so far. */
    readonly onSent: (bytes: number) => void;
    readonly signal: AbortSignal;
}

/** What came of it. */
export type UploadAnswer =
    /** The proxy, or the upload server behind it, has answered. */
    | { readonly kind: "answered"; readonly status: number; readonly words: string }
    /** The connection was cut, or never made. */
    | { readonly kind: "cut"; readonly words: string }
    /** The proxy's certificate is not trusted. */
    | { readonly kind: "untrusted"; readonly words: string };

/**
 * How long the proxy may take to ask for the body. It looks for the upload server for ten seconds before it answers (CDI
 * pkg/uploadproxy, waitReadyTime); what stands between may know nothing of asking, and the body is sent all the same.
 */
const askWithinMs = 15_000;
/** A connection that takes no byte for so long is dead: no packet will ever tell. */
const deadAfterMs = 60_000;
/** An answer that does not come. Asked again, the upload server says whether it still works on what it has. */
const answerWithinMs = 10 * 60_000;
/** As much of an answer as anybody reads. */
const longestWords = 500;

/**
 * Sends a file. The body waits until the proxy asks for it (`Expect: 100-continue`, as curl does in CDI doc/upload.md): a
 * refusal would otherwise be lost under a connection that is reset. When it comes back, no socket and no file is open.
 */
export async function sendUpload(request: UploadRequest): Promise<UploadAnswer> {
    const { url, token, trust, bytes, clock } = request;
    const ended = new AbortController();
    const end = (): void => ended.abort();
    request.signal.addEventListener("abort", end);
    if (request.signal.aborted) {
        end();
    }
    const outgoing = https.request(url, {
        method: "POST",
        agent: false,
        ...trust,
        headers: {
            authorization: `Bearer ${token}`,
            "content-type": "application/octet-stream",
            "content-length": String(bytes),
            expect: "100-continue",
        },
        signal: ended.signal,
    });
    let cancel = (): void => undefined;
    try {
        const answer = answerOf(outgoing);
        if ((await asked(outgoing, answer, clock)) === "body") {
            // An answer before the end of the body is a refusal: nothing more is sent then.
            await Promise.race([answer, sent(outgoing, request, ended)]);
            cancel = clock.schedule(answerWithinMs, () => {
                outgoing.destroy(new Error("the file was sent, and no answer came"));
            });
        }
        const response = await answer;
        const words = await wordsOf(response);
        return { kind: "answered", status: response.statusCode ?? 0, words };
    } catch (error) {
        const { code = "", message } = error as NodeJS.ErrnoException;
        const words = withoutSecrets(`${message}${message.includes(code) ? "" : ` (${code})`}`);
        return { kind: isUntrusted(code) ? "untrusted" : "cut", words };
    } finally {
        cancel();
        request.signal.removeEventListener("abort", end);
        end();
        outgoing.destroy();
    }
}

function answerOf(outgoing: ReturnType<typeof https.request>): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
        outgoing.on("response", resolve);
        outgoing.on("error", reject);
    });
}

/** Whether the proxy wants the body, or has answered without it. */
async function asked(
    outgoing: ReturnType<typeof https.request>,
    answer: Promise<unknown>,
    clock: Clock,
): Promise<"body" | "nothing"> {
    let cancel = (): void => undefined;
    const wanted = new Promise<"body">((resolve) => {
        cancel = clock.schedule(askWithinMs, () => resolve("body"));
        outgoing.on("continue", () => resolve("body"));
    });
    try {
        return await Promise.race([wanted, answer.then(() => "nothing" as const)]);
    } finally {
        cancel();
    }
}

/** Sends the body as fast as it is taken. */
async function sent(
    outgoing: ReturnType<typeof https.request>,
    { path, bytes, clock, onSent }: UploadRequest,
    ended: AbortController,
): Promise<void> {
    let sentBytes = 0;
    let cancel = (): void => undefined;
    const restart = (): void => {
        cancel();
        cancel = clock.schedule(deadAfterMs, () => {
            outgoing.destroy(new Error("the connection is dead: nothing was taken for a minute"));
        });
    };
    const count = new Transform({
        transform(chunk: Buffer, _encoding, done) {
            sentBytes += chunk.length;
            restart();
            onSent(sentBytes);
            done(null, chunk);
        },
        flush(done) {
            // The server must not be left waiting for what will not come.
            done(sentBytes < bytes ? new Error("the file became shorter while it was sent") : null);
        },
    });
    restart();
    try {
        // What was added to the file since it was looked at is not sent.
        await pipeline(createReadStream(path, { end: bytes - 1 }), count, outgoing, {
            signal: ended.signal,
        });
    } finally {
        cancel();
    }
}

async function wordsOf(response: IncomingMessage): Promise<string> {
    let words = "";
    for await (const chunk of response) {
        words = (words + String(chunk)).slice(0, longestWords);
    }
    return withoutSecrets(words.replace(/\s+/g, " ").trim());
}

/** Source: Node.js doc/api/tls.md, "X509 certificate error codes". */
function isUntrusted(code: string): boolean {
    return /^(CERT_|UNABLE_TO_(GET_ISSUER|VERIFY)|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_CERT_|HOSTNAME_MISMATCH|INVALID_CA)/.test(
        code,
    );
}
