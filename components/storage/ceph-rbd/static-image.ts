import type { VolumeSource } from "../../../model/disk-source";
import type { CephRbdArgs } from "./args";
import { cephRbdSecretName, defaultClassOf, defaultFeatures } from "./classes";
import { defaultDriver, defaultNamespace } from "./tiers";

/**
 * An image that exists, as the driver is told of it: by its name, with what the class would say. Source: ceph-csi
 * docs/static-pvc.md, internal/rbd/nodeserver.go (NodeStageVolume, staticVolume).
 */
export function staticImage(
    name: string,
    args: CephRbdArgs,
    image: string,
    pool?: string,
): VolumeSource {
    const { parameters } = defaultClassOf(name, args);
    const from = pool ?? parameters["pool"] ?? "";
    const secret = {
        name: cephRbdSecretName(name),
        namespace: args.namespace ?? defaultNamespace,
    };
    return {
        volume: {
            text: `rbd image ${from}/${image}`,
            driver: args.driverName ?? defaultDriver,
            volumeHandle: image,
            volumeAttributes: {
                clusterID: args.clusterId,
                pool: from,
                staticVolume: "true",
                imageFeatures: parameters["imageFeatures"] ?? defaultFeatures.join(","),
                ...(parameters["mapOptions"] === undefined
                    ? {}
                    : { mapOptions: parameters["mapOptions"] }),
                ...(parameters["mounter"] === undefined ? {} : { mounter: parameters["mounter"] }),
            },
            secrets: { nodeStageSecretRef: secret },
        },
    };
}
