import { secretContent } from "../class-secrets";
import { faultOf } from "../faults";
import type { LonghornBackupTarget } from "../objects";
import { withTimes } from "../operator-conditions";
import { isDeleted, timestamp } from "../reading";
import type { Store } from "../store";
import { type Write, create, patch, patchStatus } from "../writes";
import { follows, following, longhornApi, longhornOf, yamlIn } from "./system";

/** Source: longhorn-manager datastore/longhorn.go, DefaultBackupTargetName. */
const name = "default";

/**
 * The backup target that is always there, as the chart's ConfigMap wishes it: once for each change of the ConfigMap. Source:
 * longhorn-manager controller/kubernetes_configmap_controller.go and datastore/longhorn.go, SyncBackupTargets.
 */
export function reconcileDefaultTarget(world: Store, namespace: string): Write[] {
    const map = world.get("ConfigMap", namespace, "longhorn-default-resource");
    const wished = map === undefined ? {} : yamlIn(map, "default-resource.yaml");
    const word = (key: string) => {
        const value = wished[key];
        return value === undefined || value === null ? undefined : String(value);
    };
    const seconds = word("backupstore-poll-interval");
    const spec = {
        backupTargetURL: word("backup-target"),
        credentialSecret: word("backup-target-credential-secret"),
        pollInterval: seconds === undefined ? undefined : goDuration(Number(seconds)),
    };
    const there = world.get("LonghornBackupTarget", namespace, name);
    const annotations = following(map);
    if (there === undefined) {
        return [
            create({
                apiVersion: longhornApi,
                kind: "LonghornBackupTarget",
                metadata: { name, namespace, annotations },
                spec: {
                    backupTargetURL: spec.backupTargetURL ?? "",
                    credentialSecret: spec.credentialSecret ?? "",
                    pollInterval: spec.pollInterval ?? goDuration(300),
                },
            }),
        ];
    }
    return map === undefined || follows(there, map)
        ? []
        : patch(there, { metadata: { annotations }, spec });
}

/** Whether a backup target answers. Source: longhorn-manager controller/backup_target_controller.go, reconcile. */
export function reconcileBackupTarget(
    world: Store,
    target: LonghornBackupTarget,
    now: number,
): Write[] {
    if (longhornOf(world) === undefined || isDeleted(target)) {
        return [];
    }
    const fault = unavailable(world, target);
    const { status } = target;
    return patchStatus(target, {
        available: fault === undefined,
        lastSyncedAt: fault === undefined ? (status?.lastSyncedAt ?? timestamp(now)) : null,
        conditions: withTimes(
            [
                {
                    type: "Unavailable",
                    status: fault === undefined ? "False" : "True",
                    reason: fault === undefined ? "" : "Unavailable",
                    message: fault ?? "",
                },
            ],
            status?.conditions,
            () => ({ lastProbeTime: "", lastTransitionTime: timestamp(now) }),
        ),
    });
}

/**
 * Why it does not answer. A missing Secret the real one only logs, and leaves the condition as it was; here the words are in the
 * condition too.
 */
function unavailable(world: Store, target: LonghornBackupTarget): string | undefined {
    const { backupTargetURL: url = "", credentialSecret = "" } = target.spec;
    const { namespace = "" } = target.metadata;
    if (url === "") {
        return "backup target URL is empty";
    }
    const listing = `failed to list system backups in ${url}: `;
    if (faultOf(world, target) === "backup-target-unreachable") {
        return `${listing}dial tcp: i/o timeout`;
    }
    const type = url.slice(0, url.indexOf(":"));
    if (!["s3", "azblob"].includes(type) && credentialSecret === "") {
        return undefined;
    }
    const client = `failed to init backup target clients: failed to get ${target.metadata.name} backup target client: `;
    if (credentialSecret === "") {
        return `${client}could not access ${type} without credential secret`;
    }
    if (world.get("Secret", namespace, credentialSecret) === undefined) {
        return `${client}failed to get the secret: secret "${credentialSecret}" not found`;
    }
    const credentials = secretContent(world, { name: credentialSecret, namespace });
    const missing = (keys[type] ?? []).filter((key) => (credentials[key] ?? "") === "");
    return missing.length === 0 || credentials["AWS_IAM_ROLE_ARN"] !== undefined
        ? undefined
        : `${listing}failed to list objects: get credentials: static credentials are empty`;
}

/** What the Secret needs. Source: longhorn-manager types/types.go, AWSAccessKey and following. */
const keys: Readonly<Record<string, readonly string[]>> = {
    s3: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
    azblob: ["AZBLOB_ACCOUNT_NAME", "AZBLOB_ACCOUNT_KEY"],
    cifs: ["CIFS_USERNAME", "CIFS_PASSWORD"],
};

/** Seconds as Go writes a duration: 300 is `5m0s`. */
function goDuration(seconds: number): string {
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
    const rest = `${seconds % 60}s`;
    return hours > 0 ? `${hours}h${minutes}m${rest}` : minutes > 0 ? `${minutes}m${rest}` : rest;
}
