import { type Duration, durationFault } from "./duration";
import { Check, type Findings } from "./findings";

/** How KubeVirt brings running machines to its own new version. Source: KubeVirt core/v1 types.go (WorkloadUpdateMethod). */
export const workloadUpdateMethods = ["LiveMigrate", "Evict"] as const;
export type WorkloadUpdateMethod = (typeof workloadUpdateMethods)[number];

/** What happens to running machines when KubeVirt is upgraded. */
export interface WorkloadUpdateArgs {
    /**
     * `LiveMigrate` moves machines that can move, which then run with the new version. `Evict` shuts the others down; a machine
     * that is started again comes up with it. An empty list leaves all running machines as they are.
     *
     * @defaultValue `["LiveMigrate"]`: no machine keeps an old launcher that could move, and none is shut down for an upgrade
     * @impact live for machines that can migrate; restart for the others with `Evict`
     */
    readonly methods?: readonly WorkloadUpdateMethod[];
    /**
     * Machines that are shut down together when `Evict` is among the methods.
     *
     * @unit count
     * @defaultValue 10, KubeVirt's own
     * @impact live
     */
    readonly batchSize?: number;
    /**
     * Pause between two such batches.
     *
     * @unit duration: `"1 minute"`
     * @defaultValue a minute, KubeVirt's own
     * @impact live
     */
    readonly batchInterval?: Duration;
}

/** The methods that are used where none are given. */
export const defaultWorkloadUpdateMethods: readonly WorkloadUpdateMethod[] = ["LiveMigrate"];

/**
 * What is wrong with it, or would surprise somebody who runs machines.
 * Source: kubevirt/user-guide docs/cluster_admin/updating_and_deletion.md ("Updating KubeVirt Workloads").
 */
export function checkWorkloadUpdate(args: WorkloadUpdateArgs): Findings {
    const check = new Check();
    const methods = args.methods ?? defaultWorkloadUpdateMethods;
    for (const [index, method] of methods.entries()) {
        if (!workloadUpdateMethods.includes(method)) {
            check.refuse(
                `methods[${String(index)}]`,
                `is ${JSON.stringify(method)}, which KubeVirt does not know`,
                `write one of ${workloadUpdateMethods.join(", ")}`,
            );
        }
    }
    if (methods.length === 0) {
        check.warn(
            "methods",
            "is empty, and running machines keep the launcher of the version they were started with",
            `write ["LiveMigrate"], or restart the machines after an upgrade`,
        );
    }
    if (methods.includes("Evict")) {
        check.warn(
            "methods",
            methods.includes("LiveMigrate")
                ? `has "Evict", and an upgrade shuts down every machine that cannot migrate`
                : `is ["Evict"] alone, and an upgrade shuts down every running machine`,
            `write ["LiveMigrate"] to leave them running`,
        );
    }
    const { batchSize, batchInterval } = args;
    if (batchSize !== undefined && (!Number.isInteger(batchSize) || batchSize < 1)) {
        check.refuse(
            "batchSize",
            `is ${String(batchSize)}, which is not a number of machines`,
            "write a whole number from 1",
        );
    }
    if (batchInterval !== undefined) {
        check.refuseIf("batchInterval", durationFault(batchInterval));
    }
    return check;
}
