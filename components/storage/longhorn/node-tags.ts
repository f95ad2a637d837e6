import type { LonghornClassArgs } from "./class-args";
import type { LonghornNodeArgs } from "./part-args";
import { engineOf } from "./tiers";

/** On how many nodes a class may keep copies, and how to call them. Undefined where nobody knows. */
export interface NodesOfClass {
    readonly places: number | undefined;
    readonly what: string;
}

/**
 * How many nodes have what a class asks for: all its tags, and a disk with all its tags of its engine's type. Without a list of
 * nodes their tags are Longhorn's own business, and only their number counts.
 * Source: longhorn-manager types/types.go (IsSelectorsInTags), scheduler/replica_scheduler.go.
 */
export function longhornNodesWith(
    tier: LonghornClassArgs,
    nodes: Readonly<Record<string, LonghornNodeArgs>> | undefined,
    schedulable: number | undefined,
): NodesOfClass {
    if (nodes === undefined || Object.keys(nodes).length === 0) {
        return { places: schedulable, what: "nodes that take pods" };
    }
    const fitting = Object.values(nodes).filter((node) => fits(tier, node)).length;
    const asks = [
        ...(engineOf(tier) === "v2" ? ['a disk of the type "block"'] : []),
        ...((tier.diskTags ?? []).length > 0 ? ["a disk with all its diskTags"] : []),
        ...((tier.nodeTags ?? []).length > 0 ? ["all its nodeTags"] : []),
    ];
    return {
        places: Math.min(fitting, schedulable ?? fitting),
        what:
            asks.length === 0
                ? "nodes of `nodes`"
                : `nodes of \`nodes\` with ${asks.join(" and ")}`,
    };
}

function fits(tier: LonghornClassArgs, { tags = [], disks }: LonghornNodeArgs): boolean {
    const wanted = engineOf(tier) === "v2" ? "block" : "filesystem";
    // A node without a list has one disk at the data path, whose kind only the node knows.
    const suits =
        disks === undefined
            ? hasAll([], tier.diskTags)
            : disks.some(
                  (disk) =>
                      (disk.type ?? "filesystem") === wanted && hasAll(disk.tags, tier.diskTags),
              );
    return suits && hasAll(tags, tier.nodeTags);
}

function hasAll(tags: readonly string[] = [], wanted: readonly string[] = []): boolean {
    return wanted.every((tag) => tags.includes(tag));
}
