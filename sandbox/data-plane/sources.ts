import type {
    Claim,
    DataSource,
    DataVolume,
    SourceFields,
    StorageClass,
    VolumeSnapshot,
} from "./objects";
import { annotationOf } from "./reading";
import type { Store } from "./store";

/** Where a DataVolume's content comes from. */
export type Source =
    | ({ readonly kind: "image"; readonly type: string } & SourceFields)
    | { readonly kind: "blank" }
    | { readonly kind: "upload" }
    | ({ readonly kind: "clone" } & CloneSource)
    | { readonly kind: "external" }
    /** The DataSource that it names is not there, or points to nothing yet: CDI only logs that. Source: CDI clone-controller-base.go, populateSourceIfSourceRef. */
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
        const fields = dataSource && resolvedSource(world, dataSource).source;
        return fromFields(fields, namespace ?? "") ?? { kind: "unknown" };
    }
    return fromFields(spec.source, metadata.namespace ?? "") ?? { kind: "external" };
}

type Fields = Readonly<Record<string, SourceFields | undefined>>;

/** What a DataSource points to, where it points to another one. */
export interface ResolvedSource {
    readonly source?: Fields | undefined;
    readonly problem?: { readonly reason: string; readonly message: string };
}

/** Follows a DataSource to what it stands for, over one other at most. Source: CDI pkg/controller/common/util.go, ResolveDataSourceChain. */
export function resolvedSource(world: Store, { metadata, spec }: DataSource): ResolvedSource {
    const next = spec.source?.["dataSource"];
    if (next === undefined) {
        return { source: spec.source };
    }
    const { name = "", namespace = metadata.namespace } = next;
    if (namespace !== metadata.namespace) {
        return unresolved(
            "CrossNamespaceReference",
            "DataSource cannot reference a DataSource in another namespace",
        );
    }
    if (name === metadata.name) {
        return unresolved("SelfReference", "DataSource cannot self-reference");
    }
    const other = world.get("DataSource", namespace, name);
    if (other === undefined) {
        return unresolved("NotFound", `DataSource.cdi.kubevirt.io "${name}" not found`);
    }
    return other.spec.source?.["dataSource"] === undefined
        ? { source: other.spec.source }
        : unresolved(
              "MaxReferenceDepthReached",
              "DataSource reference chain exceeds maximum depth of 1",
          );
}

function unresolved(reason: string, message: string): ResolvedSource {
    return { problem: { reason, message } };
}

function fromFields(source: Fields | undefined, namespace: string): Source | undefined {
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
