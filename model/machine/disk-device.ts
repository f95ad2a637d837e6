import type { AccessMode, VolumeMode } from "../access";
import { Check, type Findings } from "../findings";
import type { SpecOverrides } from "../overrides";

/** How a disk is connected. Source: KubeVirt pkg/storage/admitters/disks.go. */
export const diskBuses = ["virtio", "scsi", "sata", "usb"] as const;
export type DiskBus = (typeof diskBuses)[number];

/** What the guest sees a disk as: a disk, a CD-ROM, or a SCSI device whose commands reach the storage. */
export const diskKinds = ["disk", "cdrom", "lun"] as const;
export type DiskKind = (typeof diskKinds)[number];

const caches = ["none", "writethrough", "writeback"] as const;
const errorPolicies = ["stop", "ignore", "report", "enospace"] as const;

/** How a machine sees one of its disks. */
export interface DiskDeviceArgs {
    /**
     * What the guest sees: a disk, a CD-ROM, or a SCSI device whose commands reach the storage (`lun`).
     *
     * @defaultValue `disk`
     * @impact restart
     */
    readonly as?: DiskKind;
    /**
     * How the disk is connected.
     *
     * @defaultValue `virtio`, the fastest; `scsi` where the disk is hotpluggable, because a machine has few virtio ports to spare;
     * `sata` for a CD-ROM, and `scsi` for a lun
     * @impact restart
     */
    readonly bus?: DiskBus;
    /**
     * Boot from this disk.
     *
     * @defaultValue the first disk of the list boots
     * @impact restart
     */
    readonly boot?: boolean;
    /**
     * In which place the firmware tries this disk, among all disks and network interfaces that have a place.
     *
     * @unit count
     * @defaultValue none; 1 with `boot`
     * @impact restart
     */
    readonly bootOrder?: number;
    /**
     * How the node caches the disk. `writeback` loses what it has not written when the node fails.
     *
     * @defaultValue `none` on a block volume: the guest writes to the storage itself, and the machine can move; KubeVirt's own choice
     * on a filesystem
     * @impact restart
     */
    readonly cache?: (typeof caches)[number];
    /**
     * How the node reads and writes: `native` (asynchronous, in the kernel) or `threads`.
     *
     * @defaultValue `native` on a block volume, which is faster; KubeVirt's own choice on a filesystem
     * @impact restart
     */
    readonly io?: "native" | "threads";
    /**
     * Serial number the guest sees: it finds the disk by it (`/dev/disk/by-id/virtio-<serial>`, and
     * `/dev/disk/by-id/scsi-0QEMU_QEMU_HARDDISK_<serial>` on scsi), wherever it is plugged in. Up to 20 characters; on scsi 36.
     *
     * @defaultValue the disk's name inside the machine, up to its 20 characters: a guest's fstab can name it
     * @impact restart
     */
    readonly serial?: string;
    /**
     * What happens when the storage fails a write: the machine is paused (`stop`), the guest is told (`report`), paused only when
     * there is no room (`enospace`), or nothing (`ignore`).
     *
     * @defaultValue `stop`, KubeVirt's own: no write is lost, and the machine goes on when the storage does
     * @impact restart
     */
    readonly errorPolicy?: (typeof errorPolicies)[number];
    /**
     * A thread of its own for this disk's reads and writes. On virtio only.
     *
     * @defaultValue false
     * @impact restart
     */
    readonly dedicatedIoThread?: boolean;
    /**
     * Let several machines have the disk at once. They need a filesystem made for it, or destroy each other's data.
     *
     * @defaultValue false: a second machine on the disk is refused
     * @impact restart
     */
    readonly shareable?: boolean;
    /**
     * The guest may only read.
     *
     * @defaultValue false; a CD-ROM always is
     * @impact restart
     */
    readonly readOnly?: boolean;
    /**
     * Plug the disk in and out while the machine runs, by adding it to the list and taking it out. Unmount it in the guest first.
     *
     * @defaultValue false: the disk is there from the start; true for a CD-ROM, which can then be ejected
     * @impact restart
     */
    readonly hotpluggable?: boolean;
    /**
     * Size of the blocks the guest sees, where an application needs another one than 512 bytes.
     *
     * @unit bytes: a power of 2 from 512
     * @defaultValue 512, KubeVirt's own
     * @impact restart, and a filesystem that is on the disk may not be readable any more
     */
    readonly blockSize?: number;
    /**
     * Fields of the disk's two entries, as KubeVirt has them, for what the arguments do not cover. They are merged over them; a field
     * that is null is taken away. The claim stays the disk's own.
     *
     * @defaultValue none
     * @impact restart
     * @example { disk: { serial: null } }
     */
    readonly overrides?: DiskOverrides;
}

/** Fields of the entries that a disk has in its machine. */
export interface DiskOverrides {
    /** Of its entry under `domain.devices.disks`. */
    readonly disk?: SpecOverrides;
    /** Of its entry under `volumes`. */
    readonly volume?: SpecOverrides;
}

/** Where a disk is used, as far as it matters for how it is connected. */
export interface DiskUse {
    readonly accessMode: AccessMode;
    readonly volumeMode: VolumeMode;
}

/** The bus of a disk that names none. */
export function busOf({
    as = "disk",
    bus,
    hotpluggable = as === "cdrom",
}: DiskDeviceArgs): DiskBus {
    return bus ?? (as === "cdrom" ? "sata" : as === "lun" || hotpluggable ? "scsi" : "virtio");
}

/**
 * What KubeVirt would refuse, and what it accepts although it cannot work (facts 5.8).
 * Source: KubeVirt pkg/storage/admitters/disks.go, pkg/virt-api/webhooks/validating-webhook/admitters/vmi-create-admitter.go.
 */
export function checkDiskDevice(device: DiskDeviceArgs, use: DiskUse | undefined): Findings {
    const check = new Check();
    check.refuseUnknown("as", device.as, diskKinds, "KubeVirt");
    check.refuseUnknown("bus", device.bus, diskBuses, "KubeVirt");
    check.refuseUnknown("cache", device.cache, caches, "KubeVirt");
    check.refuseUnknown("io", device.io, ["native", "threads"], "KubeVirt");
    check.refuseUnknown("errorPolicy", device.errorPolicy, errorPolicies, "KubeVirt");
    const { as = "disk" } = device;
    const bus = busOf(device);
    const { hotpluggable = as === "cdrom" } = device;
    if (as === "cdrom" && bus === "virtio") {
        check.refuse(
            "bus",
            `is "virtio", and a CD-ROM cannot be`,
            `leave it out, or write "sata" or "scsi"`,
        );
    }
    if (as === "lun" && bus !== "scsi") {
        check.refuse("bus", `is "${bus}", and only scsi carries a lun`, "leave it out");
    }
    if (as !== "cdrom" && hotpluggable && (bus === "sata" || bus === "usb")) {
        check.refuse(
            "bus",
            `is "${bus}", which cannot be plugged in while the machine runs`,
            `write "scsi" or "virtio"`,
        );
    }
    if (device.readOnly === true && as === "disk" && bus === "sata") {
        check.refuse(
            "readOnly",
            "is true, and a disk on sata cannot be",
            `write as: "cdrom", or bus: "virtio"`,
        );
    }
    if (device.dedicatedIoThread === true && bus !== "virtio") {
        check.refuse(
            "dedicatedIoThread",
            `is true on ${bus}, and only virtio has threads`,
            `leave it out, or write bus: "virtio"`,
        );
    }
    checkSerial(device, bus, check);
    const { bootOrder, blockSize } = device;
    if (bootOrder !== undefined && (!Number.isInteger(bootOrder) || bootOrder < 1)) {
        check.refuse(
            "bootOrder",
            `is ${String(bootOrder)}, which is not a place`,
            "write a whole number from 1",
        );
    } else if (bootOrder !== undefined && device.boot !== undefined) {
        check.refuse("bootOrder", "is given beside boot", "leave one of them out");
    }
    if (
        blockSize !== undefined &&
        (!Number.isInteger(Math.log2(blockSize)) || blockSize < 512 || blockSize > 2 ** 21)
    ) {
        check.refuse(
            "blockSize",
            `is ${String(blockSize)}, which is not a power of 2 from 512 to 2097152`,
            "write 512 or 4096",
        );
    }
    checkCaching(device, use, check);
    return check;
}

/**
 * What becomes of a serial number in the guest. Sources: QEMU hw/block/virtio-blk.c (VIRTIO_BLK_ID_BYTES), hw/ide/core.c
 * (drive_serial_str), hw/scsi/scsi-disk.c (MAX_SERIAL_LEN; libvirt gives the whole of it as the device's id too).
 */
function checkSerial({ serial }: DiskDeviceArgs, bus: DiskBus, check: Check): void {
    if (serial === undefined) {
        return;
    }
    if (!/^[A-Za-z0-9_.+-]{1,256}$/.test(serial)) {
        check.refuse(
            "serial",
            `is ${JSON.stringify(serial.slice(0, 80))}, which is not a serial number`,
            `write up to 20 letters, digits, "_", ".", "+" and "-"; on scsi up to 36`,
        );
    } else if (bus === "scsi" && serial.length > 36) {
        check.refuse(
            "serial",
            `has ${String(serial.length)} characters, and QEMU starts no machine with more than 36 on scsi`,
            "shorten it",
        );
    } else if (bus !== "scsi" && serial.length > 20) {
        check.warn(
            "serial",
            `has ${String(serial.length)} characters, and the guest sees the first 20 on ${bus}: ${JSON.stringify(serial.slice(0, 20))}`,
            "shorten it, or find the disk by what the guest sees",
        );
    }
}

function checkCaching(
    { io, cache, shareable }: DiskDeviceArgs,
    use: DiskUse | undefined,
    check: Check,
): void {
    if (io === "native" && cache !== undefined && cache !== "none") {
        check.refuse(
            "io",
            `is "native" beside cache "${cache}", and QEMU reads natively only without a cache`,
            `write cache: "none", or io: "threads"`,
        );
    }
    if (shareable === true && cache !== undefined && cache !== "none") {
        check.refuse(
            "cache",
            `is "${cache}" on a disk that machines share, who would not see what the other has written`,
            `write cache: "none"`,
        );
    }
    if (shareable === true && use !== undefined && use.accessMode !== "ReadWriteMany") {
        check.refuse(
            "shareable",
            `is true on a disk with access mode ${use.accessMode}, which one node can mount`,
            "use a storage that offers ReadWriteMany, or leave it out",
        );
    }
}
