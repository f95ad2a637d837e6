import type { Cdi } from "./objects";
import { type Saying, sayings, withSayings, withTimes } from "./operator-conditions";
import { timestamp } from "./reading";
import { type Patch, patchStatus } from "./writes";

/**
 * The conditions that cdi-operator sets. Those without a reason have none in the real ones either. Source, word for word: CDI
 * vendor/kubevirt.io/controller-lifecycle-operator-sdk/pkg/sdk/cr-status.go and pkg/sdk/reconciler/reconciler.go.
 */
export const say = {
    /** MarkCrDeploying. */
    deploying: (before: readonly Saying[]) =>
        withSayings(
            before,
            ...sayings({ Available: "False" }),
            ...sayings({ Progressing: "True" }, "DeployStarted", "Started Deployment"),
            ...sayings({ Degraded: "False" }),
        ),
    /** MarkCrUpgradeHealingDegraded. */
    upgrading: (before: readonly Saying[], version: string) =>
        withSayings(
            before,
            ...sayings({ Available: "True", Progressing: "True" }),
            ...sayings(
                { Degraded: "True" },
                "UpgradeStarted",
                `Started upgrade to version ${version}`,
            ),
        ),
    /** MarkCrHealthyMessage. */
    healthy: (before: readonly Saying[]) =>
        withSayings(
            before,
            ...sayings({ Available: "True" }, "DeployCompleted", "Deployment Completed"),
            ...sayings({ Progressing: "False", Degraded: "False" }),
        ),
    /** MarkCrFailed, from ReconcileError. */
    failed: (before: readonly Saying[], message: string) =>
        withSayings(
            before,
            ...sayings({ Available: "False", Progressing: "False" }),
            ...sayings({ Degraded: "True" }, "ConfigError", message),
        ),
    /** CheckDegraded. */
    degraded: (before: readonly Saying[], status: "True" | "False") =>
        withSayings(before, ...sayings({ Degraded: status })),
};

/** Writes the status, when it is another one. Source of the times: openshift/custom-resource-status, SetStatusCondition. */
export function cdiStatus(
    cdi: Cdi,
    fields: object,
    conditions: readonly Saying[],
    now: number,
): Patch[] {
    const at = timestamp(now);
    return patchStatus(cdi, {
        ...fields,
        conditions: withTimes(conditions, cdi.status?.conditions, ({ status }, old) => ({
            lastHeartbeatTime: at,
            lastTransitionTime: old?.status === status ? (old.lastTransitionTime ?? at) : at,
        })),
    });
}
