import assert from "node:assert/strict";
import type { Findings } from "../../../model/findings";
import {
    checkCpu,
    checkMemory,
    type CpuArgs,
    type MemoryArgs,
} from "../../../model/machine/compute";
import { checkDevices, type DevicesArgs } from "../../../model/machine/devices";
import { busOf, checkDiskDevice, type DiskDeviceArgs } from "../../../model/machine/disk-device";
import {
    checkClock,
    checkFirmware,
    type ClockArgs,
    type FirmwareArgs,
} from "../../../model/machine/firmware";
import { checkMachinePlacement, type MachinePlacementArgs } from "../../../model/machine/placement";
import { checkProbe, type ProbeArgs, readinessProbe } from "../../../model/machine/probes";
import { checkVolume, type MachineVolumeArgs } from "../../../model/machine/volumes";

/** What is wrong, by its fields; each names the value and a cure. */
function fields({ problems }: Findings): string[] {
    for (const { fault, cure } of problems) {
        assert.ok(fault.length > 5 && cure.length > 5, `${fault}. ${cure}`);
    }
    return problems.map(({ field }) => field);
}

type Row<T> = readonly [what: string, args: T, wrong: readonly string[]];

function table<T>(name: string, rows: readonly Row<T>[], check: (args: T) => Findings): void {
    describe(name, () => {
        for (const [what, args, wrong] of rows) {
            it(`${wrong.length === 0 ? "accepts" : "refuses"} ${what}`, () => {
                assert.deepEqual(fields(check(args)), wrong);
            });
        }
    });
}

const huge: MemoryArgs = { guest: "16Gi", hugepages: "1Gi" };

table<number | CpuArgs>(
    "checkCpu",
    [
        ["a number of CPUs", 4, []],
        ["none", 0, ["cpu"]],
        ["half a CPU", 1.5, ["cpu"]],
        ["sockets, cores and threads", { sockets: 2, cores: 4, threads: 2 }, []],
        ["no cores", { cores: 0 }, ["cpu.cores"]],
        ["room to grow", { sockets: 2, maxSockets: 8 }, []],
        ["less room than it begins with", { sockets: 4, maxSockets: 2 }, ["cpu.maxSockets"]],
        ["a model", { model: "host-passthrough" }, []],
        ["a model without a name", { model: "" }, ["cpu.model"]],
        ["a feature", { features: { vmx: "require" } }, []],
        [
            "a policy that there is not",
            { features: { vmx: "always" as never } },
            ["cpu.features.vmx"],
        ],
        ["dedicated CPUs with their threads", { dedicated: true, threads: 2 }, []],
        ["three threads of a dedicated core", { dedicated: true, threads: 3 }, ["cpu.threads"]],
        [
            "a thread of its own with shared CPUs",
            { isolateEmulatorThread: true },
            ["cpu.isolateEmulatorThread"],
        ],
        ["everything for real time", { dedicated: true, numa: true, realtime: true }, []],
        ["real time alone", { realtime: true }, ["cpu.realtime", "cpu.realtime"]],
    ],
    (cpu) => checkCpu(cpu, huge),
);

describe("checkCpu", () => {
    it("refuses memory that is added beside what KubeVirt adds none to", () => {
        const memory: MemoryArgs = { guest: "4Gi", max: "8Gi", hugepages: "1Gi" };
        const cpu = { dedicated: true, numa: true };
        assert.deepEqual(fields(checkCpu(cpu, memory)), ["memory.max"]);
    });

    it("refuses NUMA without huge pages", () => {
        assert.deepEqual(fields(checkCpu({ dedicated: true, numa: true }, "16Gi")), ["cpu.numa"]);
    });
});

table<`${number}Gi` | MemoryArgs>(
    "checkMemory",
    [
        ["a size", "4Gi", []],
        ["a decimal size", "4GB" as never, ["memory"]],
        ["room to grow", { guest: "2Gi", max: "8Gi" }, []],
        ["less room than it begins with", { guest: "8Gi", max: "2Gi" }, ["memory.max"]],
        ["room to grow for less than 1Gi", { guest: "512Mi", max: "2Gi" }, ["memory.max"]],
        ["an odd number of Mi to grow to", { guest: "2Gi", max: "4097Mi" }, ["memory.max"]],
        ["whole huge pages", { guest: "4Gi", hugepages: "1Gi" }, []],
        ["a part of a huge page", { guest: "1.5Gi", hugepages: "1Gi" }, ["memory.guest"]],
        [
            "huge pages of another size",
            { guest: "4Gi", hugepages: "4Mi" as never },
            ["memory.hugepages"],
        ],
        [
            "two sizes that are none",
            { guest: "4GB" as never, max: "x" as never },
            ["memory.guest", "memory.max"],
        ],
    ],
    checkMemory,
);

table<FirmwareArgs>(
    "checkFirmware",
    [
        ["nothing", {}, []],
        [
            "secure boot with its variables kept",
            { bootloader: "secure-boot", persistentVariables: true },
            [],
        ],
        ["another bootloader", { bootloader: "grub" as never }, ["bootloader"]],
        ["variables of a BIOS", { persistentVariables: true }, ["persistentVariables"]],
        ["a serial console of UEFI", { bootloader: "efi", serialOutput: true }, ["serialOutput"]],
        ["a UUID", { uuid: "5d307ca9-b3ef-428c-8861-06e72d69f223" }, []],
        ["a UUID that is none", { uuid: "1234" }, ["uuid"]],
        ["a serial with blanks", { serial: "a b" }, ["serial"]],
        ["another TPM", { tpm: "2.0" as never }, ["tpm"]],
    ],
    (firmware) => checkFirmware(firmware, false),
);

describe("checkFirmware", () => {
    it("takes Windows' firmware for UEFI, whose variables can be kept", () => {
        assert.deepEqual(fields(checkFirmware({ persistentVariables: true }, true)), []);
    });
});

table<ClockArgs>(
    "checkClock",
    [
        ["a time zone", { timezone: "Europe/Berlin" }, []],
        ["a place that is none", { timezone: "Berlin time" }, ["timezone"]],
        ["an offset", { offsetSeconds: -3600 }, []],
        ["half a second", { offsetSeconds: 0.5 }, ["offsetSeconds"]],
        ["both", { timezone: "UTC", offsetSeconds: 1 }, ["offsetSeconds"]],
    ],
    checkClock,
);

table<DevicesArgs>(
    "checkDevices",
    [
        ["a GPU", { gpus: [{ name: "gpu", device: "nvidia.com/GA102GL_A10" }] }, []],
        [
            "a device that no plugin offers",
            { hostDevices: [{ name: "nic", device: "0000:01" }] },
            ["hostDevices[0].device"],
        ],
        [
            "two devices of one name",
            {
                gpus: [{ name: "a", device: "a.b/c" }],
                hostDevices: [{ name: "a", device: "a.b/d" }],
            },
            ["hostDevices[0].name"],
        ],
        ["another watchdog", { watchdog: "bark" as never }, ["watchdog"]],
        ["a graphics card that is left out", { graphics: false, video: "virtio" }, ["video"]],
        [
            "a log of a console that is left out",
            { serialConsole: false, logSerialConsole: true },
            ["logSerialConsole"],
        ],
        ["another sound card", { sound: "sb16" as never }, ["sound"]],
        ["another tablet", { tablet: "ps2" as never }, ["tablet"]],
    ],
    checkDevices,
);

table<DiskDeviceArgs>(
    "checkDiskDevice",
    [
        ["nothing", {}, []],
        ["a CD-ROM", { as: "cdrom" }, []],
        ["a CD-ROM on virtio", { as: "cdrom", bus: "virtio" }, ["bus"]],
        ["a lun on scsi", { as: "lun" }, []],
        ["a lun on virtio", { as: "lun", bus: "virtio" }, ["bus"]],
        ["a disk that is plugged in on sata", { hotpluggable: true, bus: "sata" }, ["bus"]],
        ["a disk that is plugged in on virtio", { hotpluggable: true, bus: "virtio" }, []],
        ["a disk on sata that may only be read", { bus: "sata", readOnly: true }, ["readOnly"]],
        ["a thread on scsi", { bus: "scsi", dedicatedIoThread: true }, ["dedicatedIoThread"]],
        ["a serial with blanks", { serial: "a b" }, ["serial"]],
        ["a serial that QEMU takes on scsi", { bus: "scsi", serial: "x".repeat(36) }, []],
        ["a serial that is too long on scsi", { as: "lun", serial: "x".repeat(37) }, ["serial"]],
        ["place 0", { bootOrder: 0 }, ["bootOrder"]],
        ["two places", { bootOrder: 2, boot: true }, ["bootOrder"]],
        ["blocks of 4096 bytes", { blockSize: 4096 }, []],
        ["blocks of 1000 bytes", { blockSize: 1000 }, ["blockSize"]],
        ["native reads with a cache", { io: "native", cache: "writeback" }, ["io"]],
        ["a shared disk with a cache", { shareable: true, cache: "writethrough" }, ["cache"]],
        [
            "words that there are not",
            {
                bus: "ide" as never,
                cache: "fast" as never,
                io: "uring" as never,
                errorPolicy: "retry" as never,
            },
            ["bus", "cache", "io", "errorPolicy"],
        ],
    ],
    (device) => checkDiskDevice(device, { accessMode: "ReadWriteMany", volumeMode: "Block" }),
);

describe("checkDiskDevice", () => {
    const use = { accessMode: "ReadWriteMany", volumeMode: "Block" } as const;
    const said = (device: DiskDeviceArgs) =>
        checkDiskDevice(device, use).warnings.map(({ field, fault }) => `${field} ${fault}`);

    it("says what the guest sees of a serial number that is too long for its bus", () => {
        assert.deepEqual(said({ serial: "abcdefghij0123456789-data" }), [
            'serial has 25 characters, and the guest sees the first 20 on virtio: "abcdefghij0123456789"',
        ]);
    });

    it("says nothing of one that is seen as it is", () => {
        assert.deepEqual(said({ serial: "abcdefghij0123456789" }), []);
        assert.deepEqual(said({ serial: "abcdefghij0123456789-data", hotpluggable: true }), []);
    });
});

describe("busOf", () => {
    const table: readonly (readonly [string, DiskDeviceArgs, string])[] = [
        ["a disk", {}, "virtio"],
        ["a disk that is plugged in", { hotpluggable: true }, "scsi"],
        ["a CD-ROM", { as: "cdrom" }, "sata"],
        ["a lun", { as: "lun" }, "scsi"],
        ["a disk that names one", { hotpluggable: true, bus: "virtio" }, "virtio"],
    ];
    for (const [what, device, bus] of table) {
        it(`is ${bus} for ${what}`, () => assert.equal(busOf(device), bus));
    }
});

table<Partial<MachineVolumeArgs>>(
    "checkVolume",
    [
        ["an image", { containerDisk: "quay.io/containerdisks/fedora:42" }, []],
        ["an image that is none", { containerDisk: "https://a/b.img" }, ["containerDisk"]],
        ["a path in the image", { containerDisk: "a/b:1", path: "/disk/a.img" }, []],
        ["a path that leaves the image", { containerDisk: "a/b:1", path: "/../a" }, ["path"]],
        ["an empty disk", { emptyDisk: "10Gi" }, []],
        ["an empty disk of a decimal size", { emptyDisk: "10GB" as never }, ["emptyDisk"]],
        ["files as a folder", { configMap: "a", as: "filesystem" }, []],
        ["a disk as a folder", { emptyDisk: "1Gi", as: "filesystem" }, ["as"]],
        ["a drive", { emptyDrive: true }, []],
        ["a drive on virtio", { emptyDrive: true, bus: "virtio" }, ["bus"]],
        ["a Secret by a name that is none", { secret: "A b" }, ["secret"]],
        ["fields of the pod", { downwardApi: { labels: "metadata.labels" } }, []],
        ["no fields", { downwardApi: {} }, ["downwardApi"]],
        ["a file of the node", { hostDisk: { path: "/a.img", size: "1Gi" } }, []],
        ["a file nowhere", { hostDisk: { path: "a.img" } }, ["hostDisk.path"]],
        ["nothing", {}, ["containerDisk, emptyDisk, …"]],
        ["two things", { emptyDisk: "1Gi", secret: "a" }, ["emptyDisk, secret"]],
        ["a pull secret of an empty disk", { emptyDisk: "1Gi", pullSecret: "a" }, ["pullSecret"]],
    ],
    (volume) => checkVolume({ name: "v", ...volume }),
);

table<ProbeArgs>(
    "checkProbe",
    [
        ["a port", { tcp: 22 }, []],
        ["a question over HTTP", { http: { port: 80, path: "/health", scheme: "HTTPS" } }, []],
        ["a command", { exec: ["true"] }, []],
        ["the agent", { agent: true }, []],
        ["nothing", { agent: false }, ["tcp, http, exec, agent"]],
        ["two questions", { tcp: 22, agent: true }, ["tcp, agent"]],
        ["port 0", { tcp: 0 }, ["tcp"]],
        ["a path without a slash", { http: { port: 80, path: "health" } }, ["http.path"]],
        ["half a second", { tcp: 22, period: "0.5 seconds" }, ["period"]],
        ["no answers", { tcp: 22, failures: 0 }, ["failures"]],
        ["two good answers of life", { tcp: 22, successes: 2 }, ["successes"]],
        ["an empty command", { exec: [] }, ["exec"]],
    ],
    (probe) => checkProbe(probe, "liveness", true),
);

describe("checkProbe", () => {
    it("refuses a port where there is no pod network to ask it over", () => {
        assert.deepEqual(fields(checkProbe({ tcp: 22 }, "readiness", false)), ["tcp"]);
        assert.deepEqual(fields(checkProbe({ agent: true }, "readiness", false)), []);
    });
});

describe("a text instead of a port", () => {
    it("is said with its quotes", () => {
        const [problem] = checkProbe({ tcp: "22" as never }, "readiness", true).problems;
        assert.equal(problem?.fault, 'is "22", which is not a port');
    });
});

describe("readinessProbe", () => {
    it("asks the port that a wish names, and nothing where KubeVirt's word is enough", () => {
        assert.deepEqual(readinessProbe({ tcp: 22 }), { tcp: 22 });
        assert.deepEqual(readinessProbe({ http: 80 }), { http: { port: 80 } });
        assert.deepEqual(readinessProbe({ http: { port: 80, path: "/a" } }), {
            http: { port: 80, path: "/a" },
        });
        for (const word of ["running", "agent", undefined] as const) {
            assert.equal(readinessProbe(word), undefined);
        }
    });
});

table<MachinePlacementArgs>(
    "checkMachinePlacement",
    [
        ["labels of nodes", { nodeSelector: { zone: "a" } }, []],
        ["machines apart", { apart: "node" }, []],
        ["machines apart by another label", { apart: { topologyKey: "rack", required: true } }, []],
        ["a word that there is not", { apart: "rack" as never }, ["apart"]],
        ["a label that is none", { apart: { topologyKey: "a b" } }, ["apart.topologyKey"]],
        ["a spread", { spread: [{ topologyKey: "rack", maxSkew: 2 }] }, []],
        [
            "a spread over nothing",
            { spread: [{ topologyKey: "", maxSkew: 0 }] },
            ["spread[0].topologyKey", "spread[0].maxSkew"],
        ],
        ["a group near", { near: "cache" }, []],
        ["a taint without a key", { tolerations: [{ effect: "NoSchedule" }] }, ["tolerations[0]"]],
        [
            "a taint with another operator",
            { tolerations: [{ key: "a", operator: "In" as never }] },
            ["tolerations[0].operator"],
        ],
        ["a PriorityClass that is none", { priorityClass: "A b" }, ["priorityClass"]],
    ],
    (placement) => checkMachinePlacement(placement, "db"),
);

describe("checkMachinePlacement", () => {
    it("refuses to keep apart or to spread a machine of no group", () => {
        const placement = { apart: "node", spread: [{ topologyKey: "rack" }] } as const;
        assert.deepEqual(fields(checkMachinePlacement(placement, undefined)), ["apart", "spread"]);
    });
});
