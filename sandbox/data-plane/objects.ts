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
import type { InstancetypeSpec, PreferenceSpec } from "./instancetype-objects";
import type {
    MigrationFields,
    VirtualMachineFields,
    VirtualMachineInstanceFields,
} from "./machine-objects";
import type { Condition, Metadata, Texts } from "./metadata";
import type {
    CdiConfigFields,
    CdiFields,
    ContainerFields,
    DeploymentFields,
    DaemonSetFields,
    KubeVirtFields,
    NodeFields,
    ServiceFields,
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
export type {
    MachineSpec,
    MachineVolume,
    StartFailure,
    VirtualMachineStatus,
} from "./machine-objects";
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

/** A machine. */
export type VirtualMachine = KubernetesObject & VirtualMachineFields;

/** A machine that runs, or is about to. */
export type VirtualMachineInstance = KubernetesObject & VirtualMachineInstanceFields;

/** A machine's way to another node. */
export type Migration = KubernetesObject & MigrationFields;

/** CPUs and memory that a machine can have. */
export type Instancetype = KubernetesObject & { readonly spec: InstancetypeSpec };

/** What suits a guest. */
export type Preference = KubernetesObject & { readonly spec: PreferenceSpec };

/** A Service. */
export type Service = KubernetesObject & ServiceFields;

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
    VirtualMachineInstanceMigration: Migration;
    VirtualMachineInstancetype: Instancetype;
    VirtualMachineClusterInstancetype: Instancetype;
    VirtualMachinePreference: Preference;
    VirtualMachineClusterPreference: Preference;
    NetworkAttachmentDefinition: Existing;
    ControllerRevision: Existing;
    KubeVirt: KubeVirt;
    CDI: Cdi;
    CDIConfig: CdiConfig;
    DataImportCron: DataImportCron;
    CustomResourceDefinition: Existing;
    Deployment: Deployment;
    DaemonSet: DaemonSet;
    Service: Service;
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
