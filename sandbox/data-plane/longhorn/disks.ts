import { createHash } from "node:crypto";
import type { Node } from "../objects";
import { annotationOf } from "../reading";
import type { Store } from "../store";
import type { LonghornDisk } from "./objects";
import { settingOf } from "./system";

/** Every disk of the sandbox has this many bytes: 1 TiB. */
export const diskBytes = 2 ** 40;

type Disks = Readonly<Record<string, LonghornDisk>>;

/** A disk in the annotation of a node. Source: longhorn-manager types/types.go, DiskSpecWithName. */
interface WishedDisk extends Partial<LonghornDisk> {
    readonly name?: string;
}

/**
 * The disks of a node that Longhorn sees for the first time. Source: longhorn-manager datastore/longhorn.go, CreateDefaultNode,
 * and controller/kubernetes_node_controller.go, syncDefaultDisks.
 */
export function disksFor(world: Store, namespace: string, node: Node): Disks {
    const setting = (name: string) => settingOf(world, namespace, name);
    const reserved =
        (diskBytes * Number(setting("storage-reserved-percentage-for-default-disk"))) / 100;
    const byDefault = () => defaultDisk(node, setting("default-data-path"), Math.floor(reserved));
    if (setting("create-default-disk-labeled-nodes") !== "true") {
        return byDefault();
    }
    switch (node.metadata.labels?.["node.longhorn.io/create-default-disk"]?.toLowerCase()) {
        case "true":
            return byDefault();
        case "config":
            return disksOf(node, Math.floor(reserved));
        default:
            return {};
    }
}

/** The tags that a node's annotation wishes. Source: kubernetes_node_controller.go, syncDefaultNodeTags. */
export function tagsFor(node: Node): readonly string[] {
    const tags = parsedList(annotationOf(node, "node.longhorn.io/default-node-tags"));
    return tags.filter((tag) => typeof tag === "string");
}

/** Source: longhorn-manager types/types.go, CreateDefaultDisk. */
function defaultDisk(node: Node, path: string, storageReserved: number): Disks {
    return { [diskName(node, path)]: { ...freshDisk, path, storageReserved } };
}

/** Source: longhorn-manager types/types.go, CreateDisksFromAnnotation: one disk that is wrong makes all of them wrong. */
function disksOf(node: Node, storageReserved: number): Disks {
    const wished = parsedList(
        annotationOf(node, "node.longhorn.io/default-disks-config"),
    ) as readonly WishedDisk[];
    const paths = wished.map(({ path }) => path);
    if (paths.includes(undefined) || new Set(paths).size < paths.length) {
        return {};
    }
    return Object.fromEntries(
        wished.map(({ name, path = "", ...disk }) => [
            name ?? diskName(node, path),
            {
                ...freshDisk,
                // Unlike the default disk: what the annotation leaves out is false.
                allowScheduling: false,
                ...disk,
                path,
                storageReserved: disk.storageReserved ?? storageReserved,
            },
        ]),
    );
}

const freshDisk = {
    diskType: "filesystem",
    diskDriver: "",
    allowScheduling: true,
    evictionRequested: false,
    tags: [],
} as const;

/** The real one is named after the id of its filesystem. */
function diskName(node: Node, path: string): string {
    return `default-disk-${diskId(node.metadata.name, path).slice(0, 16)}`;
}

/** An id that the same disk always has. */
export function diskId(node: string, path: string): string {
    return createHash("sha256").update(`${node} ${path}`).digest("hex");
}

/** A list in JSON; anything else is no list, as Longhorn logs and goes on. */
function parsedList(text: string | undefined): readonly unknown[] {
    try {
        const list = JSON.parse(text ?? "[]") as unknown;
        return Array.isArray(list) ? (list as unknown[]) : [];
    } catch (error) {
        if (error instanceof SyntaxError) {
            return [];
        }
        throw error;
    }
}
