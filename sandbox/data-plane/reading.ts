import type { Condition, KubernetesObject, OwnerReference } from "./objects";

/** An annotation of an object that may not be there. */
export function annotationOf(
    object: KubernetesObject | undefined,
    name: string,
): string | undefined {
    return object?.metadata.annotations?.[name];
}

/** A condition by its type: their order is not fixed. */
export function conditionOf(
    conditions: readonly Condition[] | undefined,
    type: string,
): Condition | undefined {
    return conditions?.find((condition) => condition.type === type);
}

/** Makes an object belong to another, which is its controller. */
export function ownedBy({ apiVersion, kind, metadata }: KubernetesObject): OwnerReference[] {
    return [
        {
            apiVersion,
            kind,
            name: metadata.name,
            uid: metadata.uid ?? "",
            controller: true,
            blockOwnerDeletion: true,
        },
    ];
}

/** Whether an object belongs to another, told by uid: an object made again under the name of an old one owns nothing yet. */
export function isOwnedBy(object: KubernetesObject, owner: KubernetesObject): boolean {
    return object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false;
}

/** Whether it is on its way out. */
export function isDeleted({ metadata }: KubernetesObject): boolean {
    return metadata.deletionTimestamp !== undefined;
}

/** A time as Kubernetes writes it: whole seconds. */
export function timestamp(now: number): string {
    return new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
}

/** Milliseconds since a timestamp; for ever when there is none. */
export function since(then: string | null | undefined, now: number): number {
    return then ? now - Date.parse(then) : Infinity;
}
