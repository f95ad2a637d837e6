import { type Fields, isFields, type Place } from "../model/machine-difference";

/** A resource of the program, as far as policies read it. */
export interface Resource {
    /** `kubernetes:apps/v1:Deployment` */
    readonly type: string;
    /** Name in the program. */
    readonly name: string;
    readonly urn: string;
    /** What the program gives it. Values that a preview cannot know are {@link notKnown}. */
    readonly props: Fields;
    /** Whether the engine refuses to delete it. */
    readonly isProtected: boolean;
    /** Namespace of objects that name none, as its provider has it. */
    readonly defaultNamespace?: string;
}

/** A value that nobody knows before the update. It is neither there nor missing: policies leave it alone. */
export const notKnown = Symbol("not known before the update");

/** Kind of a resource's object; a patch of one is of the same kind. Undefined where the resource is no object of Kubernetes. */
export function kindOf({ type }: Pick<Resource, "type">): string | undefined {
    return /^kubernetes:(?!helm\.sh\/|index:)[^:]+:([A-Za-z0-9]+?)(?:Patch)?$/.exec(type)?.[1];
}

/** Whether a resource writes some fields of an object that is somebody else's: what it leaves out says nothing. */
export function isPatch({ type }: Pick<Resource, "type">): boolean {
    return /^kubernetes:.*Patch$/.test(type);
}

/** Types of the components that a resource is a part of, the outermost first. */
export function componentsOf({ urn }: Pick<Resource, "urn">): readonly string[] {
    return (urn.split("::")[2] ?? "").split("$").slice(0, -1);
}

/** What is at a place; {@link notKnown} where something on the way is. */
export function at(value: unknown, ...place: Place): unknown {
    return place.reduce<unknown>(
        (found, step) =>
            isFields(found) && Object.hasOwn(found, step)
                ? found[step]
                : found === notKnown
                  ? notKnown
                  : undefined,
        value,
    );
}

/** The fields at a place; none where there is nothing else. */
export function fieldsOf(value: unknown, ...place: Place): Fields {
    const found = at(value, ...place);
    return isFields(found) ? found : {};
}

/** The entries of a list that are objects. */
export function entriesOf(value: unknown, ...place: Place): readonly Fields[] {
    const found = at(value, ...place);
    return Array.isArray(found) ? found.filter(isFields) : [];
}

/** A text, or undefined where there is something else or nothing. */
export function textOf(value: unknown): string | undefined {
    return typeof value === "string" ? value : undefined;
}

/** An entry of a list as a step of a place: by its name, or by its number. */
export function stepTo(entry: unknown, index: number): string {
    return `[${textOf(at(entry, "name")) ?? String(index)}]`;
}

/** Whether a resource is a Helm release, whose objects nobody sees. */
export function isRelease({ type }: Pick<Resource, "type">): boolean {
    return type === "kubernetes:helm.sh/v3:Release";
}

/** Name of a resource's object, or release. One that Kubernetes or Pulumi makes up is called as in the program. */
export function nameOf(resource: Resource): string {
    return textOf(at(resource.props, ...metadataOf(resource), "name")) ?? resource.name;
}

function metadataOf(resource: Resource): Place {
    return isRelease(resource) ? [] : ["metadata"];
}

/** Kinds that are in a namespace also where their objects name none. Of others only those that name one are known to be. */
const namespacedKinds = new Set([
    ...["ConfigMap", "CronJob", "DaemonSet", "DataImportCron", "DataSource", "DataVolume"],
    ...["Deployment", "Ingress", "Job", "LimitRange", "NetworkAttachmentDefinition"],
    ...["NetworkPolicy", "PersistentVolumeClaim", "Pod", "ReplicaSet", "ResourceQuota", "Role"],
    ...["RoleBinding", "Secret", "Service", "ServiceAccount", "StatefulSet", "VirtualMachine"],
    ...["VirtualMachineInstance", "VirtualMachineInstanceReplicaSet", "VirtualMachinePool"],
    ...["VolumeSnapshot"],
]);

/** Whether a resource's object is in a namespace, as far as its kind or the object itself says so. */
export function isNamespaced(resource: Resource): boolean {
    return (
        at(resource.props, ...metadataOf(resource), "namespace") !== undefined ||
        namespacedKinds.has(kindOf(resource) ?? "") ||
        isRelease(resource)
    );
}

/** Namespace of a resource's object; undefined where nothing says it, and on objects of the whole cluster. */
export function namespaceOf(resource: Resource): string | undefined {
    if (!isNamespaced(resource)) {
        return undefined;
    }
    const named = at(resource.props, ...metadataOf(resource), "namespace");
    return named === undefined ? resource.defaultNamespace : textOf(named);
}

/** `vms/db`, or `db` of the whole cluster: what exemptions and messages name an object by. */
export function placeOf(resource: Resource): string {
    const namespace = namespaceOf(resource);
    return `${namespace === undefined ? "" : `${namespace}/`}${nameOf(resource)}`;
}

/** Every value inside others that has no more inside, with the way there. */
export function leavesOf(
    value: unknown,
    place: Place = [],
): readonly { readonly place: Place; readonly value: unknown }[] {
    if (Array.isArray(value)) {
        return value.flatMap((entry: unknown, index) =>
            leavesOf(entry, [...place, stepTo(entry, index)]),
        );
    }
    return isFields(value)
        ? Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...place, key]))
        : [{ place, value }];
}
