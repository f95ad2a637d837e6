import assert from "node:assert/strict";
import { waitForDaemonSet } from "../../waits/daemon-set-gate";
import type { OperatorWaitOptions } from "../../waits/platform-wait";
import { waitForOperator, waitForRollout, waitForServed } from "../../waits/platform-wait";
import { progressText } from "../../waits/progress";
import { kubeconfigTransport } from "../../waits/transport";
import type { ObjectWait } from "../../waits/watched-wait";
import { View } from "../../waits/view";
import { ApiServer } from "../support/api-server";
import { answerWithin, FakeClock, idle, pass } from "../support/fake-clock";

const kubevirts = "/apis/kubevirt.io/v1/namespaces/kubevirt/kubevirts";
const cdis = "/apis/cdi.kubevirt.io/v1beta1/cdis";
const deployments = "/apis/apps/v1/namespaces/kubevirt/deployments";
const daemonSets = "/apis/apps/v1/namespaces/kubevirt/daemonsets";
const pods = "/api/v1/namespaces/kubevirt/pods";
const webhooks = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
const snapshots = "/apis/snapshot.storage.k8s.io/v1";

const healthy = [
    { type: "Available", status: "True" },
    { type: "Progressing", status: "False" },
    { type: "Degraded", status: "False" },
];
const kubevirt = {
    status: {
        phase: "Deployed",
        conditions: healthy,
        observedKubeVirtVersion: "v1.9.0",
        targetKubeVirtVersion: "v1.9.0",
        observedGeneration: 1,
    },
};
const cdi = {
    status: {
        phase: "Deployed",
        conditions: healthy,
        observedVersion: "v1.66.0",
        targetVersion: "v1.66.0",
    },
};

function rolledOut(available: number): object {
    return {
        spec: { replicas: 2 },
        status: {
            observedGeneration: 1,
            replicas: 2,
            updatedReplicas: 2,
            availableReplicas: available,
        },
    };
}

describe("waits for the platform", () => {
    let server: ApiServer;
    let clock: FakeClock;
    let base: Omit<ObjectWait, "name">;
    let lines: string[];

    beforeEach(async () => {
        server = new ApiServer();
        await server.start();
        clock = new FakeClock();
        lines = [];
        base = {
            view: new View(await kubeconfigTransport(server.kubeconfig), clock),
            clock,
            namespace: "kubevirt",
            deadlineMs: 600_000,
            onProgress: (verdict, elapsedMs) => lines.push(progressText(verdict, elapsedMs)),
        };
    });

    afterEach(async () => {
        await server.stop();
    });

    function serve(group: string, ...names: readonly string[]): void {
        const cut = group.lastIndexOf("/");
        const resources = names.map((name) => ({ name }));
        server.put(group.slice(0, cut), group.slice(cut + 1), { resources });
    }

    function answer<T>(pending: Promise<T>, atMostMs: number): Promise<T> {
        return answerWithin(clock, atMostMs, pending);
    }

    describe("waitForDaemonSet", () => {
        const wait = (): ReturnType<typeof waitForDaemonSet> =>
            waitForDaemonSet({ ...base, name: "kube-multus-ds" });

        const ready = { type: "Ready", status: "True" };
        const node = (name: string, ...conditions: readonly object[]) =>
            server.put("/api/v1/nodes", name, { status: { conditions } });
        /** Where its pods are. */
        const onNodes = (...nodes: readonly string[]) => {
            for (const nodeName of nodes) {
                const ownerReferences = [{ kind: "DaemonSet", name: "kube-multus-ds" }];
                server.put(pods, `p-${nodeName}`, {
                    metadata: { ownerReferences },
                    spec: { nodeName },
                });
            }
        };
        const rolledOutOn = (available: number, wanted: number) =>
            server.put(
                daemonSets,
                "kube-multus-ds",
                {
                    status: {
                        observedGeneration: 1,
                        desiredNumberScheduled: wanted,
                        updatedNumberScheduled: wanted,
                        numberAvailable: available,
                    },
                },
                1,
            );

        it("is over when a pod is ready on every node that it is for, and leaves nothing open", async () => {
            node("a", ready);
            rolledOutOn(0, 1);
            const waiting = wait();
            await pass(clock, 1000);
            assert.ok(lines.includes("rolling out, 0 of 1 pods ready (0s)"), lines.join("\n"));
            rolledOutOn(1, 1);
            assert.deepEqual(await answer(waiting, 1000), { kind: "ready" });
            await idle(clock);
        });

        it("does not wait for a node that does not report", async () => {
            node("a", ready);
            node("b", { type: "Ready", status: "Unknown" });
            onNodes("a", "b");
            rolledOutOn(1, 2);
            assert.deepEqual(await answer(wait(), 1000), { kind: "ready" });
        });

        it("says that it is for no node at all, with the cure", async () => {
            node("a", ready);
            rolledOutOn(0, 0);
            const settled = await answer(wait(), 300_000);
            assert.ok(settled.kind === "failed");
            const { cause, what, cure } = settled.diagnosis;
            assert.deepEqual(
                [cause, what, cure],
                [
                    "unschedulable",
                    "No node of the cluster is meant for it",
                    "Check the node selector, affinity and tolerations of the placement",
                ],
            );
        });
    });

    describe("waitForRollout", () => {
        const wait = (): ReturnType<typeof waitForRollout> =>
            waitForRollout({ ...base, name: "virt-operator" });

        it("is over when the pods are ready, and leaves nothing open", async () => {
            server.put(deployments, "virt-operator", rolledOut(1), 1);
            const waiting = wait();
            await pass(clock, 1000);
            assert.ok(lines.includes("rolling out, 1 of 2 pods ready (0s)"), lines.join("\n"));
            server.put(deployments, "virt-operator", rolledOut(2), 1);
            assert.deepEqual(await answer(waiting, 1000), { kind: "ready" });
            await idle(clock);
        });

        it("says why its pods do not start", async () => {
            server.put(deployments, "virt-operator", rolledOut(0), 1);
            server.put(pods, "p", {
                metadata: {
                    labels: { "pod-template-hash": "a" },
                    ownerReferences: [{ kind: "ReplicaSet", name: "virt-operator-a" }],
                },
                status: {
                    containerStatuses: [{ state: { waiting: { reason: "ImagePullBackOff" } } }],
                },
            });
            const settled = await answer(wait(), 62_000);
            assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "image-pull");
        });

        it("says once that it cannot read the pods", async () => {
            server.refusals.set(pods, { status: 403, message: "forbidden" });
            server.put(deployments, "virt-operator", rolledOut(0), 1);
            const waiting = wait();
            await pass(clock, 2000);
            server.put(deployments, "virt-operator", rolledOut(2), 1);
            assert.equal((await answer(waiting, 1000)).kind, "ready");
            const said = lines.filter((line) => line.includes("pods in namespace kubevirt cannot"));
            assert.equal(said.length, 1);
        });
    });

    describe("waitForOperator", () => {
        const wait = (options: Partial<OperatorWaitOptions> = {}) =>
            waitForOperator({
                ...base,
                kind: "KubeVirt",
                name: "kubevirt",
                operandsNamespace: "kubevirt",
                wantedVersion: "v1.9.0",
                ...options,
            });

        it("waits until the kinds are served, and answers with the version", async () => {
            serve("/apis/kubevirt.io/v1", "kubevirts");
            server.put(kubevirts, "kubevirt", kubevirt, 1);
            const waiting = wait();
            await pass(clock, 3000);
            assert.match(lines.at(-1) ?? "", /does not serve \S+virtualmachines, /);
            serve("/apis/kubevirt.io/v1", "virtualmachines", "virtualmachineinstances");
            assert.deepEqual(await answer(waiting, 3000), {
                kind: "ready",
                note: "v1.9.0",
                version: "v1.9.0",
                phase: "Deployed",
            });
            await idle(clock);
        });

        it("waits for a CDI of the whole cluster", async () => {
            const group = "/apis/cdi.kubevirt.io/v1beta1";
            serve(group, "datavolumes", "datasources", "storageprofiles");
            server.put(cdis, "cdi", cdi, 1);
            const settled = await answer(
                wait({
                    kind: "CDI",
                    name: "cdi",
                    operandsNamespace: "cdi",
                    wantedVersion: "v1.66.0",
                }),
                3000,
            );
            assert.deepEqual([settled.kind, settled.version], ["ready", "v1.66.0"]);
        });

        it("does not take a webhook without a CA bundle for ready", async () => {
            serve("/apis/kubevirt.io/v1", "virtualmachines", "virtualmachineinstances");
            server.put(kubevirts, "kubevirt", kubevirt, 1);
            server.put(webhooks, "virt-api-validator", { webhooks: [{ clientConfig: {} }] });
            const settled = await answer(wait(), 65_000);
            assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "webhook-not-ready");
        });

        it("is ready for an account that may not read webhooks", async () => {
            serve("/apis/kubevirt.io/v1", "virtualmachines", "virtualmachineinstances");
            server.refusals.set(webhooks, { status: 403, message: "forbidden" });
            server.put(kubevirts, "kubevirt", kubevirt, 1);
            assert.equal((await answer(wait(), 3000)).kind, "ready");
        });

        it("says that this account may not ask which kinds are served", async () => {
            server.refusals.set("/apis/kubevirt.io/v1", { status: 403, message: "forbidden" });
            server.put(kubevirts, "kubevirt", kubevirt, 1);
            const settled = await answer(wait(), 3000);
            assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "forbidden");
        });

        it("says that the operator does not look at the CR, instead of waiting for the deadline", async () => {
            server.put(kubevirts, "kubevirt", {}, 1);
            const settled = await answer(wait(), 125_000);
            assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "operator-silent");
        });

        it("diagnoses an operator that is stuck, instead of waiting for the deadline", async () => {
            const conditions = [
                { type: "Available", status: "False", reason: "DeploymentInProgress" },
                { type: "Progressing", status: "True", reason: "DeploymentInProgress" },
                { type: "Degraded", status: "False", reason: "DeploymentInProgress" },
            ];
            const status = { ...kubevirt.status, phase: "Deploying", conditions };
            server.put(kubevirts, "kubevirt", { status }, 1);
            server.put(deployments, "virt-operator", rolledOut(2), 1);
            const settled = await answer(wait(), 305_000);
            assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "operator-stuck");
        });
    });

    describe("waitForServed", () => {
        const path = (plural: string): string => `${snapshots}/${plural}`;
        const wait = (): ReturnType<typeof waitForServed> =>
            waitForServed({
                ...base,
                name: "snapshots",
                paths: [path("volumesnapshots"), path("volumesnapshotclasses")],
            });

        it("is over when every path is served", async () => {
            server.refusals.set(snapshots, { status: 404, message: "not found" });
            const waiting = wait();
            await pass(clock, 3000);
            server.refusals.clear();
            serve(snapshots, "volumesnapshots");
            await pass(clock, 3000);
            assert.match(lines.at(-1) ?? "", /does not serve \S+volumesnapshotclasses yet/);
            serve(snapshots, "volumesnapshots", "volumesnapshotclasses");
            assert.deepEqual(await answer(waiting, 3000), { kind: "ready" });
            await idle(clock);
        });

        it("says which path is not served in the end", async () => {
            serve(snapshots, "volumesnapshots");
            const settled = await answer(wait(), 65_000);
            assert.ok(settled.kind === "failed" && settled.diagnosis.cause === "not-served");
            assert.doesNotMatch(settled.diagnosis.what, /volumesnapshots\b/);
        });
    });
});
