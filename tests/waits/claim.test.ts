import assert from "node:assert/strict";
import fc from "fast-check";
import { claimVerdict } from "../../waits/claim";
import type { DiskObservation } from "../../waits/disk-facts";
import type { Claim, StorageClass } from "../../waits/objects";
import { anyObservation } from "./arbitrary";

function observe(claim: Claim | undefined, parts: Partial<DiskObservation> = {}): DiskObservation {
    return {
        namespace: "vms",
        name: "data",
        dataVolume: undefined,
        claim,
        claims: [],
        storageClass: undefined,
        pods: [],
        events: [],
        consumer: "unknown",
        ...parts,
    };
}

const metadata = { namespace: "vms", name: "data" };
const pending: Claim = {
    metadata,
    spec: { storageClassName: "fast" },
    status: { phase: "Pending" },
};
const immediate: StorageClass = { volumeBindingMode: "Immediate" };
const lazy: StorageClass = { volumeBindingMode: "WaitForFirstConsumer" };

function said(reason: string, message: string): Partial<DiskObservation> {
    return { events: [{ reason, message, involvedObject: { name: "data" } }] };
}

describe("claimVerdict", () => {
    const rows: readonly [string, DiskObservation, string][] = [
        ["not there", observe(undefined), "waiting not-there"],
        [
            "being deleted",
            observe({ metadata: { ...metadata, deletionTimestamp: "now" } }),
            "failed being-deleted",
        ],
        ["bound", observe({ metadata, status: { phase: "Bound" } }), "ready"],
        ["lost", observe({ metadata, status: { phase: "Lost" } }), "failed volume-lost"],
        [
            "pending, a class that waits, no machine known",
            observe(pending, { storageClass: lazy }),
            "proceed",
        ],
        [
            "pending, a class that waits, no machine",
            observe(pending, { storageClass: lazy, consumer: "none" }),
            "proceed",
        ],
        [
            "pending, a class that waits, a machine to come",
            observe(pending, { storageClass: lazy, consumer: "expected" }),
            "waiting no-consumer",
        ],
        [
            "pending, a class that waits and a pod on a node",
            observe(
                {
                    ...pending,
                    metadata: {
                        ...metadata,
                        annotations: { "volume.kubernetes.io/selected-node": "node-1" },
                    },
                },
                { storageClass: lazy },
            ),
            "waiting provisioner-silent",
        ],
        [
            "pending, a class that waits, and its maker has placed it",
            observe(pending, { storageClass: lazy, consumer: "placed" }),
            "waiting provisioner-silent",
        ],
        [
            "pending, a class that waits, and the provisioner found no room on its node",
            observe(pending, {
                storageClass: lazy,
                consumer: "placed",
                ...said("ProvisioningFailed", "code = ResourceExhausted"),
            }),
            "waiting provisioning-failed",
        ],
        [
            "pending, a class that cannot be read, and the controller says that it waits",
            observe(pending, said("WaitForFirstConsumer", "waiting for first consumer")),
            "proceed",
        ],
        [
            "pending, immediate",
            observe(pending, { storageClass: immediate }),
            "waiting provisioner-silent",
        ],
        [
            "pending, and the provisioner fails",
            observe(pending, { storageClass: immediate, ...said("ProvisioningFailed", "no pool") }),
            "waiting provisioning-failed",
        ],
        [
            "pending, and two writers met",
            observe(pending, {
                storageClass: immediate,
                ...said("ProvisioningFailed", "the object has been modified"),
            }),
            "waiting provisioner-silent",
        ],
        [
            "pending, no such class",
            observe(pending, { storageClass: "missing" }),
            "waiting no-such-class",
        ],
        [
            "pending, no such class, classes cannot be read",
            observe(
                pending,
                said("ProvisioningFailed", `storageclass.storage.k8s.io "fast" not found`),
            ),
            "waiting no-such-class",
        ],
        [
            "pending without a class",
            observe(
                { metadata, status: { phase: "Pending" } },
                said("FailedBinding", "no storage class is set"),
            ),
            "waiting no-default-class",
        ],
        [
            "without any status",
            observe({ metadata, spec: { storageClassName: "fast" } }),
            "waiting provisioner-silent",
        ],
    ];
    for (const [name, observed, expected] of rows) {
        it(`${name}: ${expected}`, () => {
            const verdict = claimVerdict(observed);
            const cause =
                verdict.kind === "failed"
                    ? verdict.diagnosis.cause
                    : verdict.kind === "waiting"
                      ? verdict.suspicion?.diagnosis.cause
                      : undefined;
            assert.equal([verdict.kind, cause].filter(Boolean).join(" "), expected);
        });
    }

    const growing: Claim = {
        metadata,
        spec: { resources: { requests: { storage: "20Gi" } } },
        status: { phase: "Bound", capacity: { storage: "10Gi" } },
    };

    it("is ready while it grows, and says so", () => {
        assert.deepEqual(claimVerdict(observe(growing)), {
            kind: "ready",
            note: "grows from 10Gi to 20Gi",
        });
    });

    it("says that growing ends when a machine uses it", () => {
        const claim = {
            ...growing,
            status: { ...growing.status, conditions: [{ type: "FileSystemResizePending" }] },
        };
        assert.deepEqual(claimVerdict(observe(claim)), {
            kind: "ready",
            note: "grows from 10Gi to 20Gi when a machine next uses it",
        });
    });

    it("says why growing fails", () => {
        const conditions = [{ type: "ControllerResizeError", message: "no space" }];
        const claim = { ...growing, status: { ...growing.status, conditions } };
        assert.deepEqual(claimVerdict(observe(claim)), {
            kind: "ready",
            note: "grows from 10Gi to 20Gi, which fails: no space",
        });
    });

    it("answers whatever is missing from an object", () => {
        fc.assert(
            fc.property(anyObservation, (observed) => {
                assert.ok(claimVerdict(observed).kind);
            }),
        );
    });
});
