import { Check, type Findings } from "../../../model/findings";
import { objectNameFault } from "../../../model/object-name";
import { sizeFault } from "../../../model/size";
import { checkTags } from "./check-class";
import type { LonghornNodeArgs } from "./part-args";
import type { LonghornSettings } from "./tiers";

/** What is wrong with the nodes: Longhorn passes over a node's whole list for one entry that is. */
export function checkNodes({ nodes, dataPath }: LonghornSettings): Findings {
    const check = new Check();
    if (nodes === undefined) {
        return check;
    }
    if (Object.keys(nodes).length === 0) {
        check.refuse(
            "nodes",
            "is empty, and no node would keep data",
            "name the nodes, or leave it out",
        );
    }
    for (const [name, node] of Object.entries(nodes)) {
        const place = `nodes.${name}`;
        check.refuseIf(place, objectNameFault(name));
        const own = new Check();
        checkTags("tags", node.tags, own);
        checkDisks(node, dataPath, own);
        check.addFrom(place, own);
    }
    return check;
}

/** Source: longhorn-manager types/types.go (CreateDisksFromAnnotation). */
function checkDisks({ disks }: LonghornNodeArgs, dataPath: string | undefined, check: Check): void {
    if (disks?.length === 0) {
        check.refuse(
            "disks",
            "is empty",
            `leave it out for one folder at ${dataPath ?? "/var/lib/longhorn/"}`,
        );
    }
    const seen = { path: new Set<string>(), name: new Set<string>() };
    for (const [index, disk] of (disks ?? []).entries()) {
        const place = `disks[${String(index)}]`;
        if (!disk.path.startsWith("/") && disk.type !== "block") {
            check.refuse(
                `${place}.path`,
                `is ${JSON.stringify(disk.path)}, which is not a path from the root of the node`,
                `begin it with "/"`,
            );
        }
        for (const field of ["path", "name"] as const) {
            const value = disk[field];
            if (value !== undefined && seen[field].has(value)) {
                check.refuse(
                    `${place}.${field}`,
                    `is ${JSON.stringify(value)}, which another disk of the node has, too`,
                    "give each its own",
                );
            }
            seen[field].add(value ?? "");
        }
        check.refuseIf(
            `${place}.reserved`,
            disk.reserved === undefined ? undefined : sizeFault(disk.reserved),
        );
        check.refuseUnknown(`${place}.type`, disk.type, ["filesystem", "block"], "Longhorn");
        checkTags(`${place}.tags`, disk.tags, check);
    }
}
