export { Cluster, type ClusterArgs } from "./cluster";
export { Disk, type DiskNodes } from "./disks/disk";
export type { CopiedDisk } from "./disks/copied-disk";
export type { DiskAdoption, DiskArgs } from "./disks/disk-args";
export { GoldenImage, type GoldenImageNodes } from "./images/golden-image";
export type { GoldenImageArgs, ImageRefreshArgs } from "./images/golden-image-args";
export type { CloudInitArgs } from "./machines/cloud-init";
export { VirtualMachine, type VirtualMachineNodes } from "./machines/virtual-machine";
export type { AttachedDiskArgs, InlineDisk, MachineDisk } from "./machines/machine-disk-args";
export type { VirtualMachineArgs } from "./machines/virtual-machine-args";
export { Cdi, type CdiArgs } from "./platform/cdi";
export {
    CertManager,
    type CertManagerArgs,
    type CertManagerNodes,
    type ReadyCertManager,
} from "./platform/cert-manager";
export { KubeVirt, type KubeVirtArgs } from "./platform/kubevirt";
export type { OperatorNodes } from "./platform/operator";
export type { OperatorArgs } from "./platform/operator-args";
export {
    type DeployerArgs,
    PlatformAccess,
    type PlatformAccessArgs,
    type PlatformAccessNodes,
} from "./platform/platform-access";
export type { Place } from "./platform/place";
export type { ManifestFile, ManifestUrl, ReleaseManifest } from "./platform/release-manifest";
export {
    type ReadySnapshots,
    SnapshotSupport,
    type SnapshotSupportArgs,
    type SnapshotSupportNodes,
} from "./platform/snapshot-support";
export {
    type PartMode,
    type PartOf,
    type ReadyPlatform,
    VirtualizationPlatform,
    type VirtualizationPlatformArgs,
    type VirtualizationPlatformNodes,
} from "./platform/virtualization-platform";
export type { Cloning, StorageBackend } from "./storage/backend";
export { CephRbd, type ReadyCephRbd } from "./storage/ceph-rbd";
export type {
    CephKmsArgs,
    CephPassphraseArgs,
    CephRbdArgs,
    CephReadAffinityArgs,
    CephTopologyArgs,
    CephUserArgs,
} from "./storage/ceph-rbd/args";
export type { CephRbdClassArgs } from "./storage/ceph-rbd/class-args";
export type { ChartBackendNodes } from "./storage/chart-backend";
export {
    ExistingStorage,
    type ExistingClass,
    type ExistingStorageArgs,
} from "./storage/existing-storage";
export { Longhorn, type ReadyLonghorn } from "./storage/longhorn";
export type { LonghornArgs } from "./storage/longhorn/args";
export type { LonghornBackupTarget } from "./storage/longhorn/backup-args";
export type { LonghornClassArgs } from "./storage/longhorn/class-args";
export type {
    LonghornEncryptionArgs,
    LonghornMetricsArgs,
    LonghornNodeArgs,
    LonghornUiArgs,
} from "./storage/longhorn/part-args";
export {
    VmStorageClass,
    type VmStorageClassArgs,
    type VmStorageClassNodes,
} from "./storage/vm-storage-class";
export type { AccessMode, VolumeMode } from "../model/access";
export type { Duration } from "../model/duration";
export type {
    BackupSource,
    ClaimSource,
    DataSourceSource,
    DiskSource,
    SnapshotSource,
    VolumeSource,
} from "../model/disk-source";
export type {
    BlankSource,
    GcsSource,
    HttpSource,
    ImageSource,
    RegistrySource,
    S3Source,
    UploadProxy,
    UploadSource,
} from "../model/image-source";
export type { ImageioSource, VddkSource } from "../model/hypervisor-source";
export type { StaticVolume, VolumeBackup } from "../model/static-volume";
export type { CapacityArgs } from "../model/capacity";
export type { Size } from "../model/size";
export type {
    RequestedDisk,
    SnapshotClassPlan,
    StorageCapabilities,
    StorageClassPlan,
} from "../model/storage";
export type { ProvisioningFault } from "../waits/provisioning-fault";
export type { RunStrategy } from "../manifests/virtual-machine";
export type { ReadyDisk, ReadyImage, ReadyMachine, VolumeStatus } from "../waits/gates";
export type { ReadyOperator } from "../waits/platform-gates";
export type { Finding } from "../waits/preflight";
export type { Subject } from "../manifests/deployer-access";
