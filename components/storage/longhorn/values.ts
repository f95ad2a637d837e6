import { type Fields, given, merged } from "../../../manifests/fields";
import { millisecondsOf } from "../../../model/duration";
import { longhornBackupSecretName } from "./names";
import { backupSecret, backupTargetUrl } from "./secrets";
import { longhornDefaultSettings } from "./settings";
import type { LonghornSettings } from "./tiers";

/** Longhorn's own. Source: longhorn-manager types/types.go (DefaultBackupstorePollInterval). */
const pollSeconds = 300;

/** The chart's own, where there is a user interface at all. */
const uiReplicas = 2;

/**
 * Values of the chart: only keys that it has, and nothing secret. What it would leave as it was on the cluster is written out.
 * The jobs that look before an upgrade and clear up before a removal stay as the chart has them.
 */
export function longhornValues(name: string, args: LonghornSettings): Fields {
    const fields = given({
        // Its own class is made for containers: with a filesystem, and not to be migrated.
        persistence: { createStorageClass: false, defaultClass: false },
        csi: given({
            kubeletRootDir: args.kubeletDir,
            attacherReplicaCount: args.csiReplicas,
            provisionerReplicaCount: args.csiReplicas,
            resizerReplicaCount: args.csiReplicas,
            snapshotterReplicaCount: args.csiReplicas,
        }),
        // Manager, driver and user interface, and the chart's jobs; for the rest there are settings.
        global: given({ nodeSelector: args.nodeSelector, tolerations: args.tolerations }),
        longhornManager: given({ resources: args.managerResources }),
        longhornUI: { replicas: uiOf(args) === undefined ? 0 : uiReplicas },
        ingress: ingressOf(args),
        metrics: {
            serviceMonitor: {
                enabled: args.metrics?.serviceMonitor ?? false,
                additionalLabels: args.metrics?.labels ?? {},
            },
        },
        networkPolicies: { restrictInternalTraffic: args.networkPolicies ?? true },
        defaultBackupStore: backupStoreOf(name, args),
        defaultSettings: longhornDefaultSettings(args),
    });
    return merged(fields ?? {}, args.values ?? {});
}

function uiOf({ ui = "off" }: LonghornSettings) {
    return ui === "off" ? undefined : ui;
}

function ingressOf(args: LonghornSettings): Fields {
    const ui = uiOf(args);
    return ui === undefined
        ? { enabled: false }
        : {
              ...given({ ingressClassName: ui.ingressClassName, tlsSecret: ui.tlsSecret }),
              enabled: true,
              host: ui.host,
              tls: ui.tlsSecret !== undefined,
              annotations: ui.annotations,
          };
}

/**
 * Longhorn looks for the keys: one that is there and empty makes it forget the target, one that is not there keeps it.
 * Source: longhorn-manager datastore/longhorn.go (syncDefaultBackupTargetResourceWithCustomizedParameters).
 */
function backupStoreOf(name: string, { backupTarget: target }: LonghornSettings): Fields {
    if (target === undefined) {
        return { backupTarget: "", backupTargetCredentialSecret: "", pollInterval: pollSeconds };
    }
    return {
        backupTarget: backupTargetUrl(target),
        backupTargetCredentialSecret:
            backupSecret(target) === undefined ? "" : longhornBackupSecretName(name),
        pollInterval:
            target.pollInterval === undefined
                ? pollSeconds
                : millisecondsOf(target.pollInterval) / 1000,
    };
}
