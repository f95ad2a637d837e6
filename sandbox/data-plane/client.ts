import * as https from "node:https";
import { createInterface } from "node:readline";
import { ApiError, type Credentials } from "../api";

/** How long one answer may take. */
const requestTimeoutMs = 10_000;

/** A request to the API server. */
export interface Request {
    readonly method: "GET" | "POST" | "PATCH" | "DELETE";
    readonly path: string;
    readonly body?: object;
    readonly contentType?: string;
    readonly accept?: string;
}

/** Answers of the API server, over connections that are kept: the simulation writes a lot. */
export class Client {
    readonly #agent = new https.Agent({ keepAlive: true, maxSockets: 8 });
    readonly #credentials: Omit<Credentials, "server">;
    readonly #server: string;

    constructor({ server, ...credentials }: Credentials) {
        this.#server = server;
        this.#credentials = credentials;
    }

    /** Sends a request and reads the answer. Throws an {@link ApiError} for one that is no success. */
    async send(request: Request): Promise<unknown> {
        const { method, path, body, contentType = "application/json", accept } = request;
        const sent = body === undefined ? "" : JSON.stringify(body);
        const text = await new Promise<string>((resolve, reject) => {
            const outgoing = https.request(`${this.#server}${path}`, {
                ...this.#credentials,
                method,
                agent: this.#agent,
                timeout: requestTimeoutMs,
                headers: {
                    accept: accept ?? "application/json",
                    ...(body === undefined
                        ? {}
                        : {
                              "content-type": contentType,
                              // Node does not send it by itself with every method.
                              "content-length": Buffer.byteLength(sent),
                          }),
                },
            });
            outgoing.once("error", reject);
            outgoing.once("timeout", () =>
                outgoing.destroy(new Error(`no answer to ${method} ${path}`)),
            );
            outgoing.once("response", (response) => {
                const parts: Buffer[] = [];
                response.on("data", (part: Buffer) => parts.push(part));
                response.once("error", reject);
                response.once("end", () => {
                    const answer = Buffer.concat(parts).toString("utf8");
                    const status = response.statusCode ?? 0;
                    if (status >= 200 && status < 300) {
                        resolve(answer);
                    } else {
                        reject(new ApiError(status, messageOf(answer)));
                    }
                });
            });
            outgoing.end(sent);
        });
        return JSON.parse(text) as unknown;
    }

    /** Reads lines as they come, until the server ends it or the signal does. */
    async follow(
        path: string,
        accept: string,
        signal: AbortSignal,
        line: (text: string) => void,
    ): Promise<void> {
        await new Promise<void>((resolve, reject) => {
            const failed = (error: Error) => (signal.aborted ? resolve() : reject(error));
            const outgoing = https.get(`${this.#server}${path}`, {
                ...this.#credentials,
                // A watch holds its connection for minutes.
                agent: false,
                signal,
                headers: { accept },
            });
            outgoing.once("error", failed);
            outgoing.once("response", (response) => {
                const status = response.statusCode ?? 0;
                if (status !== 200) {
                    response.resume();
                    reject(new ApiError(status, `watch ${path}: ${status}`));
                    return;
                }
                const lines = createInterface({ input: response });
                lines.on("line", line);
                lines.once("close", resolve);
                // Each of them passes on that the connection broke.
                lines.once("error", failed);
                response.once("error", failed);
            });
        });
    }
}

/** The API server answers with a Status object, whose message says it all. */
function messageOf(answer: string): string {
    try {
        const { message } = JSON.parse(answer) as { readonly message?: unknown };
        return typeof message === "string" ? message : answer;
    } catch (error) {
        if (error instanceof SyntaxError) {
            return answer;
        }
        throw error;
    }
}
