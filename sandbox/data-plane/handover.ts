import type { Claim } from "./objects";
import { ownedBy, annotationOf } from "./reading";
import { type View, prefix, selectedNode } from "./view";
import { cdiLabels } from "./worker-pod";
import { type NewObject, type Write, patch, remove } from "./writes";

/** A claim like the target that gets its volume at once, to be filled. Source: CDI pkg/controller/populators/populator-base.go. */
export function temporaryClaim(
    { claim, dataVolume }: View,
    name: string,
    annotations: Readonly<Record<string, string>>,
    namespace = claim.metadata.namespace ?? "",
): NewObject {
    const { accessModes, volumeMode, storageClassName, resources } = claim.spec;
    const node = annotationOf(claim, selectedNode);
    const away = namespace !== claim.metadata.namespace;
    const owner = { "cdi.kubevirt.io/OwnedByUID": claim.metadata.uid ?? "" };
    return {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: {
            name,
            namespace,
            labels: {
                ...cdiLabels,
                "velero.io/exclude-from-backup": "true",
                ...(away ? owner : {}),
            },
            annotations: {
                [`${prefix}bind.immediate.requested`]: "",
                [`${prefix}contentType`]: dataVolume.spec.contentType ?? "kubevirt",
                [`${prefix}preallocation.requested`]: "false",
                "linkerd.io/inject": "disabled",
                "sidecar.istio.io/inject": "false",
                ...(node === undefined ? {} : { [selectedNode]: node }),
                ...annotations,
            },
            // Across namespaces nobody can own: CDI follows the label.
            ...(away ? {} : { ownerReferences: ownedBy(claim) }),
        },
        spec: { accessModes, volumeMode, storageClassName, resources },
    };
}

/**
 * Gives the temporary claim's volume to the target: Kubernetes binds the target to the volume that names it. Then the
 * temporary claim, which has lost its volume, goes. Source: CDI pkg/controller/common/util.go (Rebind).
 */
export function handOver({ world, claim }: View, temporary: Claim): Write[] {
    if (claim.status?.phase === "Bound") {
        return remove(temporary);
    }
    const volume = world.get("PersistentVolume", undefined, temporary.spec.volumeName ?? "");
    const { name, namespace, uid } = claim.metadata;
    return volume === undefined
        ? []
        : patch(volume, {
              spec: {
                  claimRef: {
                      apiVersion: "v1",
                      kind: "PersistentVolumeClaim",
                      name,
                      namespace,
                      uid,
                      resourceVersion: null,
                  },
              },
          });
}
