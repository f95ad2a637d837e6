import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** What a proxy does with a request: takes it, answers without taking it, or breaks the connection in the middle. */
export type Behaviour =
    | { readonly take: true }
    | { readonly status: number; readonly words?: string; readonly after?: "body" }
    | { readonly cutAfter: number }
    | { readonly hold: true };

/** A certificate of an authority of its own. */
export interface Certificate {
    readonly ca: string;
    readonly cert: string;
    readonly key: string;
}

/** Made with openssl: Node signs no certificates. */
export function makeCertificate(folder: string, names: string): Certificate {
    const file = (name: string) => join(folder, name);
    const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: "pipe" });
    const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl(
        ...["req", "-x509", ...newKey, "-days", "2", "-subj", "/CN=cdi-uploadproxy-signer"],
        ...["-keyout", file("ca.key"), "-out", file("ca.pem")],
    );
    openssl(
        ...["req", ...newKey, "-subj", "/CN=cdi-uploadproxy"],
        ...["-keyout", file("proxy.key"), "-out", file("proxy.csr")],
    );
    writeFileSync(file("names"), `subjectAltName=${names}\n`);
    openssl(
        ...["x509", "-req", "-in", file("proxy.csr"), "-CA", file("ca.pem"), "-CAkey"],
        ...[file("ca.key"), "-CAcreateserial", "-days", "2", "-extfile", file("names")],
        ...["-out", file("proxy.pem")],
    );
    const read = (name: string) => readFileSync(file(name), "utf8");
    return { ca: read("ca.pem"), cert: read("proxy.pem"), key: read("proxy.key") };
}

/** CDI's upload proxy as far as its answers go. Source: CDI pkg/uploadproxy, pkg/uploadserver. */
export class UploadProxyServer {
    /** "POST /v1beta1/upload-async Bearer t0ken-1" of each request. */
    readonly requests: string[] = [];
    /** Bytes of the bodies that were taken whole. */
    readonly taken: Buffer[] = [];
    /** Bytes that came over each connection, in the order in which they ended. */
    readonly received: number[] = [];
    /** What is done with the next requests; afterwards every one is taken. */
    behaviours: Behaviour[] = [];
    /** Called when a body was taken. */
    onTaken = (): void => undefined;

    readonly #server: https.Server;
    #connections = 0;

    constructor({ cert, key }: Certificate) {
        this.#server = https.createServer({ cert, key });
        const answer = (request: IncomingMessage, response: ServerResponse) =>
            void this.#answer(request, response).catch(() => undefined);
        this.#server.on("request", answer);
        this.#server.on("checkContinue", answer);
        this.#server.on("connection", (socket) => {
            this.#connections += 1;
            socket.on("close", () => {
                this.#connections -= 1;
                this.received.push((socket as unknown as { readonly bytesRead: number }).bytesRead);
            });
        });
    }

    async start(): Promise<void> {
        this.#server.listen(0, "127.0.0.1");
        await once(this.#server, "listening");
    }

    async stop(): Promise<void> {
        this.#server.closeAllConnections();
        this.#server.close();
        await once(this.#server, "close");
    }

    url(host = "localhost"): string {
        return `https://${host}:${String((this.#server.address() as AddressInfo).port)}`;
    }

    get connections(): number {
        return this.#connections;
    }

    async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const { method = "", url = "", headers } = request;
        this.requests.push(`${method} ${url} ${headers.authorization ?? ""}`);
        const behaviour = this.behaviours.shift() ?? { take: true };
        if ("hold" in behaviour) {
            return;
        }
        if ("status" in behaviour && behaviour.after === undefined) {
            response.writeHead(behaviour.status).end(behaviour.words);
            return;
        }
        response.writeContinue();
        const chunks: Buffer[] = [];
        let bytes = 0;
        for await (const chunk of request) {
            chunks.push(chunk as Buffer);
            bytes += (chunk as Buffer).length;
            if ("cutAfter" in behaviour && bytes >= behaviour.cutAfter) {
                request.socket.destroy();
                return;
            }
        }
        if ("status" in behaviour) {
            response.writeHead(behaviour.status).end(behaviour.words);
            return;
        }
        this.taken.push(Buffer.concat(chunks));
        response.end();
        this.onTaken();
    }
}
