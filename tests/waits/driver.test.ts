import assert from "node:assert/strict";
import fc from "fast-check";
import type { DriverObservation, DriverWorkload } from "../../waits/driver";
import { driverVerdict } from "../../waits/driver";
import type { ClusterNode } from "../../waits/platform-objects";
import type { Verdict } from "../../waits/verdict";
import { summary } from "./summary";

const driver = "x.csi.example.com";

function node(name: string, parts: { ready?: boolean; cordoned?: boolean } = {}): ClusterNode {
    const { ready = true, cordoned = false } = parts;
    return {
        metadata: { name },
        spec: { unschedulable: cordoned },
        status: { conditions: [{ type: "Ready", status: ready ? "True" : "Unknown" }] },
    };
}

function registered(...names: readonly string[]): DriverObservation["csiNodes"] {
    return ["node-1", "node-2", "node-3"].map((name) => ({
        name,
        drivers: names.includes(name) ? ["other.csi.example.com", driver] : [],
    }));
}

function workload(
    verdict: Verdict,
    { kind = "DaemonSet", isThere = true }: Partial<DriverWorkload> = {},
): DriverWorkload {
    return { kind, namespace: "storage", name: `x-${kind.toLowerCase()}`, isThere, verdict };
}

const ready = workload({ kind: "ready" });
const rolling = workload({ kind: "waiting", phase: "RollingOut", note: "2 of 3 pods ready" });
const absent = workload(
    { kind: "waiting", phase: "", note: "not seen yet" },
    { kind: "Deployment", isThere: false },
);
const crashing = workload({
    kind: "waiting",
    phase: "RollingOut",
    note: "0 of 1 pods ready",
    suspicion: {
        graceMs: 1,
        diagnosis: { cause: "pod-crashing", what: "It crashes", where: "Pod p", cure: "Read" },
    },
});

/** A driver on three nodes, all of them with its node plugin. */
function observe(parts: Partial<DriverObservation> = {}): DriverObservation {
    return {
        driver,
        csiDriver: {},
        csiNodes: registered("node-1", "node-2", "node-3"),
        nodes: [node("node-1"), node("node-2"), node("node-3")],
        workloads: [ready],
        pluginNodes: ["node-1", "node-2", "node-3"],
        wanted: undefined,
        ...parts,
    };
}

const onTwo = registered("node-1", "node-2");
const plugin = { pluginNodes: ["node-1", "node-2"] };

describe("driverVerdict", () => {
    const missing = "waiting driver-not-registered";
    const rows: readonly (readonly [string, Partial<DriverObservation>, string])[] = [
        ["it is on every node", {}, "ready"],
        ["its object is not there", { csiDriver: undefined }, missing],
        ["a node with its plugin lacks it", { csiNodes: onTwo }, missing],
        ["the node that lacks it has no plugin", { csiNodes: onTwo, ...plugin }, "ready"],
        [
            "the node that lacks it has no plugin, and every node is to have it",
            { csiNodes: onTwo, ...plugin, wanted: "every-node" },
            missing,
        ],
        [
            "the node that lacks it takes no pods, and every node is to have it",
            {
                csiNodes: onTwo,
                wanted: "every-node",
                nodes: [node("node-1"), node("node-2"), node("node-3", { cordoned: true })],
            },
            "ready",
        ],
        [
            "the node that lacks it takes no pods, but has the plugin",
            {
                csiNodes: onTwo,
                nodes: [node("node-1"), node("node-2"), node("node-3", { cordoned: true })],
            },
            missing,
        ],
        [
            "the node that lacks it is not Ready",
            {
                csiNodes: onTwo,
                nodes: [node("node-1"), node("node-2"), node("node-3", { ready: false })],
            },
            "ready",
        ],
        [
            "the node that lacks it is not there any more",
            { csiNodes: onTwo, nodes: [node("node-1"), node("node-2")] },
            "ready",
        ],
        ["nobody knows where its plugin is", { csiNodes: onTwo, pluginNodes: undefined }, missing],
        [
            "neither plugin nor nodes can be read, and some node has it",
            { pluginNodes: undefined, nodes: undefined, csiNodes: registered("node-2") },
            "ready",
        ],
        [
            "neither plugin nor nodes can be read, and no node has it",
            { pluginNodes: undefined, nodes: undefined, csiNodes: registered() },
            missing,
        ],
        [
            "the nodes cannot be read, and every one is to have it",
            { nodes: undefined, csiNodes: onTwo, wanted: "every-node" },
            missing,
        ],
        ["the nodes cannot be read", { nodes: undefined, csiNodes: onTwo, ...plugin }, "ready"],
        ["no node has its plugin", { pluginNodes: [] }, missing],
        ["it is on as many nodes as are wanted", { csiNodes: onTwo, wanted: 2 }, "ready"],
        ["it is on fewer nodes than are wanted", { csiNodes: onTwo, wanted: 3 }, missing],
        ["more nodes are wanted than there are", { wanted: 4 }, missing],
        ["a part of it rolls out", { workloads: [ready, rolling] }, "waiting"],
        [
            "a part of it rolls out, on more nodes than are wanted",
            { workloads: [rolling], wanted: 2 },
            "ready",
        ],
        ["a pod of it crashes", { workloads: [crashing] }, "waiting pod-crashing"],
        [
            "a pod crashes and an earlier part rolls out",
            { workloads: [rolling, crashing] },
            "waiting pod-crashing",
        ],
        ["a part that others make is not there yet", { workloads: [ready, absent] }, missing],
        [
            "a part is not there yet, and those that make it roll out",
            { workloads: [rolling, absent] },
            "waiting",
        ],
        [
            "pods of it roll out before it is registered",
            { workloads: [rolling], csiNodes: [] },
            "waiting",
        ],
        [
            "a part of it is being deleted",
            {
                workloads: [
                    workload({
                        kind: "failed",
                        diagnosis: { cause: "being-deleted", what: "", where: "", cure: "" },
                    }),
                ],
            },
            "failed being-deleted",
        ],
    ];
    for (const [state, parts, expected] of rows) {
        it(`${state}: ${expected}`, () => {
            assert.equal(summary(driverVerdict(observe(parts))), expected);
        });
    }

    function diagnosed(parts: Partial<DriverObservation>) {
        const verdict = driverVerdict(observe(parts));
        assert.ok(verdict.kind === "waiting" && verdict.suspicion !== undefined);
        return { note: verdict.note, ...verdict.suspicion };
    }

    it("names the nodes that lack it, two minutes before it gives up", () => {
        const { note, graceMs, diagnosis } = diagnosed({ csiNodes: registered("node-2") });
        assert.equal(note, "on 1 of 3 nodes, not on node-1, node-3");
        assert.equal(graceMs, 120_000);
        assert.equal(
            diagnosis.what,
            "Driver x.csi.example.com is not registered on node-1, node-3 (it is on 1 of 3 nodes)",
        );
        assert.equal(diagnosis.where, "CSINode node-1, spec.drivers");
        assert.match(diagnosis.cure, /kubelet directory/);
    });

    it("says which part of it is not there", () => {
        assert.equal(
            diagnosed({ workloads: [absent] }).diagnosis.where,
            "Deployment storage/x-deployment",
        );
    });

    it("says how many nodes are wanted where there are too few", () => {
        const { what } = diagnosed({ wanted: 4 }).diagnosis;
        assert.match(what, /registered on 3 of 3 nodes, and 4 are wanted/);
    });

    it("shows which part rolls out", () => {
        const verdict = driverVerdict(observe({ workloads: [rolling] }));
        assert.ok(verdict.kind === "waiting");
        assert.equal(verdict.note, "x-daemonset: 2 of 3 pods ready");
    });

    it("is never ready while a Ready node with its plugin lacks it", () => {
        const names = ["node-1", "node-2", "node-3"];
        const some = fc.subarray(names);
        fc.assert(
            fc.property(some, some, some, (has, runs, silent) => {
                const nodes = names.map((name) => node(name, { ready: !silent.includes(name) }));
                const verdict = driverVerdict(
                    observe({ csiNodes: registered(...has), pluginNodes: runs, nodes }),
                );
                const counted = runs.filter((name) => !silent.includes(name));
                assert.equal(
                    verdict.kind === "ready",
                    counted.length > 0 && counted.every((name) => has.includes(name)),
                );
            }),
        );
    });
});
