import { Check, type Findings } from "./findings";

/** When a node pulls an image. Source: Kubernetes core/v1 PullPolicy. */
export const pullPolicies = ["Always", "IfNotPresent", "Never"] as const;
export type PullPolicy = (typeof pullPolicies)[number];

/** A taint that pods live with. Source: Kubernetes core/v1 Toleration. */
export interface Toleration {
    readonly key?: string;
    readonly operator?: "Exists" | "Equal";
    readonly value?: string;
    readonly effect?: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
    readonly tolerationSeconds?: number;
}

/** Which nodes pods may run on. */
export interface PlacementArgs {
    /**
     * Labels that a node has to have.
     *
     * @defaultValue none: every node
     * @impact live: the pods are rolled out again
     * @example { "node-role.kubernetes.io/infra": "" }
     */
    readonly nodeSelector?: Readonly<Record<string, string>>;
    /**
     * Taints of nodes that the pods live with.
     *
     * @defaultValue none
     * @impact live: the pods are rolled out again
     * @example [{ key: "virtualization", operator: "Exists", effect: "NoSchedule" }]
     */
    readonly tolerations?: readonly Toleration[];
    /**
     * Kubernetes' own `affinity`, for what labels and taints cannot say.
     *
     * @defaultValue none
     * @impact live: the pods are rolled out again
     */
    readonly affinity?: Readonly<Record<string, unknown>>;
}

/** What the API server would refuse. Source: Kubernetes pkg/apis/core/validation (ValidateTolerations). */
export function checkPlacement(placement: PlacementArgs): Findings {
    const check = new Check();
    for (const [index, toleration] of (placement.tolerations ?? []).entries()) {
        const place = `tolerations[${String(index)}]`;
        const { key, operator = "Equal", value, effect, tolerationSeconds } = toleration;
        if (key === undefined && operator !== "Exists") {
            check.refuse(
                place,
                `has no key, which only the operator "Exists" may do without`,
                `name the taint, or write operator: "Exists"`,
            );
        }
        if (operator === "Exists" && value !== undefined) {
            check.refuse(
                `${place}.value`,
                `is ${JSON.stringify(value)}, which the operator "Exists" does not look at`,
                `leave it out, or write operator: "Equal"`,
            );
        }
        if (tolerationSeconds !== undefined && effect !== "NoExecute") {
            check.refuse(
                `${place}.tolerationSeconds`,
                `is ${String(tolerationSeconds)}, which only the effect "NoExecute" has`,
                `leave it out, or write effect: "NoExecute"`,
            );
        }
    }
    return check;
}

/** Why a number of replicas is none, or undefined. KubeVirt counts them in 8 bits and refuses 0 (validateInfraReplicas). */
export function replicasFault(count: number): { fault: string; cure: string } | undefined {
    return Number.isInteger(count) && count >= 1 && count <= 255
        ? undefined
        : {
              fault: `is ${String(count)}, which is not a number of replicas`,
              cure: "write a whole number from 1 to 255",
          };
}
