import type { MigrationPolicyPlan } from "../model/migration-policy";
import { given } from "./fields";
import type { ObjectWithSpec } from "./plain-object";
import { secondsOf, whenGiven } from "./platform-spec";

/**
 * The MigrationPolicy of a plan. What is not set is KubeVirt's own configuration.
 * Source: KubeVirt migrations.kubevirt.io/v1alpha1, staging/src/kubevirt.io/api/migrations/v1alpha1/types.go.
 */
export function migrationPolicy({ name, selectors, limits }: MigrationPolicyPlan): ObjectWithSpec {
    return {
        apiVersion: "migrations.kubevirt.io/v1alpha1",
        kind: "MigrationPolicy",
        metadata: { name },
        spec: {
            selectors: given({
                namespaceSelector: selectors.namespaces,
                virtualMachineInstanceSelector: selectors.machines,
            }),
            ...given({
                bandwidthPerMigration: limits.bandwidthPerMigration,
                completionTimeoutPerGiB: whenGiven(limits.completionTimeoutPerGiB, secondsOf),
                allowAutoConverge: limits.allowAutoConverge,
                allowPostCopy: limits.allowPostCopy,
                allowWorkloadDisruption: limits.allowWorkloadDisruption,
            }),
        },
    };
}
