import assert from "node:assert/strict";
import fc from "fast-check";
import type { GrowthObservation } from "../../waits/disk-growth";
import { growthVerdict } from "../../waits/disk-growth";
import type { Claim, KubernetesEvent } from "../../waits/objects";
import { diagnosisText } from "../../waits/verdict";
import { anyObservation } from "./arbitrary";
import { summary } from "./summary";

const gi = 2 ** 30;
const wanted = 20 * gi;
const metadata = { namespace: "vms", name: "data" };

/** A claim of 10Gi that asks for 20Gi. */
function growing(status: Claim["status"] = {}, asks = "20Gi"): Claim {
    return {
        metadata,
        spec: { storageClassName: "fast", resources: { requests: { storage: asks } } },
        status: { phase: "Bound", capacity: { storage: "10Gi" }, ...status },
    };
}

function look(
    claim: Claim | undefined,
    parts: Partial<GrowthObservation> = {},
    saidByDriver?: readonly [reason: string, message: string],
): GrowthObservation {
    const events: KubernetesEvent[] =
        saidByDriver === undefined
            ? []
            : [
                  {
                      reason: saidByDriver[0],
                      message: saidByDriver[1],
                      lastTimestamp: "2026-11-21T08:00:00Z",
                      involvedObject: { name: "data" },
                  },
              ];
    return {
        namespace: "vms",
        name: "data",
        claim,
        pods: [],
        events,
        storageClass: { metadata: { name: "fast" }, allowVolumeExpansion: true },
        ...parts,
    };
}

const machine = {
    metadata: { name: "virt-launcher-db" },
    spec: { volumes: [{ persistentVolumeClaim: { claimName: "data" } }] },
    status: { phase: "Running" },
};
const ended = { ...machine, status: { phase: "Succeeded" } };
const onNode = { conditions: [{ type: "FileSystemResizePending", status: "True" }] };
const large = { spec: { capacity: { storage: "20Gi" } } };

describe("growthVerdict", () => {
    const rows: readonly (readonly [string, GrowthObservation, string])[] = [
        ["not there", look(undefined), "waiting not-there"],
        [
            "being deleted",
            look({ ...growing(), metadata: { ...metadata, deletionTimestamp: "now" } }),
            "failed being-deleted",
        ],
        ["lost", look(growing({ phase: "Lost" })), "failed volume-lost"],
        ["as large as wanted", look(growing({ capacity: { storage: "20Gi" } })), "ready"],
        ["larger than wanted", look(growing({ capacity: { storage: "21474836481" } })), "ready"],
        ["the driver works, and says nothing yet", look(growing()), "waiting expansion-stuck"],
        ["the claim does not ask for it", look(growing({}, "10Gi")), "waiting expansion-stuck"],
        ["only the node is left, nobody uses it", look(growing(onNode)), "ready"],
        [
            "only the node is left, a machine that has ended used it",
            look(growing(onNode), { pods: [ended] }),
            "ready",
        ],
        [
            "only the node is left, a machine runs with it",
            look(growing(onNode), { pods: [machine] }),
            "waiting expansion-stuck",
        ],
        [
            "the volume is large already, nobody uses it",
            look(growing(), { volume: large }),
            "ready",
        ],
        [
            "the volume is large already, a machine runs with it",
            look(growing(), { volume: large, pods: [machine] }),
            "waiting expansion-stuck",
        ],
        [
            "the driver refuses",
            look(growing({ conditions: [{ type: "ControllerResizeError", message: "no" }] })),
            "waiting expansion-stuck",
        ],
        [
            "the node fails",
            look(growing({ conditions: [{ type: "NodeResizeError", message: "no" }] }), {
                pods: [machine],
            }),
            "waiting expansion-stuck",
        ],
        [
            "the node cannot, and nobody uses it any more",
            look(growing({ allocatedResourceStatuses: { storage: "NodeResizeInfeasible" } })),
            "waiting expansion-stuck",
        ],
    ];
    for (const [name, observed, expected] of rows) {
        it(`${name}: ${expected}`, () => {
            assert.equal(summary(growthVerdict(observed, wanted)), expected);
        });
    }

    it("shows from where to where it grows", () => {
        const verdict = growthVerdict(look(growing()), wanted);
        assert.equal(verdict.kind === "waiting" && verdict.note, "grows from 10Gi to 20Gi");
    });

    it("says that the rest comes when a machine uses the disk", () => {
        assert.deepEqual(growthVerdict(look(growing(onNode)), wanted), {
            kind: "ready",
            note: "grows from 10Gi to 20Gi when a machine next uses it",
        });
    });

    it("gives up at once where the driver says that it never will", () => {
        const status = { allocatedResourceStatuses: { storage: "ControllerResizeInfeasible" } };
        const verdict = growthVerdict(look(growing(status)), wanted);
        assert.equal(verdict.kind === "waiting" && verdict.suspicion?.graceMs, 0);
    });

    it("goes by the driver's last word: an attempt that is under way is not held against it", () => {
        const after: KubernetesEvent = {
            reason: "Resizing",
            message: "External resizer is resizing volume pvc-1",
            lastTimestamp: "2026-11-21T08:00:05Z",
            involvedObject: { name: "data" },
        };
        const observed = look(growing(), {}, ["VolumeResizeFailed", "out of luck"]);
        const verdict = growthVerdict({ ...observed, events: [...observed.events, after] }, wanted);
        assert.doesNotMatch(JSON.stringify(verdict), /out of luck/);
    });

    const words: readonly (readonly [string, RegExp])[] = [
        [
            "Unable to expand vms/data because CSI driver x only supports offline expansion and volume is currently in-use",
            /Stop the machine/,
        ],
        [
            `resize volume "pvc-1" by resizer "driver.longhorn.io" failed: rpc error: code = InvalidArgument desc = volume pvc-1 invalid controller count 2`,
            /has moved to its other node/,
        ],
        [
            "rpc error: code = OutOfRange desc = failed to schedule 10737418240 more bytes to disk",
            /Make room/,
        ],
        ["rpc error: code = Internal desc = out of luck", /Put right what the driver says/],
    ];
    for (const [message, cure] of words) {
        it(`has a cure for "${message.slice(-50)}"`, () => {
            const verdict = growthVerdict(
                look(growing(), { pods: [machine] }, ["VolumeResizeFailed", message]),
                wanted,
            );
            assert.ok(verdict.kind === "waiting" && verdict.suspicion !== undefined);
            const text = diagnosisText(verdict.suspicion.diagnosis);
            assert.ok(text.includes(message), text);
            assert.match(text, cure);
            assert.match(text, /PersistentVolumeClaim vms\/data, event VolumeResizeFailed/);
        });
    }

    it("names the class that does not let claims grow", () => {
        const storageClass = { metadata: { name: "local" } };
        const verdict = growthVerdict(look(growing({}, "10Gi"), { storageClass }), wanted);
        assert.match(JSON.stringify(verdict), /allowVolumeExpansion on the storage class local/);
    });

    it("is ready only when the capacity is there, or when a machine's start brings the rest", () => {
        fc.assert(
            fc.property(anyObservation, fc.nat(), (observed, bytes) => {
                const verdict = growthVerdict(observed, bytes + 1);
                if (verdict.kind === "ready" && verdict.note === undefined) {
                    assert.ok(observed.claim?.status?.capacity?.storage !== undefined);
                }
                assert.notEqual(verdict.kind, "proceed");
            }),
        );
    });
});
