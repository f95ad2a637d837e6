export { Cluster, type ClusterArgs } from "./cluster";
export { Disk, type DiskArgs, type DiskNodes } from "./disks/disk";
export type { CloudInitArgs } from "./machines/cloud-init";
export { VirtualMachine, type VirtualMachineNodes } from "./machines/virtual-machine";
export type { InlineDisk, VirtualMachineArgs } from "./machines/virtual-machine-args";
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
export type { StorageBackend } from "./storage/backend";
export { ExistingStorage, type ExistingStorageArgs } from "./storage/existing-storage";
export type { AccessMode, VolumeMode } from "../model/access";
export type { Duration } from "../model/duration";
export type { HttpImage, Image, RegistryImage } from "../model/image";
export type { Size } from "../model/size";
export type { RunStrategy } from "../manifests/virtual-machine";
export type { ReadyDisk, ReadyMachine, VolumeStatus } from "../waits/gates";
export type { ReadyOperator } from "../waits/platform-gates";
export type { Finding } from "../waits/preflight";
export type { Subject } from "../manifests/deployer-access";
