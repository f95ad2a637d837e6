/** Annotations and labels of our own on the objects that the components create. */
const domain = "pulumi-kubevirt.dev";

/** Which stack's program an object belongs to: `<project>/<stack>/<resource name>`. What does not carry it is never taken over. */
export const ownerAnnotation = `${domain}/owner`;

/** What a disk was made from (source, class, modes). It cannot change afterwards, so a change of it is refused. */
export const originAnnotation = `${domain}/origin`;

/** The size a disk was last asked for with: what it is never made smaller than. */
export const sizeAnnotation = `${domain}/size`;

/** What becomes of a disk's data when its resource leaves the program that made it: `retain`, `delete` or `forbid`. */
export const onDestroyAnnotation = `${domain}/on-destroy`;

/** Which component a disk's object is a part of, by its type and its parents': a disk that moves leaves its old place behind. */
export const componentAnnotation = `${domain}/component`;

/**
 * Which group a machine's pod is in: what keeps machines apart or near, and what services and network policies find them by. A machine
 * is in one group.
 */
export const groupLabel = `${domain}/group`;

/** On every object, so that `kubectl get -l app.kubernetes.io/managed-by=pulumi-kubevirt` finds them. */
export const managedByLabel = { "app.kubernetes.io/managed-by": "pulumi-kubevirt" } as const;

/**
 * Asks CDI to bind and fill a disk now although its class waits for a first consumer. Any value counts.
 * Source: CDI pkg/controller/common/util.go (AnnImmediateBinding).
 */
export const bindImmediateAnnotation = "cdi.kubevirt.io/storage.bind.immediate.requested";
