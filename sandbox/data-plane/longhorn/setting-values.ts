/**
 * What Longhorn 1.12.1 has for the settings that protect data or decide about nodes. Source: longhorn-manager types/setting.go; a
 * setting that differs by data engine is a JSON object.
 */
const defaults: Readonly<Record<string, string>> = {
    "allow-recurring-job-while-volume-detached": "false",
    "allow-volume-creation-with-degraded-availability": "true",
    "auto-cleanup-recurring-job-backup-snapshot": "true",
    "auto-delete-pod-when-volume-detached-unexpectedly": "true",
    "auto-salvage": "true",
    "backup-concurrent-limit": "2",
    "concurrent-automatic-engine-upgrade-per-node-limit": "0",
    "create-default-disk-labeled-nodes": "false",
    "default-data-locality": "disabled",
    "default-data-path": "/var/lib/longhorn/",
    "default-replica-count": '{"v1":"3","v2":"3"}',
    "deleting-confirmation-flag": "false",
    "disable-scheduling-on-cordoned-node": "true",
    "failed-backup-ttl": "1440",
    "guaranteed-instance-manager-cpu": '{"v1":"12","v2":"12"}',
    "node-down-pod-deletion-policy": "do-nothing",
    "node-drain-policy": "block-if-contains-last-replica",
    "orphan-resource-auto-deletion": "",
    "priority-class": "longhorn-critical",
    "recurring-job-max-retention": "100",
    "replica-auto-balance": "disabled",
    "replica-disk-soft-anti-affinity": "true",
    "replica-replenishment-wait-interval": "600",
    "replica-soft-anti-affinity": "false",
    "replica-zone-soft-anti-affinity": "true",
    "restore-volume-recurring-jobs": "false",
    "snapshot-count-warning-threshold": "100",
    "snapshot-data-integrity": '{"v1":"fast-check","v2":"fast-check"}',
    "snapshot-max-count": "250",
    "storage-minimal-available-percentage": "25",
    "storage-network": "",
    "storage-over-provisioning-percentage": "100",
    "storage-reserved-percentage-for-default-disk": "30",
    "system-managed-components-node-selector": "",
    "taint-toleration": "",
    "v1-data-engine": "true",
    "v2-data-engine": "false",
};

/** The names of the settings that are always there. */
export const settingNames: readonly string[] = Object.keys(defaults);

/** What a setting is without anybody's wish. */
export function defaultValue(name: string): string {
    return defaults[name] ?? "";
}

/** A wished value as Longhorn keeps it: one for all data engines is spelt out. Source: types/setting.go, ParseDataEngineSpecificSetting. */
export function normalised(name: string, wished: string | number | boolean | null): string {
    const text = wished === null ? "" : String(wished);
    const byEngine = defaultValue(name);
    if (!byEngine.startsWith("{") || text.startsWith("{")) {
        return text;
    }
    const engines = Object.keys(JSON.parse(byEngine) as object);
    return JSON.stringify(Object.fromEntries(engines.map((engine) => [engine, text])));
}
