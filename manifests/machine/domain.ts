import { cpuTopology, type CpuArgs, memoryOf, type MemoryArgs } from "../../model/machine/compute";
import type { DevicesArgs } from "../../model/machine/devices";
import type { ClockArgs, FirmwareArgs } from "../../model/machine/firmware";
import type { GuestSystem } from "../../model/machine/guest-os";
import { stableUuid } from "../../model/names";
import type { Size } from "../../model/size";
import { type Fields, given } from "../fields";

/** The machine as hardware, beside its disks and networks. */
export interface HardwarePlan {
    readonly name: string;
    readonly namespace: string;
    readonly os: GuestSystem;
    /** Absent where an instancetype says it. */
    readonly cpu?: number | CpuArgs;
    readonly memory?: Size | MemoryArgs;
    readonly firmware?: FirmwareArgs;
    readonly clock?: ClockArgs;
    readonly machineType?: string;
    readonly devices?: DevicesArgs;
}

/** CPU, memory, firmware, clock and features of a domain. Source: KubeVirt core/v1 schema.go (DomainSpec). */
export function hardware(plan: HardwarePlan): Fields {
    const { cpu, memory, machineType } = plan;
    return given({
        cpu: cpu === undefined ? undefined : cpuFields(cpu),
        memory: memory === undefined ? undefined : memoryFields(memory),
        machine: machineType === undefined ? undefined : { type: machineType },
        firmware: firmware(plan),
        features: features(plan),
        clock: clock(plan),
        ioThreadsPolicy: plan.devices?.ioThreads,
    }) as Fields;
}

function cpuFields(cpu: number | CpuArgs): Fields {
    const { sockets, cores, threads, ...more } = cpuTopology(cpu);
    return {
        sockets,
        cores,
        threads,
        ...given({
            maxSockets: more.maxSockets,
            model: more.model,
            features:
                more.features === undefined
                    ? undefined
                    : Object.entries(more.features).map(([name, policy]) => ({ name, policy })),
            dedicatedCpuPlacement: more.dedicated,
            isolateEmulatorThread: more.isolateEmulatorThread,
            numa: more.numa === true ? { guestMappingPassthrough: {} } : undefined,
            realtime: more.realtime === true ? {} : undefined,
        }),
    };
}

function memoryFields(memory: Size | MemoryArgs): Fields {
    const { guest, max, hugepages } = memoryOf(memory);
    return {
        guest,
        ...given({
            maxGuest: max,
            hugepages: hugepages === undefined ? undefined : { pageSize: hugepages },
        }),
    };
}

/** What a machine boots with: what the arguments say, or what its system needs. */
export function firmwareOf({ firmware: args = {}, os }: HardwarePlan) {
    const isWindows = os === "windows";
    const bootloader = args.bootloader ?? (isWindows ? "secure-boot" : "bios");
    return {
        bootloader,
        persistentVariables: args.persistentVariables ?? (isWindows && bootloader !== "bios"),
        tpm: args.tpm ?? (isWindows ? "persistent" : "none"),
    };
}

function firmware(plan: HardwarePlan): Fields {
    const { uuid, serial, serialOutput } = plan.firmware ?? {};
    const { bootloader, persistentVariables } = firmwareOf(plan);
    return {
        uuid: uuid ?? stableUuid(plan.namespace, plan.name),
        ...given({
            serial,
            bootloader:
                bootloader === "bios"
                    ? given({ bios: serialOutput === true ? { useSerial: true } : undefined })
                    : {
                          efi: {
                              // KubeVirt's own default is secure boot.
                              secureBoot: bootloader === "secure-boot",
                              ...(persistentVariables ? { persistent: true } : {}),
                          },
                      },
        }),
    };
}

/**
 * What the guest's system wants of its hypervisor. The Windows ones are those of KubeVirt's own preferences.
 * Source: common-instancetypes preferences/components/hyperv; KubeVirt refuses secure boot without SMM.
 */
function features(plan: HardwarePlan): Fields | undefined {
    const isWindows = plan.os === "windows";
    return given({
        smm: firmwareOf(plan).bootloader === "secure-boot" ? { enabled: true } : undefined,
        ...(isWindows ? { acpi: {}, apic: {}, hyperv } : {}),
    });
}

const hyperv = {
    relaxed: {},
    vapic: {},
    vpindex: {},
    spinlocks: { spinlocks: 8191 },
    synic: {},
    synictimer: { direct: {} },
    tlbflush: {},
    frequencies: {},
    reenlightenment: {},
    ipi: {},
    runtime: {},
    reset: {},
};

function clock({ clock: args, os }: HardwarePlan): Fields | undefined {
    const { timezone, offsetSeconds } = args ?? {};
    const isWindows = os === "windows";
    const offset =
        timezone === undefined && (offsetSeconds !== undefined || isWindows)
            ? offsetSeconds === undefined
                ? {}
                : { offsetSeconds }
            : undefined;
    return given({
        timezone,
        utc: offset,
        timer: isWindows
            ? {
                  hpet: { present: false },
                  pit: { tickPolicy: "delay" },
                  rtc: { tickPolicy: "catchup" },
                  hyperv: {},
              }
            : undefined,
    });
}

/** The devices beside disks and networks. */
export function otherDevices(plan: HardwarePlan): Fields {
    const devices = plan.devices ?? {};
    const tablet = devices.tablet ?? (plan.os === "windows" ? "usb" : undefined);
    const { tpm } = firmwareOf(plan);
    const passed = (list: DevicesArgs["gpus"]) =>
        list?.map(({ name, device }) => ({ name, deviceName: device }));
    return given({
        rng: devices.rng === false ? undefined : {},
        gpus: passed(devices.gpus),
        hostDevices: passed(devices.hostDevices),
        watchdog:
            devices.watchdog === undefined
                ? undefined
                : { name: "watchdog", i6300esb: { action: devices.watchdog } },
        tpm: tpm === "none" ? undefined : tpm === "persistent" ? { persistent: true } : {},
        inputs:
            tablet === undefined ? undefined : [{ type: "tablet", bus: tablet, name: "tablet" }],
        sound: devices.sound === undefined ? undefined : { name: "sound", model: devices.sound },
        video: devices.video === undefined ? undefined : { type: devices.video },
        clientPassthrough: devices.usbRedirection === true ? {} : undefined,
        downwardMetrics: devices.downwardMetrics === true ? {} : undefined,
        autoattachGraphicsDevice: devices.graphics,
        autoattachSerialConsole: devices.serialConsole,
        autoattachMemBalloon: devices.memoryBalloon,
        logSerialConsole: devices.logSerialConsole,
        blockMultiQueue: devices.blockMultiQueue,
        networkInterfaceMultiqueue: devices.networkMultiQueue,
    }) as Fields;
}
