import type { Api, ApiObject } from "./api";
import { statusByHand } from "./data-plane/operands";
import { whereServed } from "./served";

const group = "admissionregistration.k8s.io/v1";
const name = "sandbox-job-pods";

/** The Jobs whose program the data plane plays. Source: longhorn/longhorn chart/templates/uninstall-job.yaml. */
const played = "longhorn-uninstall";

/**
 * Keeps the pods of the Jobs that are played from KWOK, which lets any pod of a Job succeed at once (kwok 0.8
 * kustomize/stage/pod/fast/pod-complete.yaml): they get the annotation that it leaves alone, see kwokctl.ts. Where the API server
 * is too old for such a policy (before Kubernetes 1.36), these Jobs succeed and do nothing.
 */
export async function holdJobPods(api: Api): Promise<void> {
    await whereServed(group, "mutatingadmissionpolicies", api, async (collection) => {
        await api.apply(collection, policy);
        await api.apply(`/apis/${group}/mutatingadmissionpolicybindings`, binding);
    });
}

const policy: ApiObject & Record<string, unknown> = {
    apiVersion: group,
    kind: "MutatingAdmissionPolicy",
    metadata: { name },
    spec: {
        failurePolicy: "Fail",
        reinvocationPolicy: "Never",
        matchConstraints: {
            objectSelector: { matchLabels: { "batch.kubernetes.io/job-name": played } },
            resourceRules: [
                {
                    apiGroups: [""],
                    apiVersions: ["v1"],
                    operations: ["CREATE"],
                    resources: ["pods"],
                },
            ],
        },
        mutations: [
            {
                patchType: "ApplyConfiguration",
                applyConfiguration: {
                    expression: `Object{metadata: Object.metadata{annotations: ${JSON.stringify(statusByHand)}}}`,
                },
            },
        ],
    },
};

const binding: ApiObject & Record<string, unknown> = {
    apiVersion: group,
    kind: "MutatingAdmissionPolicyBinding",
    metadata: { name },
    spec: { policyName: name },
};
