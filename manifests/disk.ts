import type { AccessMode, VolumeMode } from "../model/access";
import {
    bindImmediateAnnotation,
    managedByLabel,
    originAnnotation,
    ownerAnnotation,
    sizeAnnotation,
} from "../model/annotations";
import { type DiskSource, sourceText } from "../model/disk-source";
import { registryUrl } from "../model/registry-reference";
import type { Size } from "../model/size";
import type { KubernetesObject } from "./kubernetes-object";

/** Everything a disk's object is built from: no choices are left. */
export interface DiskPlan {
    readonly name: string;
    readonly namespace: string;
    readonly owner: string;
    readonly size: Size;
    readonly storageClass: string;
    readonly accessMode: AccessMode;
    readonly volumeMode: VolumeMode;
    /** Absent: an empty disk. */
    readonly source?: DiskSource;
    /** How the origin names the source, where several sources come to the same; absent: as the source says. */
    readonly sourceName?: string;
    /** The volume that the claim is for; absent: its class makes one. */
    readonly volumeName?: string;
    /** Bind and fill now, although the class waits for a first consumer. */
    readonly bindImmediately?: boolean;
    /** Whether all room is taken before the disk is filled; absent: as CDI is configured. */
    readonly preallocation?: boolean;
    /** PriorityClass of the pods that fill the disk. */
    readonly priorityClass?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
}

/** A disk whose content CDI provides. */
export type FilledDiskPlan = DiskPlan & { readonly source: DiskSource };

/** Whether CDI provides the content (a DataVolume), or the claim is all there is. */
export function isFilled(plan: DiskPlan): plan is FilledDiskPlan {
    return plan.source !== undefined && !("volume" in plan.source);
}

export interface DataVolumeManifest extends KubernetesObject {
    readonly spec: Readonly<Record<string, unknown>>;
}

export interface ClaimManifest extends KubernetesObject {
    readonly spec: {
        readonly accessModes: AccessMode[];
        readonly volumeMode: VolumeMode;
        readonly storageClassName: string;
        readonly volumeName?: string;
        readonly resources: { readonly requests: { readonly storage: string } };
    };
}

/** The DataVolume of a disk with a source. Source: CDI v1beta1 DataVolume, `storage` form (adds the filesystem overhead). */
export function dataVolume(plan: FilledDiskPlan): DataVolumeManifest {
    const { source, preallocation, priorityClass } = plan;
    const contentType = "contentType" in source ? source.contentType : undefined;
    return {
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "DataVolume",
        metadata: metadata(plan),
        spec: {
            ...contentOf(source, plan),
            ...(contentType === undefined ? {} : { contentType }),
            storage: claimSpec(plan),
            ...(preallocation === undefined ? {} : { preallocation }),
            ...(priorityClass === undefined ? {} : { priorityClassName: priorityClass }),
        },
    };
}

/** The claim of an empty disk, or of one whose volume is there already. */
export function blankClaim(plan: DiskPlan): ClaimManifest {
    return {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: metadata(plan),
        spec: {
            ...claimSpec(plan),
            ...(plan.volumeName === undefined ? {} : { volumeName: plan.volumeName }),
        },
    };
}

/**
 * What a disk was made from, as text that stays the same as long as none of it changes. The parts that decide what is on the
 * disk and where; not the size, which may grow.
 */
export function diskOrigin(plan: DiskPlan): string {
    const { source, namespace } = plan;
    return [
        `${namespace}/${plan.name}`,
        plan.sourceName ?? (source === undefined ? "blank" : sourceText(source, namespace)),
        `class ${plan.storageClass}`,
        plan.accessMode,
        plan.volumeMode,
    ].join(", ");
}

/** How the origin of a disk names its source where nobody knows it any more: its DataVolume was taken over. */
export function unknownSourceName({
    namespace,
    name,
}: Pick<DiskPlan, "namespace" | "name">): string {
    return `DataVolume ${namespace}/${name}`;
}

/** Name of the VolumeSnapshot that stands for a backup while a disk is restored from it. */
export function restoreSnapshotName(disk: string): string {
    return `${disk}-restore`;
}

function metadata(plan: DiskPlan) {
    return {
        name: plan.name,
        namespace: plan.namespace,
        labels: { ...plan.labels, ...managedByLabel },
        annotations: {
            [ownerAnnotation]: plan.owner,
            [originAnnotation]: diskOrigin(plan),
            [sizeAnnotation]: plan.size,
            ...plan.annotations,
            ...(plan.bindImmediately === true ? { [bindImmediateAnnotation]: "true" } : {}),
        },
    };
}

function claimSpec(plan: DiskPlan) {
    return {
        accessModes: [plan.accessMode],
        volumeMode: plan.volumeMode,
        storageClassName: plan.storageClass,
        resources: { requests: { storage: plan.size } },
    };
}

/** `source` or `sourceRef` of a DataVolume. Source: CDI types.go, DataVolumeSource and DataVolumeSourceRef. */
function contentOf(source: DiskSource, plan: Pick<DiskPlan, "name" | "namespace">) {
    if ("dataSource" in source) {
        const { dataSource: name, namespace = plan.namespace } = source;
        return { sourceRef: { kind: "DataSource", name, namespace } };
    }
    return { source: sourceOf(source, plan) };
}

function sourceOf(
    source: Exclude<DiskSource, { readonly dataSource: string }>,
    plan: Pick<DiskPlan, "name" | "namespace">,
): Readonly<Record<string, object>> {
    if ("http" in source) {
        const { http: url, contentType: _, ...rest } = source;
        return { http: { url, ...rest } };
    }
    if ("registry" in source) {
        const { registry, digest, architecture, ...rest } = source;
        return {
            registry: {
                url: registryUrl(registry, digest),
                ...rest,
                ...(architecture === undefined ? {} : { platform: { architecture } }),
            },
        };
    }
    if ("s3" in source) {
        const { s3: url, ...rest } = source;
        return { s3: { url, ...rest } };
    }
    if ("gcs" in source) {
        const { gcs: url, ...rest } = source;
        return { gcs: { url, ...rest } };
    }
    if ("imageio" in source) {
        const { imageio: url, ...rest } = source;
        return { imageio: { url, ...rest } };
    }
    if ("vddk" in source) {
        const { vddk: url, thumbprint, ...rest } = source;
        // It is compared letter by letter. Source: govmomi vim25/soap/client.go (ThumbprintSHA1).
        return { vddk: { url, ...rest, thumbprint: thumbprint.toUpperCase() } };
    }
    if ("claim" in source) {
        const { claim: name, namespace = plan.namespace } = source;
        return { pvc: { name, namespace } };
    }
    if ("snapshot" in source) {
        const { snapshot: name, namespace = plan.namespace } = source;
        return { snapshot: { name, namespace } };
    }
    if ("backup" in source) {
        return {
            snapshot: { name: restoreSnapshotName(plan.name), namespace: plan.namespace },
        };
    }
    return "upload" in source ? { upload: {} } : { blank: {} };
}
