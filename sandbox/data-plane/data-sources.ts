import type { DataSource } from "./objects";
import { conditionOf, timestamp } from "./reading";
import type { Store } from "./store";
import { type Write, patchStatus } from "./writes";

/** What CDI's DataSource controller would say about a DataSource now. Source: CDI pkg/controller/datasource-controller.go; texts recorded. */
export function reconcileDataSource(world: Store, dataSource: DataSource, now: number): Write[] {
    const { pvc, snapshot } = dataSource.spec.source ?? {};
    const claim = pvc && world.get("PersistentVolumeClaim", pvc.namespace ?? "", pvc.name ?? "");
    const taken =
        snapshot && world.get("VolumeSnapshot", snapshot.namespace ?? "", snapshot.name ?? "");
    const dataVolume = pvc && world.get("DataVolume", pvc.namespace ?? "", pvc.name ?? "");
    const phase = dataVolume?.status?.phase;
    const [reason, message] =
        pvc === undefined && snapshot === undefined
            ? ["NoSource", "No source PVC set"]
            : claim === undefined && taken === undefined
              ? ["NotFound", pvc === undefined ? "Snapshot not found" : "PVC not found"]
              : dataVolume !== undefined && phase !== "Succeeded"
                ? [phase ?? "Pending", `Import DataVolume phase ${phase ?? ""}`]
                : ["Ready", "DataSource is ready to be consumed"];
    const status = reason === "Ready" ? "True" : "False";
    const old = conditionOf(dataSource.status?.conditions, "Ready");
    if (old?.reason === reason && old.status === status && old.message === message) {
        return [];
    }
    const at = timestamp(now);
    return patchStatus(dataSource, {
        conditions: [
            {
                lastHeartbeatTime: at,
                lastTransitionTime: at,
                message,
                reason,
                status,
                type: "Ready",
            },
        ],
        source: status === "True" ? dataSource.spec.source : {},
    });
}
