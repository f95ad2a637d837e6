import { labelFaults } from "./names";
import { type Cause, type ReviewedDisk, type ReviewedSpec, inTemplate } from "./spec";

const disks = `${inTemplate}.domain.devices.disks`;

/** Which disk a volume has, and what boots first. Source: KubeVirt vmi-create-admitter.go, validateBootOrder. */
export function* bootCauses({ domain, volumes = [] }: ReviewedSpec): Generator<Cause> {
    const taken = new Set<number>();
    for (const [index, disk] of (domain?.devices?.disks ?? []).entries()) {
        const volume = volumes.find(({ name }) => name === disk.name);
        if (volume === undefined && disk.cdrom === undefined) {
            const message = `${disks}[${index}].Name '${disk.name ?? ""}' not found.`;
            yield { message, field: `${disks}[${index}].name` };
        }
        const isClaim =
            volume?.dataVolume !== undefined || volume?.persistentVolumeClaim !== undefined;
        if (disk.lun !== undefined && volume !== undefined && !isClaim) {
            const field = `${disks}[${index}].lun`;
            const message = `${field} can only be mapped to a DataVolume or PersistentVolumeClaim volume.`;
            yield { message, field };
        }
        yield* order(taken, disk.bootOrder, `${disks}[${index}].bootOrder`);
    }
    for (const [index, { bootOrder }] of (domain?.devices?.interfaces ?? []).entries()) {
        const field = `${inTemplate}.domain.devices.interfaces[${index}].bootOrder`;
        if (bootOrder !== undefined && bootOrder < 1) {
            const message = `${inTemplate}[${index}] must have a boot order > 0, if supplied`;
            yield { message, field };
        } else {
            yield* order(taken, bootOrder, field);
        }
    }
}

function* order(taken: Set<number>, wanted: number | undefined, field: string): Generator<Cause> {
    if (wanted === undefined) {
        return;
    }
    if (taken.has(wanted)) {
        yield { message: `Boot order for ${field} already set for a different device.`, field };
    }
    taken.add(wanted);
}

/** Source: KubeVirt pkg/storage/admitters/disks.go, ValidateDisks. */
export function* diskCauses({ domain }: ReviewedSpec): Generator<Cause> {
    const all = domain?.devices?.disks ?? [];
    for (const [index, disk] of all.entries()) {
        const field = `${disks}[${index}]`;
        for (const [other, { name }] of all.slice(0, index).entries()) {
            if (name === disk.name) {
                const message = `${field} and ${disks}[${other}] must not have the same Name.`;
                yield { message, field: `${field}.name` };
            }
        }
        const kinds = [disk.disk, disk.lun, disk.cdrom].filter((each) => each !== undefined);
        if (kinds.length > 1) {
            yield { message: `${field} can only have a single target type defined`, field };
        }
        if (disk.bootOrder !== undefined && disk.bootOrder < 1) {
            const message = `${field} must have a boot order > 0, if supplied`;
            yield { message, field: `${field}.bootOrder` };
        }
        yield* bus(disk, field);
        yield* words(disk, field);
        for (const message of labelFaults(disk.name ?? "")) {
            yield { message, field: `${field}.name` };
        }
    }
}

function* bus(disk: ReviewedDisk, field: string): Generator<Cause> {
    const kind = disk.disk ? "disk" : disk.lun ? "lun" : disk.cdrom ? "cdrom" : undefined;
    const word = kind === undefined ? "" : (disk[kind]?.bus ?? "");
    if (kind === undefined || word === "") {
        return;
    }
    const at = `${field}.${kind}.bus`;
    if (word === "ide") {
        yield { message: "IDE bus is not supported", field: at };
    } else if (!["virtio", "scsi", "sata", "usb"].includes(word)) {
        const message = `${field} is set with an unrecognized bus ${word}, must be one of: [virtio scsi sata usb]`;
        yield { message, field: at };
    } else if (word === "virtio" && kind === "cdrom") {
        yield { message: "Bus type virtio is invalid for CD-ROM device", field: at };
    } else if (word === "sata" && disk.disk?.readonly === true) {
        yield { message: "sata hard-disks do not support read-only.", field: at };
    }
    if (disk.dedicatedIOThread === true && word !== "virtio") {
        yield { message: `IOThreads are not supported for disks on a ${word} bus`, field };
    }
}

function* words(disk: ReviewedDisk, field: string): Generator<Cause> {
    const { serial = "", cache = "", io = "", errorPolicy } = disk;
    if (serial !== "" && !/^[A-Za-z0-9_.+-]+$/.test(serial)) {
        const message = `${field} must be made up of the following characters [A-Za-z0-9_.+-], if specified`;
        yield { message, field: `${field}.serial` };
    }
    if (serial.length > 256) {
        const message = `${field} must be less than or equal to 256 in length, if specified`;
        yield { message, field: `${field}.serial` };
    }
    if (!["", "none", "writethrough", "writeback"].includes(cache)) {
        yield { message: `${field}.cache has invalid value ${cache}`, field: `${field}.cache` };
    }
    if (!["", "native", "threads"].includes(io)) {
        const message = `Disk IO mode for ${disks} is not supported. Supported modes are: native, threads.`;
        yield { message, field: `${field}.io` };
    }
    if (
        errorPolicy !== undefined &&
        !["stop", "ignore", "report", "enospace"].includes(errorPolicy)
    ) {
        const message = `${field}.errorPolicy has invalid value "${errorPolicy}"`;
        yield { message, field: `${field}.errorPolicy` };
    }
}
