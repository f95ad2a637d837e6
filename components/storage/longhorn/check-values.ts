import { Check, type Findings } from "../../../model/findings";
import { checkOverrides, type Guarded } from "../../../model/overrides";
import type { LonghornArgs } from "./args";

type Environment = LonghornArgs["environment"];

/** Settings that are an argument's business, or not there any more: the chart passes over what it does not know. */
const guardedSettings: Guarded = {
    deletingConfirmationFlag: `use teardown: "armed"`,
    createDefaultDiskLabeledNodes: "use nodes",
    defaultDataPath: "use dataPath",
    storageNetwork: "use the argument of that name",
    taintToleration: "use tolerations, which the managers need, too",
    systemManagedComponentsNodeSelector: "use nodeSelector, which the managers need, too",
    guaranteedInstanceManagerCPU: "use guaranteedInstanceManagerCpu",
    defaultReplicaCount: "use replicas",
};

/** Names of older charts, and what they are called today. Source: longhorn chart, values.yaml of 1.7 to 1.12.1. */
const goneSettings: Guarded = {
    backupTarget: "use the argument of that name",
    backupTargetCredentialSecret: "use backupTarget",
    backupstorePollInterval: "use backupTarget.pollInterval",
    orphanAutoDeletion: "use orphanResourceAutoDeletion",
    v2DataEngineHugepageLimit: "use dataEngineMemorySize",
    v2DataEngineLogLevel: "use dataEngineLogLevel",
    v2DataEngineLogFlags: "use dataEngineLogFlags",
    v2DataEngineCPUMask: "use dataEngineCPUMask",
};

interface Risk {
    readonly setting: string;
    readonly risky: (value: unknown) => boolean;
    /** What comes of it. */
    readonly fault: string;
    readonly cure: string;
    /** Said in production only. */
    readonly productionOnly?: boolean;
}

const isTrue = (value: unknown) => String(value) === "true";

/** Settings that put data at risk. Source: the descriptions in longhorn-manager types/setting.go (v1.12.1). */
const risks: readonly Risk[] = [
    {
        setting: "replicaSoftAntiAffinity",
        risky: isTrue,
        fault: "copies of a disk may share a node, and are lost together",
        cure: "leave it out, and write fewer replicas where there are fewer nodes",
        productionOnly: true,
    },
    {
        setting: "allowVolumeCreationWithDegradedAvailability",
        risky: isTrue,
        fault: "disks begin with fewer copies than their class says, and nobody notices",
        cure: `leave it out, or write environment: "trial"`,
        productionOnly: true,
    },
    {
        setting: "nodeDrainPolicy",
        risky: (value) => value === "always-allow" || value === "allow-if-replica-is-stopped",
        fault: "a drained node may take the last copy of a disk with it",
        cure: `leave it out, or write "block-for-eviction-if-contains-last-replica"`,
    },
    {
        setting: "storageOverProvisioningPercentage",
        risky: (value) => Number(value) > 150,
        fault: "more is promised than there is: a node's disk that fills up stops every machine on it",
        cure: "write 150 or less",
    },
    {
        setting: "autoSalvage",
        risky: (value) => String(value) === "false",
        fault: "after a failure of the network disks stay down until somebody picks a copy by hand",
        cure: "leave it out",
    },
    {
        setting: "removeSnapshotsDuringFilesystemTrim",
        risky: isTrue,
        fault: "a guest that discards removes its disk's snapshots",
        cure: "leave it out",
    },
    {
        setting: "orphanResourceAutoDeletion",
        risky: (value) => String(value).includes("replica-data"),
        fault: "copies that Longhorn has lost track of are deleted, and one may be the last",
        cure: "leave it out, and look at orphans by hand",
    },
];

/** Values that an argument sets, or that undo what this package takes care of. */
const guardedValues: Guarded = {
    "persistence.createStorageClass":
        "leave it out: the classes for machines are made by this package",
    "persistence.defaultClass":
        "use isDefaultForMachines: Longhorn's own class is not made for machines",
    "persistence.migratable": "leave it out: the classes for machines are made by this package",
    namespaceOverride: "leave it out: Longhorn lives in longhorn-system",
    "networkPolicies.restrictInternalTraffic": "use networkPolicies",
    "longhornUI.replicas": "use ui",
    "ingress.enabled": "use ui",
    "ingress.host": "use ui",
    "ingress.annotations": "use ui",
    "httproute.enabled": "use ui, or make a route of your own that asks for a login",
    "service.ui.type": "use ui: the user interface has no login of its own",
    "service.manager.type": "leave it out: what reaches a manager can delete volumes",
    "metrics.serviceMonitor.enabled": "use metrics",
    "defaultBackupStore.backupTarget": "use backupTarget",
    "defaultBackupStore.backupTargetCredentialSecret": "use backupTarget",
    "defaultBackupStore.pollInterval": "use backupTarget",
    "csi.kubeletRootDir": "use kubeletDir",
    "global.nodeSelector": "use nodeSelector, which Longhorn's settings need, too",
    "global.tolerations": "use tolerations, which Longhorn's settings need, too",
    "preUpgradeChecker.jobEnabled": "leave it out: it stops an upgrade that would lose volumes",
    "preUpgradeChecker.upgradeVersionCheck":
        "leave it out: it stops an upgrade that would lose volumes",
};

/** Values that are secret: they would be in the release, for everybody who reads the stack. */
const secretValues: Guarded = {
    "privateRegistry.registryPasswd":
        "make the Secret yourself, and name it in privateRegistry.registrySecret",
    "ingress.secrets": "make the Secret yourself, and name it in ui.tlsSecret",
};

/** What is wrong with settings, of an argument or inside `values`. */
export function checkSettings(
    settings: Readonly<Record<string, unknown>> = {},
    environment: Environment,
): Findings {
    const check = new Check();
    for (const { field, fault, cure } of checkOverrides(settings, guardedSettings).problems) {
        check.refuse(field, fault, cure);
    }
    for (const name of Object.keys(settings)) {
        const cure = Object.hasOwn(goneSettings, name) ? goneSettings[name] : undefined;
        if (cure !== undefined) {
            check.refuse(
                name,
                "is given, which the chart does not have any more and passes over",
                cure,
            );
        } else if (name.includes("-")) {
            check.refuse(
                name,
                "is given, which the chart does not have and passes over",
                `write it as the chart does: ${name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())}`,
            );
        }
    }
    for (const { setting, risky, fault, cure, productionOnly } of risks) {
        const value = settings[setting];
        if (risky(value) && !(productionOnly === true && environment === "trial")) {
            check.warn(setting, `is ${JSON.stringify(value)}, and ${fault}`, cure);
        }
    }
    return check;
}

/** What is wrong with values of the chart that are given beside the arguments. */
export function checkValues(
    values: Readonly<Record<string, unknown>> = {},
    environment: Environment,
): Findings {
    const check = new Check();
    for (const { field, fault, cure } of checkOverrides(values, guardedValues).problems) {
        check.refuse(field, fault, cure);
    }
    for (const { field, cure } of checkOverrides(values, secretValues).problems) {
        check.refuse(field, "is a secret, which the release would show", cure);
    }
    const { defaultSettings } = values;
    if (typeof defaultSettings === "object" && defaultSettings !== null) {
        const settings = defaultSettings as Readonly<Record<string, unknown>>;
        check.addFrom("defaultSettings", checkSettings(settings, environment));
    }
    return check;
}
