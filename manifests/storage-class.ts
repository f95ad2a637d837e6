import type { SnapshotClassPlan, StorageClassPlan } from "../model/storage";
import { classOrigin } from "../model/class-origin";
import { originAnnotation } from "../model/annotations";
import type { PlainObject } from "./plain-object";

/** A StorageClass as Kubernetes has it: its fields are at the top. */
export interface StorageClassObject extends PlainObject {
    readonly provisioner: string;
    readonly parameters: Readonly<Record<string, string>>;
    readonly reclaimPolicy: string;
    readonly volumeBindingMode: string;
    readonly allowVolumeExpansion: boolean;
    readonly mountOptions?: readonly string[];
}

/** The StorageClass of a plan, with what of it cannot change written on it. */
export function storageClass(plan: StorageClassPlan): StorageClassObject {
    return {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: {
            name: plan.name,
            annotations: { ...plan.annotations, [originAnnotation]: classOrigin(plan) },
        },
        provisioner: plan.provisioner,
        parameters: plan.parameters,
        reclaimPolicy: plan.reclaimPolicy,
        volumeBindingMode: plan.volumeBindingMode,
        allowVolumeExpansion: plan.allowVolumeExpansion,
        ...(plan.mountOptions === undefined ? {} : { mountOptions: plan.mountOptions }),
    };
}

/** A VolumeSnapshotClass as the snapshot controller has it. */
export interface SnapshotClassObject extends PlainObject {
    readonly driver: string;
    readonly deletionPolicy: string;
    readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The VolumeSnapshotClass of a plan. Source of the default's mark: external-snapshotter
 * pkg/common-controller/snapshot_controller.go; CDI and KubeVirt look for it, too.
 */
export function snapshotClass(plan: SnapshotClassPlan): SnapshotClassObject {
    const isDefault = { "snapshot.storage.kubernetes.io/is-default-class": "true" };
    return {
        apiVersion: "snapshot.storage.k8s.io/v1",
        kind: "VolumeSnapshotClass",
        metadata: {
            name: plan.name,
            ...(plan.labels === undefined ? {} : { labels: plan.labels }),
            ...(plan.isDefault ? { annotations: isDefault } : {}),
        },
        driver: plan.driver,
        deletionPolicy: plan.deletionPolicy,
        parameters: plan.parameters,
    };
}

/**
 * What CDI is told about a class: how its disks are claimed, cloned and snapshotted. CDI makes the profile itself, so these are
 * the fields to set on it. Source: CDI StorageProfileSpec (core/v1beta1/types.go).
 */
export function storageProfile(plan: StorageClassPlan) {
    const [snapshots] = plan.snapshotClasses;
    return {
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "StorageProfile",
        metadata: { name: plan.name },
        spec: {
            claimPropertySets: [{ accessModes: [plan.accessMode], volumeMode: plan.volumeMode }],
            ...(plan.cloneStrategy === undefined ? {} : { cloneStrategy: plan.cloneStrategy }),
            ...(plan.dataImportCronSourceFormat === undefined
                ? {}
                : { dataImportCronSourceFormat: plan.dataImportCronSourceFormat }),
            ...(snapshots === undefined ? {} : { snapshotClass: snapshots.name }),
        },
    };
}
