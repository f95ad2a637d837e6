import {
    checkCpu,
    checkMemory,
    type CpuArgs,
    type CpuFeaturePolicy,
    cpuFeaturePolicies,
    type MemoryArgs,
} from "../../model/machine/compute";
import { checkDevices, type DevicesArgs, watchdogActions } from "../../model/machine/devices";
import {
    checkClock,
    checkFirmware,
    type ClockArgs,
    type FirmwareArgs,
} from "../../model/machine/firmware";
import type { Fields } from "../../model/machine-difference";
import { bytesOf, quantityBytes, type Size, sizeFault, sizeFor } from "../../model/size";
import type { HardwarePlan } from "../machine/domain";
import { entriesAt, flagAt, numberAt, partAt, some, textAt, wordOf } from "./patch";

/**
 * The hardware of a machine as its arguments say it; what they cannot say is left to the overrides, and so is a part that the arguments
 * would refuse.
 *
 * @param domain `spec.template.spec.domain`
 * @param sized an instancetype says CPU and memory.
 */
export function readHardware(
    domain: Fields,
    sized: boolean,
): Omit<HardwarePlan, "name" | "namespace" | "os"> {
    const memory = readMemory(domain) ?? (sized ? undefined : "1Gi");
    const cpu = readCpu(partAt(domain, "cpu"), memory) ?? (sized ? undefined : 1);
    const firmware = readFirmware(domain);
    const clock = readClock(partAt(domain, "clock"));
    const type = textAt(partAt(domain, "machine"), "type");
    const devices = readDevices(domain);
    return {
        ...(cpu === undefined ? {} : { cpu }),
        ...(memory === undefined ? {} : { memory }),
        ...(firmware === undefined ? {} : { firmware }),
        ...(clock === undefined ? {} : { clock }),
        ...(type !== undefined && /^(q35|pc-q35)/.test(type) ? { machineType: type } : {}),
        ...(devices === undefined ? {} : { devices }),
    };
}

function readCpu(cpu: Fields | undefined, memory: Size | MemoryArgs | undefined) {
    if (cpu === undefined) {
        return undefined;
    }
    const { sockets, cores, threads, maxSockets } = cpu;
    const features = entriesAt(cpu, "features").flatMap(({ name, policy }) => {
        const word = wordOf<CpuFeaturePolicy>(policy, cpuFeaturePolicies);
        return typeof name === "string" && word !== undefined ? [[name, word] as const] : [];
    });
    const args = some<{ readonly [K in keyof CpuArgs]: CpuArgs[K] | undefined }>({
        sockets: count(sockets),
        cores: count(cores),
        threads: count(threads),
        maxSockets: count(maxSockets),
        model: textAt(cpu, "model"),
        features: features.length === 0 ? undefined : Object.fromEntries(features),
        dedicated: flagAt(cpu, "dedicatedCpuPlacement"),
        isolateEmulatorThread: flagAt(cpu, "isolateEmulatorThread"),
        numa:
            partAt(partAt(cpu, "numa"), "guestMappingPassthrough") === undefined ? undefined : true,
        realtime: partAt(cpu, "realtime") === undefined ? undefined : true,
    }) as CpuArgs | undefined;
    if (args === undefined || checkCpu(args, memory).problems.length > 0) {
        return count(sockets);
    }
    const isNumber =
        args.sockets !== undefined &&
        Object.entries(args).every(
            ([field, value]) =>
                field === "sockets" || (["cores", "threads"].includes(field) && value === 1),
        );
    return isNumber ? args.sockets : args;
}

function count(value: unknown): number | undefined {
    return typeof value === "number" && Number.isInteger(value) && value >= 1 ? value : undefined;
}

function readMemory(domain: Fields): Size | MemoryArgs | undefined {
    const memory = partAt(domain, "memory");
    const { requests } = partAt(domain, "resources") ?? {};
    const guest = sizeOf(memory?.["guest"] ?? (requests as Fields | undefined)?.["memory"]);
    if (guest === undefined) {
        return undefined;
    }
    const max = exactSize(memory?.["maxGuest"]);
    const page = wordOf(partAt(memory, "hugepages")?.["pageSize"], ["2Mi", "1Gi"] as const);
    const args: MemoryArgs = {
        guest,
        ...(max === undefined ? {} : { max }),
        ...(page === undefined ? {} : { hugepages: page }),
    };
    return (max === undefined && page === undefined) || checkMemory(args).problems.length > 0
        ? guest
        : args;
}

function quantityText(quantity: unknown): string {
    return typeof quantity === "string" || typeof quantity === "number" ? String(quantity) : "";
}

/** A quantity as somebody would write it; the nearest above where nobody can. */
function sizeOf(quantity: unknown): Size | undefined {
    const bytes = quantityBytes(quantityText(quantity));
    return exactSize(quantity) ?? (bytes === undefined ? undefined : sizeFor(bytes));
}

/** A quantity that is a size as it stands. */
export function exactSize(quantity: unknown): Size | undefined {
    return typeof quantity === "string" && sizeFault(quantity) === undefined
        ? (quantity as Size)
        : undefined;
}

/** The largest size that is no more than a quantity; undefined for less than 1Mi. */
export function sizeWithin(quantity: unknown): Size | undefined {
    const bytes = quantityBytes(quantityText(quantity)) ?? 0;
    const mebibytes = Math.floor(bytes / 2 ** 20);
    if (mebibytes < 1) {
        return undefined;
    }
    const exact = exactSize(quantity);
    return exact !== undefined && bytesOf(exact) === bytes ? exact : sizeFor(mebibytes * 2 ** 20);
}

function readFirmware(domain: Fields): FirmwareArgs | undefined {
    const firmware = partAt(domain, "firmware");
    const bootloader = partAt(firmware, "bootloader");
    const efi = partAt(bootloader, "efi");
    const tpm = partAt(partAt(domain, "devices"), "tpm");
    const args = some({
        bootloader:
            efi === undefined
                ? undefined
                : flagAt(efi, "secureBoot") === false
                  ? ("efi" as const)
                  : ("secure-boot" as const),
        persistentVariables: flagAt(efi, "persistent") === true ? true : undefined,
        tpm:
            tpm === undefined
                ? undefined
                : flagAt(tpm, "persistent") === true
                  ? ("persistent" as const)
                  : ("ephemeral" as const),
        uuid: textAt(firmware, "uuid"),
        serial: textAt(firmware, "serial"),
        serialOutput: flagAt(partAt(bootloader, "bios"), "useSerial") === true ? true : undefined,
    }) as FirmwareArgs | undefined;
    return args === undefined || checkFirmware(args, false).problems.length > 0 ? undefined : args;
}

function readClock(clock: Fields | undefined): ClockArgs | undefined {
    const args = some({
        timezone: textAt(clock, "timezone"),
        offsetSeconds: numberAt(partAt(clock, "utc"), "offsetSeconds"),
    }) as ClockArgs | undefined;
    return args === undefined || checkClock(args).problems.length > 0 ? undefined : args;
}

function readDevices(domain: Fields): DevicesArgs | undefined {
    const devices = partAt(domain, "devices") ?? {};
    const passed = (key: string) => {
        const all = entriesAt(devices, key);
        const named = all.flatMap(({ name, deviceName }) =>
            typeof name === "string" && typeof deviceName === "string"
                ? [{ name, device: deviceName }]
                : [],
        );
        return all.length > 0 && named.length === all.length ? named : undefined;
    };
    const inputs = entriesAt(devices, "inputs");
    const [tablet] = inputs;
    const args = some({
        gpus: passed("gpus"),
        hostDevices: passed("hostDevices"),
        rng: devices["rng"] === undefined ? false : undefined,
        watchdog: wordOf(
            partAt(partAt(devices, "watchdog"), "i6300esb")?.["action"],
            watchdogActions,
        ),
        graphics: flagAt(devices, "autoattachGraphicsDevice"),
        video: textAt(partAt(devices, "video"), "type"),
        serialConsole: flagAt(devices, "autoattachSerialConsole"),
        logSerialConsole: flagAt(devices, "logSerialConsole"),
        tablet:
            inputs.length === 1 && tablet?.["type"] === "tablet"
                ? wordOf(tablet["bus"], ["usb", "virtio"] as const)
                : undefined,
        sound: wordOf(partAt(devices, "sound")?.["model"], ["ich9", "ac97"] as const),
        usbRedirection: devices["clientPassthrough"] === undefined ? undefined : true,
        downwardMetrics: devices["downwardMetrics"] === undefined ? undefined : true,
        memoryBalloon: flagAt(devices, "autoattachMemBalloon"),
        blockMultiQueue: flagAt(devices, "blockMultiQueue"),
        networkMultiQueue: flagAt(devices, "networkInterfaceMultiqueue"),
        ioThreads: wordOf(domain["ioThreadsPolicy"], ["shared", "auto"] as const),
    }) as DevicesArgs | undefined;
    if (args === undefined || checkDevices(args).problems.length === 0) {
        return args;
    }
    return args.rng === false ? { rng: false } : undefined;
}
