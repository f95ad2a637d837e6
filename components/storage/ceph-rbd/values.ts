import { type Fields, given, merged } from "../../../manifests/fields";
import type { CephRbdArgs } from "./args";
import { defaultDriver, tiersOf } from "./tiers";

/**
 * Values of the chart `ceph-csi-rbd`. Nothing secret is among them: Helm keeps them in its release. Classes, snapshot class and
 * Secret are this package's own objects, as the chart's cannot have all of their fields (its templates/storageclass.yaml), and its
 * Secret has a passphrase for testing.
 */
export function cephRbdValues(args: CephRbdArgs, provisionerReplicas: number): Fields {
    const { encryption, topology, driverName = defaultDriver, kubeletDir } = args;
    const usesNbd = Object.values(tiersOf(args)).some(({ mounter }) => mounter === "rbd-nbd");
    const ours: Fields = {
        csiConfig: [clusterOf(args)],
        provisioner: { replicaCount: provisionerReplicas },
        driverName,
        // The chart's own 5 is for tracing: every call of every volume, on every node.
        logLevel: 1,
        storageClass: { create: false },
        volumeSnapshotClass: { create: false },
        secret: { create: false },
        ...(encryption !== undefined && "kms" in encryption
            ? { encryptionKMSConfig: { [encryption.kmsId]: encryption.kms } }
            : {}),
        ...(topology === undefined ? {} : { topology }),
        ...(kubeletDir === undefined ? {} : { kubeletDir }),
        // A node plugin that is started anew takes the rbd-nbd processes of its disks with it: the chart's advice in values.yaml.
        ...(usesNbd ? { nodeplugin: { updateStrategy: "OnDelete" } } : {}),
    };
    return merged(ours, args.values ?? {});
}

/** Source of the fields: ceph-csi api/deploy/kubernetes/csi-config-map.go. */
function clusterOf({ clusterId, monitors, radosNamespace, readAffinity }: CephRbdArgs): Fields {
    return {
        clusterID: clusterId,
        monitors,
        ...given({
            rbd: given({ radosNamespace }),
            readAffinity:
                readAffinity === undefined
                    ? undefined
                    : { enabled: true, crushLocationLabels: readAffinity.crushLocationLabels },
        }),
    };
}

/**
 * How many replicas the driver's controller has. The chart keeps them on different hosts by a rule that the scheduler has to
 * follow, so more than there are nodes would never all start. Source: the chart's templates/provisioner-deployment.yaml.
 */
export function provisionerReplicasFor(nodes: number | undefined, wanted?: number): number {
    return wanted ?? Math.max(1, Math.min(3, nodes ?? 3));
}
