export { Cluster, type ClusterArgs } from "./cluster";
export { Disk, type DiskNodes } from "./disks/disk";
export type { CopiedDisk } from "./disks/copied-disk";
export type { DiskAdoption, DiskArgs } from "./disks/disk-args";
export { GoldenImage, type GoldenImageNodes } from "./images/golden-image";
export type { GoldenImageArgs, ImageRefreshArgs } from "./images/golden-image-args";
export type { AccessArgs, AccessKeysArgs, SysprepArgs } from "./machines/access-args";
export type { CloudInitArgs, CloudInitFileArgs, CloudInitUserArgs } from "./machines/cloud-init";
export { VirtualMachine, type VirtualMachineNodes } from "./machines/virtual-machine";
export { VirtualMachineFleet } from "./machines/virtual-machine-fleet";
export type { FleetMachine, VirtualMachineFleetArgs } from "./machines/virtual-machine-fleet-args";
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
export type { PartMode, PartOf } from "./platform/part-mode";
export {
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
export type { CpuArgs, CpuFeaturePolicy, MemoryArgs } from "../model/machine/compute";
export type { DevicesArgs, PassedDeviceArgs, WatchdogAction } from "../model/machine/devices";
export type { DiskBus, DiskDeviceArgs, DiskKind } from "../model/machine/disk-device";
export type { Bootloader, ClockArgs, FirmwareArgs } from "../model/machine/firmware";
export type { GuestSystem } from "../model/machine/guest-os";
export type { ApartBy, MachinePlacementArgs, SpreadArgs } from "../model/machine/placement";
export type { HttpProbeArgs, ProbeArgs, ProbesArgs, ReadyWhen } from "../model/machine/probes";
export type { HostDiskArgs, MachineVolumeArgs, VolumeKind } from "../model/machine/volumes";
export type { ProvisioningFault } from "../waits/provisioning-fault";
export type { RunStrategy } from "../manifests/virtual-machine";
export type { MachineCommands } from "../model/machine-commands";
export type { LiveMigrationWish, Migratability } from "../model/migratability";
export type { ReadyDisk, ReadyImage, ReadyMachine, VolumeStatus } from "../waits/gates";
export type { ReadyOperator } from "../waits/platform-gates";
export type { Finding } from "../waits/preflight";
export type { Subject } from "../manifests/deployer-access";
export { MigrationPolicy, type MigrationPolicyNodes } from "./operations/migration-policy";
export type { MigrationPolicyArgs } from "./operations/migration-policy-args";
export type {
    InstancetypeName,
    InstancetypeReference,
    PreferenceReference,
} from "../model/instancetypes";
export type { PreferenceName } from "../model/preferences";
export { ExistingNetwork, type ExistingNetworkArgs } from "./networks/existing-network";
export type { MachineNetwork } from "./networks/machine-network";
export type {
    AttachedNetworkArgs,
    InterfaceModel,
    MachineNetworkArgs,
    MachinePortArgs,
    NetworkInterfaceArgs,
    PluginBindingArgs,
    PodCidrArgs,
    PodNetworkArgs,
} from "./networks/machine-network-args";
export { VmNetwork, type VmNetworkNodes } from "./networks/vm-network";
export type { VmNetworkArgs } from "./networks/vm-network-args";
export { VmNetworkPolicy, type VmNetworkPolicyNodes } from "./networks/vm-network-policy";
export type { VmNetworkPolicyArgs } from "./networks/vm-network-policy-args";
export { VmService, type VmServiceNodes } from "./networks/vm-service";
export type { NamedMachine, ServicePortArgs, VmServiceArgs } from "./networks/vm-service-args";
export { NetworkPlumbing, type ReadyPlumbing } from "./platform/network-plumbing";
export type {
    NetworkPlumbingArgs,
    PlumbingPartArgs,
    SriovPartArgs,
} from "./platform/network-plumbing-args";
export type { AddressPoolArgs, RouteArgs, StaticIpamArgs, WhereaboutsArgs } from "../model/ipam";
export type { SriovPoolArgs } from "../model/network-plumbing";
export type {
    BridgeNetworkArgs,
    MacvlanNetworkArgs,
    NetworkTypeArgs,
    SriovNetworkArgs,
} from "../model/network-type";
export type { OpeningArgs, PolicyPeerArgs, PolicyPortArgs } from "../model/policy-peer";
export { safetyLedger, type SafetyLedgerArgs } from "./operations/safety-ledger";
export type { Erased, LedgerDisk, Protection } from "../model/ledger";
export type { ServiceType } from "../manifests/machine-service";
