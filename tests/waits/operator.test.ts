import assert from "node:assert/strict";
import type { Condition, Pod } from "../../waits/objects";
import type { OperatorObservation } from "../../waits/operator-facts";
import { operatorVerdict } from "../../waits/operator";
import type { EndpointSlice, WebhookConfiguration } from "../../waits/platform-objects";
import type { Verdict } from "../../waits/verdict";
import { summary } from "./summary";

type Conditions = Readonly<
    Record<string, readonly [status: string, reason?: string, message?: string]>
>;

function conditionsOf(conditions: Conditions): readonly Condition[] {
    return Object.entries(conditions).map(([type, [status, reason = "", message = ""]]) => ({
        type,
        status,
        reason,
        message,
    }));
}

/** What KubeVirt's operator writes. Source: KubeVirt pkg/virt-operator/util/client.go, function by function. */
const kubevirtConditions = {
    deploying: {
        Available: [
            "False",
            "DeploymentInProgress",
            "Deploying version v1.9.0 with registry quay.io/kubevirt",
        ],
        Progressing: ["True", "DeploymentInProgress"],
        Degraded: ["False", "DeploymentInProgress"],
    },
    updating: {
        Available: ["True", "UpdateInProgress", "Transitioning from previous version v1.8.2"],
        Progressing: ["True", "UpdateInProgress"],
        Degraded: ["True", "UpdateInProgress"],
    },
    available: {
        Created: ["True", "AllResourcesCreated", "All resources were created."],
        Available: ["True", "AllComponentsReady", "All components are ready."],
        Progressing: ["False", "AllComponentsReady", "All components are ready."],
        Degraded: ["False", "AllComponentsReady", "All components are ready."],
    },
    failedExists: {
        Synchronized: ["False", "ExistingDeployment", "There is an active KubeVirt deployment"],
    },
    failedError: {
        Synchronized: ["False", "DeploymentFailed", "An error occurred during deployment: no RBAC"],
        Available: ["False", "DeploymentFailed", "An error occurred during deployment: no RBAC"],
        Progressing: ["False", "DeploymentFailed", "An error occurred during deployment: no RBAC"],
        Degraded: ["True", "DeploymentFailed", "An error occurred during deployment: no RBAC"],
    },
} as const satisfies Record<string, Conditions>;

/** What CDI's operator writes. Source: controller-lifecycle-operator-sdk pkg/sdk/cr-status.go, function by function. */
const cdiConditions = {
    deploying: {
        Available: ["False"],
        Progressing: ["True", "DeployStarted", "Started Deployment"],
        Degraded: ["False"],
    },
    healthy: {
        Available: ["True", "DeployCompleted", "Deployment Completed"],
        Progressing: ["False"],
        Degraded: ["False"],
    },
    upgrading: {
        Available: ["True"],
        Progressing: ["True"],
        Degraded: ["True", "UpgradeStarted", "Started upgrade to version v1.66.0"],
    },
    failed: {
        Available: ["False"],
        Progressing: ["False"],
        Degraded: ["True", "ConfigError", "Reconciling to error state, illegal phase"],
    },
    unwanted: {
        Available: ["False"],
        Progressing: ["False"],
        Degraded: ["True", "ConfigError", "Reconciling to error state, unwanted CDI object"],
    },
    healing: {
        Available: ["False"],
        Progressing: ["True"],
        Degraded: ["True", "CreateResources", "Unable to create all resources"],
    },
    partDown: { Available: ["True"], Progressing: ["False"], Degraded: ["True"] },
} as const satisfies Record<string, Conditions>;

const ready: Verdict = { kind: "ready" };
const rollsOut: Verdict = { kind: "waiting", phase: "RollingOut", note: "1 of 2 pods ready" };
const pulling: Verdict = {
    ...rollsOut,
    suspicion: {
        graceMs: 1000,
        diagnosis: { cause: "image-pull", what: "not found", where: "Pod x", cure: "cure" },
    },
};

function part(
    name: string,
    verdict: Verdict,
): NonNullable<OperatorObservation["operands"]>[number] {
    return { kind: "Deployment", name, verdict };
}

type Rest = Partial<OperatorObservation> & {
    readonly generation?: number;
    readonly deleting?: boolean;
};

/** The KubeVirt `kubevirt/kubevirt` with version v1.9.0 wanted. */
function kubevirt(
    phase: string,
    conditions: Conditions,
    versions: readonly [running: string, target: string] = ["v1.9.0", "v1.9.0"],
    { generation = 1, deleting = false, ...rest }: Rest = {},
): OperatorObservation {
    const [running, target] = versions;
    return {
        kind: "KubeVirt",
        namespace: "kubevirt",
        name: "kubevirt",
        resource: {
            metadata: {
                namespace: "kubevirt",
                name: "kubevirt",
                generation,
                ...(deleting ? { deletionTimestamp: "2026-11-21T08:00:00Z" } : {}),
            },
            status: {
                phase,
                conditions: conditionsOf(conditions),
                observedKubeVirtVersion: running,
                targetKubeVirtVersion: target,
                observedGeneration: 1,
            },
        },
        operandsNamespace: "kubevirt",
        wantedVersion: "v1.9.0",
        operands: [part("virt-operator", ready), part("virt-api", ready)],
        pods: [],
        unserved: [],
        webhooks: [],
        endpoints: [],
        ...rest,
    };
}

/** The CDI `cdi` with version v1.66.0 wanted. */
function cdi(
    phase: string,
    conditions: Conditions,
    versions: readonly [running: string, target: string] = ["v1.66.0", "v1.66.0"],
    rest: Rest = {},
): OperatorObservation {
    const [observedVersion, targetVersion] = versions;
    return {
        ...kubevirt("", {}, ["", ""], rest),
        kind: "CDI",
        namespace: undefined,
        name: "cdi",
        resource: {
            metadata: { name: "cdi", generation: 3 },
            status: { phase, conditions: conditionsOf(conditions), observedVersion, targetVersion },
        },
        operandsNamespace: "cdi",
        wantedVersion: "v1.66.0",
        ...rest,
    };
}

function webhook(clientConfig: object, name = "virt-api-validator"): WebhookConfiguration {
    return { metadata: { name }, webhooks: [{ name: "vm.kubevirt.io", clientConfig }] };
}

function slice(ready: boolean): EndpointSlice {
    return {
        metadata: { labels: { "kubernetes.io/service-name": "virt-api" } },
        endpoints: [{ addresses: ["10.0.0.7"], conditions: { ready } }],
    };
}

const stuckJob: Pod = {
    metadata: {
        name: "kubevirt-1-job",
        ownerReferences: [{ kind: "Job", name: "kubevirt-1-job" }],
    },
    status: { containerStatuses: [{ state: { waiting: { reason: "ErrImagePull" } } }] },
};

const { deploying, updating, available, failedExists, failedError } = kubevirtConditions;
const service = { namespace: "kubevirt", name: "virt-api" };
const installing: readonly [string, string] = ["", "v1.9.0"];

describe("operatorVerdict", () => {
    const rows: readonly (readonly [string, OperatorObservation, string])[] = [
        ["KubeVirt is available", kubevirt("Deployed", available), "ready"],
        ["KubeVirt without the v", kubevirt("Deployed", available, ["1.9.0", "1.9.0"]), "ready"],
        [
            "an adopted KubeVirt of whichever version",
            kubevirt("Deployed", available, ["v1.8.2", "v1.8.2"], { wantedVersion: undefined }),
            "ready",
        ],
        ["it is not there", { ...kubevirt("", {}), resource: undefined }, "waiting not-there"],
        [
            "it is being deleted",
            kubevirt("Deleting", {}, installing, { deleting: true }),
            "failed being-deleted",
        ],
        ["nothing was written", kubevirt("", {}, ["", ""]), "waiting operator-silent"],
        [
            "KubeVirt is being installed",
            kubevirt("Deploying", deploying, installing, {
                operands: [part("virt-api", rollsOut)],
            }),
            "waiting",
        ],
        [
            "KubeVirt is being updated, and says that it is degraded meanwhile",
            kubevirt("Deployed", updating, ["v1.8.2", "v1.9.0"], {
                operands: [part("virt-handler", rollsOut)],
            }),
            "waiting",
        ],
        [
            "the old operator still answers",
            kubevirt("Deployed", available, ["v1.8.2", "v1.8.2"]),
            "waiting operator-version",
        ],
        [
            "there is another KubeVirt",
            kubevirt("", failedExists, ["", ""]),
            "waiting second-install",
        ],
        [
            "KubeVirt's operator met an error",
            kubevirt("Deploying", failedError, installing),
            "waiting operator-failed",
        ],
        [
            "an image of a part is not there",
            kubevirt("Deploying", deploying, installing, { operands: [part("virt-api", pulling)] }),
            "waiting image-pull",
        ],
        [
            "an image of a part is not there, and the operator met an error by it",
            kubevirt("Deploying", failedError, installing, {
                operands: [part("virt-api", pulling)],
            }),
            "waiting image-pull",
        ],
        [
            "the Job that KubeVirt begins with has no image",
            kubevirt("Deploying", deploying, installing, { pods: [stuckJob] }),
            "waiting image-pull",
        ],
        [
            "all parts are ready and nothing happens",
            kubevirt("Deploying", deploying, installing),
            "waiting operator-stuck",
        ],
        [
            "the parts cannot be read",
            kubevirt("Deploying", deploying, installing, { operands: undefined }),
            "waiting",
        ],
        [
            "its settings were changed and not looked at",
            kubevirt("Deployed", available, undefined, { generation: 2 }),
            "waiting operator-silent",
        ],
        [
            "its kinds were not asked for yet",
            kubevirt("Deployed", available, undefined, { unserved: undefined }),
            "waiting",
        ],
        [
            "a kind is not served",
            kubevirt("Deployed", available, undefined, {
                unserved: ["/apis/kubevirt.io/v1/virtualmachines"],
            }),
            "waiting not-served",
        ],
        [
            "a webhook has no CA bundle",
            kubevirt("Deployed", available, undefined, { webhooks: [webhook({ service })] }),
            "waiting webhook-not-ready",
        ],
        [
            "a webhook has no ready address",
            kubevirt("Deployed", available, undefined, {
                webhooks: [webhook({ service, caBundle: "Q0E=" })],
                endpoints: [slice(false)],
            }),
            "waiting webhook-not-ready",
        ],
        [
            "a webhook can answer",
            kubevirt("Deployed", available, undefined, {
                webhooks: [webhook({ service, caBundle: "Q0E=" })],
                endpoints: [slice(true)],
            }),
            "ready",
        ],
        [
            "a webhook has a URL",
            kubevirt("Deployed", available, undefined, {
                webhooks: [webhook({ url: "https://127.0.0.1/", caBundle: "Q0E=" })],
            }),
            "ready",
        ],
        [
            "the addresses of a webhook cannot be read",
            kubevirt("Deployed", available, undefined, {
                webhooks: [webhook({ service, caBundle: "Q0E=" })],
                endpoints: undefined,
            }),
            "ready",
        ],
        [
            "somebody else's webhook has no CA bundle",
            kubevirt("Deployed", available, undefined, { webhooks: [webhook({}, "policy")] }),
            "ready",
        ],
        ["CDI is healthy", cdi("Deployed", cdiConditions.healthy), "ready"],
        [
            "CDI is being installed",
            cdi("Deploying", cdiConditions.deploying, ["", "v1.66.0"], {
                operands: [part("cdi-apiserver", rollsOut)],
            }),
            "waiting",
        ],
        [
            "CDI is being upgraded, and says that it is degraded meanwhile",
            cdi("Upgrading", cdiConditions.upgrading, ["v1.65.0", "v1.66.0"], {
                operands: [part("cdi-deployment", rollsOut)],
            }),
            "waiting",
        ],
        [
            "CDI does not go back",
            cdi("Deployed", cdiConditions.healthy, ["v1.67.0", "v1.66.0"]),
            "waiting downgrade-refused",
        ],
        [
            "CDI has given up",
            cdi("Error", cdiConditions.failed, ["", "v1.66.0"]),
            "waiting operator-degraded",
        ],
        [
            "there is another CDI",
            cdi("Error", cdiConditions.unwanted, ["", "v1.66.0"]),
            "waiting second-install",
        ],
        [
            "CDI cannot make its resources",
            cdi("Deploying", cdiConditions.healing, ["", "v1.66.0"]),
            "waiting operator-degraded",
        ],
        [
            "a part of CDI is down",
            cdi("Deployed", cdiConditions.partDown),
            "waiting operator-degraded",
        ],
        [
            "a webhook of CDI has no CA bundle",
            cdi("Deployed", cdiConditions.healthy, undefined, {
                webhooks: [webhook({}, "cdi-api-validate")],
            }),
            "waiting webhook-not-ready",
        ],
    ];
    for (const [state, observed, expected] of rows) {
        it(`${state}: ${expected}`, () => {
            assert.equal(summary(operatorVerdict(observed)), expected);
        });
    }

    function diagnosed(observed: OperatorObservation): { what: string; note: string } {
        const verdict = operatorVerdict(observed);
        assert.ok(verdict.kind === "waiting");
        return { what: verdict.suspicion?.diagnosis.what ?? "", note: verdict.note ?? "" };
    }

    it("says which version there is and which is wanted", () => {
        const { what } = diagnosed(kubevirt("Deployed", available, ["v1.8.2", "v1.8.2"]));
        assert.equal(what, "The operator installs v1.8.2, v1.9.0 is wanted");
    });

    it("says how far its parts are", () => {
        const operands = [part("virt-operator", ready), part("virt-api", rollsOut)];
        const { note } = diagnosed(kubevirt("Deploying", deploying, installing, { operands }));
        assert.equal(note, "1 of 2 parts ready: virt-api 1 of 2 pods ready");
    });

    it("names the part that a diagnosis is about", () => {
        const operands = [part("virt-api", pulling)];
        const { what } = diagnosed(kubevirt("Deploying", deploying, installing, { operands }));
        assert.equal(what, "Deployment virt-api: not found");
    });

    it("speaks with the operator's own words", () => {
        const { what } = diagnosed(cdi("Error", cdiConditions.failed, ["", "v1.66.0"]));
        assert.equal(what, "It is degraded: Reconciling to error state, illegal phase");
    });

    it("speaks of the parts where the operator says that it is degraded and no more", () => {
        const operands = [part("cdi-deployment", rollsOut)];
        const { what } = diagnosed(
            cdi("Deployed", cdiConditions.partDown, undefined, { operands }),
        );
        assert.equal(what, "It is degraded: 0 of 1 parts ready: cdi-deployment 1 of 2 pods ready");
    });

    it("is ready with the version that runs", () => {
        assert.deepEqual(operatorVerdict(kubevirt("Deployed", available)), {
            kind: "ready",
            note: "v1.9.0",
        });
    });
});
