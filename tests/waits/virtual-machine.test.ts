import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { RunStrategy } from "../../manifests/virtual-machine";
import type { RunningInstance } from "../../waits/guest-size";
import type { VirtualMachine } from "../../waits/objects";
import type { Verdict } from "../../waits/verdict";
import { failed } from "../../waits/verdict";
import type { MachineObservation } from "../../waits/virtual-machine";
import { virtualMachineVerdict } from "../../waits/virtual-machine";
import { anyMachine } from "./arbitrary";

interface Expected {
    readonly kind: Verdict["kind"];
    readonly cause?: string;
    readonly suspicion?: string;
}

function summary(verdict: Verdict): Expected {
    switch (verdict.kind) {
        case "failed":
            return { kind: "failed", cause: verdict.diagnosis.cause };
        case "waiting":
            return verdict.suspicion === undefined
                ? { kind: "waiting" }
                : { kind: "waiting", suspicion: verdict.suspicion.diagnosis.cause };
        default:
            return { kind: verdict.kind };
    }
}

const folder = join(__dirname, "../fixtures/virtual-machines");

const recorded = readdirSync(folder)
    .sort()
    .map((file) => {
        const state = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
            readonly expected: Expected;
            readonly virtualMachine: VirtualMachine;
            readonly instance?: RunningInstance;
        };
        return { name: file.replace(".json", ""), ...state };
    });

/** A machine with one condition besides Ready=False, in a status of KubeVirt's. */
function machine(
    printableStatus: string,
    parts: Partial<MachineObservation> & {
        readonly condition?: readonly [string, string, string?, string?];
        readonly runStrategy?: RunStrategy;
        readonly ready?: boolean;
    } = {},
): MachineObservation {
    const { condition, runStrategy = "Always", ready = false, ...rest } = parts;
    const [type = "Other", status = "True", reason = "", message = ""] = condition ?? [];
    return {
        namespace: "vms",
        name: "db",
        virtualMachine: {
            metadata: { namespace: "vms", name: "db", generation: 2 },
            spec: { runStrategy },
            status: {
                printableStatus,
                conditions: [
                    { type: "Ready", status: ready ? "True" : "False" },
                    { type, status, reason, message },
                ],
            },
        },
        instance: undefined,
        disks: [],
        wanted: runStrategy,
        justChanged: false,
        ...rest,
    };
}

const brokenDisk = failed({ cause: "checksum", what: "what", where: "where", cure: "cure" });
const worryingDisk: Verdict = {
    kind: "waiting",
    phase: "ImportInProgress",
    suspicion: {
        graceMs: 1000,
        diagnosis: { cause: "source-unavailable", what: "503", where: "where", cure: "cure" },
    },
};

describe("virtualMachineVerdict", () => {
    describe("on the states recorded from the real controllers", () => {
        for (const { name, expected, virtualMachine, instance } of recorded) {
            it(`${name}: ${[expected.kind, expected.cause ?? expected.suspicion].join(" ")}`, () => {
                const wanted = virtualMachine.spec?.runStrategy as RunStrategy;
                const observed = {
                    namespace: "vms",
                    name,
                    virtualMachine,
                    instance,
                    disks: [],
                    wanted,
                    justChanged: false,
                };
                assert.deepEqual(summary(virtualMachineVerdict(observed)), expected);
            });
        }
    });

    const waiting = (suspicion?: string): Expected => ({
        kind: "waiting",
        ...(suspicion === undefined ? {} : { suspicion }),
    });
    const rows: readonly [string, MachineObservation, Expected][] = [
        [
            "a machine that is not there",
            machine("", { virtualMachine: undefined }),
            waiting("not-there"),
        ],
        [
            "one that is being deleted",
            machine("", { virtualMachine: { metadata: { deletionTimestamp: "now" } } }),
            { kind: "failed", cause: "being-deleted" },
        ],
        [
            "one without any status yet",
            machine("", { virtualMachine: {} }),
            waiting("controller-silent"),
        ],
        [
            "a broken disk",
            machine("Provisioning", { disks: [{ name: "root", verdict: brokenDisk }] }),
            { kind: "failed", cause: "checksum" },
        ],
        [
            "a broken disk of a machine that is off",
            machine("Stopped", {
                runStrategy: "Halted",
                disks: [{ name: "root", verdict: brokenDisk }],
            }),
            { kind: "failed", cause: "checksum" },
        ],
        [
            "a disk that gives cause for worry",
            machine("Provisioning", { disks: [{ name: "root", verdict: worryingDisk }] }),
            waiting("source-unavailable"),
        ],
        [
            "a machine that runs although a disk gives cause for worry",
            machine("Running", { ready: true, disks: [{ name: "extra", verdict: worryingDisk }] }),
            { kind: "ready" },
        ],
        [
            "a machine started by hand, off",
            machine("Stopped", { runStrategy: "Manual" }),
            { kind: "ready" },
        ],
        ["Ready while it stops", machine("Stopping", { ready: true }), waiting()],
        [
            "a change that KubeVirt has not seen",
            machine("Running", {
                justChanged: true,
                virtualMachine: {
                    metadata: { generation: 3 },
                    status: {
                        printableStatus: "Running",
                        desiredGeneration: 2,
                        conditions: [{ type: "Ready", status: "True" }],
                    },
                },
            }),
            waiting(),
        ],
        [
            "a change long ago, and a controller that does not count",
            machine("Running", {
                virtualMachine: {
                    metadata: { generation: 3 },
                    status: {
                        printableStatus: "Running",
                        desiredGeneration: 2,
                        conditions: [{ type: "Ready", status: "True" }],
                    },
                },
            }),
            { kind: "ready" },
        ],
        [
            "a new machine whose status does not count generations",
            machine("Running", { ready: true, justChanged: true }),
            { kind: "ready" },
        ],
        [
            "one paused by somebody",
            machine("Paused", { condition: ["Paused", "True", "PausedByUser"] }),
            { kind: "ready" },
        ],
        [
            "one paused because its disk failed",
            machine("Paused", { condition: ["Paused", "True", "PausedIOError"] }),
            waiting("machine-paused"),
        ],
        [
            "one that ran once and is done",
            machine("Stopped", {
                runStrategy: "Once",
                instance: { status: { phase: "Succeeded" } },
            }),
            { kind: "ready" },
        ],
        [
            "one that somebody has stopped",
            machine("Stopped", { runStrategy: "Halted", wanted: "Always" }),
            waiting("run-strategy-changed"),
        ],
        ["an image that cannot be pulled", machine("ImagePullBackOff"), waiting("image-pull")],
        ["a crash loop", machine("CrashLoopBackOff"), waiting("machine-crashing")],
        [
            "a DataVolume of its own that fails",
            machine("DataVolumeError"),
            waiting("data-volume-failed"),
        ],
        [
            "a start that failed before the change that was just made",
            machine("Stopped", {
                justChanged: true,
                condition: ["Failure", "True", "FailedCreate", "no"],
            }),
            waiting("machine-refused"),
        ],
        [
            "a start that fails for good",
            machine("Stopped", { condition: ["Failure", "True", "FailedCreate", "no"] }),
            { kind: "failed", cause: "machine-refused" },
        ],
        [
            "a machine that is off on purpose and cannot be started",
            machine("Stopped", {
                runStrategy: "Halted",
                condition: ["Failure", "True", "x", "no"],
            }),
            { kind: "failed", cause: "machine-refused" },
        ],
    ];
    for (const [name, observed, expected] of rows) {
        it(`${name}: ${[expected.kind, expected.cause ?? expected.suspicion].join(" ")}`, () => {
            assert.deepEqual(summary(virtualMachineVerdict(observed)), expected);
        });
    }

    it("says that a change needs a restart", () => {
        const verdict = virtualMachineVerdict(
            machine("Running", {
                ready: true,
                condition: [
                    "RestartRequired",
                    "True",
                    "",
                    "a non-live-updatable field was changed",
                ],
            }),
        );
        assert.deepEqual(verdict, {
            kind: "ready",
            note: "needs a restart: a non-live-updatable field was changed",
        });
    });

    it("gives KubeVirt's message and where it is", () => {
        const verdict = virtualMachineVerdict(
            machine("ErrorUnschedulable", {
                condition: ["PodScheduled", "False", "Unschedulable", "0/3 nodes are available"],
            }),
        );
        assert.ok(verdict.kind === "waiting");
        assert.equal(
            verdict.suspicion?.diagnosis.what,
            "No node takes the machine: 0/3 nodes are available",
        );
        assert.equal(
            verdict.suspicion.diagnosis.where,
            "VirtualMachine vms/db, condition PodScheduled",
        );
    });

    it("shows how far the disk is that it waits for", () => {
        const verdict = virtualMachineVerdict(
            machine("Provisioning", {
                disks: [
                    {
                        name: "root",
                        verdict: { kind: "waiting", phase: "ImportInProgress", percent: 40 },
                    },
                ],
            }),
        );
        assert.deepEqual(verdict, {
            kind: "waiting",
            phase: "Provisioning",
            note: "disk root is not ready",
            percent: 40,
        });
    });

    it("answers whatever is missing from the objects", () => {
        fc.assert(
            fc.property(anyMachine, (observed) => {
                const verdict = virtualMachineVerdict(observed);
                assert.ok(["ready", "waiting", "failed"].includes(verdict.kind));
            }),
        );
    });

    it("never calls a machine ready that somebody waits for in vain", () => {
        fc.assert(
            fc.property(anyMachine, (observed) => {
                const verdict = virtualMachineVerdict({
                    ...observed,
                    until: "agent",
                    power: "managed",
                    wanted: "Always",
                });
                const isConnected = [observed.virtualMachine, observed.instance].some((object) =>
                    object?.status?.conditions?.some(
                        ({ type, status }) => type === "AgentConnected" && status === "True",
                    ),
                );
                const isPaused = verdict.kind === "ready" && verdict.note === "paused";
                assert.ok(verdict.kind !== "ready" || isConnected || isPaused);
            }),
        );
    });
});
