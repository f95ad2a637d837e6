import type { Claim, DataVolume, SourceFields, StorageClass, VolumeSnapshot } from "./objects";
import { annotationOf } from "./reading";
import type { Store } from "./store";

/** Where a DataVolume's content comes from. */
export type Source =
    | ({ readonly kind: "image"; readonly type: string } & SourceFields)
    | { readonly kind: "blank" }
    | { readonly kind: "upload" }
    | ({ readonly kind: "clone" } & CloneSource)
    | { readonly kind: "external" }
    /** The DataSource that it names is not there. In a real cluster CDI's webhook refuses such a DataVolume. */
    | { readonly kind: "unknown" };

/** A claim or a snapshot to copy. */
export interface CloneSource {
    readonly of: "pvc" | "snapshot";
    readonly namespace: string;
    readonly name: string;
}

/** The source of a DataVolume; a `sourceRef` is followed. Source: CDI types.go, DataVolumeSource. */
export function sourceOf(world: Store, dataVolume: DataVolume): Source {
    const { spec, metadata } = dataVolume;
    if (spec.sourceRef !== undefined) {
        const { name, namespace = metadata.namespace } = spec.sourceRef;
        const dataSource = world.get("DataSource", namespace, name);
        return fromFields(dataSource?.spec.source, namespace ?? "") ?? { kind: "unknown" };
    }
    return fromFields(spec.source, metadata.namespace ?? "") ?? { kind: "external" };
}

function fromFields(
    source: Readonly<Record<string, SourceFields | undefined>> | undefined,
    namespace: string,
): Source | undefined {
    const [type, fields] =
        Object.entries(source ?? {}).find(([, value]) => value !== undefined) ?? [];
    switch (type) {
        case undefined:
            return undefined;
        case "blank":
        case "upload":
            return { kind: type };
        case "pvc":
        case "snapshot":
            return {
                kind: "clone",
                of: type,
                namespace: fields?.namespace ?? namespace,
                name: fields?.name ?? "",
            };
        default:
            return { ...fields, kind: "image", type };
    }
}

/** What a clone copies, if it is there. */
export function cloned(world: Store, source: CloneSource): Claim | VolumeSnapshot | undefined {
    return world.get(
        source.of === "pvc" ? "PersistentVolumeClaim" : "VolumeSnapshot",
        source.namespace,
        source.name,
    );
}

/** The class by this name, or without a name the default: KubeVirt's own first. Source: facts 3, CDI pkg/controller/common/util.go. */
export function storageClass(world: Store, name: string | undefined): StorageClass | undefined {
    if (name !== undefined) {
        return world.get("StorageClass", undefined, name);
    }
    const marked = (annotation: string) =>
        world.list("StorageClass").find((each) => annotationOf(each, annotation) === "true");
    return (
        marked("storageclass.kubevirt.io/is-default-virt-class") ??
        marked("storageclass.kubernetes.io/is-default-class")
    );
}

/** Whether the class has a CSI driver that Kubernetes knows: then CDI fills a temporary claim. Source: CDI shouldUseCDIPopulator. */
export function hasCsiDriver(world: Store, of: StorageClass | undefined): boolean {
    return of !== undefined && world.get("CSIDriver", undefined, of.provisioner) !== undefined;
}
