/** The CSI driver, and so the provisioner of every class. Source: longhorn-manager types/types.go (LonghornDriverName). */
export const longhornDriver = "driver.longhorn.io";

/**
 * Where it is installed. Its own messages, documents and backup tools take this namespace for granted, and a cluster has room
 * for one Longhorn only: its objects have fixed names. Source: longhorn chart 1.12.1, templates.
 */
export const longhornNamespace = "longhorn-system";

/** The target that Longhorn makes by itself and nobody may delete. Source: longhorn-manager webhook/resources/backuptarget. */
export const defaultBackupTarget = "default";

/**
 * What has to run before the driver is there. The manager comes with the chart, the rest is made by it afterwards.
 * Source: longhorn-manager types/types.go (CSIPluginName and the like), csi/deployment.go.
 */
export const longhornWorkloads = [
    { kind: "DaemonSet", name: "longhorn-manager" },
    { kind: "Deployment", name: "longhorn-driver-deployer" },
    { kind: "Deployment", name: "csi-attacher" },
    { kind: "Deployment", name: "csi-provisioner" },
    { kind: "Deployment", name: "csi-resizer" },
    { kind: "Deployment", name: "csi-snapshotter" },
    { kind: "DaemonSet", name: "longhorn-csi-plugin" },
] as const;

/** The Secret that has the passphrase of the encrypted classes. */
export function longhornEncryptionSecretName(name: string): string {
    return `${name}-encryption`;
}

/** The Secret that has the login of the backup target. */
export function longhornBackupSecretName(name: string): string {
    return `${name}-backup-target`;
}

/**
 * Classes that Longhorn makes, makes anew and removes by itself. Source: longhorn-manager types/types.go
 * (DefaultStorageClassName), controller/uninstall_controller.go (deleteStorageClass), types/setting.go (longhorn-static).
 */
export const longhornOwnClasses = ["longhorn", "longhorn-static"];

/** The class of a Longhorn without tiers: called as the component, unless that is the name of one of Longhorn's own. */
export function longhornClassName(name: string): string {
    return longhornOwnClasses.includes(name) ? `${name}-vm` : name;
}
