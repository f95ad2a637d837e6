import type { PlainObject } from "./plain-object";

/** A variable of a container's environment. */
export interface Variable {
    readonly name: string;
    readonly value?: string;
}

/** What is read and changed of a container. */
export interface Container {
    readonly name?: string;
    readonly image?: string;
    readonly env?: readonly Variable[];
}

/** What is read and changed of a pod. */
export interface PodSpec {
    readonly initContainers?: readonly Container[];
    readonly containers?: readonly Container[];
    readonly imagePullSecrets?: readonly { readonly name: string }[];
}

/** Where the kinds that run pods keep them. Source: Kubernetes apps/v1, batch/v1 and core/v1. */
const places: Readonly<Record<string, readonly string[]>> = {
    Deployment: ["spec", "template", "spec"],
    DaemonSet: ["spec", "template", "spec"],
    StatefulSet: ["spec", "template", "spec"],
    ReplicaSet: ["spec", "template", "spec"],
    Job: ["spec", "template", "spec"],
    CronJob: ["spec", "jobTemplate", "spec", "template", "spec"],
    Pod: ["spec"],
};

/** Where objects of a kind keep the spec of their pods; undefined for kinds that run none. */
export function podPlace(kind: string): readonly string[] | undefined {
    return Object.hasOwn(places, kind) ? places[kind] : undefined;
}

/** The containers of an object that runs pods, those that run first included; none of any other object. */
export function containersOf(object: PlainObject): readonly Container[] {
    const spec = (places[object.kind] ?? []).reduce<unknown>(
        (at, key) => (at as Record<string, unknown> | undefined)?.[key],
        object,
    ) as PodSpec | undefined;
    return places[object.kind] === undefined
        ? []
        : [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
}

/** The same object with another pod. An object that runs none stays as it is. */
export function withPodSpec<T extends PlainObject>(
    object: T,
    change: (spec: PodSpec) => PodSpec,
): T {
    const place = places[object.kind];
    return place === undefined ? object : (changed(object, place, change) as T);
}

function changed(
    value: unknown,
    [key, ...rest]: readonly string[],
    change: (spec: PodSpec) => PodSpec,
): unknown {
    if (key === undefined) {
        return change(value as PodSpec);
    }
    const fields = value as Readonly<Record<string, unknown>>;
    return fields[key] === undefined
        ? fields
        : { ...fields, [key]: changed(fields[key], rest, change) };
}
