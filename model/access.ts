/** How many nodes may mount a volume. Source: Kubernetes PersistentVolume access modes. */
export const accessModes = ["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"] as const;
export type AccessMode = (typeof accessModes)[number];

/** How a volume is handed to a machine: a raw device, or a disk.img file on a filesystem. */
export const volumeModes = ["Block", "Filesystem"] as const;
export type VolumeMode = (typeof volumeModes)[number];

/**
 * Whether a machine on such a volume can be live-migrated: source and target node write to it at the same time.
 * Source: KubeVirt pkg/storage/types/pvc.go (every claim has to be ReadWriteMany).
 */
export function isMigratable(accessMode: AccessMode): boolean {
    return accessMode === "ReadWriteMany";
}
