import type { Fields } from "../../../manifests/fields";
import type { Toleration } from "../../../model/placement";
import type { LonghornArgs } from "./args";
import {
    engineOf,
    longhornDefaultTier,
    type LonghornSettings,
    longhornTiers,
    replicasOf,
} from "./tiers";

/**
 * Settings that protect data. All are written out, also where they are Longhorn's own default today: a setting that the chart
 * does not name keeps whatever value it has. Source: longhorn-manager types/setting.go, datastore/longhorn.go (v1.12.1).
 */
export function settingsFor(environment: LonghornArgs["environment"]): Fields {
    return {
        // Two copies of a disk on one node are lost together.
        replicaSoftAntiAffinity: false,
        // A disk that begins with fewer copies than its class says looks like any other: nobody notices until a node fails.
        allowVolumeCreationWithDegradedAvailability: environment === "trial",
        // A drain waits while the node has the last healthy copy of a volume.
        nodeDrainPolicy: "block-if-contains-last-replica",
        // What is promised to disks is there: an overbooked disk that fills up stops every machine on it.
        storageOverProvisioningPercentage: 100,
        // Snapshots take room beyond a disk's size; a quarter of each disk stays for them.
        storageMinimalAvailablePercentage: 25,
        // Machines that are stopped are backed up, too.
        allowRecurringJobWhileVolumeDetached: true,
        // After a failure of the whole network the newest copy is taken, instead of none.
        autoSalvage: true,
        // A snapshot whose files have changed on one node is repaired from the others; only what changed is read.
        snapshotDataIntegrity: { v1: "fast-check", v2: "fast-check" },
        // A snapshot goes when somebody deletes it, not when a guest discards.
        removeSnapshotsDuringFilesystemTrim: false,
        // What a node's failure leaves behind may be the last copy of something.
        orphanResourceAutoDeletion: "",
    };
}

/**
 * The chart's `defaultSettings`. What an argument decides is written in both directions: a value that is only left out would
 * stay, and for the flag that lets Longhorn be removed that would be for good.
 */
export function longhornDefaultSettings(args: LonghornSettings): Fields {
    const tiers = longhornTiers("", args);
    const replicas = String(replicasOf(tiers[longhornDefaultTier(args)] ?? {}));
    const usesV2 = Object.values(tiers).some((tier) => engineOf(tier) === "v2");
    return {
        ...settingsFor(args.environment),
        // For volumes made in the user interface; classes say it themselves. Both engines have to be there, or it is refused.
        defaultReplicaCount: { v1: replicas, v2: replicas },
        createDefaultDiskLabeledNodes: args.nodes !== undefined,
        storageNetwork: args.storageNetwork ?? "",
        taintToleration: (args.tolerations ?? []).map(tolerationText).join(";"),
        systemManagedComponentsNodeSelector: Object.entries(args.nodeSelector ?? {})
            .map(([key, value]) => `${key}:${value}`)
            .join(";"),
        // Never switched off again by itself: Longhorn refuses that while volumes of the engine are in use.
        ...(usesV2 ? { v2DataEngine: true } : {}),
        ...(args.dataPath === undefined ? {} : { defaultDataPath: args.dataPath }),
        ...(args.guaranteedInstanceManagerCpu === undefined
            ? {}
            : { guaranteedInstanceManagerCPU: cpuOf(args.guaranteedInstanceManagerCpu) }),
        ...args.settings,
        deletingConfirmationFlag: args.teardown === "armed",
    };
}

/** Both engines have to be there, as text. Source: longhorn-manager types/setting.go (validateSettingFloat). */
function cpuOf(percent: number): Fields {
    return { v1: String(percent), v2: String(percent) };
}

/** `key=value:Effect`, `key:Effect`. Source: longhorn-manager types/setting.go (parseToleration). */
function tolerationText({ key = "", operator, value = "", effect }: Toleration): string {
    const taint = operator === "Exists" ? key : `${key}=${value}`;
    return `${taint}:${effect ?? ""}`;
}
