import { z } from "zod";
import { pinned } from "../../model/versions";
import {
    count,
    duration,
    durationUnit,
    flag,
    free,
    labels,
    optional,
    required,
    size,
    sizeUnit,
    text,
    texts,
} from "./fields";

const sha256 = z.string().regex(/^[0-9a-fA-F]{64}$/);
const checksum = optional(
    sha256,
    "SHA-256 of the file, as sha256sum prints it.",
    "none: the place is trusted",
);

/** Where a release manifest is: at an address, or in a file. */
const manifest = z.union([
    z.strictObject({
        url: required(
            z.string().regex(/^https?:\/\/\S+$/),
            "Address of the manifest, https:// or http://.",
        ),
        sha256: checksum,
    }),
    z.strictObject({
        file: required(text, "Path of the manifest, from the project's folder."),
        sha256: checksum,
    }),
]);

const mode = optional(
    z.enum(["install", "adopt"]),
    "install: this stack brings it, upgrades it and removes it. adopt: somebody else's, which is only checked.",
    "install",
);
const takeOver = optional(
    flag,
    "Take over what somebody else has installed.",
    "false: install is refused where there is one already",
);
const imageRegistry = optional(
    text,
    "Registry, with path, that has the images instead of the manifest's.",
    "the manifest's own",
    { example: "registry.example.org/kubevirt" },
);

function readyWithin(otherwise: string) {
    return optional(duration, "How long it may take to become ready.", otherwise, {
        unit: durationUnit,
    });
}

function version(pin: string) {
    return optional(text, "Version to install, one step at a time.", `${pin}, which is tried`, {
        example: pin,
    });
}

const operator = {
    mode,
    manifest: optional(
        manifest,
        "The release manifest, at another address or in a file.",
        "the project's own release of the version",
    ),
    imageRegistry,
    images: optional(labels, "Single images by their name in the manifest.", "none"),
    imagePullSecrets: optional(texts, "Secrets with the registry's login.", "none"),
    takeOver,
    readyWithin: readyWithin("15 minutes"),
    networkPolicies: optional(flag, "Network policies for its namespace.", "false"),
    overrides: optional(free, "Fields of the object's spec for what is not here.", "none"),
};

const modes = z.enum(["install", "adopt", "skip"]);

/** A mode alone, or what there is to say about an install. */
function part<S extends z.ZodRawShape>(shape: S) {
    return z.union([modes, z.strictObject(shape)]);
}

/** What there is to say about a part of the plumbing of networks. */
function plumbing<S extends z.ZodRawShape>(more: S) {
    return z.strictObject({
        mode,
        version: optional(text, "Version to install.", "the one that is tried"),
        manifests: optional(z.array(manifest), "Its manifests.", "the project's own files"),
        imageRegistry,
        takeOver,
        ...more,
    });
}

const pool = z.strictObject({
    name: required(text, "Name of the pool, without the prefix."),
    prefix: optional(text, "Prefix of the name.", "intel.com"),
    vendors: optional(texts, "Vendors of the card, as lspci -n shows them.", "any"),
    devices: optional(texts, "Device ids of the virtual functions.", "any"),
    drivers: optional(texts, "Drivers that they are bound to.", "vfio-pci"),
    pfNames: optional(texts, "Ports of the card that they belong to.", "any"),
});

/** What the stack does about the platform. */
export const platform = z.strictObject({
    certManager: optional(
        part({
            mode,
            version: version(pinned.certManagerChart),
            chart: optional(text, "The chart as a folder or a file.", "that of charts.jetstack.io"),
            values: optional(free, "Values of the chart.", "the chart's own"),
            readyWithin: readyWithin("10 minutes"),
        }),
        "cert-manager: install, adopt, skip, or what there is to say about an install.",
        "skip: neither KubeVirt nor CDI needs it",
    ),
    snapshots: optional(
        part({
            mode,
            version: version(pinned.externalSnapshotter),
            manifests: optional(
                z.array(manifest),
                "The manifests of definitions and controller.",
                "the project's own files of the version",
            ),
            imageRegistry,
            takeOver,
            readyWithin: readyWithin("5 minutes"),
        }),
        "Definitions and controller of volume snapshots.",
        "adopt: the cluster has them, and nothing is installed that nobody asked for",
    ),
    kubevirt: optional(
        part({
            ...operator,
            version: version(pinned.kubevirt),
            featureGates: optional(
                z.strictObject({
                    enable: optional(texts, "Gates to turn on.", "none"),
                    disable: optional(texts, "Gates to turn off.", "none"),
                }),
                "Feature gates, checked against the version.",
                "those of the version",
            ),
            liveMigration: optional(
                z.strictObject({
                    bandwidthPerMigration: optional(size, "Bytes a second for each.", "no limit", {
                        unit: sizeUnit,
                    }),
                    parallelPerCluster: optional(count(1), "At once.", "5"),
                    parallelOutboundPerNode: optional(count(1), "At once from a node.", "2"),
                }),
                "Limits of live migrations.",
                "KubeVirt's own",
            ),
        }),
        "KubeVirt, which runs machines.",
        "adopt",
    ),
    cdi: optional(
        part({
            ...operator,
            version: version(pinned.cdi),
            scratchStorageClass: optional(
                text,
                "Class of the room that imports need for a while.",
                "that of the disk",
            ),
            insecureRegistries: optional(texts, "Registries without a certificate.", "none"),
        }),
        "CDI, which fills disks.",
        "adopt",
    ),
    networks: optional(
        z.union([
            modes,
            z.strictObject({
                multus: optional(z.union([modes, plumbing({})]), "Multus.", "install"),
                whereabouts: optional(
                    z.union([modes, plumbing({})]),
                    "whereabouts, which gives addresses out.",
                    "skip",
                ),
                sriov: optional(
                    z.union([
                        z.enum(["adopt", "skip"]),
                        plumbing({
                            pools: optional(z.array(pool), "Virtual functions by pool.", "none"),
                        }),
                    ]),
                    "The SR-IOV plugins.",
                    "skip",
                ),
                readyWithin: readyWithin("10 minutes"),
            }),
        ]),
        "What networks beside the pod network are made with.",
        "skip: machines on the pod network do not need it",
    ),
});
