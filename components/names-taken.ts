import type { Problem } from "../model/problems";
import type { Cluster } from "./cluster";

/** What the components of a program so far are called on their cluster. */
const taken = new WeakMap<Cluster, Map<string, string>>();

/** Takes the name of an object for a component; the problem where another component of the program has it. To be asked once for each. */
export function takeName(
    cluster: Cluster,
    {
        kind,
        field,
        component,
    }: { readonly kind: string; readonly field: string; readonly component: string },
    { namespace, name }: { readonly namespace: string; readonly name: string },
): readonly Problem[] {
    const names = taken.get(cluster) ?? new Map<string, string>();
    taken.set(cluster, names);
    const key = `${kind} ${namespace}/${name}`;
    const other = names.get(key);
    if (other === undefined) {
        names.set(key, component);
        return [];
    }
    return [
        {
            field,
            fault: `is ${JSON.stringify(name)} in namespace ${namespace}, as that of ${kind} ${JSON.stringify(other)} of this program`,
            cure: "give each a name of its own",
        },
    ];
}
