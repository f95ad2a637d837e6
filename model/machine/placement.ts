import { Check, type Findings } from "../findings";
import { nameFault } from "../names";
import { objectNameFault } from "../object-name";
import { checkPlacement, type Toleration } from "../placement";

/** What machines of a group keep apart by: a word for the usual labels of nodes, or a label. */
export type ApartBy =
    "node" | "zone" | { readonly topologyKey: string; readonly required?: boolean };

/** Which nodes a machine may run on. */
export interface MachinePlacementArgs {
    /**
     * Labels that a node has to have.
     *
     * @defaultValue none: every node
     * @impact live: it counts from the next start or migration on
     * @example { "topology.kubernetes.io/zone": "a" }
     */
    readonly nodeSelector?: Readonly<Record<string, string>>;
    /**
     * Taints of nodes that the machine lives with.
     *
     * @defaultValue none
     * @impact live: it counts from the next start or migration on
     */
    readonly tolerations?: readonly Toleration[];
    /**
     * Keep the machines of this one's `group` on different nodes, in different zones, or apart by another label of nodes. `node` and
     * `zone` are a wish, so that a machine starts rather than waits; with `required: true` it waits.
     *
     * @defaultValue machines of a group may share a node
     * @impact live: it counts from the next start or migration on
     */
    readonly apart?: ApartBy;
    /**
     * Name of a group whose machines this one is to be on one node with: a wish, so that a machine starts rather than waits.
     *
     * @defaultValue none
     * @impact live: it counts from the next start or migration on
     */
    readonly near?: string;
    /**
     * Spread the machines of this one's `group` evenly, by a label of nodes.
     *
     * @defaultValue none
     * @impact restart
     * @example [{ topologyKey: "topology.kubernetes.io/zone" }]
     */
    readonly spread?: readonly SpreadArgs[];
    /**
     * Kubernetes' own `affinity`, for what the others cannot say. It is merged with what `apart` and `near` come to.
     *
     * @defaultValue none
     * @impact live: it counts from the next start or migration on
     */
    readonly affinity?: Readonly<Record<string, unknown>>;
    /**
     * PriorityClass of the machine's pod: who gives way where there is no room.
     *
     * @defaultValue the cluster's own
     * @impact restart
     */
    readonly priorityClass?: string;
    /**
     * Scheduler that places the machine's pod.
     *
     * @defaultValue the cluster's own
     * @impact restart
     */
    readonly scheduler?: string;
}

/** How the machines of a group spread. Source: Kubernetes core/v1 TopologySpreadConstraint. */
export interface SpreadArgs {
    /**
     * Label of nodes whose values are the places to spread over.
     *
     * @impact restart
     */
    readonly topologyKey: string;
    /**
     * How many more machines one place may have than another.
     *
     * @unit count
     * @defaultValue 1
     * @impact restart
     */
    readonly maxSkew?: number;
    /**
     * What happens when it cannot be kept: the machine waits, or starts all the same.
     *
     * @defaultValue `ScheduleAnyway`: a machine starts rather than waits
     * @impact restart
     */
    readonly whenUnsatisfiable?: "DoNotSchedule" | "ScheduleAnyway";
}

/** What the API server would refuse. */
export function checkMachinePlacement(
    placement: MachinePlacementArgs,
    group: string | undefined,
): Findings {
    const check = new Check();
    const { nodeSelector, tolerations, affinity } = placement;
    const pods = checkPlacement({
        ...(nodeSelector === undefined ? {} : { nodeSelector }),
        ...(tolerations === undefined ? {} : { tolerations }),
        ...(affinity === undefined ? {} : { affinity }),
    });
    for (const { field, fault, cure } of pods.problems) {
        check.refuse(field, fault, cure);
    }
    for (const [index, { operator, effect }] of (tolerations ?? []).entries()) {
        check.refuseUnknown(
            `tolerations[${String(index)}].operator`,
            operator,
            ["Exists", "Equal"],
            "Kubernetes",
        );
        check.refuseUnknown(
            `tolerations[${String(index)}].effect`,
            effect,
            ["NoSchedule", "PreferNoSchedule", "NoExecute"],
            "Kubernetes",
        );
    }
    for (const field of ["apart", "spread"] as const) {
        if (placement[field] !== undefined && group === undefined) {
            check.refuse(
                field,
                "is given, and the machine is in no group",
                `write group: "…", the same for all machines that it is about`,
            );
        }
    }
    const { apart } = placement;
    if (typeof apart === "string") {
        check.refuseUnknown("apart", apart, ["node", "zone"], "this package");
    } else if (apart !== undefined) {
        check.refuseIf("apart.topologyKey", labelKeyFault(apart.topologyKey));
    }
    if (placement.near !== undefined) {
        check.refuseIf("near", nameFault(placement.near));
    }
    for (const [index, { topologyKey, maxSkew, whenUnsatisfiable }] of (
        placement.spread ?? []
    ).entries()) {
        const field = `spread[${String(index)}]`;
        check.refuseIf(`${field}.topologyKey`, labelKeyFault(topologyKey));
        if (maxSkew !== undefined && (!Number.isInteger(maxSkew) || maxSkew < 1)) {
            check.refuse(
                `${field}.maxSkew`,
                `is ${String(maxSkew)}, which is not a number of machines`,
                "write a whole number from 1",
            );
        }
        check.refuseUnknown(
            `${field}.whenUnsatisfiable`,
            whenUnsatisfiable,
            ["DoNotSchedule", "ScheduleAnyway"],
            "Kubernetes",
        );
    }
    if (placement.priorityClass !== undefined) {
        check.refuseIf("priorityClass", objectNameFault(placement.priorityClass));
    }
    if (placement.scheduler !== undefined) {
        check.refuseIf("scheduler", objectNameFault(placement.scheduler));
    }
    return check;
}

function labelKeyFault(key: string): { fault: string; cure: string } | undefined {
    return /^([a-z0-9.-]+\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/.test(key)
        ? undefined
        : {
              fault: `is ${JSON.stringify(key)}, which is not a label of nodes`,
              cure: `write one such as "topology.kubernetes.io/zone"`,
          };
}
