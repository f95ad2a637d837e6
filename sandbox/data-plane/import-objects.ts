import { passOnLabels } from "./data-sources";
import type { DataImportCron, KubernetesObject, Texts } from "./objects";
import { annotationOf } from "./reading";
import type { Store } from "./store";
import { prefix } from "./view";
import { cdiLabels } from "./worker-pod";
import { type NewObject, type Write, annotate, patch, remove } from "./writes";

/** Source: CDI pkg/common/common.go. */
const cronLabel = "cdi.kubevirt.io/dataImportCron";
const cleanupLabel = "cdi.kubevirt.io/dataImportCron.cleanup";

/** When an import was last the newest. */
const lastUse = `${prefix}import.lastUseTime`;

/** How many imports stay where nobody says how many. Source: CDI dataimportcron-controller.go, defaultImportsToKeepPerCron. */
const defaultImportsToKeep = 3;

/** The DataImportCron that an object belongs to. */
export function cronOf({ metadata }: KubernetesObject): string | undefined {
    return metadata.labels?.[cronLabel];
}

/** What marks the objects of a golden image. Source: the same file, setDataImportCronResourceLabels. */
export function importLabels({ metadata, spec }: DataImportCron): Texts {
    const handedOn = Object.entries(metadata.labels ?? {}).filter(([name]) =>
        name.startsWith("instancetype.kubevirt.io/"),
    );
    return {
        ...Object.fromEntries(handedOn),
        ...cdiLabels,
        [cronLabel]: metadata.name,
        ...(spec.retentionPolicy === "None" ? { [cleanupLabel]: "true" } : {}),
    };
}

/** Name of an import: that of the DataSource and the beginning of the digest. Source: the same file, createDvName. */
export function importName({ spec }: DataImportCron, digest: string): string {
    return `${spec.managedDataSource}-${digest.replace(/^\w+:/, "").slice(0, 12)}`;
}

/** The DataVolume of an import: the template with the image by its digest. Source: the same file, newSourceDataVolume. */
export function importDataVolume(cron: DataImportCron, digest: string, now: number): NewObject {
    const { metadata, spec } = cron.spec.template;
    const { registry } = spec.source ?? {};
    const url = registry?.url?.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
    return {
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "DataVolume",
        metadata: {
            name: importName(cron, digest),
            namespace: cron.metadata.namespace ?? "",
            labels: { ...metadata?.labels, ...importLabels(cron) },
            annotations: {
                ...metadata?.annotations,
                [`${prefix}bind.immediate.requested`]: "true",
                [lastUse]: new Date(now).toISOString(),
            },
        },
        spec:
            registry === undefined
                ? spec
                : {
                      ...spec,
                      source: { registry: { ...registry, url: `${url ?? ""}@${digest}` } },
                  },
    };
}

/** The snapshot of an import, where copies of a snapshot are faster. Source: the same file, handleSnapshot. */
export function importSnapshot(
    cron: DataImportCron,
    name: string,
    snapshotClass: string | undefined,
    now: number,
): NewObject {
    return {
        apiVersion: "snapshot.storage.k8s.io/v1",
        kind: "VolumeSnapshot",
        metadata: {
            name,
            namespace: cron.metadata.namespace ?? "",
            labels: { "cdi.kubevirt.io": "", ...importLabels(cron) },
            annotations: { [lastUse]: new Date(now).toISOString() },
        },
        spec: {
            source: { persistentVolumeClaimName: name },
            ...(snapshotClass === undefined ? {} : { volumeSnapshotClassName: snapshotClass }),
        },
    };
}

/** Notes that an import is the newest again. */
export function markUsed(object: KubernetesObject, now: number): Write[] {
    return annotate(object, { [lastUse]: new Date(now).toISOString() });
}

/** Marks what an import left as the golden image's own. */
export function markImport(cron: DataImportCron, object: KubernetesObject, now: number): Write[] {
    const labels = importLabels(cron);
    return [
        ...(annotationOf(object, lastUse) === undefined ? markUsed(object, now) : []),
        ...patch(object, { metadata: { labels } }),
        ...passOnLabels(object, cron.metadata.labels),
    ];
}

/** Deletes the oldest imports beyond those that stay. Source: the same file, garbageCollectOldImports. */
export function collectOldImports(world: Store, cron: DataImportCron): Write[] {
    const { garbageCollect = "Outdated", importsToKeep = defaultImportsToKeep } = cron.spec;
    const { namespace, name } = cron.metadata;
    if (garbageCollect !== "Outdated") {
        return [];
    }
    const old = <T extends KubernetesObject>(objects: readonly T[]): T[] =>
        objects
            .filter((each) => cronOf(each) === name)
            .sort((one, other) => usedAt(other).localeCompare(usedAt(one)))
            .slice(importsToKeep);
    return [
        ...old(world.list("PersistentVolumeClaim", namespace)).flatMap((claim) =>
            remove(world.get("DataVolume", namespace, claim.metadata.name) ?? claim),
        ),
        ...old(world.list("VolumeSnapshot", namespace)).flatMap(remove),
    ];
}

function usedAt(object: KubernetesObject): string {
    return annotationOf(object, lastUse) ?? "";
}

/** What goes with its golden image, because that is what was asked for. Source: the same file, cleanup. */
export function removeWithCron(world: Store, object: KubernetesObject): Write[] {
    const cron = cronOf(object);
    const goes = cron !== undefined && object.metadata.labels?.[cleanupLabel] === "true";
    return goes && world.get("DataImportCron", object.metadata.namespace, cron) === undefined
        ? remove(object)
        : [];
}
