import { digestNow } from "./image-digests";
import type { DataImportCronStatus } from "./image-objects";
import {
    collectOldImports,
    cronOf,
    importDataVolume,
    importLabels,
    importName,
    importSnapshot,
    markImport,
    markUsed,
} from "./import-objects";
import type { Condition, DataImportCron, DataVolume, KubernetesObject } from "./objects";
import { withTimes } from "./operator-conditions";
import { annotationOf, conditionOf, isDeleted, timestamp } from "./reading";
import { storageClass } from "./sources";
import type { Store } from "./store";
import { prefix } from "./view";
import { type Write, annotate, create, patch, patchStatus, remove } from "./writes";

/** The digest of the image as it should be. */
const desiredDigest = `${prefix}import.sourceDesiredDigest`;

/** Status, reason and message of a condition. */
type Words = readonly [status: "True" | "False", reason: string, message: string];

const noImport: Words = ["False", "NoImport", "No current import"];
const upToDate: Words = ["True", "UpToDate", "Latest import is up to date"];

/** One look at a golden image. */
interface Look {
    readonly world: Store;
    readonly cron: DataImportCron;
    readonly now: number;
    /** What clones are made from. */
    readonly format: string;
    readonly snapshotClass: string | undefined;
}

/** Where the current import is. */
interface Import {
    readonly writes: readonly Write[];
    readonly imports: NonNullable<DataImportCronStatus["currentImports"]>;
    readonly progressing: Words;
    readonly done: boolean;
}

/** What CDI's controller would do for a golden image now. Source: CDI pkg/controller/dataimportcron-controller.go, update. */
export function reconcileDataImportCron(world: Store, cron: DataImportCron, now: number): Write[] {
    if (isDeleted(cron)) {
        return [];
    }
    const { storage, pvc } = cron.spec.template.spec;
    const of = storageClass(world, storage?.storageClassName ?? pvc?.storageClassName);
    const profile = world.get("StorageProfile", undefined, of?.metadata.name ?? "");
    const look: Look = {
        world,
        cron,
        now,
        format: profile?.status?.dataImportCronSourceFormat ?? "pvc",
        snapshotClass: profile?.status?.snapshotClass,
    };
    const state = importState(look);
    const known = annotationOf(cron, desiredDigest);
    const digest = digestNow(world, cron) ?? known;
    const imported = state.done ? state.imports[0]?.DataVolumeName : undefined;
    const { namespace = "" } = cron.metadata;
    const last =
        imported === undefined ? cron.status?.lastImportedPVC : { namespace, name: imported };
    const next = nextImport(look, state, digest);
    const fresh = last?.name !== cron.status?.lastImportedPVC?.name;
    return [
        ...(digest === undefined || digest === known
            ? []
            : annotate(cron, {
                  [desiredDigest]: digest,
                  [`${prefix}import.lastCronTime`]: timestamp(now),
              })),
        ...state.writes,
        ...(state.done ? collectOldImports(world, cron) : []),
        ...dataSource(look, last),
        ...next.writes,
        ...patchStatus(cron, {
            currentImports: next.imports.length === 0 ? null : next.imports,
            ...(last === undefined ? {} : { lastImportedPVC: last }),
            ...(fresh ? { lastImportTimestamp: timestamp(now) } : {}),
            ...(digest === known ? {} : { lastExecutionTimestamp: timestamp(now) }),
            ...(state.done ? { sourceFormat: look.format } : {}),
            conditions: conditions(look, state.progressing, next.upToDate),
        }),
    ];
}

function importState(look: Look): Import {
    const { world, cron } = look;
    const imports = cron.status?.currentImports ?? [];
    const { namespace } = cron.metadata;
    const name = imports[0]?.DataVolumeName ?? "";
    const at = (progressing: Words, more: Partial<Import> = {}): Import => ({
        writes: [],
        imports,
        progressing,
        done: false,
        ...more,
    });
    const phase = world.get("DataVolume", namespace, name)?.status?.phase;
    const dataVolume = world.get("DataVolume", namespace, name);
    const claim = world.get("PersistentVolumeClaim", namespace, name);
    const snapshot = world.get("VolumeSnapshot", namespace, name);
    if (dataVolume !== undefined && phase !== "Succeeded") {
        return at(progressOf(phase ?? ""));
    }
    if (dataVolume !== undefined || claim?.status?.phase === "Bound") {
        const writes = claim === undefined ? [] : markImport(cron, claim, look.now);
        return at(noImport, { done: true, writes: [...writes, ...takeSnapshot(look, name)] });
    }
    if (snapshot !== undefined) {
        return look.format === "pvc"
            ? at(noImport, { writes: remove(snapshot) })
            : at(noImport, { done: true, writes: markImport(cron, snapshot, look.now) });
    }
    return at(noImport, { imports: imports.slice(1) });
}

function progressOf(phase: string): Words {
    switch (phase) {
        case "ImportScheduled":
            return ["False", "ImportScheduled", "Import is scheduled"];
        case "ImportInProgress":
            return ["True", "ImportProgressing", "Import is progressing"];
        default:
            return ["False", phase, `Import DataVolume phase ${phase}`];
    }
}

/** Where clones come from a snapshot, the import itself goes once that is ready. */
function takeSnapshot({ world, cron, now, format, snapshotClass }: Look, name: string): Write[] {
    const { namespace } = cron.metadata;
    const claim = world.get("PersistentVolumeClaim", namespace, name);
    if (format !== "snapshot" || claim === undefined) {
        return [];
    }
    const snapshot = world.get("VolumeSnapshot", namespace, name);
    if (snapshot === undefined) {
        return [create(importSnapshot(cron, name, snapshotClass, now))];
    }
    return snapshot.status?.readyToUse === true
        ? remove(world.get("DataVolume", namespace, name) ?? claim)
        : [];
}

/** The DataSource that machines' disks name; one that somebody else made is left alone. Source: the same file, updateDataSource. */
function dataSource(
    { world, cron, format }: Look,
    last: DataImportCronStatus["lastImportedPVC"],
): Write[] {
    const { namespace = "" } = cron.metadata;
    const name = cron.spec.managedDataSource;
    const there = world.get("DataSource", namespace, name);
    const labels = importLabels(cron);
    const wanted = format === "snapshot" ? { snapshot: last } : { pvc: last };
    if (there === undefined) {
        const metadata = { name, namespace, labels };
        const source = last === undefined ? {} : wanted;
        const apiVersion = "cdi.kubevirt.io/v1beta1";
        return [create({ apiVersion, kind: "DataSource", metadata, spec: { source } })];
    }
    if (cronOf(there) !== cron.metadata.name) {
        return [];
    }
    const other = format === "snapshot" ? { pvc: null } : { snapshot: null };
    return patch(there, {
        metadata: { labels },
        ...(last === undefined ? {} : { spec: { source: { ...wanted, ...other } } }),
    });
}

/** What is to be imported next, and whether the newest is here. */
function nextImport(look: Look, state: Import, digest: string | undefined) {
    const { world, cron, now, format } = look;
    const { imports, done } = state;
    const { namespace } = cron.metadata;
    const still = (words: Words, writes: readonly Write[] = [], left = imports) => ({
        upToDate: words,
        writes,
        imports: left,
    });
    if (digest === undefined || digest === imports[0]?.Digest) {
        const snapshot = world.get("VolumeSnapshot", namespace, imports[0]?.DataVolumeName ?? "");
        if (imports.length === 0) {
            return still(["False", "NoDigest", "No source digest"]);
        }
        if (done && (format === "pvc" || snapshot?.status?.readyToUse === true)) {
            return still(upToDate);
        }
        const message = done ? "Snapshot of imported data is progressing" : "Import is progressing";
        return still(["False", "ImportProgressing", message]);
    }
    const outdated: Words = ["False", "Outdated", "Source digest updated since last import"];
    const current = world.get("DataVolume", namespace, imports[0]?.DataVolumeName ?? "");
    if (current !== undefined && hasFailed(current)) {
        return still(outdated, remove(current), []);
    }
    if (!done && imports.length > 0) {
        return still(outdated);
    }
    const name = importName(cron, digest);
    const there: KubernetesObject | undefined =
        world.get("VolumeSnapshot", namespace, name) ??
        world.get("PersistentVolumeClaim", namespace, name);
    const writes =
        there === undefined ? [create(importDataVolume(cron, digest, now))] : markUsed(there, now);
    return still(outdated, writes, [{ DataVolumeName: name, Digest: digest }]);
}

/** Source: the same file, deleteErroneousDataVolume: a failing import gives way to a newer one. */
function hasFailed({ status }: DataVolume): boolean {
    const running = conditionOf(status?.conditions, "Running");
    return (
        running?.status === "False" && ["Error", "ImagePullFailed"].includes(running.reason ?? "")
    );
}

function conditions({ cron, now }: Look, progressing: Words, current: Words): Condition[] {
    const said = (type: string, [status, reason, message]: Words) => ({
        type,
        status,
        reason,
        message,
    });
    return withTimes(
        [said("Progressing", progressing), said("UpToDate", current)],
        cron.status?.conditions,
        () => ({ lastTransitionTime: timestamp(now), lastHeartbeatTime: timestamp(now) }),
    );
}
