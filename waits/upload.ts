import { stat } from "node:fs/promises";
import type { UploadProxy } from "../model/image-source";
import { type Clock, pause } from "./clock";
import { collectionPath } from "./collections";
import { quoted } from "./disk-facts";
import { withoutSecrets } from "./importer-error";
import { ApiError } from "./transport";
import { checkUploadFile } from "./upload-file";
import {
    isFinal,
    messageOf,
    type Outcome,
    refusedUpload,
    sending,
    tokenRefused,
    unfitFile,
    untrustedProxy,
    uploadAddress,
} from "./upload-outcome";
import { findUploadProxy, type FoundProxy } from "./upload-proxy";
import { type UploadAnswer, sendUpload } from "./upload-request";
import type { Diagnosis, Verdict } from "./verdict";
import { failed } from "./verdict";
import type { Writer } from "./writes";

/** A file on this machine that fills a disk. */
export interface UploadPlan {
    /** From the folder that the program runs in. */
    readonly path: string;
    /** Size of the disk. */
    readonly sizeBytes: number;
    /** Digest that the file has to have: `sha256:<hex>`. */
    readonly checksum?: string;
    /** Absent: a disk image. */
    readonly contentType?: "kubevirt" | "archive";
    /** Absent: what CDI says of itself. */
    readonly uploadProxy?: UploadProxy;
}

/** What an upload needs. */
export interface UploadOptions {
    readonly plan: UploadPlan;
    readonly namespace: string;
    /** Name of the claim that is filled. */
    readonly claim: string;
    readonly writer: Pick<Writer, "get" | "create">;
    readonly clock: Clock;
    /** Called whenever there is something new to see. */
    readonly onChange: () => void;
}

/** Times that a file is sent until it is given up. */
const mostAttempts = 5;
const firstPauseMs = 1000;
const longestPauseMs = 30_000;
/** An upload server that a pod is started for, after the DataVolume says that it is ready for an upload. */
const busyMs = 5 * 60_000;
const busyPauseMs = 5000;
/** Often enough for a person, seldom enough for a log. */
const showEveryMs = 2000;

/**
 * Sends a file through CDI's upload proxy, and again after a cut: with a new token and from the start, because CDI cannot go on in
 * the middle. Sources: CDI doc/upload.md, pkg/uploadproxy, pkg/uploadserver; KubeVirt pkg/virtctl/imageupload.
 *
 * It asks for `upload-async`, which answers when the data is there, before it is converted: what stands between (an Ingress) may
 * cut a connection that is silent for as long as a conversion takes. How that ends, the DataVolume tells. A proxy that does not
 * know it, and an archive, which is not converted, are sent to `upload`; from there the proxy itself goes on to upload-archive
 * for a claim that takes one (pkg/uploadproxy, resolveUploadPath), and knows no path of that name.
 */
export class Upload {
    readonly #options: UploadOptions;
    readonly #stop = new AbortController();
    #async: boolean;
    #attempts = 0;
    #stage: "new" | "sending" | "sent" | "over" = "new";
    /** Restarts of the upload server: as last seen, and when the file was sent to it. */
    #restarts = 0;
    #sentAt = 0;
    /** What the upload server said of the file that it could not use: twice the same is its last word. */
    #refusal: string | undefined;
    #verdict: Verdict = { kind: "waiting", phase: "uploading" };
    #shownAt = -Infinity;

    constructor(options: UploadOptions) {
        this.#options = options;
        this.#async = options.plan.contentType !== "archive";
    }

    /**
     * Sends the file when that is to be done, and says how it goes. To be asked while the DataVolume says UploadReady.
     *
     * @param restarts how often the upload server was started again: it has lost what was sent to it before.
     * @param said what it said when it ended last.
     */
    verdict(restarts: number, said?: string): Verdict {
        this.#restarts = restarts;
        if (this.#stage === "new") {
            this.#stage = "sending";
            void this.#run(undefined);
        } else if (this.#stage === "sent" && restarts > this.#sentAt) {
            this.#stage = "sending";
            this.#attempts += 1;
            void this.#run(said ?? "CDI's upload server was started again");
        }
        return this.#verdict;
    }

    /** Ends it. Nothing of it stays open. */
    stop(): void {
        this.#stop.abort();
    }

    async #run(lost: string | undefined): Promise<void> {
        try {
            const diagnosis =
                lost === undefined
                    ? await this.#unfit()
                    : isFinal(lost)
                      ? this.#refused(lost)
                      : undefined;
            const end = diagnosis ?? (await this.#sendAgainAndAgain(lost));
            if (end === "sent") {
                this.#stage = "sent";
                this.#sentAt = this.#restarts;
                this.#show({ kind: "waiting", phase: "sent", note: "CDI writes it to the disk" });
            } else {
                this.#fail(end);
            }
        } catch (error) {
            this.#fail(this.#refused(withoutSecrets(messageOf(error))));
        }
    }

    async #sendAgainAndAgain(lost: string | undefined): Promise<Diagnosis | "sent"> {
        const { signal } = this.#stop;
        let words = lost;
        while (this.#attempts < mostAttempts && !signal.aborted) {
            const outcome = await this.#attempt();
            if (outcome.kind === "failed") {
                return outcome.diagnosis;
            }
            if (outcome.kind === "sent") {
                return "sent";
            }
            words = outcome.words;
            await pause(this.#options.clock, outcome.pauseMs, signal);
        }
        return this.#refused(words ?? "no message");
    }

    /** What keeps the file from being sent at all. */
    async #unfit(): Promise<Diagnosis | undefined> {
        const { path, sizeBytes, checksum, contentType } = this.#options.plan;
        if (checksum !== undefined) {
            this.#show({ kind: "waiting", phase: "checking", note: "reads the file's checksum" });
        }
        const problems = await checkUploadFile(path, sizeBytes, checksum, contentType);
        return problems.length === 0 ? undefined : unfitFile(problems);
    }

    async #attempt(): Promise<Outcome> {
        const proxy = await findUploadProxy(this.#options.plan.uploadProxy, (path) =>
            this.#options.writer.get(path, this.#stop.signal),
        );
        if (!("url" in proxy)) {
            return { kind: "failed", diagnosis: proxy };
        }
        const token = await this.#token();
        if (typeof token !== "string") {
            return token;
        }
        const answer = await this.#send(proxy, token);
        return this.#outcome(answer, proxy);
    }

    /** Good for five minutes, which is the time to begin in. */
    async #token(): Promise<string | Outcome> {
        const { namespace, claim, writer } = this.#options;
        try {
            const answer = (await writer.create(collectionPath("UploadTokenRequest", namespace), {
                apiVersion: "upload.cdi.kubevirt.io/v1beta1",
                kind: "UploadTokenRequest",
                metadata: { name: claim, namespace },
                spec: { pvcName: claim },
            })) as { readonly status?: { readonly token?: string } };
            const token = answer.status?.token ?? "";
            return token === "" ? this.#cut("CDI's API server answers without a token") : token;
        } catch (error) {
            const words = messageOf(error);
            return error instanceof ApiError && error.status === 403
                ? { kind: "failed", diagnosis: tokenRefused(words, namespace) }
                : this.#cut(words);
        }
    }

    async #send(proxy: FoundProxy, token: string): Promise<UploadAnswer> {
        const { plan, clock } = this.#options;
        const { size } = await stat(plan.path);
        this.#onSent(0, size);
        return sendUpload({
            url: uploadAddress(proxy.url, this.#async),
            token,
            trust: proxy.trust,
            path: plan.path,
            bytes: size,
            clock,
            onSent: (bytes) => this.#onSent(bytes, size),
            signal: this.#stop.signal,
        });
    }

    #outcome(answer: UploadAnswer, { url }: FoundProxy): Outcome {
        const { words } = answer;
        if (answer.kind === "untrusted") {
            return { kind: "failed", diagnosis: untrustedProxy(words, url.origin) };
        }
        if (answer.kind === "cut") {
            return this.#cut(words);
        }
        switch (answer.status) {
            case 200:
            // It has everything already. Source: pkg/uploadserver, validateShouldHandleRequest.
            case 409:
                return { kind: "sent" };
            case 404:
                if (this.#async) {
                    this.#async = false;
                    return { kind: "again", words, pauseMs: 0 };
                }
                break;
            case 503:
                return this.#later(words);
        }
        const said = `HTTP ${String(answer.status)}${words === "" ? "" : `: ${words}`}`;
        const isRepeated = words.startsWith("Saving stream failed") && said === this.#refusal;
        this.#refusal = said;
        // 413: what stands between takes no body of this size, and will not take it the next time.
        return isFinal(words) || isRepeated || answer.status === 413
            ? { kind: "failed", diagnosis: this.#refused(said, url) }
            : this.#cut(said);
    }

    /** Takes it for a failed attempt. */
    #cut(words: string): Outcome {
        const pauseMs = Math.min(firstPauseMs * 2 ** this.#attempts, longestPauseMs);
        this.#attempts += 1;
        const note = `is sent again: ${quoted(words)}`;
        this.#show({ kind: "waiting", phase: "uploading", note });
        return { kind: "again", words, pauseMs };
    }

    /**
     * The upload server is not up yet, and the proxy has said so; or it is busy with what an earlier run has sent to it, and
     * says nothing (pkg/uploadserver, validateShouldHandleRequest).
     */
    #later(words: string): Outcome {
        if (words === "") {
            const note = "CDI works on an earlier upload";
            this.#show({ kind: "waiting", phase: "uploading", note });
            return { kind: "again", words: note, pauseMs: busyPauseMs };
        }
        const diagnosis = this.#refused(words);
        this.#show({
            kind: "waiting",
            phase: "uploading",
            note: `CDI's upload server is not ready: ${quoted(words)}`,
            suspicion: { diagnosis, graceMs: busyMs },
        });
        return { kind: "again", words, pauseMs: busyPauseMs };
    }

    #refused(words: string, url?: URL): Diagnosis {
        const { plan, namespace, claim } = this.#options;
        const where = url?.origin ?? `upload of ${namespace}/${claim}`;
        return refusedUpload(words, { path: plan.path, times: this.#attempts, where });
    }

    #onSent(bytes: number, total: number): void {
        const now = this.#options.clock.now();
        if (bytes > 0 && bytes < total && now - this.#shownAt < showEveryMs) {
            return;
        }
        this.#shownAt = now;
        this.#show(sending(bytes, total, this.#attempts));
    }

    #fail(diagnosis: Diagnosis): void {
        this.#stage = "over";
        this.#show(failed(diagnosis));
    }

    #show(verdict: Verdict): void {
        if (!this.#stop.signal.aborted) {
            this.#verdict = verdict;
            this.#options.onChange();
        }
    }
}
