import type { AccessMode, VolumeMode } from "../../model/access";
import { busOf, type DiskDeviceArgs } from "../../model/machine/disk-device";
import { type MachineVolumeArgs, sourceOf } from "../../model/machine/volumes";
import { type Fields, given, patched } from "../fields";

/** A disk of a machine, with nothing left open. */
export interface MachineDiskPlan {
    /** The user's name of the disk inside this machine. */
    readonly name: string;
    readonly claim: string;
    /** Filled by CDI (a DataVolume of the claim's name), or an empty claim. */
    readonly filled: boolean;
    readonly accessMode: AccessMode;
    readonly volumeMode: VolumeMode;
    /** How the machine sees it. */
    readonly device?: DiskDeviceArgs;
}

/** A disk as the guest sees it. Source: KubeVirt core/v1 schema.go (Disk). */
export function diskDevice(plan: MachineDiskPlan): Fields {
    return patched(plainDevice(plan), plan.device?.overrides?.disk);
}

function plainDevice({ name, volumeMode, device = {} }: MachineDiskPlan): Fields {
    const { as = "disk", errorPolicy, shareable, dedicatedIoThread, blockSize } = device;
    const isBlock = volumeMode === "Block" && as !== "cdrom";
    // QEMU reads natively only without a cache, so a cache that somebody wants decides.
    const cache = device.cache ?? (isBlock ? "none" : undefined);
    const io = device.io ?? (isBlock && cache === "none" ? "native" : undefined);
    return {
        name,
        [as === "cdrom" ? "cdrom" : as]: given({
            bus: busOf(device),
            readonly: as === "cdrom" ? undefined : device.readOnly,
        }),
        ...given({
            bootOrder: device.bootOrder ?? (device.boot === true ? 1 : undefined),
            cache,
            io,
            serial: device.serial ?? serialOf(name, as),
            errorPolicy,
            shareable,
            dedicatedIOThread: dedicatedIoThread,
            blockSize:
                blockSize === undefined
                    ? undefined
                    : { custom: { logical: blockSize, physical: blockSize } },
        }),
    };
}

/** The guest finds the disk by its name. A virtio disk has room for 20 characters (QEMU, VIRTIO_BLK_ID_BYTES). */
function serialOf(name: string, as: string): string | undefined {
    return as === "disk" && name.length <= 20 ? name : undefined;
}

/** What a disk is kept on. */
export function diskVolume({ name, claim, filled, device = {} }: MachineDiskPlan): Fields {
    const { hotpluggable = device.as === "cdrom" } = device;
    const hotplug = hotpluggable ? { hotpluggable: true } : {};
    return patched(
        filled
            ? { name, dataVolume: { name: claim, ...hotplug } }
            : { name, persistentVolumeClaim: { claimName: claim, ...hotplug } },
        device.overrides?.volume,
    );
}

/** The disk that the guest sees a volume as; undefined where it is a folder. */
export function volumeDevice(volume: MachineVolumeArgs): Fields | undefined {
    const isCd = (volume.as ?? (volume.emptyDrive === true ? "cdrom" : "disk")) === "cdrom";
    const { disk } = volume.overrides ?? {};
    return volume.as === "filesystem" || disk === null
        ? undefined
        : patched(
              {
                  name: volume.name,
                  [isCd ? "cdrom" : "disk"]: { bus: volume.bus ?? (isCd ? "sata" : "virtio") },
                  ...given({ bootOrder: volume.bootOrder }),
              },
              disk,
          );
}

/** What a volume is made of; undefined for a drive without a disc. Source: KubeVirt core/v1 schema.go (VolumeSource). */
export function volumeSource(volume: MachineVolumeArgs): Fields | undefined {
    const plain = plainSource(volume);
    return plain === undefined ? undefined : patched(plain, volume.overrides?.volume);
}

function plainSource(volume: MachineVolumeArgs): Fields | undefined {
    const { name, label } = volume;
    const volumeLabel = label === undefined ? {} : { volumeLabel: label };
    switch (sourceOf(volume)) {
        case "containerDisk":
            return {
                name,
                containerDisk: {
                    image: volume.containerDisk,
                    ...given({
                        path: volume.path,
                        imagePullSecret: volume.pullSecret,
                        imagePullPolicy: volume.pullPolicy,
                    }),
                },
            };
        case "emptyDisk":
            return { name, emptyDisk: { capacity: volume.emptyDisk } };
        case "ephemeral":
            return {
                name,
                ephemeral: { persistentVolumeClaim: { claimName: volume.ephemeral } },
            };
        case "configMap":
            return { name, configMap: { name: volume.configMap, ...volumeLabel } };
        case "secret":
            return { name, secret: { secretName: volume.secret, ...volumeLabel } };
        case "serviceAccount":
            return { name, serviceAccount: { serviceAccountName: volume.serviceAccount } };
        case "downwardApi":
            return {
                name,
                downwardAPI: {
                    fields: Object.entries(volume.downwardApi ?? {}).map(([path, fieldPath]) => ({
                        path,
                        fieldRef: { fieldPath },
                    })),
                    ...volumeLabel,
                },
            };
        case "hostDisk": {
            const { path = "", size } = volume.hostDisk ?? {};
            return {
                name,
                hostDisk: {
                    path,
                    type: size === undefined ? "Disk" : "DiskOrCreate",
                    ...given({ capacity: size }),
                },
            };
        }
        case "source":
            return { name, ...volume.source };
        default:
            return undefined;
    }
}
