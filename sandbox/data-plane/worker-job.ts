import { quantityBytes } from "../../model/size";
import { nodePullError } from "./importer-errors";
import type { Claim } from "./objects";
import { cdiConfig } from "./cdi-config";
import { cdiOperator } from "./operator-cdi";
import { annotationOf } from "./reading";
import type { Source } from "./sources";
import { type View, prefix } from "./view";
import { type Job, pullError } from "./worker";
import type { Hindrance } from "./worker-start";

/** The importer found out that it needs scratch space. Source: CDI pkg/controller/common/util.go, AnnRequiresScratch. */
export const requiresScratch = `${prefix}import.requiresScratch`;

/** The data of an upload has arrived. Of the simulation: the real pod ends by itself. */
export const uploadReceived = "sandbox.pulumi-kubevirt.dev/upload-received";

/** What a worker has to do for a claim, and what keeps it from it. */
export function jobOf(view: View, kind: Job["kind"], claim: Claim, scratch: boolean): Job {
    const { source, fault } = view;
    const image = source.kind === "image" ? source : undefined;
    return {
        kind,
        fault,
        fetched: {
            type: image?.type ?? "http",
            url: image?.url ?? "",
            checksum: image?.checksum,
            item: image?.diskId ?? image?.backingFile,
            thumbprint: image?.thumbprint,
            size: quantityBytes(claim.spec.resources?.requests?.storage ?? "0") ?? 0,
        },
        hindrance: hindranceOf(view, claim),
        lacksScratch: !scratch && needsScratchLater(source),
        received: annotationOf(claim, uploadReceived) !== undefined,
    };
}

/**
 * Whether the worker gets scratch space at once. Source: CDI pkg/controller/import-controller.go, requiresScratchSpace, and
 * pkg/controller/upload-controller.go.
 */
export function needsScratch({ source, fault, dataVolume }: View, claim: Claim): boolean {
    if (source.kind === "upload") {
        return true;
    }
    return (
        source.kind === "image" &&
        (dataVolume.spec.contentType === "archive" ||
            (source.type === "registry" && source.pullMethod !== "node") ||
            annotationOf(claim, requiresScratch) === "true" ||
            fault === "no-scratch-space")
    );
}

/** Object stores cannot be read in parts, so what is not raw is fetched whole first. Source: CDI pkg/importer/{s3,gcs}-datasource.go, Info. */
function needsScratchLater(source: Source): boolean {
    return (
        source.kind === "image" &&
        ["s3", "gcs"].includes(source.type) &&
        !/\.(img|raw)(\?.*)?$/.test(source.url ?? "")
    );
}

/** The class of scratch space. Source: CDI pkg/controller/common/util.go, GetScratchPvcStorageClass. */
export function scratchClass({ world }: View, claim: Claim): string | undefined {
    const configured = cdiConfig(world)?.status?.scratchSpaceStorageClass ?? "";
    return configured === "" ? claim.spec.storageClassName : configured;
}

/** The image that the node pulls. Source: import-controller.go, getRegistryImportImage: the address without its scheme. */
export function nodeImage(source: Source): string | undefined {
    return source.kind === "image" && source.type === "registry" && source.pullMethod === "node"
        ? (source.url ?? "").replace(/^[a-z-]+:\/\//, "")
        : undefined;
}

/** What CDI waits for before it starts an import from VMware. Source: import-controller.go, createImporterPod. */
export function awaitsVddkImage({ world, source }: View): string | undefined {
    if (source.kind !== "image" || source.type !== "vddk" || source.initImageURL !== undefined) {
        return undefined;
    }
    const namespace = cdiOperator(world)?.namespace ?? "cdi";
    return world.get("ConfigMap", namespace, "v2v-vmware") === undefined
        ? `waiting for v2v-vmware configmap or ${prefix}pod.vddk.initimageurl annotation for VDDK image`
        : undefined;
}

function hindranceOf(view: View, claim: Claim): Hindrance | undefined {
    const { source, fault } = view;
    const image = nodeImage(source);
    const importer = `quay.io/kubevirt/cdi-${source.kind === "clone" || source.kind === "upload" ? "uploadserver" : "importer"}:v1.66.0`;
    const unpulled = image === undefined ? undefined : nodePullError(fault, image);
    if (unpulled !== undefined && image !== undefined) {
        return { reason: "ErrImagePull", message: unpulled, image };
    }
    if (fault === "image-pull") {
        const of = image ?? importer;
        return { reason: "ErrImagePull", message: pullError(of), image: of };
    }
    return missingSecret(view, claim) ?? missingMount(view, claim) ?? missingDriver(view, claim);
}

/** A login is given as variables; Google's as a file. Source: import-controller.go, makeImportEnv. */
function missingSecret({ world, source }: View, claim: Claim): Hindrance | undefined {
    const secret = source.kind === "image" && source.type !== "gcs" ? source.secretRef : undefined;
    return secret === undefined || world.get("Secret", claim.metadata.namespace, secret)
        ? undefined
        : { reason: "CreateContainerConfigError", message: `secret "${secret}" not found` };
}

/** What is mounted has to be there; only an event of the pod says what is not. Source: import-controller.go, makeImporterVolumeSpec. */
function missingMount({ world, source }: View, claim: Claim): Hindrance | undefined {
    if (source.kind !== "image") {
        return undefined;
    }
    const { certConfigMap, secretExtraHeaders = [], secretRef, type, extraArgs } = source;
    const wanted = [
        { kind: "ConfigMap" as const, name: certConfigMap, volume: "cdi-cert-vol" },
        { kind: "ConfigMap" as const, name: extraArgs, volume: "vddk-extra-args" },
        {
            kind: "Secret" as const,
            name: type === "gcs" ? secretRef : undefined,
            volume: "cdi-secret-vol",
        },
        ...secretExtraHeaders.map((name, at) => ({
            kind: "Secret" as const,
            name,
            volume: `cdi-secret-extra-headers-vol-${at}`,
        })),
    ];
    const missing = wanted.find(
        ({ kind, name }) =>
            name !== undefined && world.get(kind, claim.metadata.namespace, name) === undefined,
    );
    if (missing === undefined) {
        return undefined;
    }
    const { kind, name = "", volume } = missing;
    const message = `MountVolume.SetUp failed for volume "${volume}" : ${kind.toLowerCase()} "${name}" not found`;
    return {
        reason: "ContainerCreating",
        event: { by: "kubelet", reason: "FailedMount", message },
    };
}

/** Source: k8s.io/kubernetes pkg/volume/csi/csi_plugin.go and pkg/volume/csi/nodeinfomanager: a node says in CSINode which drivers it has. */
function missingDriver({ world, fault }: View, claim: Claim): Hindrance | undefined {
    if (fault !== "driver-missing") {
        return undefined;
    }
    const volume = world.get("PersistentVolume", undefined, claim.spec.volumeName ?? "");
    const driver = volume?.spec.csi?.driver ?? "";
    const message = `AttachVolume.Attach failed for volume "${claim.spec.volumeName ?? ""}" : CSINode node-1 does not contain driver ${driver}`;
    const by = "attachdetach-controller";
    return { reason: "ContainerCreating", event: { by, reason: "FailedAttachVolume", message } };
}
