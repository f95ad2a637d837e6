import type { Refusal } from "./driver";
import type { StorageClass } from "./objects";
import type { SecretReference } from "./storage-objects";
import type { Store } from "./store";

/**
 * The Secrets that a class names for the sidecars and for the kubelet. Source: kubernetes-csi/external-provisioner
 * pkg/controller/controller.go, the constants prefixedProvisionerSecretNameKey and following.
 */
export function classSecret(
    { parameters = {} }: StorageClass,
    use: "provisioner" | "controller-publish" | "controller-expand" | "node-stage" | "node-publish",
): SecretReference | undefined {
    const name = parameters[`csi.storage.k8s.io/${use}-secret-name`];
    const namespace = parameters[`csi.storage.k8s.io/${use}-secret-namespace`];
    return name === undefined || namespace === undefined ? undefined : { name, namespace };
}

/** What a Secret says, in clear. It never leaves this process. */
export function secretContent(
    world: Store,
    reference: SecretReference | undefined,
): Readonly<Record<string, string>> {
    const found =
        reference === undefined
            ? undefined
            : world.get("Secret", reference.namespace, reference.name);
    return Object.fromEntries(
        Object.entries(found?.data ?? {}).map(([key, value]) => [
            key,
            Buffer.from(value, "base64").toString("utf8"),
        ]),
    );
}

/**
 * What the sidecar says of a Secret that is not there: the driver is not even asked. Source: kubernetes-csi/external-provisioner
 * pkg/controller/controller.go, getCredentials.
 */
export function missingSecret(world: Store, of: StorageClass): Refusal | undefined {
    const reference = classSecret(of, "provisioner");
    if (
        reference === undefined ||
        world.get("Secret", reference.namespace, reference.name) !== undefined
    ) {
        return undefined;
    }
    const { name, namespace } = reference;
    return {
        says: `error getting secret ${name} in namespace ${namespace}: secrets "${name}" not found`,
    };
}

/** What the provisioner writes on a volume about the Secrets of its class. */
export function secretReferences(of: StorageClass): object {
    const references = {
        controllerPublishSecretRef: classSecret(of, "controller-publish"),
        controllerExpandSecretRef: classSecret(of, "controller-expand"),
        nodeStageSecretRef: classSecret(of, "node-stage"),
        nodePublishSecretRef: classSecret(of, "node-publish"),
    };
    return Object.fromEntries(
        Object.entries(references).filter(([, reference]) => reference !== undefined),
    );
}

const deletionSecret = "volume.kubernetes.io/provisioner-deletion-secret-";

/** Where a volume says which Secret its deletion takes. Source: external-provisioner, annDeletionProvisionerSecretRefName. */
export function deletionAnnotations(of: StorageClass): Record<string, string> {
    const reference = classSecret(of, "provisioner");
    return reference === undefined
        ? {}
        : {
              [`${deletionSecret}name`]: reference.name,
              [`${deletionSecret}namespace`]: reference.namespace,
          };
}

/** The Secret that the deletion of a volume takes. */
export function deletionSecretOf(
    annotations: Readonly<Record<string, string>> | undefined,
): SecretReference | undefined {
    const name = annotations?.[`${deletionSecret}name`];
    const namespace = annotations?.[`${deletionSecret}namespace`];
    return name === undefined || namespace === undefined ? undefined : { name, namespace };
}
