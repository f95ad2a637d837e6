import type {
    LonghornBackupFields,
    LonghornBackupTargetFields,
    LonghornNodeFields,
    LonghornSettingFields,
    LonghornVolumeFields,
} from "./longhorn/objects";
import type {
    ClaimSpec,
    DataImportCronFields,
    DataVolumeSpec,
    SourceFields,
} from "./image-objects";
import type { Condition, Metadata, Texts } from "./metadata";
import type {
    CdiConfigFields,
    CdiFields,
    ContainerFields,
    DeploymentFields,
    DaemonSetFields,
    KubeVirtFields,
    NodeFields,
    WebhookConfigurationFields,
} from "./platform-objects";
import type {
    CsiNodeFields,
    SecretFields,
    StorageClassFields,
    StorageProfileFields,
    VolumeFields,
    VolumeSnapshotClassFields,
    VolumeSnapshotContentFields,
    VolumeSnapshotFields,
} from "./storage-objects";

/** The fields of Kubernetes, CDI and KubeVirt objects that the simulated data plane reads and writes. */

export type { Condition, Metadata, OwnerReference, Texts } from "./metadata";
export type { ClaimPropertySet } from "./storage-objects";
export type { ClaimSpec, DataSourceReference, DataVolumeSpec, SourceFields } from "./image-objects";

/** What every object has. */
export interface KubernetesObject {
    readonly apiVersion: string;
    readonly kind: Kind;
    readonly metadata: Metadata;
}

/** A PersistentVolumeClaim. */
export interface Claim extends KubernetesObject {
    readonly spec: ClaimSpec;
    readonly status?: {
        readonly phase?: string;
        readonly capacity?: { readonly storage?: string };
        readonly conditions?: readonly Condition[];
        readonly allocatedResourceStatuses?: Texts;
    };
}

/** Source: CDI types.go, v1beta1. */
export interface DataVolume extends KubernetesObject {
    readonly spec: DataVolumeSpec;
    readonly status?: DataVolumeStatus;
}

/** Fields that CDI leaves away are absent here too. */
export interface DataVolumeStatus {
    readonly phase?: string;
    readonly progress?: string;
    readonly claimName?: string;
    readonly restartCount?: number;
    readonly conditions?: readonly Condition[];
}

/** Source: CDI types.go, DataSource. */
export interface DataSource extends KubernetesObject {
    readonly spec: { readonly source?: Readonly<Record<string, SourceFields | undefined>> };
    readonly status?: { readonly conditions?: readonly Condition[] };
}

/** What a container does, or why it does nothing. */
export interface ContainerState {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: { readonly startedAt?: string };
    readonly terminated?: {
        readonly exitCode: number;
        readonly reason?: string;
        readonly message?: string;
        readonly startedAt?: string;
        readonly finishedAt?: string;
    };
}

/** Source: k8s.io/api/core/v1 ContainerStatus. */
export interface ContainerStatus {
    readonly name: string;
    readonly image: string;
    readonly imageID: string;
    readonly ready: boolean;
    readonly started?: boolean;
    readonly restartCount: number;
    readonly state?: ContainerState;
    readonly lastState?: ContainerState;
}

/** Source: k8s.io/api/core/v1 PodStatus. */
export interface PodStatus {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
}

/** A pod. */
export interface Pod extends KubernetesObject {
    readonly spec: {
        readonly nodeName?: string;
        readonly nodeSelector?: Texts;
        readonly volumes?: readonly {
            readonly name?: string;
            readonly persistentVolumeClaim?: { readonly claimName: string };
        }[];
        readonly containers: readonly ContainerFields[];
    };
    readonly status?: PodStatus;
}

/** A PersistentVolume. */
export type Volume = KubernetesObject & VolumeFields;

/** A StorageClass. */
export type StorageClass = KubernetesObject & StorageClassFields;

/** How a class is best used. */
export type StorageProfile = KubernetesObject & StorageProfileFields;

/** A snapshot of a claim. */
export type VolumeSnapshot = KubernetesObject & VolumeSnapshotFields;

/** The cluster's side of a snapshot. */
export type VolumeSnapshotContent = KubernetesObject & VolumeSnapshotContentFields;

/** Which driver snapshots are made with. */
export type VolumeSnapshotClass = KubernetesObject & VolumeSnapshotClassFields;

/** Which drivers a node has. */
export type CsiNode = KubernetesObject & CsiNodeFields;

/** A Secret. */
export type Secret = KubernetesObject & SecretFields;

/** A node as Longhorn knows it. */
export type LonghornNode = KubernetesObject & LonghornNodeFields;

/** A setting of Longhorn. */
export type LonghornSetting = KubernetesObject & LonghornSettingFields;

/** A volume of Longhorn. */
export type LonghornVolume = KubernetesObject & LonghornVolumeFields;

/** Where Longhorn keeps backups. */
export type LonghornBackupTarget = KubernetesObject & LonghornBackupTargetFields;

/** A backup of Longhorn. */
export type LonghornBackup = KubernetesObject & LonghornBackupFields;

/** A ConfigMap: the fault plan is one. */
export interface ConfigMap extends KubernetesObject {
    readonly data?: Texts;
}

/** Objects of which nothing but their existence counts. */
export type Existing = KubernetesObject;

/** Source: KubeVirt core/v1/types.go. */
export interface VirtualMachine extends KubernetesObject {
    readonly spec: {
        readonly runStrategy?: string;
        readonly running?: boolean;
        readonly template: {
            readonly metadata?: { readonly labels?: Texts; readonly annotations?: Texts };
            readonly spec: MachineSpec;
        };
        readonly dataVolumeTemplates?: readonly {
            readonly metadata: {
                readonly name: string;
                readonly labels?: Texts;
                readonly annotations?: Texts;
            };
            readonly spec: DataVolumeSpec;
        }[];
    };
    readonly status?: VirtualMachineStatus;
}

/** Booleans are absent, not false. */
export interface VirtualMachineStatus {
    readonly printableStatus?: string;
    readonly created?: boolean;
    readonly ready?: boolean;
    readonly runStrategy?: string;
    readonly observedGeneration?: number;
    readonly desiredGeneration?: number;
    readonly conditions?: readonly Condition[];
    readonly startFailure?: StartFailure;
    readonly volumeSnapshotStatuses?: readonly unknown[];
}

/** Why a machine that should run does not, and when it is tried again. */
export interface StartFailure {
    readonly consecutiveFailCount: number;
    readonly lastFailedVMIUID?: string;
    readonly retryAfterTimestamp?: string;
}

/** A volume of a machine: one of these. */
export interface MachineVolume {
    readonly name: string;
    readonly dataVolume?: { readonly name: string; readonly hotpluggable?: boolean };
    readonly persistentVolumeClaim?: {
        readonly claimName: string;
        readonly hotpluggable?: boolean;
    };
}

/** The spec of a VirtualMachineInstance, which is a machine's template too. */
export interface MachineSpec {
    readonly domain: {
        readonly cpu?: {
            readonly cores?: number;
            readonly sockets?: number;
            readonly threads?: number;
            readonly maxSockets?: number;
        };
        readonly memory?: { readonly guest?: string; readonly maxGuest?: string };
        readonly devices: {
            readonly disks?: readonly { readonly name: string }[];
            readonly interfaces?: readonly {
                readonly name: string;
                readonly macAddress?: string;
                readonly masquerade?: object;
            }[];
        };
    };
    readonly networks?: readonly { readonly name: string; readonly pod?: object }[];
    readonly volumes?: readonly MachineVolume[];
    readonly nodeSelector?: Texts;
    readonly affinity?: unknown;
    readonly tolerations?: readonly unknown[];
}

/** Source: KubeVirt core/v1/types.go. */
export interface VirtualMachineInstance extends KubernetesObject {
    readonly spec: MachineSpec;
    readonly status?: MachineStatus;
}

/** Source: KubeVirt core/v1/types.go, VirtualMachineInstanceStatus. */
export interface MachineStatus {
    readonly phase?: string;
    readonly nodeName?: string;
    readonly conditions?: readonly Condition[];
    readonly phaseTransitionTimestamps?: readonly {
        readonly phase: string;
        readonly phaseTransitionTimestamp: string;
    }[];
    readonly memory?: { readonly guestAtBoot?: string };
}

/** A KubeVirt installation. */
export type KubeVirt = KubernetesObject & KubeVirtFields;

/** A CDI installation. */
export type Cdi = KubernetesObject & CdiFields;

/** What CDI works with. */
export type CdiConfig = KubernetesObject & CdiConfigFields;

/** A golden image that is made again when its source changes. */
export type DataImportCron = KubernetesObject & DataImportCronFields;

/** A Deployment. */
export type Deployment = KubernetesObject & DeploymentFields;

/** A DaemonSet. */
export type DaemonSet = KubernetesObject & DaemonSetFields;

/** A Node. */
export type Node = KubernetesObject & NodeFields;

/** Who is asked before objects are changed. */
export type WebhookConfiguration = KubernetesObject & WebhookConfigurationFields;

/** The kinds of object that the data plane knows. */
export interface Kinds {
    DataVolume: DataVolume;
    DataSource: DataSource;
    StorageProfile: StorageProfile;
    PersistentVolumeClaim: Claim;
    PersistentVolume: Volume;
    StorageClass: StorageClass;
    CSIDriver: Existing;
    CSINode: CsiNode;
    Pod: Pod;
    Secret: Secret;
    ConfigMap: ConfigMap;
    VolumeSnapshot: VolumeSnapshot;
    VolumeSnapshotContent: VolumeSnapshotContent;
    VolumeSnapshotClass: VolumeSnapshotClass;
    VirtualMachine: VirtualMachine;
    VirtualMachineInstance: VirtualMachineInstance;
    KubeVirt: KubeVirt;
    CDI: Cdi;
    CDIConfig: CdiConfig;
    DataImportCron: DataImportCron;
    CustomResourceDefinition: Existing;
    Deployment: Deployment;
    DaemonSet: DaemonSet;
    Service: Existing;
    ServiceAccount: Existing;
    Node: Node;
    ValidatingWebhookConfiguration: WebhookConfiguration;
    MutatingWebhookConfiguration: WebhookConfiguration;
    APIService: Existing;
    LonghornNode: LonghornNode;
    LonghornSetting: LonghornSetting;
    LonghornVolume: LonghornVolume;
    LonghornBackupTarget: LonghornBackupTarget;
    LonghornBackup: LonghornBackup;
    LonghornRecurringJob: Existing;
}

/** Name of a kind. */
export type Kind = keyof Kinds;
