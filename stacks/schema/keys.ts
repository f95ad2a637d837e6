import { nearest } from "../../model/nearest";
import type { Problem } from "../../model/problems";

/** The key of a stack's file that holds its environment. */
export const environmentKey = "pulumi-kubevirt:environment";

/** Name of the file beside the stacks' own that editors read. */
export const schemaFile = "environment.schema.json";

/** The line by which an editor finds the schema. */
export const schemaLine = `# yaml-language-server: $schema=${schemaFile}`;

/** A value of the configuration that is written as one text, as `pulumi config set` and the engine do; the text itself where it is none. */
export function documentIn(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

/** Where what was a key of its own is now. */
const places: Readonly<Record<string, string>> = {
    context: "environment.cluster.context",
    namespace: "environment.cluster.namespace",
    storage: "environment.storage",
    storageClass: "environment.storage.existing.storageClass",
    ceph: "environment.storage.ceph",
    longhorn: "environment.storage.longhorn",
    images: "environment.images",
};

export const oldKeys = Object.keys(places);

/** Keys of a stack's configuration that are written wrong, or were left over from before there was one object for all. */
export function keyProblems(keys: readonly string[]): readonly Problem[] {
    return keys.flatMap((key) => {
        const place = Object.hasOwn(places, key) ? places[key] : undefined;
        if (place !== undefined) {
            const cure = `move it (docs/guide/environments.md), then: pulumi config rm ${key}`;
            return [{ field: key, fault: `is a key of its own, and belongs to ${place}`, cure }];
        }
        return key !== "environment" && nearest(key, ["environment"]) !== undefined
            ? [{ field: key, fault: "is no key of this project", cure: "write environment" }]
            : [];
    });
}
