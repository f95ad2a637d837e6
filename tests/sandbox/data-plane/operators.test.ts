import assert from "node:assert/strict";
import { decide } from "../../../sandbox/data-plane/controllers";
import type { Cdi, KubeVirt, KubernetesObject } from "../../../sandbox/data-plane/objects";
import type { Platform } from "../../../sandbox/data-plane/operators";
import { runningOperator } from "../../../sandbox/data-plane/operators";
import { conditionOf } from "../../../sandbox/data-plane/reading";
import { Store } from "../../../sandbox/data-plane/store";
import { type Write, merged } from "../../../sandbox/data-plane/writes";

const now = Date.parse("2026-11-21T12:00:00Z");
const machines = definition("virtualmachines.kubevirt.io");
const disks = definition("datavolumes.cdi.kubevirt.io");
const platform: Platform = {
    definitions: [
        { by: "KubeVirt", object: machines },
        { by: "CDI", object: disks },
    ],
    webhooks: { url: "https://127.0.0.1:4", caBundle: "Y2E=" },
};

describe("runningOperator", () => {
    const name = { name: "virt-operator", versionVariable: "KUBEVIRT_VERSION" };

    for (const [what, image, value, expected] of [
        ["its variable", "quay.io/kubevirt/virt-operator:v1.9.0", "v1.9.1", "v1.9.1"],
        ["the tag of its image", "quay.io/kubevirt/virt-operator:v1.9.0", "", "v1.9.0"],
        ["the tag before a digest", "r:5000/k/virt-operator:v1.9.0@sha256:1", "", "v1.9.0"],
    ] as const) {
        it(`installs the version of ${what}`, () => {
            const world = Store.of(operator("kubevirt", "virt-operator", image, value));
            assert.equal(runningOperator(world, name)?.version, expected);
        });
    }

    it("finds the registry of its image, with a port too", () => {
        const world = Store.of(operator("kubevirt", "virt-operator", "r:5000/k/virt-operator:v1"));
        assert.equal(runningOperator(world, name)?.registry, "r:5000/k");
    });

    for (const [what, status] of [
        ["no replica is available", { availableReplicas: 0, updatedReplicas: 1, replicas: 1 }],
        [
            "only old replicas are available",
            { availableReplicas: 2, updatedReplicas: 1, replicas: 3 },
        ],
        [
            "its Deployment has just been changed",
            { availableReplicas: 1, updatedReplicas: 1, replicas: 1, observedGeneration: 0 },
        ],
    ] as const) {
        it(`does not run while ${what}`, () => {
            const made = operator("kubevirt", "virt-operator", "q/virt-operator:v1");
            const world = Store.of({
                ...made,
                status: { observedGeneration: 1, ...status },
            } as never);
            assert.equal(runningOperator(world, name), undefined);
        });
    }
});

describe("the simulated operator of KubeVirt", () => {
    it("says nothing about an installation in another namespace than its own", () => {
        const world = Store.of(virtOperator("v1.9.0", "elsewhere"), kubevirt());
        assert.deepEqual(decide(world, now, platform), []);
    });

    it("begins with its words, its finalizer and its components", () => {
        const writes = writesFor("KubeVirt", virtOperator(), kubevirt());
        const { status, metadata } = after(kubevirt(), writes);
        assert.equal(status?.phase, "Deploying");
        assert.deepEqual(metadata.finalizers, ["kubevirt.io/foregroundDeleteKubeVirt"]);
        assert.deepEqual(conditionOf(status.conditions, "Progressing"), {
            type: "Progressing",
            status: "True",
            reason: "DeploymentInProgress",
            message: "Deploying version v1.9.0 with registry quay.io/kubevirt",
            lastProbeTime: "2026-11-21T12:00:00Z",
            lastTransitionTime: null,
        });
        assert.deepEqual(made(writes), [
            "ServiceAccount kubevirt-apiserver",
            "ServiceAccount kubevirt-controller",
            "ServiceAccount kubevirt-handler",
            "Service virt-api",
            "Service kubevirt-operator-webhook",
            "Deployment virt-api",
            "Deployment virt-controller",
            "DaemonSet virt-handler",
            "ValidatingWebhookConfiguration virt-operator-validator",
            "MutatingWebhookConfiguration virt-api-mutator",
            "ValidatingWebhookConfiguration virt-api-validator",
        ]);
    });

    it("makes its definitions after its first word, and deletes them with the installation", () => {
        const begun = kubevirt({ finalizers: ["x"] }, { phase: "Deploying" });
        assert.deepEqual(definitionWrites(virtOperator(), begun), ["create"]);
        assert.deepEqual(definitionWrites(virtOperator(), kubevirt()), []);
        const deleted = kubevirt(
            { finalizers: ["x"], deletionTimestamp: "2026-11-21T11:00:00Z" },
            { phase: "Deleting" },
        );
        assert.deepEqual(definitionWrites(virtOperator(), deleted, machines), ["delete"]);
        assert.deepEqual(definitionWrites(deleted, machines), []);
    });

    it("says that another installation is there, and installs neither", () => {
        const second = kubevirt({ name: "second", uid: "2" });
        const writes = writesFor("KubeVirt", virtOperator(), kubevirt(), second);
        const { status } = after(kubevirt(), writes);
        assert.equal(conditionOf(status?.conditions, "Synchronized")?.reason, "ExistingDeployment");
        assert.deepEqual(made(writes), []);
    });

    it("keeps its finalizer until what it made is gone", () => {
        const deleted = kubevirt(
            {
                finalizers: ["kubevirt.io/foregroundDeleteKubeVirt"],
                deletionTimestamp: "2026-11-21T11:00:00Z",
            },
            { phase: "Deployed" },
        );
        const before = after(deleted, writesFor("KubeVirt", virtOperator(), deleted, machines));
        assert.equal(before.status?.phase, "Deleting");
        assert.equal(
            conditionOf(before.status.conditions, "Degraded")?.message,
            "Deletion was triggered",
        );
        assert.equal(before.metadata.finalizers?.length, 1);
        const last = after(deleted, writesFor("KubeVirt", virtOperator(), deleted));
        assert.deepEqual([last.status?.phase, last.metadata.finalizers], ["Deleted", []]);
    });

    it("puts the address of its webhook right after a restart of the data plane", () => {
        const [stale] = writesFor("KubeVirt", virtOperator(), kubevirt())
            .filter((write) => write.do === "create")
            .map(({ object }) => object)
            .filter(({ kind }) => kind === "ValidatingWebhookConfiguration");
        const moved = { ...platform, webhooks: { url: "https://127.0.0.1:5", caBundle: "Y2E=" } };
        const world = Store.of(virtOperator(), kubevirt(), stale as KubernetesObject);
        const text = JSON.stringify(decide(world, now, moved));
        assert.match(text, /"do":"patch".*https:\/\/127\.0\.0\.1:5\/kubevirt-validate-delete/);
    });
});

describe("the simulated operator of CDI", () => {
    it("begins with its words and its finalizer, and makes nothing yet", () => {
        const writes = writesFor("CDI", cdiOperator(), cdi());
        const { status, metadata } = after(cdi(), writes);
        assert.deepEqual(
            [
                status?.phase,
                status?.operatorVersion,
                status?.targetVersion,
                status?.observedVersion,
            ],
            ["Deploying", "v1.66.0", "v1.66.0", undefined],
        );
        assert.deepEqual(metadata.finalizers, ["operator.cdi.kubevirt.io"]);
        const said = conditionOf(status?.conditions, "Progressing");
        assert.deepEqual([said?.reason, said?.message], ["DeployStarted", "Started Deployment"]);
        assert.deepEqual(made(writes), []);
    });

    for (const [from, to, phase, why] of [
        ["v1.65.0", "v1.66.0", "Upgrading", "UpgradeStarted"],
        ["v1.66.0", "v1.66.0", "Deployed", undefined],
        ["v1.67.0", "v1.66.0", "Deployed", undefined],
    ] as const) {
        it(`is ${phase} when ${from} is there and the operator is of ${to}`, () => {
            const there = cdi(
                { finalizers: ["operator.cdi.kubevirt.io"] },
                {
                    phase: "Deployed",
                    observedVersion: from,
                },
            );
            const { status } = after(there, writesFor("CDI", cdiOperator(), there));
            assert.equal(status?.phase, phase);
            assert.equal(conditionOf(status.conditions, "Degraded")?.reason, why);
        });
    }

    it("calls a second installation unwanted", () => {
        const first = cdi({ finalizers: ["operator.cdi.kubevirt.io"] }, { phase: "Deployed" });
        const second = cdi({ name: "second", uid: "2" });
        const world = Store.of(cdiOperator(), first, second);
        const wanted = decide(world, now, platform).find(
            ({ object }) => object.metadata.name === "second",
        );
        const { status } = after(second, wanted?.writes ?? []);
        assert.equal(status?.phase, "Error");
        assert.equal(
            conditionOf(status.conditions, "Degraded")?.message,
            "Reconciling to error state, unwanted CDI object",
        );
    });
});

function writesFor(kind: string, ...objects: readonly KubernetesObject[]): Write[] {
    const wanted = decide(Store.of(...objects), now, platform);
    return wanted.filter(({ object }) => object.kind === kind).flatMap(({ writes }) => [...writes]);
}

function definitionWrites(...objects: readonly KubernetesObject[]): string[] {
    return writesFor("CustomResourceDefinition", ...objects).map((write) => write.do);
}

function made(writes: readonly Write[]): string[] {
    return writes.flatMap((write) =>
        write.do === "create" ? [`${write.object.kind} ${write.object.metadata.name}`] : [],
    );
}

/** The object after the patches of it. */
function after<T extends KubernetesObject>(object: T, writes: readonly Write[]): T {
    return writes.reduce<T>(
        (before, write) =>
            write.do === "patch" && write.target.metadata.uid === object.metadata.uid
                ? (merged(before, write.change) as T)
                : before,
        object,
    );
}

function kubevirt(metadata: object = {}, status?: KubeVirt["status"]): KubeVirt {
    return {
        apiVersion: "kubevirt.io/v1",
        kind: "KubeVirt",
        metadata: { name: "kubevirt", namespace: "kubevirt", uid: "1", generation: 1, ...metadata },
        spec: {},
        ...(status && { status }),
    };
}

function cdi(metadata: object = {}, status?: Cdi["status"]): Cdi {
    return {
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "CDI",
        metadata: { name: "cdi", uid: "1", ...metadata },
        spec: {},
        ...(status && { status }),
    };
}

function virtOperator(version = "v1.9.0", namespace = "kubevirt"): KubernetesObject {
    return operator(namespace, "virt-operator", `quay.io/kubevirt/virt-operator:${version}`);
}

function cdiOperator(): KubernetesObject {
    return operator("cdi", "cdi-operator", "quay.io/kubevirt/cdi-operator:v1.66.0");
}

function operator(namespace: string, name: string, image: string, version = ""): KubernetesObject {
    const env = version === "" ? [] : [{ name: "KUBEVIRT_VERSION", value: version }];
    const made = {
        apiVersion: "apps/v1",
        kind: "Deployment" as const,
        metadata: { name, namespace, uid: `uid-${name}`, generation: 1 },
        spec: { template: { spec: { containers: [{ name, image, env }] } } },
        status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
    };
    return made;
}

function definition(name: string) {
    return {
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition" as const,
        metadata: { name },
    };
}
