import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { dataVolumeVerdict } from "../../waits/data-volume";
import type { DiskObservation } from "../../waits/disk-facts";
import type { Verdict } from "../../waits/verdict";
import { anyObservation } from "./arbitrary";
import { disk } from "./observations";

/** What a state has to mean. A `suspicion` is the cause of a bad sign that is still given time. */
interface Expected {
    readonly kind: Verdict["kind"];
    readonly cause?: string;
    readonly suspicion?: string;
    readonly percent?: number;
}

function summary(verdict: Verdict): Expected {
    switch (verdict.kind) {
        case "failed":
            return { kind: "failed", cause: verdict.diagnosis.cause };
        case "waiting":
            return {
                kind: "waiting",
                ...(verdict.suspicion === undefined
                    ? {}
                    : { suspicion: verdict.suspicion.diagnosis.cause }),
                ...(verdict.percent === undefined ? {} : { percent: verdict.percent }),
            };
        default:
            return { kind: verdict.kind };
    }
}

const folder = join(__dirname, "../fixtures/data-volumes");

const recorded = readdirSync(folder)
    .sort()
    .map((file) => {
        const state = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
            readonly expected: Expected;
            readonly observed: Omit<DiskObservation, "consumer">;
        };
        return { name: file.replace(".json", ""), ...state };
    });

const waiting = (suspicion?: string): Expected => ({
    kind: "waiting",
    ...(suspicion === undefined ? {} : { suspicion }),
});
const failed = (cause: string): Expected => ({ kind: "failed", cause });

describe("dataVolumeVerdict", () => {
    describe("on the states recorded from the real controllers", () => {
        it("has one of each way to end", () => {
            const kinds = new Set(recorded.map(({ expected }) => expected.kind));
            assert.deepEqual([...kinds].sort(), ["failed", "proceed", "ready", "waiting"]);
            assert.ok(recorded.length > 100, `only ${String(recorded.length)} states`);
        });

        for (const { name, expected, observed } of recorded) {
            it(`${name}: ${[expected.kind, expected.cause ?? expected.suspicion].join(" ")}`, () => {
                assert.deepEqual(
                    summary(dataVolumeVerdict({ ...observed, consumer: "none" })),
                    expected,
                );
            });
        }

        for (const { name, observed } of recorded.filter(
            ({ expected }) => expected.kind === "proceed",
        )) {
            it(`${name}, with a machine to come: waits for it, and not for ever`, () => {
                assert.deepEqual(
                    summary(dataVolumeVerdict({ ...observed, consumer: "expected" })),
                    waiting("no-consumer"),
                );
            });
        }
    });

    describe("on states that were not recorded", () => {
        const rows: readonly [string, DiskObservation, Expected][] = [
            [
                "a DataVolume that is not there",
                disk({}).without("dataVolume"),
                waiting("not-there"),
            ],
            ["one that is being deleted", disk({ deleting: true }), failed("being-deleted")],
            [
                "a volume that is lost, before its claim says so",
                disk({ phase: "Failed", bound: ["ClaimLost", "Claim Lost"] }),
                failed("volume-lost"),
            ],
            ["Failed for another reason", disk({ phase: "Failed" }), failed("import-failed")],
            [
                "an upload that waits for its data",
                disk({ phase: "UploadReady" }),
                { kind: "proceed" },
            ],
            ["a pause between checkpoints", disk({ phase: "Paused" }), waiting()],
            ["no status at all", disk({ conditions: [] }), waiting("controller-silent")],
            [
                "a clone that CDI cannot make",
                disk({ bound: ["ErrUnableToClone", "no"] }).without("claim"),
                waiting("clone-failed"),
            ],
            [
                "no claim yet",
                disk({ bound: ["NotFound", "No PVC found"] }).without("claim"),
                waiting("claim-not-made"),
            ],
            [
                "immediate binding asked for, not acted on yet",
                disk({ phase: "PendingPopulation", claim: "Pending", bindNow: true }),
                waiting(),
            ],
            [
                "a quota without room for the temporary claim",
                disk({
                    phase: "",
                    claim: "Pending",
                    events: [["claim", "ErrCreatingPVCPrime", "exceeded quota: storage"]],
                }),
                waiting("quota"),
            ],
            [
                "a temporary claim that was made by somebody faster",
                disk({
                    phase: "",
                    claim: "Pending",
                    events: [["claim", "ErrCreatingPVCPrime", `"prime-1" already exists`]],
                }),
                waiting(),
            ],
            [
                "a provisioner's error",
                disk({
                    phase: "",
                    claim: "Pending",
                    work: "Pending",
                    events: [["work", "ProvisioningFailed", "pool not found"]],
                }),
                waiting("provisioning-failed"),
            ],
            [
                "a provisioner's error that only the target repeats",
                disk({
                    phase: "",
                    claim: "Pending",
                    work: "Pending",
                    events: [["claim", "ProvisioningFailed", "[prime-1] : pool not found"]],
                }),
                waiting("provisioning-failed"),
            ],
            [
                "two writers that met at the claim",
                disk({
                    phase: "",
                    claim: "Pending",
                    work: "Pending",
                    events: [["work", "ProvisioningFailed", "the object has been modified"]],
                }),
                waiting("provisioner-silent"),
            ],
            [
                "a clone inside a slow storage system",
                disk({
                    phase: "CSICloneInProgress",
                    source: "pvc",
                    claim: "Pending",
                    work: "Pending",
                }),
                waiting(),
            ],
            [
                "scratch space that is not provisioned",
                disk({
                    phase: "ImportScheduled",
                    claim: "Pending",
                    work: "Bound",
                    scratch: "Pending",
                }),
                waiting("no-scratch-space"),
            ],
            [
                "scratch space that has no claim",
                disk({ phase: "ImportScheduled", bound: ["CreatingScratchSpace", "x"] }),
                waiting("no-scratch-space"),
            ],
            [
                "a pod quota",
                disk({ phase: "ImportScheduled", running: ["False", "ErrExceededQuota", "x"] }),
                waiting("quota"),
            ],
            [
                "a ConfigMap that is not there",
                disk({
                    phase: "ImportScheduled",
                    work: "Bound",
                    running: ["False", "ContainerCreating", ""],
                    events: [["worker", "FailedMount", `configmap "ca" not found`]],
                }),
                waiting("mount-failed"),
            ],
            [
                "a worker's container that is being created",
                disk({ phase: "ImportScheduled", running: ["False", "ContainerCreating", ""] }),
                waiting(),
            ],
            [
                "a worker out of memory",
                disk({ phase: "ImportScheduled", running: ["False", "OOMKilled", ""] }),
                waiting("out-of-memory"),
            ],
            [
                "a registry that refuses, after restarts",
                disk({
                    phase: "ImportInProgress",
                    restarts: 4,
                    running: ["False", "ImagePullFailed", "failed to pull image: x"],
                }),
                waiting("image-pull"),
            ],
            [
                "a login that is refused",
                disk({
                    phase: "ImportInProgress",
                    restarts: 3,
                    running: [
                        "False",
                        "Error",
                        "expected status code 200, got 403. Status: 403 Forbidden",
                    ],
                }),
                failed("http-403"),
            ],
            [
                "a source that answers 503",
                disk({
                    phase: "ImportInProgress",
                    restarts: 3,
                    running: [
                        "False",
                        "Error",
                        "expected status code 200, got 503. Status: 503 Service Unavailable",
                    ],
                }),
                waiting("source-unavailable"),
            ],
            [
                "a crash loop whose end CDI missed",
                disk({
                    phase: "ImportInProgress",
                    work: "Bound",
                    restarts: 5,
                    running: ["False", "Pod is running", ""],
                    workerSaid: "x509: certificate signed by unknown authority",
                }),
                failed("untrusted-certificate"),
            ],
            [
                "another attempt of a crash loop",
                disk({
                    phase: "ImportInProgress",
                    restarts: 3,
                    running: ["True", "Pod is running", ""],
                    events: [["claim", "ErrImportFailed", "got 404"]],
                }),
                waiting("http-404"),
            ],
            [
                "an attempt after three restarts that gets on",
                disk({
                    phase: "ImportInProgress",
                    restarts: 3,
                    progress: "12.00%",
                    running: ["True", "Pod is running", ""],
                }),
                { kind: "waiting", percent: 12 },
            ],
            [
                "a copy whose source is not filled",
                disk({
                    phase: "CloneScheduled",
                    source: "pvc",
                    running: ["False", "Error", "source/target size info missing"],
                }),
                waiting("clone-source-not-ready"),
            ],
            [
                "a copy whose reader crash loops",
                disk({
                    phase: "CloneInProgress",
                    source: "pvc",
                    restarts: 3,
                    running: ["True", "Pod is running", ""],
                }),
                waiting("clone-failed"),
            ],
            [
                "a copy whose source was in use before",
                disk({
                    phase: "CloneInProgress",
                    source: "pvc",
                    progress: "3.00%",
                    running: ["True", "Pod is running", ""],
                    events: [["claim", "CloneSourceInUse", "pod vms/a using b"]],
                }),
                { kind: "waiting", percent: 3 },
            ],
            ["a phase of a later CDI", disk({ phase: "SomethingNew" }), waiting()],
        ];

        for (const [name, observed, expected] of rows) {
            it(`${name}: ${[expected.kind, expected.cause ?? expected.suspicion].join(" ")}`, () => {
                assert.deepEqual(summary(dataVolumeVerdict(observed)), expected);
            });
        }
    });

    it("does not take the events of a deleted disk for those of its successor", () => {
        const observed = disk({
            phase: "CloneScheduled",
            source: "pvc",
            events: [["claim", "ErrIncompatiblePVC", "too small"]],
        });
        const [event] = observed.events;
        const older = {
            ...event,
            involvedObject: { ...event?.involvedObject, uid: "the-old-one" },
        };
        assert.deepEqual(summary(dataVolumeVerdict({ ...observed, events: [older] })), waiting());
    });

    it("does not give up on an attempt that is under way, whatever the ones before it were", () => {
        const verdict = dataVolumeVerdict(
            disk({
                phase: "ImportInProgress",
                restarts: 7,
                running: ["True", "Pod is running", ""],
                events: [["claim", "ErrImportFailed", "got 404"]],
            }),
        );
        assert.ok(verdict.kind === "waiting");
        assert.equal(verdict.suspicion?.graceMs, Infinity);
    });

    it("gives the real message, the object and a cure", () => {
        const verdict = dataVolumeVerdict(
            disk({
                phase: "ImportInProgress",
                restarts: 4,
                running: [
                    "False",
                    "Error",
                    "expected status code 200, got 404. Status: 404 Not Found",
                ],
            }),
        );
        assert.deepEqual(verdict, {
            kind: "failed",
            diagnosis: {
                cause: "http-404",
                what: "The source does not have the image: expected status code 200, got 404. Status: 404 Not Found (4 restarts)",
                where: "DataVolume vms/root, condition Running",
                cure: "Correct the image address, or put the image there",
            },
        });
    });

    it("does not show logins of an address", () => {
        const verdict = JSON.stringify(
            dataVolumeVerdict(
                disk({
                    phase: "ImportInProgress",
                    restarts: 3,
                    running: [
                        "False",
                        "Error",
                        `Get "https://me:hunter2@host/a.img?X-Amz-Signature=hunter3": got 404, Bearer hunter4`,
                    ],
                }),
            ),
        );
        assert.match(verdict, /https:\/\/host\/a\.img\?…/);
        assert.doesNotMatch(verdict, /hunter/);
    });

    it("answers whatever is missing from an object", () => {
        fc.assert(
            fc.property(anyObservation, (observed) => {
                const { kind } = dataVolumeVerdict(observed);
                assert.ok(["ready", "proceed", "waiting", "failed"].includes(kind));
            }),
        );
    });

    it("never says what is in a pod's environment or an unknown annotation", () => {
        fc.assert(
            fc.property(anyObservation, (observed) => {
                const secret = "s3cr3t-value";
                const containers = [{ env: [{ name: "SECRET_KEY", value: secret }] }];
                const spec = { nodeName: "node-1", containers };
                const verdict = dataVolumeVerdict({
                    ...observed,
                    pods: observed.pods.map((pod) => ({ ...pod, spec })),
                    claims: observed.claims.map((claim) => ({
                        ...claim,
                        metadata: { ...claim.metadata, annotations: { other: secret } },
                    })),
                });
                assert.ok(!JSON.stringify(verdict).includes(secret));
            }),
        );
    });
});
