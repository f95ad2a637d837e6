import {
    checkDiskDevice,
    type DiskDeviceArgs,
    diskBuses,
    type DiskKind,
    diskKinds,
    type DiskOverrides,
} from "../../model/machine/disk-device";
import {
    checkVolume,
    type MachineVolumeArgs,
    type VolumeOverrides,
} from "../../model/machine/volumes";
import { type Fields, isFields } from "../../model/machine-difference";
import {
    diskDevice,
    diskVolume,
    type MachineDiskPlan,
    volumeDevice,
    volumeSource,
} from "../machine/disks";
import { inlineFields } from "../machine/adopted";
import { exactSize } from "./read-hardware";
import { entriesAt, flagAt, numberAt, partAt, patch, some, textAt, wordOf } from "./patch";

/** What a claim of a machine is on, as a disk of the program. */
export type ClaimFacts = Pick<MachineDiskPlan, "claim" | "filled" | "accessMode" | "volumeMode">;

/** The two entries of a disk or volume in its machine. */
interface Entries {
    readonly name: string;
    /** Under `domain.devices.disks`; undefined where it has none. */
    readonly device: Fields | undefined;
    /** Under `volumes`; undefined for a drive without a disc. */
    readonly volume: Fields | undefined;
}

/** The claim that a volume is on. */
export function claimOf(volume: Fields | undefined): string | undefined {
    return (
        textAt(partAt(volume, "dataVolume"), "name") ??
        textAt(partAt(volume, "persistentVolumeClaim"), "claimName")
    );
}

/** Disks and volumes of a machine, each by its name, in the order of the lists. */
export function entriesOf(template: Fields): readonly Entries[] {
    const devices = entriesAt(partAt(partAt(template, "domain"), "devices"), "disks");
    const volumes = entriesAt(template, "volumes");
    const names = [...new Set([...volumes, ...devices].map((entry) => String(entry["name"])))];
    const named = (all: readonly Fields[], name: string) =>
        all.find((entry) => entry["name"] === name);
    return names.map((name) => ({
        name,
        device: named(devices, name),
        volume: named(volumes, name),
    }));
}

/** A disk on a claim. Its overrides are what its arguments cannot say. */
export function readDisk(
    { name, device = {}, volume = {} }: Entries,
    facts: ClaimFacts,
): MachineDiskPlan {
    const read = readDevice(device, volume);
    const plain: MachineDiskPlan = {
        name,
        ...facts,
        device:
            checkDiskDevice(read, facts).problems.length === 0 ? read : { as: read.as ?? "disk" },
    };
    const overrides = some({
        disk: patch(diskDevice(plain), device),
        volume: patch(diskVolume(plain), volume),
    }) as DiskOverrides | undefined;
    return overrides === undefined ? plain : { ...plain, device: { ...plain.device, overrides } };
}

function readDevice(device: Fields, volume: Fields): DiskDeviceArgs {
    const as = wordOf<DiskKind>(
        diskKinds.find((kind) => device[kind] !== undefined),
        diskKinds,
    );
    const target = partAt(device, as ?? "disk");
    const { logical, physical } = partAt(partAt(device, "blockSize"), "custom") ?? {};
    const reference = partAt(volume, "dataVolume") ?? partAt(volume, "persistentVolumeClaim");
    const hotpluggable = flagAt(reference, "hotpluggable") === true;
    return (
        some({
            as: as === "disk" ? undefined : as,
            bus: wordOf(target?.["bus"], diskBuses),
            bootOrder: numberAt(device, "bootOrder"),
            cache: wordOf(device["cache"], ["none", "writethrough", "writeback"] as const),
            io: wordOf(device["io"], ["native", "threads"] as const),
            serial: textAt(device, "serial"),
            errorPolicy: wordOf(device["errorPolicy"], [
                "stop",
                "ignore",
                "report",
                "enospace",
            ] as const),
            dedicatedIoThread: flagAt(device, "dedicatedIOThread"),
            shareable: flagAt(device, "shareable"),
            readOnly: as === "cdrom" ? undefined : flagAt(target, "readonly"),
            hotpluggable: hotpluggable === (as === "cdrom") ? undefined : hotpluggable,
            blockSize: logical === physical && typeof logical === "number" ? logical : undefined,
        }) ?? {}
    );
}

/** A volume that is no disk of the program. */
export function readVolume(
    { name, device, volume }: Entries,
    isFolder: boolean,
): MachineVolumeArgs {
    const isCd = device?.["cdrom"] !== undefined;
    const target = partAt(device, isCd ? "cdrom" : "disk");
    const bus = wordOf(target?.["bus"], diskBuses);
    const plain: MachineVolumeArgs = {
        name,
        ...content(name, volume),
        ...(isFolder
            ? { as: "filesystem" as const }
            : isCd && volume !== undefined
              ? { as: "cdrom" as const }
              : {}),
        ...(bus === undefined || bus === (isCd ? "sata" : "virtio") ? {} : { bus }),
        ...some({ bootOrder: numberAt(device, "bootOrder") }),
    };
    const sound = checkVolume(plain).problems.length === 0 ? plain : withoutWords(plain, volume);
    const made = volumeSource(sound);
    const wanted = isFolder ? undefined : device;
    const deviceMade = volumeDevice(sound);
    const overrides = some({
        disk:
            wanted === undefined
                ? deviceMade === undefined
                    ? undefined
                    : null
                : patch(deviceMade ?? {}, wanted),
        volume: made === undefined || volume === undefined ? undefined : patch(made, volume),
    }) as VolumeOverrides | undefined;
    return overrides === undefined ? sound : { ...sound, overrides };
}

function withoutWords(
    { name, as }: MachineVolumeArgs,
    volume: Fields | undefined,
): MachineVolumeArgs {
    return {
        name,
        ...(as === undefined ? {} : { as }),
        ...(volume === undefined ? { emptyDrive: true } : { source: sourceFields(volume) }),
    };
}

function sourceFields({ name: _, ...source }: Fields): Fields {
    return source;
}

/** What a volume is made of, in the words of the arguments where they have some. */
function content(name: string, volume: Fields | undefined): Omit<MachineVolumeArgs, "name"> {
    if (volume === undefined) {
        return { emptyDrive: true };
    }
    const image = partAt(volume, "containerDisk");
    const named = {
        containerDisk: textAt(image, "image"),
        path: textAt(image, "path"),
        pullSecret: textAt(image, "imagePullSecret"),
        pullPolicy: textAt(image, "imagePullPolicy"),
        emptyDisk: exactSize(partAt(volume, "emptyDisk")?.["capacity"]),
        ephemeral: textAt(
            partAt(partAt(volume, "ephemeral"), "persistentVolumeClaim"),
            "claimName",
        ),
        configMap: textAt(partAt(volume, "configMap"), "name"),
        secret: textAt(partAt(volume, "secret"), "secretName"),
        serviceAccount: textAt(partAt(volume, "serviceAccount"), "serviceAccountName"),
        label:
            textAt(partAt(volume, "configMap"), "volumeLabel") ??
            textAt(partAt(volume, "secret"), "volumeLabel"),
    };
    const args = (some(named) ?? {}) as Omit<MachineVolumeArgs, "name">;
    const made = volumeSource({ name, ...args });
    return made === undefined ? { source: sourceFields(volume) } : args;
}

/** First-boot data that is written in the machine itself, and may be secret: where it is in the volume. */
export function inlineData(
    volume: MachineVolumeArgs,
): readonly { readonly source: string; readonly field: string }[] {
    return Object.entries(volume.source ?? {}).flatMap(([source, fields]) =>
        /^cloudInit/.test(source) && isFields(fields)
            ? inlineFields
                  .filter((field) => fields[field] !== undefined)
                  .map((field) => ({ source, field }))
            : [],
    );
}
