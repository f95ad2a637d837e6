import type { DataSource, KubernetesObject, SourceFields, Texts } from "./objects";
import { conditionOf, timestamp } from "./reading";
import { resolvedSource } from "./sources";
import type { Store } from "./store";
import { type Write, patch, patchStatus, same } from "./writes";

interface Standing {
    readonly reason: string;
    readonly message: string;
    /** What the DataSource takes labels from. */
    readonly from?: KubernetesObject | undefined;
}

const ready = { reason: "Ready", message: "DataSource is ready to be consumed" };

/** What CDI's DataSource controller would say about a DataSource now. Source: CDI pkg/controller/datasource-controller.go; texts recorded. */
export function reconcileDataSource(world: Store, dataSource: DataSource, now: number): Write[] {
    const { reason, message, from } = standingOf(world, dataSource);
    const status = reason === ready.reason ? "True" : "False";
    const old = conditionOf(dataSource.status?.conditions, "Ready");
    const resolved = resolvedSource(world, dataSource);
    const source = status === "True" && resolved.source !== undefined ? resolved.source : {};
    const labels = from === undefined ? [] : passOnLabels(dataSource, from.metadata.labels);
    const { status: before } = dataSource as { readonly status?: { readonly source?: object } };
    if (
        old?.reason === reason &&
        old.status === status &&
        old.message === message &&
        same(before?.source ?? {}, source)
    ) {
        return labels;
    }
    const at = timestamp(now);
    const gone = Object.keys(before?.source ?? {}).filter((key) => !(key in source));
    return [
        ...labels,
        ...patchStatus(dataSource, {
            conditions: [
                {
                    lastHeartbeatTime: at,
                    lastTransitionTime:
                        (old?.status === status ? old.lastTransitionTime : undefined) ?? at,
                    message,
                    reason,
                    status,
                    type: "Ready",
                },
            ],
            source: { ...Object.fromEntries(gone.map((key) => [key, null])), ...source },
        }),
    ];
}

function standingOf(world: Store, dataSource: DataSource): Standing {
    const { source, problem } = resolvedSource(world, dataSource);
    if (problem !== undefined) {
        return problem;
    }
    const { pvc, snapshot } = source ?? {};
    if (pvc !== undefined) {
        return ofClaim(world, pvc, dataSource);
    }
    return snapshot === undefined
        ? { reason: "NoSource", message: "No source PVC set" }
        : ofSnapshot(world, snapshot, dataSource);
}

function ofClaim(
    world: Store,
    { namespace, name = "" }: SourceFields,
    { metadata }: DataSource,
): Standing {
    const place = namespace ?? metadata.namespace;
    const claim = world.get("PersistentVolumeClaim", place, name);
    const dataVolume = world.get("DataVolume", place, name);
    const phase = dataVolume?.status?.phase ?? "";
    if (dataVolume !== undefined && phase !== "Succeeded") {
        return { reason: phase || "Pending", message: `Import DataVolume phase ${phase}` };
    }
    return claim === undefined && dataVolume === undefined
        ? { reason: "NotFound", message: "PVC not found" }
        : { ...ready, from: claim };
}

function ofSnapshot(
    world: Store,
    { namespace, name = "" }: SourceFields,
    { metadata }: DataSource,
): Standing {
    const snapshot = world.get("VolumeSnapshot", namespace ?? metadata.namespace, name);
    if (snapshot === undefined) {
        return { reason: "NotFound", message: "Snapshot not found" };
    }
    return snapshot.status?.readyToUse === true
        ? { ...ready, from: snapshot }
        : { reason: "SnapshotNotReady", message: "Snapshot phase is not ready" };
}

/** Hands on what instance types and preferences are inferred from. Source: CDI pkg/controller/common/util.go, CopyAllowedLabels. */
export function passOnLabels(object: KubernetesObject, labels: Texts | undefined): Write[] {
    const passed = Object.entries(labels ?? {}).filter(
        ([name]) =>
            name.startsWith("instancetype.kubevirt.io/") &&
            object.metadata.labels?.[name] === undefined,
    );
    return passed.length === 0
        ? []
        : patch(object, { metadata: { labels: Object.fromEntries(passed) } });
}
