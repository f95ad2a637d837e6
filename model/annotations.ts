/** Annotations and labels of our own on the objects that the components create. */
const domain = "pulumi-kubevirt.dev";

/** Which stack's program an object belongs to: `<project>/<stack>/<resource name>`. What does not carry it is never taken over. */
export const ownerAnnotation = `${domain}/owner`;

/** What a disk was made from (source, class, modes). It cannot change afterwards, so a change of it is refused. */
export const originAnnotation = `${domain}/origin`;

/** The size a disk with an image was asked for with: CDI keeps its own copy for good, so an edit would be swallowed. */
export const sizeAnnotation = `${domain}/size`;

/** On every object, so that `kubectl get -l app.kubernetes.io/managed-by=pulumi-kubevirt` finds them. */
export const managedByLabel = { "app.kubernetes.io/managed-by": "pulumi-kubevirt" } as const;

/**
 * Asks CDI to bind and fill a disk now although its class waits for a first consumer. Any value counts.
 * Source: CDI pkg/controller/common/util.go (AnnImmediateBinding).
 */
export const bindImmediateAnnotation = "cdi.kubevirt.io/storage.bind.immediate.requested";
