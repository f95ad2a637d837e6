import type * as pulumi from "@pulumi/pulumi";
import type { SnapshotClassPlan, StorageClassPlan } from "../../../model/storage";
import type { CephRbdArgs } from "./args";
import type { CephRbdClassArgs, CephTopologyPoolArgs } from "./class-args";
import { mapOptionsOf } from "./map-options";
import { defaultDriver, defaultNamespace, defaultTierOf, tiersOf } from "./tiers";

/** Features of an image that kernels from 5.4 on map. Source: Rook Documentation/Getting-Started/Prerequisites/prerequisites.md. */
export const defaultFeatures = [
    "layering",
    "exclusive-lock",
    "object-map",
    "fast-diff",
    "deep-flatten",
] as const;

/** Parameters of a class that an argument stands for, with the argument. */
export const ownParameters: Readonly<Record<string, string>> = {
    clusterID: "clusterId",
    pool: "pool",
    dataPool: "dataPool",
    imageFeatures: "imageFeatures",
    mounter: "mounter",
    mapOptions: "mapOptions or guests",
    unmapOptions: "unmapOptions",
    topologyConstrainedPools: "topologyPools",
    encrypted: "encrypted",
    encryptionType: "encrypted",
    encryptionKMSID: "encryption",
    "csi.storage.k8s.io/fstype": "fsType",
    mkfsOptions: "mkfsOptions",
    volumeNamePrefix: "volumeNamePrefix",
    stripeUnit: "stripe",
    stripeCount: "stripe",
    objectSize: "objectSize",
};

/** Name of the Secret that has the user's key. */
export function cephRbdSecretName(name: string): string {
    return `${name}-ceph-user`;
}

/**
 * What is in the Secret. Source of the keys: ceph-csi internal/util/credentials.go, internal/kms/secretskms.go.
 *
 * @returns texts for `stringData`, which have to be secret outputs by the time they are registered.
 */
export function cephRbdSecretData(
    args: Pick<CephRbdArgs, "encryption" | "user">,
): Readonly<Record<string, pulumi.Input<string>>> {
    const { encryption, user } = args;
    return {
        userID: user.id,
        userKey: user.key,
        ...(encryption !== undefined && "passphrase" in encryption
            ? { encryptionPassphrase: encryption.passphrase }
            : {}),
    };
}

/** The classes of a backend, by tier. They share one snapshot class: its parameters are the same for all of them. */
export function cephRbdClasses(
    name: string,
    args: CephRbdArgs,
): Readonly<Record<string, StorageClassPlan>> {
    const snapshots = snapshotClassOf(name, args);
    return Object.fromEntries(
        Object.entries(tiersOf(args)).map(([tier, tierArgs]) => [
            tier,
            classOf({
                args,
                tier: tierArgs,
                secret: cephRbdSecretName(name),
                name: tierArgs.className ?? (args.tiers === undefined ? name : `${name}-${tier}`),
                snapshots,
            }),
        ]),
    );
}

/** The class that stands for the backend. */
export function defaultClassOf(name: string, args: CephRbdArgs): StorageClassPlan {
    const plan = cephRbdClasses(name, args)[defaultTierOf(args)];
    if (plan === undefined) {
        throw new Error(`defaultTier ${defaultTierOf(args)} is none of the tiers`);
    }
    return plan;
}

interface ClassParts {
    readonly args: CephRbdArgs;
    readonly tier: CephRbdClassArgs;
    readonly name: string;
    readonly secret: string;
    readonly snapshots: SnapshotClassPlan;
}

function classOf({ args, tier, name, secret, snapshots }: ClassParts): StorageClassPlan {
    const { fsType, mountOptions, topologyPools, allowVolumeExpansion = true } = tier;
    const isBlock = fsType === undefined;
    return {
        name,
        provisioner: args.driverName ?? defaultDriver,
        parameters: {
            ...tier.parameters,
            ...parametersOf(args, tier),
            ...secretPairs(
                ["provisioner", "controller-expand", "controller-publish", "node-stage"],
                secret,
                args.namespace ?? defaultNamespace,
            ),
        },
        reclaimPolicy: tier.reclaimPolicy ?? "Retain",
        volumeBindingMode:
            tier.bindingMode ??
            (topologyPools === undefined ? "Immediate" : "WaitForFirstConsumer"),
        allowVolumeExpansion,
        ...(mountOptions === undefined ? {} : { mountOptions }),
        // Source: CDI pkg/controller/common/util.go (AnnDefaultVirtStorageClass).
        ...(tier.isDefaultForMachines === true
            ? { annotations: { "storageclass.kubevirt.io/is-default-virt-class": "true" } }
            : {}),
        // RBD is mounted on several nodes as a raw device only. Source: ceph-csi internal/rbd/controllerserver.go
        // (parseVolCreateRequest).
        accessMode: isBlock ? "ReadWriteMany" : "ReadWriteOnce",
        volumeMode: isBlock ? "Block" : "Filesystem",
        cloneStrategy: "csi-clone",
        // CDI has this for the names that Rook and OpenShift give the driver, and not for its own.
        // Source: CDI pkg/storagecapabilities/storagecapabilities.go (SourceFormatsByProvisionerKey).
        dataImportCronSourceFormat: "snapshot",
        snapshotClasses: [snapshots],
        capabilities: {
            shareBlock: isBlock,
            snapshot: true,
            clone: "copy-on-write",
            expand: allowVolumeExpansion ? "online" : "none",
            encrypt: tier.encrypted === true,
            backup: false,
        },
    };
}

/** Source: ceph-csi docs/deploy-rbd.md, "Available volume parameters". */
function parametersOf(args: CephRbdArgs, tier: CephRbdClassArgs): Readonly<Record<string, string>> {
    const { encryption } = args;
    const kmsId = encryption !== undefined && "kmsId" in encryption ? encryption.kmsId : undefined;
    const parameters: Readonly<Record<string, string | undefined>> = {
        clusterID: args.clusterId,
        pool: tier.pool,
        dataPool: tier.dataPool,
        imageFeatures: (tier.imageFeatures ?? defaultFeatures).join(","),
        mounter: tier.mounter,
        mapOptions: mapOptionsOf(tier),
        unmapOptions: tier.unmapOptions,
        topologyConstrainedPools: tier.topologyPools && topologyText(tier.topologyPools),
        ...(tier.encrypted === true
            ? { encrypted: "true", encryptionType: "block", encryptionKMSID: kmsId }
            : {}),
        "csi.storage.k8s.io/fstype": tier.fsType,
        mkfsOptions: tier.mkfsOptions,
        volumeNamePrefix: tier.volumeNamePrefix,
        stripeUnit: tier.stripe?.unit.toString(),
        stripeCount: tier.stripe?.count.toString(),
        objectSize: tier.objectSize?.toString(),
    };
    return Object.fromEntries(
        Object.entries(parameters).filter(
            (entry): entry is [string, string] => entry[1] !== undefined,
        ),
    );
}

/**
 * The pools as the driver reads them: a label without what stands before its "/".
 * Source: ceph-csi internal/util/topology.go (TopologyConstrainedPool, extractDomainsFromlabels).
 */
function topologyText(pools: readonly CephTopologyPoolArgs[]): string {
    return JSON.stringify(
        pools.map(({ pool, dataPool, domain }) => ({
            poolName: pool,
            ...(dataPool === undefined ? {} : { dataPool }),
            domainSegments: Object.entries(domain).map(([label, value]) => ({
                domainLabel: domainOf(label),
                value,
            })),
        })),
    );
}

/** What the driver calls the domain of a node's label: `zone` of `topology.kubernetes.io/zone`. */
export function domainOf(label: string): string {
    return label.slice(label.indexOf("/") + 1);
}

function snapshotClassOf(name: string, args: CephRbdArgs): SnapshotClassPlan {
    return {
        name: `${name}-snap`,
        driver: args.driverName ?? defaultDriver,
        deletionPolicy: args.snapshotDeletionPolicy ?? "Delete",
        parameters: {
            clusterID: args.clusterId,
            ...secretPairs(
                ["snapshotter"],
                cephRbdSecretName(name),
                args.namespace ?? defaultNamespace,
            ),
        },
        isDefault: true,
        // Velero takes the one class of a driver that has it. Source: velero site/content/docs/main/csi.md.
        labels: { "velero.io/csi-volumesnapshot-class": "true" },
    };
}

function secretPairs(
    uses: readonly string[],
    name: string,
    namespace: string,
): Readonly<Record<string, string>> {
    return Object.fromEntries(
        uses.flatMap((use) => [
            [`csi.storage.k8s.io/${use}-secret-name`, name],
            [`csi.storage.k8s.io/${use}-secret-namespace`, namespace],
        ]),
    );
}
