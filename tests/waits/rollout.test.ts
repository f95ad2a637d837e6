import assert from "node:assert/strict";
import type { Pod } from "../../waits/objects";
import type { Workload } from "../../waits/platform-objects";
import type { RolloutObservation } from "../../waits/rollout";
import { rolloutVerdict } from "../../waits/rollout";
import { summary } from "./summary";

interface Sketch {
    readonly generation?: number;
    readonly observed?: number;
    readonly wanted?: number;
    readonly updated?: number;
    readonly available?: number;
    readonly all?: number;
    readonly condition?: readonly [type: string, reason: string, message: string];
    readonly pods?: readonly Pod[];
}

/** A Deployment `kubevirt/virt-operator` of two replicas. */
function deployment(sketch: Sketch = {}): RolloutObservation {
    const { wanted = 2, updated = wanted, available = updated, all = updated } = sketch;
    const [type = "Other", reason = "", message = ""] = sketch.condition ?? [];
    const workload: Workload = {
        metadata: {
            namespace: "kubevirt",
            name: "virt-operator",
            generation: sketch.generation ?? 1,
        },
        spec: { replicas: wanted },
        status: {
            observedGeneration: sketch.observed ?? 1,
            replicas: all,
            updatedReplicas: updated,
            availableReplicas: available,
            conditions: [{ type, status: "True", reason, message }],
        },
    };
    return {
        kind: "Deployment",
        namespace: "kubevirt",
        name: "virt-operator",
        workload,
        pods: sketch.pods ?? [],
    };
}

function daemonSet(wanted: number, available: number, updated = wanted): RolloutObservation {
    return {
        ...deployment(),
        kind: "DaemonSet",
        workload: {
            metadata: { generation: 1 },
            status: {
                observedGeneration: 1,
                desiredNumberScheduled: wanted,
                updatedNumberScheduled: updated,
                numberAvailable: available,
            },
        },
    };
}

/** A pod of the Deployment's revision `hash`. */
function pod(status: Pod["status"], hash = "b", createdAt = "2026-11-21T08:00:00Z"): Pod {
    return {
        metadata: {
            namespace: "kubevirt",
            name: `virt-operator-${hash}-1`,
            creationTimestamp: createdAt,
            labels: { "pod-template-hash": hash },
            ownerReferences: [{ kind: "ReplicaSet", name: `virt-operator-${hash}` }],
        },
        ...(status === undefined ? {} : { status }),
    };
}

function waitsFor(reason: string, message?: string, hash?: string): Pod {
    const waiting = message === undefined ? { reason } : { reason, message };
    return pod({ containerStatuses: [{ state: { waiting } }] }, hash);
}

const crashing = pod({
    containerStatuses: [
        {
            state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 40s" } },
            lastState: { terminated: { message: "no leases: forbidden\n", exitCode: 2 } },
        },
    ],
});
const missing = (pods: readonly Pod[]): RolloutObservation => deployment({ available: 0, pods });

describe("rolloutVerdict", () => {
    const rows: readonly (readonly [string, RolloutObservation, string])[] = [
        ["all pods are there", deployment(), "ready"],
        ["none are wanted", deployment({ wanted: 0 }), "ready"],
        ["one pod is not ready", deployment({ available: 1 }), "waiting"],
        ["one pod is not of the new revision", deployment({ updated: 1, all: 2 }), "waiting"],
        ["a pod of the old revision is left", deployment({ all: 3 }), "waiting"],
        [
            "the controller has not seen it",
            deployment({ generation: 2 }),
            "waiting controller-silent",
        ],
        ["it is not there", { ...deployment(), workload: undefined }, "waiting not-there"],
        [
            "it is being deleted",
            { ...deployment(), workload: { metadata: { deletionTimestamp: "now" } } },
            "failed being-deleted",
        ],
        [
            "an image is not there",
            missing([waitsFor("ErrImagePull", "not found")]),
            "waiting image-pull",
        ],
        ["an image is tried again", missing([waitsFor("ImagePullBackOff")]), "waiting image-pull"],
        ["an image has no name", missing([waitsFor("InvalidImageName")]), "waiting image-pull"],
        [
            "the image of an init container is not there",
            missing([
                pod({
                    initContainerStatuses: [{ state: { waiting: { reason: "ErrImagePull" } } }],
                }),
            ]),
            "waiting image-pull",
        ],
        ["a pod crashes", missing([crashing]), "waiting pod-crashing"],
        [
            "a Secret is missing",
            missing([waitsFor("CreateContainerConfigError", 'secret "x" not found')]),
            "waiting missing-reference",
        ],
        ["a container starts", missing([waitsFor("ContainerCreating")]), "waiting"],
        [
            "no node takes a pod",
            missing([
                pod({
                    conditions: [
                        { type: "PodScheduled", status: "False", reason: "Unschedulable" },
                    ],
                }),
            ]),
            "waiting unschedulable",
        ],
        [
            "a quota is used up",
            deployment({
                updated: 0,
                condition: [
                    "ReplicaFailure",
                    "FailedCreate",
                    'pods "x" is forbidden: exceeded quota: q',
                ],
            }),
            "waiting quota",
        ],
        [
            "Pod Security refuses the pods",
            deployment({
                updated: 0,
                condition: [
                    "ReplicaFailure",
                    "FailedCreate",
                    'violates PodSecurity "restricted:latest"',
                ],
            }),
            "waiting pods-refused",
        ],
        [
            "its own deadline has passed",
            deployment({
                available: 1,
                condition: [
                    "Progressing",
                    "ProgressDeadlineExceeded",
                    "has timed out progressing.",
                ],
            }),
            "waiting rollout-stuck",
        ],
        [
            "a pod of the old revision is broken",
            missing([waitsFor("ErrImagePull", "x", "a"), pod({}, "b", "2026-11-21T09:00:00Z")]),
            "waiting",
        ],
        ["somebody else's pod is broken", missing([{ ...crashing, metadata: {} }]), "waiting"],
        ["a DaemonSet is on every node", daemonSet(3, 3), "ready"],
        ["a DaemonSet is not on every node", daemonSet(3, 2), "waiting"],
        ["a DaemonSet is of the old revision on a node", daemonSet(3, 3, 2), "waiting"],
        ["a DaemonSet is meant for no node", daemonSet(0, 0), "waiting unschedulable"],
        [
            "a DaemonSet lacks only what is on a node that is not Ready",
            { ...daemonSet(3, 2), away: 1 },
            "ready",
        ],
        [
            "a DaemonSet lacks more than what is on a node that is not Ready",
            { ...daemonSet(3, 1), away: 1 },
            "waiting",
        ],
    ];
    for (const [state, observed, expected] of rows) {
        it(`${state}: ${expected}`, () => {
            assert.equal(summary(rolloutVerdict(observed)), expected);
        });
    }

    it("counts the pods that are ready", () => {
        const verdict = rolloutVerdict(deployment({ available: 1 }));
        assert.ok(verdict.kind === "waiting");
        assert.equal(verdict.note, "1 of 2 pods ready");
    });

    it("says that only old pods are left to go", () => {
        const verdict = rolloutVerdict(deployment({ all: 3 }));
        assert.ok(verdict.kind === "waiting");
        assert.equal(verdict.note, "2 of 2 pods ready, old ones are going");
    });

    it("says what a crashing pod said last, and where its log is", () => {
        const verdict = rolloutVerdict(missing([crashing]));
        assert.ok(verdict.kind === "waiting");
        assert.deepEqual(verdict.suspicion?.diagnosis, {
            cause: "pod-crashing",
            what: "Pod virt-operator-b-1 ends again and again: no leases: forbidden (exit code 2)",
            where: "Pod kubevirt/virt-operator-b-1, status",
            cure: "Read its log: kubectl logs --previous -n kubevirt virt-operator-b-1",
        });
    });
});
