import type { Kind, KubernetesObject, Metadata } from "./objects";

/** A change that the simulation wants made on the API server. What is decided is data; only the loop does it. */
export type Write = Create | Patch | Delete | Say;

/** An object on its way to the API server. */
export interface NewObject {
    readonly apiVersion: string;
    readonly kind: Kind;
    readonly metadata: Metadata;
    readonly spec?: object;
    /** Of a webhook configuration, which has no spec. */
    readonly webhooks?: readonly object[];
    /** Of a setting of Longhorn, which has no spec. */
    readonly value?: string;
    /** Of a ControllerRevision, which has no spec. */
    readonly revision?: number;
    readonly data?: object;
    /** Of a StorageClass, which has no spec. */
    readonly provisioner?: string;
}

/** Makes an object. One that is there already is left as it is. */
export interface Create {
    readonly do: "create";
    readonly object: NewObject;
    /** What to write once it is made. */
    readonly made?: readonly Write[];
    /** What to write instead when the API server refuses it, a quota for example; given the API server's words. */
    readonly refused?: (message: string) => readonly Write[];
}

/** A JSON merge patch (RFC 7386): `null` removes a field. */
export interface Patch {
    readonly do: "patch";
    readonly target: KubernetesObject;
    readonly change: object;
    readonly subresource?: "status";
}

/** Deletes an object; `atOnce` as a kubelet does when a pod has ended. */
export interface Delete {
    readonly do: "delete";
    readonly target: KubernetesObject;
    readonly atOnce?: boolean;
}

/** An Event. The same words again raise its count. */
export interface Say {
    readonly do: "say";
    readonly about: KubernetesObject;
    readonly type: "Normal" | "Warning";
    readonly reason: string;
    readonly message: string;
    /** The controller that says it. */
    readonly by: string;
}

/** Makes an object, with what to write then, or when it is refused. */
export function create(object: NewObject, then: Pick<Create, "made" | "refused"> = {}): Create {
    return { do: "create", object, ...then };
}

/** A patch of an object, or nothing when it would change nothing. */
export function patch(target: KubernetesObject, change: object): Patch[] {
    return wouldChange(target, change) ? [{ do: "patch", target, change }] : [];
}

/** A patch of an object's status, or nothing when it would change nothing. */
export function patchStatus(target: KubernetesObject, status: object): Patch[] {
    const change = { status };
    return wouldChange(target, change)
        ? [{ do: "patch", target, change, subresource: "status" }]
        : [];
}

/** Sets annotations; `null` removes one. */
export function annotate(
    target: KubernetesObject,
    annotations: Readonly<Record<string, string | null>>,
): Patch[] {
    return patch(target, { metadata: { annotations } });
}

/** Adds a finalizer. */
export function hold(target: KubernetesObject, finalizer: string): Patch[] {
    const { finalizers = [] } = target.metadata;
    return finalizers.includes(finalizer)
        ? []
        : patch(target, { metadata: { finalizers: [...finalizers, finalizer] } });
}

/** Removes finalizers; those of others stay. */
export function release(target: KubernetesObject, ...finalizers: readonly string[]): Patch[] {
    const { finalizers: before = [] } = target.metadata;
    const after = before.filter((each) => !finalizers.includes(each));
    return after.length === before.length ? [] : patch(target, { metadata: { finalizers: after } });
}

/** Deletes an object, unless it is on its way out already. */
export function remove(target: KubernetesObject): Delete[] {
    return target.metadata.deletionTimestamp === undefined ? [{ do: "delete", target }] : [];
}

/** Deletes an object without waiting for anybody. */
export function removeAtOnce(target: KubernetesObject): Delete {
    return { do: "delete", target, atOnce: true };
}

/** A Normal event. */
export function say(about: KubernetesObject, by: string, reason: string, message: string): Say {
    return { do: "say", about, by, type: "Normal", reason, message };
}

/** A Warning event. */
export function warn(about: KubernetesObject, by: string, reason: string, message: string): Say {
    return { do: "say", about, by, type: "Warning", reason, message };
}

/** The object after a JSON merge patch. Source: RFC 7386, section 2. */
export function merged(before: unknown, change: unknown): unknown {
    if (!isRecord(change)) {
        return change;
    }
    const after: Record<string, unknown> = isRecord(before) ? { ...before } : {};
    for (const [key, value] of Object.entries(change)) {
        if (value === null) {
            // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a patch names its keys
            delete after[key];
        } else if (value !== undefined) {
            after[key] = merged(after[key], value);
        }
    }
    return after;
}

function wouldChange(target: unknown, change: unknown): boolean {
    if (!isRecord(change)) {
        return !same(target, change);
    }
    return Object.entries(change).some(([key, value]) => {
        if (value === undefined) {
            return false;
        }
        const old = isRecord(target) ? target[key] : undefined;
        return value === null ? old !== undefined : wouldChange(old, value);
    });
}

/** Whether two JSON values are the same; the order of keys does not count. */
export function same(one: unknown, other: unknown): boolean {
    if (Array.isArray(one) && Array.isArray(other)) {
        return one.length === other.length && one.every((each, at) => same(each, other[at]));
    }
    if (isRecord(one) && isRecord(other)) {
        const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
        return [...keys].every((key) => same(one[key], other[key]));
    }
    return one === other;
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
