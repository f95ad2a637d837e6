import type { Condition, Texts } from "../metadata";

/** What the simulated Longhorn reads of its objects, beside what every object has. */

/** A disk of a node. Source: longhorn-manager k8s/pkg/apis/longhorn/v1beta2/node.go, DiskSpec. */
export interface LonghornDisk {
    readonly diskType?: string;
    readonly path: string;
    readonly diskDriver?: string;
    readonly allowScheduling?: boolean;
    readonly evictionRequested?: boolean;
    readonly storageReserved?: number;
    readonly tags?: readonly string[];
}

/** Source: longhorn-manager k8s/pkg/apis/longhorn/v1beta2/node.go. */
export interface LonghornNodeFields {
    readonly spec: {
        readonly allowScheduling?: boolean;
        readonly tags?: readonly string[];
        readonly disks?: Readonly<Record<string, LonghornDisk>>;
    };
    readonly status?: {
        readonly conditions?: readonly Condition[];
        readonly diskStatus?: Readonly<
            Record<string, { readonly conditions?: readonly Condition[] }>
        >;
    };
}

/** Source: longhorn-manager k8s/pkg/apis/longhorn/v1beta2/setting.go: there is no spec. */
export interface LonghornSettingFields {
    readonly value: string;
}

/** Source: longhorn-manager k8s/pkg/apis/longhorn/v1beta2/volume.go. */
export interface LonghornVolumeFields {
    readonly spec: {
        readonly size?: string;
        readonly numberOfReplicas?: number;
        readonly diskSelector?: readonly string[];
        readonly nodeSelector?: readonly string[];
    };
    readonly status?: {
        readonly state?: string;
        readonly robustness?: string;
        readonly kubernetesStatus?: Texts;
        readonly conditions?: readonly Condition[];
    };
}

/** Source: longhorn-manager k8s/pkg/apis/longhorn/v1beta2/backuptarget.go. */
export interface LonghornBackupTargetFields {
    readonly spec: { readonly backupTargetURL?: string; readonly credentialSecret?: string };
    readonly status?: {
        readonly available?: boolean;
        readonly conditions?: readonly Condition[];
        readonly lastSyncedAt?: string | null;
    };
}

/** A backup that is on the backup target. Source: longhorn-manager k8s/pkg/apis/longhorn/v1beta2/backup.go, BackupStatus. */
export interface LonghornBackupFields {
    readonly status?: {
        readonly volumeName?: string;
        /** Bytes. */
        readonly volumeSize?: string;
        readonly url?: string;
    };
}
