import { managedByLabel, ownerAnnotation } from "../model/annotations";
import type { RegistrySource } from "../model/image-source";
import { dataVolume, type FilledDiskPlan } from "./disk";
import type { KubernetesObject } from "./kubernetes-object";

/** What all objects of a golden image have. */
export interface ImageObjectPlan {
    readonly name: string;
    readonly namespace: string;
    readonly owner: string;
    readonly labels?: Readonly<Record<string, string>>;
}

/** Instancetype and preference that machines get which ask for those of their disk's image. Source: facts 4. */
export interface InstanceDefaults {
    readonly instancetype?: string;
    readonly preference?: string;
}

/** What disks are cloned from: the claim of an import, or a snapshot of it. */
export interface DataSourcePlan extends ImageObjectPlan, InstanceDefaults {
    readonly from: { readonly kind: "claim" | "snapshot"; readonly name: string };
}

/** A name for what disks are cloned from. Source: CDI types.go, DataSource. */
export function dataSource(plan: DataSourcePlan): KubernetesObject & { readonly spec: object } {
    const { name, namespace } = { name: plan.from.name, namespace: plan.namespace };
    return {
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "DataSource",
        metadata: metadata(plan, defaultLabels(plan)),
        spec: {
            source:
                plan.from.kind === "claim"
                    ? { pvc: { name, namespace } }
                    : { snapshot: { name, namespace } },
        },
    };
}

/** An image that CDI refreshes by itself. */
export interface DataImportCronPlan extends ImageObjectPlan, InstanceDefaults {
    /** Name of the DataSource that CDI makes and keeps up to date. */
    readonly dataSource: string;
    readonly disk: FilledDiskPlan & { readonly source: RegistrySource };
    readonly schedule: string;
    /** Imports that are kept, the newest included. */
    readonly keep: number;
    readonly collect: "outdated" | "never";
}

/**
 * Imports an image anew whenever its tag points to something else. The DataSource and the imports stay when it goes: disks may
 * be cloned from them meanwhile. Source: CDI types.go, DataImportCron.
 */
export function dataImportCron(
    plan: DataImportCronPlan,
): KubernetesObject & { readonly spec: object } {
    const { spec } = dataVolume(plan.disk);
    return {
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "DataImportCron",
        metadata: metadata(plan, defaultLabels(plan)),
        spec: {
            template: { spec },
            schedule: plan.schedule,
            managedDataSource: plan.dataSource,
            garbageCollect: plan.collect === "never" ? "Never" : "Outdated",
            importsToKeep: plan.keep,
            retentionPolicy: "All",
        },
    };
}

/** Lets the service accounts of another namespace copy from this one. Source: CDI's ClusterRole cdi.kubevirt.io:clone-sourcer. */
export function cloneAccess(plan: ImageObjectPlan & { readonly forNamespace: string }) {
    return {
        apiVersion: "rbac.authorization.k8s.io/v1" as const,
        kind: "RoleBinding" as const,
        metadata: metadata(plan),
        roleRef: {
            apiGroup: "rbac.authorization.k8s.io",
            kind: "ClusterRole",
            name: "cdi.kubevirt.io:clone-sourcer",
        },
        subjects: [
            {
                apiGroup: "rbac.authorization.k8s.io",
                kind: "Group",
                name: `system:serviceaccounts:${plan.forNamespace}`,
            },
        ],
    };
}

/** A snapshot of a claim. Source: external-snapshotter, snapshot.storage.k8s.io/v1. */
export function volumeSnapshot(
    plan: ImageObjectPlan & { readonly claim: string; readonly snapshotClass: string },
): KubernetesObject & { readonly spec: object } {
    return {
        apiVersion: "snapshot.storage.k8s.io/v1",
        kind: "VolumeSnapshot",
        metadata: metadata(plan),
        spec: {
            volumeSnapshotClassName: plan.snapshotClass,
            source: { persistentVolumeClaimName: plan.claim },
        },
    };
}

function metadata(plan: ImageObjectPlan, labels: Readonly<Record<string, string>> = {}) {
    return {
        name: plan.name,
        namespace: plan.namespace,
        labels: { ...plan.labels, ...labels, ...managedByLabel },
        annotations: { [ownerAnnotation]: plan.owner },
    };
}

/** CDI hands these on to the disks; KubeVirt reads them for `inferFromVolume`. Source: facts 4. */
function defaultLabels({ instancetype, preference }: InstanceDefaults) {
    return {
        ...(instancetype === undefined
            ? {}
            : { "instancetype.kubevirt.io/default-instancetype": instancetype }),
        ...(preference === undefined
            ? {}
            : { "instancetype.kubevirt.io/default-preference": preference }),
    };
}
