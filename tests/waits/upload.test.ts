import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { progressText } from "../../waits/progress";
import { ApiError, kubeconfigTransport } from "../../waits/transport";
import type { UploadPlan } from "../../waits/upload";
import { waitForUpload } from "../../waits/upload-wait";
import { diagnosisText } from "../../waits/verdict";
import { View } from "../../waits/view";
import type { Writer } from "../../waits/writes";
import { ApiServer } from "../support/api-server";
import { answerWithin, FakeClock, idle, pass } from "../support/fake-clock";
import { temporaryFolder } from "../support/folder";
import { boundClaim, collections, dataVolume } from "./collections";
import { type Certificate, makeCertificate, UploadProxyServer } from "./upload-proxy-server";

const { dataVolumes, claims } = collections;
const mebibyte = 2 ** 20;

describe("waitForUpload", function () {
    this.timeout(300_000);

    let folder: string;
    let certificate: Certificate;
    let content: Buffer;
    let path: string;

    let server: ApiServer;
    let proxy: UploadProxyServer;
    let clock: FakeClock;
    let view: View;
    let lines: string[];
    let tokens: number;
    let refusal: ApiError | undefined;
    let published: { config?: object; signer?: object };
    let stop: AbortController;

    before(() => {
        folder = temporaryFolder("upload");
        certificate = makeCertificate(folder, "DNS:localhost");
        content = randomBytes(8 * mebibyte);
        path = join(folder, "disk.raw");
        writeFileSync(path, content);
    });

    after(() => rmSync(folder, { recursive: true }));

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
        proxy = new UploadProxyServer(certificate);
        await proxy.start();
        proxy.onTaken = () => server.put(dataVolumes, "root", dataVolume("Succeeded"));
        clock = new FakeClock();
        view = new View(await kubeconfigTransport(server.kubeconfig), clock);
        lines = [];
        tokens = 0;
        refusal = undefined;
        published = { config: { uploadProxyURL: proxy.url() } };
        stop = new AbortController();
        server.put(dataVolumes, "root", dataVolume("UploadReady"));
        server.put(claims, "root", boundClaim);
    });

    afterEach(async () => {
        await proxy.stop();
        await server.stop();
    });

    /** The two objects that CDI publishes, and its tokens: each is another one. */
    const writer: Pick<Writer, "get" | "create"> = {
        get: (at) =>
            Promise.resolve(
                at.endsWith("/cdiconfigs/config")
                    ? { status: published.config }
                    : { data: published.signer },
            ),
        create: (collection, object) => {
            assert.ok(collection.endsWith("/namespaces/vms/uploadtokenrequests"), collection);
            assert.deepEqual((object as { spec: object }).spec, { pvcName: "root" });
            if (refusal !== undefined) {
                return Promise.reject(refusal);
            }
            tokens += 1;
            return Promise.resolve({ status: { token: `t0ken-${String(tokens)}` } });
        },
    };

    function wait(plan: Partial<UploadPlan> = {}): ReturnType<typeof waitForUpload> {
        return waitForUpload({
            view,
            clock,
            namespace: "vms",
            name: "root",
            consumer: "unknown",
            deadlineMs: 3_600_000,
            writer,
            upload: {
                path,
                sizeBytes: 16 * mebibyte,
                uploadProxy: { url: proxy.url(), ca: certificate.ca },
                ...plan,
            },
            onProgress: (verdict, elapsedMs) => lines.push(progressText(verdict, elapsedMs)),
            signal: stop.signal,
        });
    }

    async function ready(plan: Partial<UploadPlan> = {}, waiting = wait(plan)): Promise<void> {
        const settled = await answerWithin(clock, 600_000, waiting);
        assert.equal(
            settled.kind,
            "ready",
            settled.kind === "failed" ? diagnosisText(settled.diagnosis) : lines.join("\n"),
        );
        assert.deepEqual(proxy.taken.at(-1), content);
        await idle(clock);
    }

    async function refused(plan: Partial<UploadPlan> = {}) {
        const settled = await answerWithin(clock, 3_600_000, wait(plan));
        assert.ok(settled.kind === "failed", lines.join("\n"));
        assert.ok(!diagnosisText(settled.diagnosis).includes("t0ken"));
        assert.ok(!lines.join("\n").includes("t0ken"));
        return settled.diagnosis;
    }

    it("sends the file when CDI is ready for it, and waits until the disk is filled", async () => {
        await ready();
        assert.deepEqual(proxy.requests, ["POST /v1beta1/upload-async Bearer t0ken-1"]);
        assert.ok(
            lines.some((line) => line.startsWith("uploading 0.0%, 0 bytes of 8Mi")),
            lines.join("\n"),
        );
    });

    it("sends nothing before CDI is ready for it", async () => {
        server.put(dataVolumes, "root", dataVolume("UploadScheduled"));
        const waiting = wait();
        await pass(clock, 20_000);
        assert.deepEqual([proxy.requests, tokens], [[], 0]);
        server.put(dataVolumes, "root", dataVolume("UploadReady"));
        assert.equal((await answerWithin(clock, 60_000, waiting)).kind, "ready");
    });

    it("waits for what CDI makes of the file, without sending it again", async () => {
        proxy.onTaken = () => undefined;
        const waiting = wait();
        while (proxy.taken.length === 0) {
            await pass(clock, 100);
        }
        await pass(clock, 120_000);
        assert.match(lines.at(-1) ?? "", /^sent, CDI writes it to the disk/);
        server.put(dataVolumes, "root", dataVolume("Succeeded"));
        assert.equal((await answerWithin(clock, 60_000, waiting)).kind, "ready");
        assert.equal(proxy.requests.length, 1);
    });

    it("sends it from the start with another token after a cut in the middle", async () => {
        proxy.behaviours = [{ cutAfter: 2 * mebibyte }];
        await ready();
        assert.deepEqual(
            proxy.requests.map((request) => request.split(" ").at(-1)),
            ["t0ken-1", "t0ken-2"],
        );
        assert.ok(
            lines.some((line) => line.includes("is sent again: ")),
            lines.join("\n"),
        );
    });

    it("asks for another token when one is not accepted, and sends no body for nothing", async () => {
        proxy.behaviours = [{ status: 401 }];
        const waiting = wait();
        while (tokens === 0) {
            await pass(clock, 100);
        }
        // The clock stands still until the refusal is there: a proxy that does not ask for the body in time is sent it all the same.
        while (proxy.received.length === 0) {
            await new Promise((resolve) => setImmediate(resolve));
        }
        await ready({}, waiting);
        assert.equal(tokens, 2);
        assert.equal(proxy.taken.length, 1);
        assert.ok((proxy.received[0] ?? Infinity) < 16_384, proxy.received.join());
    });

    it("tries for minutes while the upload server is not up yet", async () => {
        proxy.behaviours = Array.from({ length: 20 }, () => ({
            status: 503,
            words: "context deadline exceeded",
        }));
        await ready();
        assert.ok(
            lines.some((line) => line.includes("not ready: context deadline exceeded")),
            lines.join("\n"),
        );
    });

    it("gives up an upload server that never comes", async () => {
        proxy.behaviours = Array.from({ length: 5000 }, () => ({
            status: 503,
            words: "rejecting Upload Request for PVC root that doesn't exist",
        }));
        const { cause, what } = await refused();
        assert.equal(cause, "upload-failed");
        assert.match(what, /that doesn't exist/);
    });

    it("waits for an earlier upload that CDI still works on", async () => {
        proxy.behaviours = Array.from({ length: 2000 }, () => ({ status: 503 }));
        const waiting = wait();
        await pass(clock, 400_000);
        assert.match(lines.at(-1) ?? "", /CDI works on an earlier upload/);
        server.put(dataVolumes, "root", dataVolume("Succeeded"));
        assert.equal((await answerWithin(clock, 60_000, waiting)).kind, "ready");
        assert.equal(proxy.taken.length, 0);
    });

    it("goes on to the synchronous path where the proxy does not know the other one", async () => {
        proxy.behaviours = [{ status: 404 }];
        await ready();
        assert.equal(proxy.requests.at(-1), "POST /v1beta1/upload Bearer t0ken-2");
    });

    it("sends an archive to the path from which the proxy goes on to the archive's own", async () => {
        await ready({ contentType: "archive", sizeBytes: 1 });
        assert.deepEqual(proxy.requests, ["POST /v1beta1/upload Bearer t0ken-1"]);
    });

    it("sends it again when the upload server was started again before it was done", async () => {
        let uploads = 0;
        proxy.onTaken = () => {
            uploads += 1;
            const state =
                uploads === 1
                    ? dataVolume("UploadReady", {}, { restartCount: 1 })
                    : dataVolume("Succeeded");
            server.put(dataVolumes, "root", state);
        };
        await ready();
        assert.equal(proxy.taken.length, 2);
    });

    it("gives up in the proxy's own words", async () => {
        proxy.behaviours = Array.from({ length: 9 }, () => ({
            status: 502,
            words: "Bad Gateway",
            after: "body" as const,
        }));
        const { cause, what } = await refused();
        assert.equal(cause, "upload-failed");
        assert.match(what, /5 times: HTTP 502: Bad Gateway/);
        assert.equal(proxy.requests.length, 5);
    });

    it("takes what the upload server says twice for its last word", async () => {
        proxy.behaviours = Array.from({ length: 9 }, () => ({
            status: 500,
            words: "Saving stream failed: input/output error",
            after: "body" as const,
        }));
        const { what } = await refused();
        assert.match(what, /HTTP 500: Saving stream failed: input\/output error/);
        assert.equal(proxy.requests.length, 2);
    });

    it("does not send again what does not fit", async () => {
        const words =
            "Saving stream failed: effective image size is larger than the reported available storage";
        proxy.behaviours = [{ status: 400, words, after: "body" }];
        assert.equal((await refused()).cause, "disk-too-small");
        assert.equal(proxy.requests.length, 1);
    });

    it("does not send again what something in between does not let through", async () => {
        proxy.behaviours = [{ status: 413, words: "Request Entity Too Large" }];
        const { cause, cure } = await refused();
        assert.equal(cause, "upload-failed");
        assert.match(cure, /body size/);
    });

    it("does not hold a connection for alive that takes nothing any more", async () => {
        proxy.behaviours = [{ hold: true }];
        await ready();
        assert.equal(proxy.requests.length, 2);
        assert.ok(
            lines.some((line) => line.includes("the connection is dead")),
            lines.join("\n"),
        );
    });

    describe("of a proxy whose certificate nobody knows", () => {
        it("says how to have it trusted, and sends no token", async () => {
            const { cause, where, cure } = await refused({ uploadProxy: { url: proxy.url() } });
            assert.equal(cause, "untrusted-certificate");
            assert.equal(where, proxy.url());
            assert.match(cure, /uploadProxy\.ca/);
            assert.deepEqual(proxy.requests, []);
        });

        it("says so too where the name is another one", async () => {
            const { cause } = await refused({
                uploadProxy: { url: proxy.url("127.0.0.1"), ca: certificate.ca },
            });
            assert.equal(cause, "untrusted-certificate");
        });

        it("trusts the authority that CDI publishes for it", async () => {
            published.config = { uploadProxyURL: proxy.url(), uploadProxyCA: certificate.ca };
            const settled = await answerWithin(
                clock,
                60_000,
                waitForUpload({
                    view,
                    clock,
                    namespace: "vms",
                    name: "root",
                    consumer: "unknown",
                    deadlineMs: 600_000,
                    writer,
                    upload: { path, sizeBytes: 16 * mebibyte },
                }),
            );
            assert.equal(settled.kind, "ready");
        });

        it("trusts what CDI's own authority for the proxy has signed, under any address", async () => {
            published.signer = { "ca-bundle.crt": certificate.ca };
            await ready({ uploadProxy: { url: proxy.url("127.0.0.1") } });
        });

        it("refuses an authority that is none", async () => {
            const { where } = await refused({
                uploadProxy: { url: proxy.url(), ca: "certificate" },
            });
            assert.equal(where, "uploadProxy.ca");
        });
    });

    describe("where nobody knows the proxy", () => {
        it("says how to expose it", async () => {
            published.config = {};
            const settled = await answerWithin(
                clock,
                60_000,
                waitForUpload({
                    view,
                    clock,
                    namespace: "vms",
                    name: "root",
                    consumer: "unknown",
                    deadlineMs: 600_000,
                    writer,
                    upload: { path, sizeBytes: 16 * mebibyte },
                }),
            );
            assert.ok(settled.kind === "failed");
            assert.equal(settled.diagnosis.cause, "upload-proxy-unknown");
            assert.match(settled.diagnosis.cure, /Ingress.*uploadProxy\.url/);
        });

        it("sends no token in the clear", async () => {
            const { what } = await refused({
                uploadProxy: { url: "http://user:secret@example.org" },
            });
            assert.match(what, /"http:\/\/example\.org", which is not an https address/);
        });
    });

    it("says what the account lacks", async () => {
        refusal = new ApiError(403, "uploadtokenrequests is forbidden");
        const { cause, cure } = await refused();
        assert.equal(cause, "forbidden");
        assert.match(cure, /create on uploadtokenrequests/);
    });

    it("sends nothing of a file that does not fit the disk, or is another one", async () => {
        const wrong = `sha256:${"0".repeat(64)}`;
        assert.equal((await refused({ sizeBytes: 4 * mebibyte })).cause, "upload-file");
        assert.equal((await refused({ checksum: wrong })).cause, "checksum");
        assert.equal((await refused({ path: join(folder, "none") })).cause, "upload-file");
        assert.deepEqual([proxy.requests, tokens], [[], 0]);
    });

    it("checks the digest of the file that it sends", async () => {
        const digest = createHash("sha256").update(content).digest("hex");
        await ready({ checksum: `sha256:${digest.toUpperCase()}` });
    });

    it("leaves no connection open when the run ends in the middle", async () => {
        proxy.behaviours = [{ hold: true }];
        const waiting = wait();
        const ended = assert.rejects(waiting, /over/);
        while (proxy.requests.length === 0) {
            await pass(clock, 100);
        }
        stop.abort(new Error("over"));
        await ended;
        while (proxy.connections > 0 || server.openWatches > 0 || clock.scheduled > 0) {
            await new Promise((resolve) => setImmediate(resolve));
        }
    });
});
