import assert from "node:assert/strict";
import fc from "fast-check";
import { abortOutcome, type MigrationObservation, migrationVerdict } from "../../waits/migration";
import type { InstanceMigration, MigrationState } from "../../waits/migration-objects";
import type { Cause } from "../../waits/verdict";

const uid = "3f1d";

function seen(
    phase: string | undefined,
    state: MigrationState = {},
    more: Partial<MigrationObservation> = {},
): MigrationObservation {
    return {
        namespace: "vms",
        name: "db-x7k2p",
        migration: migration(phase),
        instance: {
            metadata: { name: "db" },
            status: {
                phase: "Running",
                nodeName: "node-1",
                migrationState: { migrationUid: uid, ...state },
            },
        },
        ...more,
    };
}

function migration(phase: string | undefined, more: object = {}): InstanceMigration {
    return {
        metadata: { namespace: "vms", name: "db-x7k2p", uid },
        ...(phase === undefined ? {} : { status: { phase } }),
        ...more,
    };
}

const condition = (type: string) => ({
    migration: migration("Pending", {
        status: { phase: "Pending", conditions: [{ type, status: "True" }] },
    }),
});
const unplaced = {
    targetPod: {
        status: {
            conditions: [
                { type: "PodScheduled", status: "False", message: "0/3 nodes are available." },
            ],
        },
    },
};
const deleted = (phase: string) => ({
    migration: migration(phase, {
        metadata: {
            namespace: "vms",
            name: "db-x7k2p",
            uid,
            deletionTimestamp: "2026-11-27T10:00:00Z",
        },
    }),
});
const said = (message: string) => ({ events: [{ reason: "FailedMigration", message }] });

const waiting: readonly (readonly [string, MigrationObservation, RegExp])[] = [
    ["just asked for", seen(undefined), /not seen it yet/],
    ["in the queue", seen("Pending"), /waits for its turn/],
    ["behind a backup", seen("Pending", {}, condition("migrationBlockedByBackup")), /a backup/],
    [
        "behind a volume of KubeVirt's own",
        seen("Pending", {}, condition("migrationBlockedByUtilityVolumes")),
        /a volume/,
    ],
    ["being placed", seen("Scheduling"), /being placed and started/],
    [
        "without a node that takes it",
        seen("Scheduling", {}, unplaced),
        /no node takes the machine: 0\/3 nodes are available; .*5 minutes/,
    ],
    ["scheduled", seen("Scheduled"), /being prepared$/],
    [
        "being prepared",
        seen("PreparingTarget", { targetNode: "node-2" }),
        /being prepared to node-2/,
    ],
    ["with the other node ready", seen("TargetReady", { targetNode: "node-2" }), /ready to node-2/],
    [
        "copying",
        seen("Running", { targetNode: "node-2", mode: "PreCopy" }),
        /while the machine runs to node-2/,
    ],
    ["fetching", seen("Running", { mode: "PostCopy" }), /runs on the other node/],
    ["paused", seen("Running", { mode: "Paused" }), /is paused/],
    ["under a policy", seen("Running", { migrationPolicyName: "slow" }), /by policy slow/],
    ["being called off", seen("Running", {}, deleted("Running")), /being called off/],
    ["in a phase that nobody knows", seen("Dancing"), /is at it/],
];

const failures: readonly (readonly [string, MigrationObservation, Cause, RegExp, RegExp])[] = [
    [
        "took too long",
        seen("Failed", {
            failed: true,
            failureReason: "Live migration is not completed after 600 seconds and has been aborted",
        }),
        "migration-failed",
        /is not completed after 600 seconds and has been aborted; the machine still runs on node-1/,
        /MigrationPolicy/,
    ],
    [
        "found no node",
        seen("Failed", { failed: true, failureReason: "Target pod is down" }),
        "migration-failed",
        /Target pod is down/,
        /has room/,
    ],
    [
        "met another CPU",
        seen("Failed", { failureReason: "guest CPU doesn't match specification" }),
        "migration-failed",
        /doesn't match/,
        /named CPU model/,
    ],
    [
        "was told by an event",
        seen("Failed", {}, said("source node reported migration failed")),
        "migration-failed",
        /source node reported/,
        /describe vmim/,
    ],
    ["gives no reason", seen("Failed"), "migration-failed", /no reason/, /describe vmim/],
    [
        "was called off",
        seen("Failed", { abortRequested: true, failureReason: "Live migration has been aborted" }),
        "migration-called-off",
        /called off; the machine still runs on node-1/,
        /again/,
    ],
    [
        "was called off before it began",
        seen("Failed", {}, deleted("Failed")),
        "migration-called-off",
        /called off/,
        /again/,
    ],
    [
        "lost its machine",
        seen("Failed", {}, { instance: undefined }),
        "migration-failed",
        /shut down while it moved/,
        /./,
    ],
];

describe("migrationVerdict", () => {
    for (const [title, observed, note] of waiting) {
        it(`waits for one that is ${title}, and says what it does`, () => {
            const verdict = migrationVerdict(observed);
            assert.ok(verdict.kind === "waiting", verdict.kind);
            assert.match(verdict.note ?? "", note);
        });
    }

    it("is ready when the machine has moved, and says where to", () => {
        assert.deepEqual(
            migrationVerdict(seen("Succeeded", { targetNode: "node-2", completed: true })),
            {
                kind: "ready",
                note: "moved to node-2",
            },
        );
    });

    for (const [title, observed, cause, what, cure] of failures) {
        it(`fails for one that ${title}, with what became of the machine and a cure`, () => {
            const verdict = migrationVerdict(observed);
            assert.ok(verdict.kind === "failed", verdict.kind);
            assert.equal(verdict.diagnosis.cause, cause);
            assert.match(verdict.diagnosis.what, what);
            assert.match(verdict.diagnosis.cure, cure);
        });
    }

    it("gives a quota that leaves no room some time, and then says so", () => {
        const verdict = migrationVerdict(
            seen("Pending", {}, condition("migrationRejectedByResourceQuota")),
        );
        assert.ok(verdict.kind === "waiting" && verdict.suspicion !== undefined);
        assert.equal(verdict.suspicion.diagnosis.cause, "quota");
    });

    it("suspects that a migration nobody can see was deleted, which calls it off", () => {
        const verdict = migrationVerdict(seen("", {}, { migration: undefined }));
        assert.ok(verdict.kind === "waiting" && verdict.suspicion !== undefined);
        assert.equal(verdict.suspicion.diagnosis.cause, "not-there");
        assert.match(verdict.suspicion.diagnosis.cure, /calls the migration off/);
    });

    it("takes nothing of another migration's state for this one's", () => {
        const verdict = migrationVerdict(
            seen("Running", { migrationUid: "other", targetNode: "node-9" }),
        );
        assert.ok(verdict.kind === "waiting");
        assert.doesNotMatch(verdict.note ?? "", /node-9/);
    });

    it("judges whatever it is shown, and is over in the two last phases only", () => {
        const state = fc.record(
            {
                migrationUid: fc.constantFrom(uid, "other"),
                completed: fc.boolean(),
                failed: fc.boolean(),
                abortRequested: fc.boolean(),
                failureReason: fc.string(),
                mode: fc.string(),
            },
            { requiredKeys: [] },
        );
        const phase = fc.constantFrom(
            undefined,
            "",
            "Pending",
            "Scheduling",
            "Running",
            "Succeeded",
            "Failed",
        );
        fc.assert(
            fc.property(phase, state, fc.boolean(), (at, one, gone) => {
                const { kind } = migrationVerdict(seen(at, one, gone ? deleted(at ?? "") : {}));
                assert.equal(kind !== "waiting", at === "Succeeded" || at === "Failed");
            }),
        );
    });
});

describe("abortOutcome", () => {
    const rows: readonly (readonly [string, MigrationObservation, string | undefined])[] = [
        [
            "is still going on",
            seen("Running", { abortRequested: true }, deleted("Running")),
            undefined,
        ],
        [
            "is gone, and the machine says nothing yet",
            seen("", { abortRequested: true }, { migration: undefined }),
            undefined,
        ],
        [
            "was stopped",
            seen("", { abortStatus: "Succeeded", failed: true }, { migration: undefined }),
            "called-off",
        ],
        ["has failed of it", seen("Failed", { completed: true, failed: true }), "called-off"],
        [
            "never began",
            seen("", { migrationUid: "an older one", completed: true }, { migration: undefined }),
            "called-off",
        ],
        ["was over already", seen("Succeeded", { completed: true }), "moved"],
        [
            "was over when its object went",
            seen("", { completed: true }, { migration: undefined }),
            "moved",
        ],
        ["lost its machine", seen("", {}, { migration: undefined, instance: undefined }), "gone"],
    ];
    for (const [title, observed, kind] of rows) {
        it(`of one that ${title}: ${kind ?? "not known yet"}`, () => {
            const outcome = abortOutcome(uid, observed);
            assert.equal(outcome?.kind, kind);
            assert.equal(
                outcome?.node,
                kind === undefined || kind === "gone" ? undefined : "node-1",
            );
        });
    }
});
