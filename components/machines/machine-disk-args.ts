import type { Disk } from "../disks/disk";
import type { DiskDeviceArgs } from "../../model/machine/disk-device";
import type { DiskArgs } from "../disks/disk-args";

/** A disk that is written down inside its machine. It is a {@link Disk} of its own, named `<machine>-<name>`. */
export interface InlineDisk extends Omit<DiskArgs, "namespace" | "bind">, DiskDeviceArgs {
    /**
     * Name of the disk inside this machine. The disk is known by it, never by its place in the list.
     *
     * @impact restart: another name is another, new disk, and the old one goes the way of its `onDestroy`
     */
    readonly name: string;
}

/** A {@link Disk} that is made elsewhere, under a name of its own inside the machine. */
export interface AttachedDiskArgs extends DiskDeviceArgs {
    /**
     * Name of the disk inside this machine.
     *
     * @impact restart
     */
    readonly name: string;
    /**
     * The disk.
     *
     * @impact restart with `switchFrom`; refused without: the machine would boot with other data under the same name
     */
    readonly disk: Disk;
    /**
     * Name of the claim that the machine has under this name now, and is switched over from. The old disk is not touched: it
     * stays until you remove it.
     *
     * @defaultValue none: a disk of a machine that exists stays what it is
     * @impact restart: once the machine has the new disk it means nothing any more
     * @example "db-data"
     */
    readonly switchFrom?: string;
}

/** A disk of a machine: written down in it, made elsewhere, or made elsewhere and known by another name. */
export type MachineDisk = InlineDisk | AttachedDiskArgs | Disk;
