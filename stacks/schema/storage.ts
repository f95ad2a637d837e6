import { z } from "zod";
import { pinned } from "../../model/versions";
import {
    count,
    duration,
    durationUnit,
    flag,
    free,
    labels,
    name,
    optional,
    required,
    secret,
    size,
    sizeUnit,
    text,
    texts,
} from "./fields";

const accessMode = optional(
    z.enum(["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"]),
    "How many nodes may mount a disk at the same time.",
    "ReadWriteMany: what live migration needs",
);
const volumeMode = optional(
    z.enum(["Block", "Filesystem"]),
    "Whether a disk is a raw device or a file on a filesystem.",
    "Block",
);
const snapshotClass = optional(
    text,
    "VolumeSnapshotClass of its disks.",
    "one of the class's driver",
);

/** A class that somebody else looks after: the cluster's administrators, or another stack. */
const existingClass = {
    storageClass: required(text, "Name of the StorageClass, which is never changed or deleted.", {
        example: "rook-ceph-block",
    }),
    accessMode,
    volumeMode,
    snapshotClass,
};

const defaultTier = optional(name, "The tier of disks that name none.", "the first");

function tiers<S extends z.ZodRawShape>(shape: S, example: string) {
    return optional(
        z.record(name, z.strictObject(shape)),
        `Classes side by side, each with a name that disks say as tier: ${example}. What a tier leaves out it takes from around it.`,
        "one class",
    );
}

const existing = z.strictObject({
    ...existingClass,
    tiers: tiers(existingClass, "fast, capacity"),
});

/** What Ceph's and Longhorn's classes have in common. */
const ownClass = {
    className: optional(name, "Name of the StorageClass.", "ceph-<tier> or longhorn-<tier>"),
    encrypted: optional(flag, "Encrypt its disks (LUKS), with what encryption says.", "false"),
    reclaimPolicy: optional(
        z.enum(["Retain", "Delete"]),
        "What becomes of the data when a claim is deleted.",
        "Retain: a claim that is deleted by mistake costs no data",
    ),
    allowVolumeExpansion: optional(flag, "Whether disks can grow.", "true"),
    isDefaultForMachines: optional(
        flag,
        "What CDI takes for disks that name no class. One class of a cluster at most.",
        "false",
    ),
    parameters: optional(labels, "Further parameters of the class.", "none"),
};

const capacity = optional(
    z.strictObject({
        raw: required(size, "What the pools or the nodes' disks have, before replication.", {
            unit: sizeUnit,
            example: "120Ti",
        }),
        replicas: optional(z.number().min(1), "Copies of a byte.", "what the classes say"),
        headroom: optional(z.number().min(1), "How many times the need has to be there.", "1.5"),
        shortage: optional(
            z.enum(["warn", "refuse"]),
            "What happens when there is less.",
            "refuse in production, else warn",
        ),
    }),
    "How much room there is, to hold the disks of the stack against.",
    "nothing is compared",
);

const installed = {
    defaultTier,
    capacity,
    probe: optional(flag, "Make a small volume in each update, and delete it again.", "false"),
    readyWithin: optional(
        duration,
        "How long the driver may take to be ready.",
        "10 or 15 minutes",
        {
            unit: durationUnit,
        },
    ),
    chart: optional(text, "The chart as a folder or a file.", "the project's own"),
    values: optional(free, "Values of the chart for what is not here, merged last.", "none"),
    kubeletDir: optional(text, "The kubelet's folder on the nodes.", "found, or /var/lib/kubelet"),
};

const cephClass = {
    ...ownClass,
    pool: optional(text, "Replicated pool of the images, which has to exist.", "that around it"),
    dataPool: optional(text, "Erasure-coded pool of the images' data.", "none"),
    guests: optional(
        z.enum(["any", "windows"]),
        "windows maps the disks with a bounce buffer, which Windows needs.",
        "any",
    ),
    imageFeatures: optional(texts, "Features of the images.", "those of a kernel of 5.4 or newer"),
    mapOptions: optional(text, "Options of mapping a disk.", "none", {
        example: "krbd:ms_mode=prefer-crc",
    }),
    unmapOptions: optional(text, "Options of unmapping a disk.", "none"),
};

const passphrase = required(
    secret,
    "The passphrase of encrypted disks. Keep it in a second place.",
);

const ceph = z.strictObject({
    ...cephClass,
    ...installed,
    clusterId: required(text, "Name of the Ceph cluster: ceph fsid.", {
        example: "b9127830-b0cc-4e34-aa47-9d1a2e9949a8",
    }),
    monitors: required(z.array(text).min(1), "Addresses of Ceph's monitors, each with its port.", {
        example: ["10.0.0.1:6789"],
    }),
    user: required(
        z.strictObject({
            id: required(text, "Its name, without client. before it.", { example: "kubevirt" }),
            key: required(secret, "Its key: ceph auth get-key client.<id>."),
        }),
        "The Ceph user that makes and maps images.",
    ),
    radosNamespace: optional(text, "RADOS namespace of the images, which has to exist.", "none"),
    tiers: tiers(cephClass, "fast, capacity"),
    encryption: optional(
        z.strictObject({ passphrase }),
        "Passphrase of encrypted classes.",
        "no class can be encrypted",
    ),
    provisionerReplicas: optional(
        count(1),
        "Replicas of the driver's controller, each on a node of its own.",
        "3, or the number of nodes",
    ),
    namespace: optional(name, "Namespace of the driver.", "ceph-csi-rbd"),
    driverName: optional(text, "Name of the driver.", "rbd.csi.ceph.com"),
    version: optional(text, "Version of the chart ceph-csi-rbd.", pinned.cephCsiRbd),
});

const longhornClass = {
    ...ownClass,
    replicas: optional(count(1, 20), "On how many nodes every disk is written.", "3", {
        unit: "1 to 20",
    }),
    dataLocality: optional(
        z.enum(["disabled", "best-effort", "strict-local"]),
        "Whether a copy has to be on the machine's node.",
        "disabled",
    ),
    diskTags: optional(texts, "Longhorn tags that a disk of a node has to have.", "none"),
    nodeTags: optional(texts, "Longhorn tags that a node has to have.", "none"),
    staleReplicaTimeout: optional(count(0), "How long a failed copy is kept.", "2880", {
        unit: "minutes",
    }),
};

const longhornDisk = z.strictObject({
    name: optional(text, "Longhorn's name for it.", "made from the disk's id"),
    path: required(text, "Where it is mounted, or the device itself.", { example: "/mnt/nvme0" }),
    tags: optional(texts, "Longhorn's tags of the disk.", "none"),
    reserved: optional(size, "Room that Longhorn leaves alone.", "30 percent", { unit: sizeUnit }),
    type: optional(z.enum(["filesystem", "block"]), "A raw device is block.", "filesystem"),
});

const pollInterval = optional(
    duration,
    "How often Longhorn looks for backups there.",
    "5 minutes",
    {
        unit: durationUnit,
    },
);

const backupTarget = z.union([
    z.strictObject({
        pollInterval,
        s3: required(
            z.strictObject({
                bucket: required(text, "Name of the bucket, which has to be there."),
                region: required(text, "Region of the bucket.", { example: "us-east-1" }),
                prefix: optional(text, "Folder in the bucket.", "the bucket's top"),
                endpoint: optional(text, "Address of the server, with its scheme.", "AWS"),
                accessKeyId: required(secret, "Id of the access key."),
                secretAccessKey: required(secret, "The secret key."),
                ca: optional(text, "PEM certificate of the server's authority.", "the usual ones"),
                virtualHostedStyle: optional(flag, "bucket.host instead of a path.", "false"),
            }),
            "An S3 bucket.",
        ),
    }),
    z.strictObject({
        pollInterval,
        nfs: required(
            z.strictObject({
                server: required(text, "Host name or address.", { example: "nas.example.org" }),
                path: required(text, "Path of the export.", { example: "/backups" }),
            }),
            "An NFS export (version 4).",
        ),
    }),
]);

const longhorn = z.strictObject({
    ...longhornClass,
    ...installed,
    environment: optional(
        z.enum(["production", "trial"]),
        "trial lets a cluster with fewer nodes than replicas work.",
        "production",
    ),
    tiers: tiers(longhornClass, "fast, capacity"),
    dataPath: optional(text, "Folder on the nodes for the data.", "/var/lib/longhorn/"),
    nodes: optional(
        z.record(
            text,
            z.strictObject({
                tags: optional(texts, "Longhorn's tags of the node.", "none"),
                disks: optional(z.array(longhornDisk), "Disks of the node.", "one, at dataPath"),
            }),
        ),
        "The nodes that keep data, by name.",
        "every node, with one folder at dataPath",
    ),
    encryption: optional(
        z.strictObject({ passphrase }),
        "Passphrase of encrypted classes.",
        "no class can be encrypted",
    ),
    backupTarget: optional(backupTarget, "Where backups go.", "none: snapshots, and no backups"),
    csiReplicas: optional(count(1), "Pods of each CSI controller.", "3"),
    settings: optional(free, "Further settings of Longhorn, by their names in the chart.", "none"),
    teardown: optional(
        z.literal("armed"),
        "The first of two steps to remove Longhorn with all its data.",
        "none: a destroy is refused",
    ),
    eraseVolumes: optional(texts, "Volumes of Longhorn's that go with it, by name.", "none"),
    version: optional(text, "Version of the chart longhorn.", pinned.longhorn),
});

/** Where the stack's disks are kept: one of the three. */
export const storage = z.union([
    z.strictObject({ existing: required(existing, "A StorageClass that is there.") }),
    z.strictObject({ ceph: required(ceph, "Ceph, run elsewhere, with its driver here.") }),
    z.strictObject({ longhorn: required(longhorn, "Longhorn, on the nodes' own disks.") }),
]);
