import { createHash } from "node:crypto";
import type { KubeVirt } from "./objects";
import { type Saying, sayings, withSayings, withTimes, without } from "./operator-conditions";
import type { Operator } from "./operators";
import type { KubeVirtStatus } from "./platform-objects";
import { timestamp } from "./reading";
import { type Patch, patchStatus } from "./writes";

/** What an operator of KubeVirt installs. Source: KubeVirt pkg/virt-operator/util/config.go, KubeVirtDeploymentConfig. */
export interface Target {
    readonly version: string;
    readonly registry: string;
    /** Stands for all of it: another one means that everything is rolled out again. */
    readonly id: string;
    readonly config: string;
}

/** What the operator that runs would install. */
export function targetOf({ namespace, version, registry, image }: Operator): Target {
    const content = { namespace, registry, kubeVirtVersion: version, virtOperatorImage: image };
    const id = createHash("sha1").update(JSON.stringify(content)).digest("hex");
    return { version, registry, id, config: JSON.stringify({ id, ...content }) };
}

/** Whether another deployment has been finished before. Source: pkg/virt-operator/kubevirt.go, isUpdating. */
export function isUpdating({ status }: KubeVirt, target: Target): boolean {
    const observed = status?.observedDeploymentID ?? "";
    return observed !== "" && observed !== target.id;
}

/** The conditions that virt-operator sets. Source, word for word: KubeVirt pkg/virt-operator/util/client.go. */
export const say = {
    deploying: (before: readonly Saying[], { version, registry }: Target) =>
        withSayings(
            without(before, "Synchronized"),
            ...sayings(
                { Available: "False", Progressing: "True", Degraded: "False" },
                "DeploymentInProgress",
                `Deploying version ${version} with registry ${registry}`,
            ),
        ),
    updating: (before: readonly Saying[], from: KubeVirtStatus, to: Target) =>
        withSayings(
            without(before, "Created", "Synchronized"),
            ...sayings(
                { Available: "True", Progressing: "True", Degraded: "True" },
                "UpdateInProgress",
                `Transitioning from previous version ${from.observedKubeVirtVersion ?? ""} with registry ${from.observedKubeVirtRegistry ?? ""} to target version ${to.version} using registry ${to.registry}`,
            ),
        ),
    created: (before: readonly Saying[]) =>
        withSayings(
            before,
            ...sayings({ Created: "True" }, "AllResourcesCreated", "All resources were created."),
        ),
    available: (before: readonly Saying[]) =>
        withSayings(
            before,
            ...sayings(
                { Available: "True", Progressing: "False", Degraded: "False" },
                "AllComponentsReady",
                "All components are ready.",
            ),
        ),
    failed: (before: readonly Saying[], error: string) =>
        withSayings(
            before,
            ...sayings(
                {
                    Synchronized: "False",
                    Available: "False",
                    Progressing: "False",
                    Degraded: "True",
                },
                "DeploymentFailed",
                `An error occurred during deployment: ${error}`,
            ),
        ),
    another: (before: readonly Saying[]) =>
        withSayings(
            before,
            ...sayings(
                { Synchronized: "False" },
                "ExistingDeployment",
                "There is an active KubeVirt deployment",
            ),
        ),
    deleting: (before: readonly Saying[]) =>
        withSayings(
            without(before, "Created", "Synchronized"),
            ...sayings(
                { Available: "False", Progressing: "False", Degraded: "True" },
                "DeletionInProgress",
                "Deletion was triggered",
            ),
        ),
};

/** Writes the status, when it is another one. Source of the times: client.go, SetConditionTimestamps. */
export function kubevirtStatus(
    kubevirt: KubeVirt,
    fields: object,
    conditions: readonly Saying[],
    now: number,
): Patch[] {
    const at = timestamp(now);
    return patchStatus(kubevirt, {
        ...fields,
        conditions: withTimes(conditions, kubevirt.status?.conditions, (_, old) => ({
            lastProbeTime: at,
            lastTransitionTime: old === undefined ? null : at,
        })),
    });
}
