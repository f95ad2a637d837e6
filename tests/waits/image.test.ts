import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageWaitOptions } from "../../waits/image-gate";
import { waitForImage } from "../../waits/image-gate";
import type { DataImportCron, ImageDataSource } from "../../waits/image-objects";
import { type ImageObservation, imageVerdict } from "../../waits/image-verdict";
import { progressText } from "../../waits/progress";
import { kubeconfigTransport } from "../../waits/transport";
import type { Verdict } from "../../waits/verdict";
import { View } from "../../waits/view";
import { ApiServer } from "../support/api-server";
import { answerWithin, FakeClock, idle, pass } from "../support/fake-clock";
import { boundClaim, collections, dataVolume } from "./collections";
import { summary } from "./summary";

type Words = readonly [status: string, reason: string, message?: string];

function condition(type: string, words: Words | undefined) {
    return words === undefined
        ? []
        : [{ type, status: words[0], reason: words[1], message: words[2] ?? "said" }];
}

function dataSource(ready?: Words, source: object = { pvc: { name: "golden" } }): ImageDataSource {
    return {
        metadata: { namespace: "vms", name: "ubuntu" },
        spec: { source: { pvc: { name: "golden" } } },
        status: {
            conditions: condition("Ready", ready),
            source: ready?.[0] === "True" ? source : {},
        },
    };
}

function cron(upToDate?: Words, progressing?: Words): DataImportCron {
    return {
        metadata: { namespace: "vms", name: "ubuntu-cron", uid: "0123456789" },
        status: {
            conditions: [
                ...condition("UpToDate", upToDate),
                ...condition("Progressing", progressing),
            ],
        },
    };
}

function image(
    parts: Partial<ImageObservation> & { readonly cron?: DataImportCron | undefined },
): ImageObservation {
    return {
        namespace: "vms",
        name: "ubuntu",
        dataSource: undefined,
        cronName: "cron" in parts ? "ubuntu-cron" : undefined,
        cron: undefined,
        dataVolume: undefined,
        pollError: undefined,
        cronEvent: undefined,
        ...parts,
    };
}

const ready: Words = ["True", "Ready"];
const importing: Verdict = { kind: "waiting", phase: "ImportInProgress", percent: 42 };
const notFound: Verdict = {
    kind: "failed",
    diagnosis: { cause: "image-not-found", what: "not there", where: "there", cure: "Put it" },
};
const noDigest = cron(["False", "NoDigest"], ["False", "NoImport"]);

describe("imageVerdict", () => {
    const rows: readonly (readonly [string, ImageObservation, string])[] = [
        ["a DataSource that is ready", image({ dataSource: dataSource(ready) }), "ready"],
        [
            "one whose cron has not looked for a newer version yet",
            image({ dataSource: dataSource(ready), cron: noDigest }),
            "ready",
        ],
        [
            "one whose newer version fails",
            image({
                dataSource: dataSource(ready),
                cron: cron(["False", "Outdated"]),
                dataVolume: { name: "ubuntu-2", verdict: notFound },
            }),
            "ready",
        ],
        [
            "one that is ready and does not say with what",
            image({ dataSource: dataSource(ready, {}) }),
            "waiting",
        ],
        ["no DataSource at all", image({}), "waiting not-there"],
        [
            "none yet, which the cron makes",
            image({ cron: cron(["False", "ImportProgressing"]) }),
            "waiting",
        ],
        ["a cron that is not there", image({ cron: undefined }), "waiting not-there"],
        [
            "a DataSource that is being deleted",
            image({
                dataSource: { ...dataSource(ready), metadata: { deletionTimestamp: "now" } },
            }),
            "failed being-deleted",
        ],
        [
            "a cron that is being deleted",
            image({
                dataSource: dataSource(ready),
                cron: { metadata: { deletionTimestamp: "now" } },
            }),
            "failed being-deleted",
        ],
        [
            "a claim that is not there",
            image({ dataSource: dataSource(["False", "NotFound", "PVC not found"]) }),
            "waiting data-source-not-ready",
        ],
        [
            "a claim that is not there, and that the cron will make",
            image({
                dataSource: dataSource(["False", "NotFound"]),
                cron: cron(["False", "ImportProgressing"]),
            }),
            "waiting",
        ],
        [
            "no source",
            image({ dataSource: dataSource(["False", "NoSource"]) }),
            "waiting data-source-not-ready",
        ],
        [
            "a chain that CDI does not follow",
            image({ dataSource: dataSource(["False", "MaxReferenceDepthReached"]) }),
            "failed data-source-not-ready",
        ],
        [
            "itself",
            image({ dataSource: dataSource(["False", "SelfReference"]) }),
            "failed data-source-not-ready",
        ],
        [
            "one of another namespace",
            image({ dataSource: dataSource(["False", "CrossNamespaceReference"]) }),
            "failed data-source-not-ready",
        ],
        [
            "a snapshot that is being taken",
            image({ dataSource: dataSource(["False", "SnapshotNotReady"]) }),
            "waiting data-source-not-ready",
        ],
        [
            "an import that is under way",
            image({
                dataSource: dataSource(["False", "ImportInProgress"]),
                dataVolume: { name: "golden", verdict: importing },
            }),
            "waiting",
        ],
        [
            "an import that has failed",
            image({
                cron: cron(["False", "ImportProgressing"]),
                dataVolume: { name: "ubuntu-1", verdict: notFound },
            }),
            "failed image-not-found",
        ],
        [
            "an import that nobody fills",
            image({
                dataSource: dataSource(["False", "PendingPopulation"]),
                dataVolume: { name: "golden", verdict: { kind: "proceed", note: "waits" } },
            }),
            "waiting no-consumer",
        ],
        [
            "a DataSource that CDI has not looked at",
            image({ dataSource: dataSource() }),
            "waiting controller-silent",
        ],
        ["a cron that CDI has not looked at", image({ cron: cron() }), "waiting controller-silent"],
        [
            "a cron that CDI leaves alone",
            image({ cron: cron(), cronEvent: "DataSource ubuntu is already managed by other" }),
            "waiting data-source-not-ready",
        ],
        ["no digest yet", image({ cron: noDigest }), "waiting source-unavailable"],
        [
            "a registry that refuses the login",
            image({ cron: noDigest, pollError: "Failed to get image digest: 401 Unauthorized" }),
            "waiting http-401",
        ],
        [
            "a source that the cron may not copy",
            image({ cron: cron(["False", "Outdated"], ["False", "NotAuthorized"]) }),
            "waiting clone-not-allowed",
        ],
    ];
    for (const [what, observed, expected] of rows) {
        it(`${what}: ${expected}`, () => {
            assert.equal(summary(imageVerdict(observed)), expected);
        });
    }

    it("shows how far the import is", () => {
        const verdict = imageVerdict(
            image({
                cron: cron(["False", "ImportProgressing"]),
                dataVolume: { name: "ubuntu-1", verdict: importing },
            }),
        );
        assert.equal(progressText(verdict, 0), "importing 42.0% (0s)");
    });

    it("says of a ready image what keeps it from being refreshed", () => {
        const note = (parts: Parameters<typeof image>[0]) => {
            const verdict = imageVerdict(image({ dataSource: dataSource(ready), ...parts }));
            assert.ok(verdict.kind === "ready");
            return verdict.note ?? "";
        };
        const outdated = cron(["False", "Outdated"]);
        assert.equal(note({ cron: cron(["True", "UpToDate"]) }), "");
        assert.match(note({ cron: outdated }), /newer version is being imported/);
        assert.match(note({ cron: noDigest, pollError: "no such host" }), /no such host/);
        assert.match(
            note({ cron: outdated, dataVolume: { name: "n", verdict: notFound } }),
            /newer version cannot be imported: not there/,
        );
    });

    const recorded = join(__dirname, "../../../shared/data/recorded");
    for (const [file, expected] of [
        ["datasource-ds-ready.json", "ready"],
        ["datasource-ds-notready.json", "waiting data-source-not-ready"],
    ] as const) {
        it(`${file}, as the real controller left it: ${expected}`, function () {
            const path = join(recorded, file);
            if (!existsSync(path)) {
                this.skip();
            }
            const state = JSON.parse(readFileSync(path, "utf8")) as { dataSource: ImageDataSource };
            assert.equal(summary(imageVerdict(image(state))), expected);
        });
    }
});

describe("waitForImage", () => {
    const { dataVolumes, claims, pods } = collections;
    const dataSources = "/apis/cdi.kubevirt.io/v1beta1/namespaces/vms/datasources";
    const crons = "/apis/cdi.kubevirt.io/v1beta1/namespaces/vms/dataimportcrons";
    const cdiPods = "/api/v1/namespaces/cdi/pods";

    let server: ApiServer;
    let clock: FakeClock;
    let view: View;
    let lines: string[];

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
        clock = new FakeClock();
        view = new View(await kubeconfigTransport(server.kubeconfig), clock);
        lines = [];
    });

    afterEach(async () => {
        await server.stop();
    });

    function wait(options: Partial<ImageWaitOptions> = {}): ReturnType<typeof waitForImage> {
        return waitForImage({
            view,
            clock,
            namespace: "vms",
            name: "ubuntu",
            cdiNamespace: "cdi",
            deadlineMs: 600_000,
            onProgress: (verdict, elapsedMs) => lines.push(progressText(verdict, elapsedMs)),
            ...options,
        });
    }

    const withImport = (upToDate: Words): DataImportCron => {
        const made = cron(upToDate);
        const currentImports = [{ DataVolumeName: "ubuntu-1", Digest: "sha256:1" }];
        return { ...made, status: { ...made.status, currentImports } };
    };

    it("answers with what is copied, and leaves no watch open", async () => {
        server.put(dataSources, "ubuntu", dataSource(ready, { snapshot: { name: "golden" } }));
        assert.deepEqual(await answerWithin(clock, 10_000, wait()), {
            kind: "ready",
            source: { kind: "snapshot", name: "golden" },
            digest: undefined,
        });
        while (server.openWatches > 0) {
            await new Promise((resolve) => setImmediate(resolve));
        }
        await idle(clock);
    });

    it("follows the first import of a cron to its end", async () => {
        server.put(crons, "ubuntu-cron", noDigest);
        const waiting = wait({ cron: "ubuntu-cron" });
        await pass(clock, 5000);
        assert.match(lines.at(-1) ?? "", /asks the registry for the image's digest/);
        server.put(claims, "ubuntu-1", boundClaim);
        server.put(
            dataVolumes,
            "ubuntu-1",
            dataVolume(
                "ImportInProgress",
                { status: "True" },
                { claimName: "ubuntu-1", progress: "12.00%" },
            ),
        );
        server.put(crons, "ubuntu-cron", withImport(["False", "ImportProgressing"]));
        await pass(clock, 5000);
        assert.match(lines.at(-1) ?? "", /^importing 12\.0%/);
        server.put(crons, "ubuntu-cron", withImport(["True", "UpToDate"]));
        server.put(dataSources, "ubuntu", dataSource(ready, { pvc: { name: "ubuntu-1" } }));
        assert.deepEqual(await answerWithin(clock, 10_000, waiting), {
            kind: "ready",
            source: { kind: "claim", name: "ubuntu-1" },
            digest: "sha256:1",
        });
    });

    it("opens for a version that is there, and does not give it the digest of the next one", async () => {
        server.put(crons, "ubuntu-cron", withImport(["False", "ImportProgressing"]));
        server.put(dataSources, "ubuntu", dataSource(ready, { pvc: { name: "ubuntu-0" } }));
        const { kind, digest } = await answerWithin(clock, 10_000, wait({ cron: "ubuntu-cron" }));
        assert.deepEqual([kind, digest], ["ready", undefined]);
    });

    it("says why the import fails, long before the deadline", async () => {
        server.put(claims, "ubuntu-1", boundClaim);
        server.put(
            dataVolumes,
            "ubuntu-1",
            dataVolume(
                "ImportInProgress",
                { reason: "Error", message: "DataVolume too small to contain image" },
                { claimName: "ubuntu-1" },
            ),
        );
        server.put(crons, "ubuntu-cron", withImport(["False", "ImportProgressing"]));
        const settled = await answerWithin(clock, 60_000, wait({ cron: "ubuntu-cron" }));
        assert.ok(settled.kind === "failed");
        assert.equal(settled.diagnosis.cause, "disk-too-small");
        assert.match(settled.diagnosis.what, /^The image's import ubuntu-1: /);
    });

    it("remembers what the poller said, whose pod is deleted ten seconds later", async () => {
        server.put(crons, "ubuntu-cron", noDigest);
        const waiting = wait({ cron: "ubuntu-cron" });
        await pass(clock, 1000);
        const name = "initial-job-ubuntu-cron-01234567-x2x4z";
        const message = "Failed to get image digest: reading manifest: manifest unknown";
        server.put(cdiPods, name, {
            status: { containerStatuses: [{ state: { terminated: { exitCode: 1, message } } }] },
        });
        await pass(clock, 10_000);
        server.remove(cdiPods, name);
        const settled = await answerWithin(clock, 120_000, waiting);
        assert.ok(settled.kind === "failed");
        assert.equal(settled.diagnosis.cause, "image-not-found");
        assert.match(settled.diagnosis.what, /manifest unknown/);
    });

    it("reads a node's failing pull of the image too", async () => {
        server.put(crons, "ubuntu-cron", noDigest);
        server.put(pods, "poller-ubuntu-cron-01234567", {
            status: {
                containerStatuses: [
                    {
                        state: {
                            waiting: {
                                reason: "ImagePullBackOff",
                                message: "Back-off pulling image: connection refused",
                            },
                        },
                    },
                ],
            },
        });
        const settled = await answerWithin(clock, 120_000, wait({ cron: "ubuntu-cron" }));
        assert.ok(settled.kind === "failed");
        assert.equal(settled.diagnosis.cause, "source-unavailable");
    });

    it("goes on where CDI's own pods cannot be read, and says what is missing", async () => {
        server.put(crons, "ubuntu-cron", noDigest);
        server.refusals.set(cdiPods, { status: 403, message: "pods is forbidden" });
        const waiting = wait({ cron: "ubuntu-cron" });
        await pass(clock, 5000);
        assert.ok(
            lines.some((line) => line.includes("pods in namespace cdi cannot be read")),
            lines.join("\n"),
        );
        server.put(dataSources, "ubuntu", dataSource(ready));
        assert.equal((await answerWithin(clock, 10_000, waiting)).kind, "ready");
    });
});
