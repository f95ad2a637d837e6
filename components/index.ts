export { Cluster, type ClusterArgs } from "./cluster";
export { Disk, type DiskArgs, type DiskNodes } from "./disks/disk";
export type { CloudInitArgs } from "./machines/cloud-init";
export {
    type InlineDisk,
    VirtualMachine,
    type VirtualMachineArgs,
    type VirtualMachineNodes,
} from "./machines/virtual-machine";
export type { StorageBackend } from "./storage/backend";
export { ExistingStorage, type ExistingStorageArgs } from "./storage/existing-storage";
export type { AccessMode, VolumeMode } from "../model/access";
export type { Duration } from "../model/duration";
export type { HttpImage, Image, RegistryImage } from "../model/image";
export type { Size } from "../model/size";
export type { RunStrategy } from "../manifests/virtual-machine";
export type { ReadyDisk, ReadyMachine, VolumeStatus } from "../waits/gates";
