import { conditionOf } from "./objects";
import type { ClusterNode } from "./platform-objects";

/** Its kubelet reports. Source: Kubernetes core/v1 NodeConditionType; "Unknown" is what a silent kubelet comes to. */
export function isReady({ status }: ClusterNode): boolean {
    return conditionOf(status?.conditions, "Ready")?.status === "True";
}

/** Nothing keeps an ordinary pod away from it. Source: Kubernetes taints and tolerations; a PreferNoSchedule taint does not. */
export function takesPods(node: ClusterNode): boolean {
    return (
        isReady(node) &&
        node.spec?.unschedulable !== true &&
        (node.spec?.taints ?? []).every(({ effect }) => effect === "PreferNoSchedule")
    );
}
