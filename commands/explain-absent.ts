import { few } from "../model/few";
import { byNearness } from "../model/nearest";
import { type CollectionKind, collectionPath } from "../waits/collections";
import type { Transport } from "../waits/transport";

const kinds = {
    disk: ["DataVolume", "PersistentVolumeClaim"],
    machine: ["VirtualMachine"],
} as const satisfies Readonly<Record<string, readonly CollectionKind[]>>;

/** Says that nothing of a name is there, and what is called nearly so: a slip reads as if somebody had deleted it. */
export async function absentText(
    transport: Pick<Transport, "list">,
    kind: keyof typeof kinds,
    namespace: string,
    name: string,
): Promise<string> {
    const lists = await Promise.all(
        kinds[kind].map(async (one) => {
            try {
                const { items } = await transport.list(collectionPath(one, namespace), {});
                return items as readonly { readonly metadata?: { readonly name?: string } }[];
            } catch {
                // Without the list there are no names to offer, and nothing of the name is there all the same.
                return undefined;
            }
        }),
    );
    const read = lists.filter((list) => list !== undefined);
    const names = new Set(read.flat().map(({ metadata }) => metadata?.name ?? ""));
    const there =
        names.size > 0
            ? ` Its nearest names are: ${few(byNearness(name, [...names]), 3)}.`
            : read.length === lists.length
              ? ` That namespace has no ${kind} at all.`
              : "";
    return `There is no ${kind} "${name}" in namespace ${namespace}.${there}`;
}
