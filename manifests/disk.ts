import type { AccessMode, VolumeMode } from "../model/access";
import {
    bindImmediateAnnotation,
    managedByLabel,
    originAnnotation,
    ownerAnnotation,
    sizeAnnotation,
} from "../model/annotations";
import type { Image } from "../model/image";
import { imageText, registryUrl } from "../model/image";
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
    readonly image?: Image;
    /** Bind and fill now, although the class waits for a first consumer. */
    readonly bindImmediately?: boolean;
    readonly labels?: Readonly<Record<string, string>>;
}

export interface DataVolumeManifest extends KubernetesObject {
    readonly spec: Readonly<Record<string, unknown>>;
}

export interface ClaimManifest extends KubernetesObject {
    readonly spec: {
        readonly accessModes: AccessMode[];
        readonly volumeMode: VolumeMode;
        readonly storageClassName: string;
        readonly resources: { readonly requests: { readonly storage: string } };
    };
}

/** The DataVolume of a disk with an image. Source: CDI v1beta1 DataVolume, `storage` form (adds the filesystem overhead). */
export function dataVolume(plan: DiskPlan & { readonly image: Image }): DataVolumeManifest {
    return {
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "DataVolume",
        metadata: metadata(plan),
        spec: { source: source(plan.image), storage: claimSpec(plan) },
    };
}

/** The claim of an empty disk. */
export function blankClaim(plan: DiskPlan): ClaimManifest {
    return {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: metadata(plan),
        spec: claimSpec(plan),
    };
}

/**
 * What a disk was made from, as text that stays the same as long as none of it changes. The parts that decide what is on the
 * disk and where; not the size, which may grow.
 */
export function diskOrigin(plan: DiskPlan): string {
    return [
        plan.image === undefined ? "blank" : imageText(plan.image),
        `class ${plan.storageClass}`,
        plan.accessMode,
        plan.volumeMode,
    ].join(", ");
}

function metadata(plan: DiskPlan) {
    return {
        name: plan.name,
        namespace: plan.namespace,
        labels: { ...plan.labels, ...managedByLabel },
        annotations: {
            [ownerAnnotation]: plan.owner,
            [originAnnotation]: diskOrigin(plan),
            ...(plan.image === undefined ? {} : { [sizeAnnotation]: plan.size }),
            ...(plan.bindImmediately === true ? { [bindImmediateAnnotation]: "true" } : {}),
        },
    };
}

function claimSpec(plan: DiskPlan): ClaimManifest["spec"] {
    return {
        accessModes: [plan.accessMode],
        volumeMode: plan.volumeMode,
        storageClassName: plan.storageClass,
        resources: { requests: { storage: plan.size } },
    };
}

function source(image: Image) {
    const access = {
        ...(image.certConfigMap === undefined ? {} : { certConfigMap: image.certConfigMap }),
        ...(image.secretRef === undefined ? {} : { secretRef: image.secretRef }),
    };
    if ("http" in image) {
        return {
            http: {
                url: image.http,
                ...(image.checksum === undefined ? {} : { checksum: image.checksum }),
                ...access,
            },
        };
    }
    return {
        registry: {
            url: registryUrl(image.registry),
            ...(image.pullMethod === undefined ? {} : { pullMethod: image.pullMethod }),
            ...access,
        },
    };
}
