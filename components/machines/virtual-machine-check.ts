import { networkData } from "../../manifests/machine-networks";
import { reservedDiskNames, runStrategies } from "../../manifests/virtual-machine";
import { durationFault, millisecondsOf } from "../../model/duration";
import { Check, type Findings } from "../../model/findings";
import { parseImageReference } from "../../model/image-reference";
import { checkInstancetype } from "../../model/instancetype-rules";
import { checkLabels } from "../../model/labels";
import { checkCpu, checkMemory, cpuTopology, memoryOf } from "../../model/machine/compute";
import { checkDevices } from "../../model/machine/devices";
import { checkClock, checkFirmware } from "../../model/machine/firmware";
import { guestSystems } from "../../model/machine/guest-os";
import { checkMachinePlacement } from "../../model/machine/placement";
import { checkProbe, readinessProbe } from "../../model/machine/probes";
import { checkVolume } from "../../model/machine/volumes";
import { liveMigrationWishes } from "../../model/migratability";
import { nameFault } from "../../model/names";
import { checkMachineFields, checkOverrides } from "../../model/overrides";
import { Problems } from "../../model/problems";
import { checkMachineNetworks } from "../networks/check-machine-networks";
import { isOnPodNetwork, networkInterfacePlans } from "../networks/machine-networks";
import { checkAccess, checkSysprep } from "./access-args";
import { checkCloudInit, checkPublicKeys } from "./cloud-init";
import { checkMachineDisks, deviceOf, type MachinePlace, nameInMachine } from "./machine-disks";
import { dataSourceOf, hasCloudInit, hasDrivers } from "./machine-secrets";
import type { VirtualMachineArgs } from "./virtual-machine-args";

/** Everything that is wrong with a machine's arguments, its inline disks' included, and what works but should be known. */
export function checkVirtualMachine(args: VirtualMachineArgs, resolved: MachinePlace): Findings {
    const check = new Check();
    const isWindows = args.os === "windows";
    check.refuseIf("machineName", nameFault(resolved.machineName));
    check.refuseIf("namespace", nameFault(resolved.namespace));
    check.refuseUnknown("os", args.os, guestSystems, "this package");
    checkCompute(args, check);
    if (args.firmware !== undefined) {
        check.addFrom("firmware", checkFirmware(args.firmware, isWindows));
    }
    if (args.clock !== undefined) {
        check.addFrom("clock", checkClock(args.clock));
    }
    if (args.machineType !== undefined && !/^(q35|pc-q35)/.test(args.machineType)) {
        check.refuse(
            "machineType",
            `is ${JSON.stringify(args.machineType)}, and KubeVirt knows q35 and pc-q35-… only`,
            "leave it out, or write such a one",
        );
    }
    if (args.devices !== undefined) {
        check.addFrom("devices", checkDevices(args.devices));
    }
    check.addAll(checkMachineNetworks(args.networks, resolved));
    checkWords(args, check);
    checkTimes(args, check);
    checkSettings(args, isWindows, check);
    checkGuestNetworks(args, resolved, check);
    checkProbes(args, check);
    if (args.group !== undefined) {
        check.refuseIf("group", nameFault(args.group));
    }
    check.addFrom("placement", checkMachinePlacement(args.placement ?? {}, args.group));
    const labels = { problems: checkLabels(args.labels ?? {}), warnings: [] };
    check.addFrom("labels", labels);
    check.addFrom("overrides", checkMachineFields(args.overrides ?? {}));
    check.addFrom("overrides", checkOverrides(args.overrides ?? {}, guarded));
    const reserved = reservedNames(args);
    const others = { reserved, volumes: (args.volumes ?? []).map(({ name }) => name) };
    checkMachineDisks(args.disks, resolved, others, check);
    const problems = new Problems();
    checkVolumes(args, reserved, problems);
    check.addAll({ problems: problems.all });
    return check;
}

function checkCompute(args: VirtualMachineArgs, check: Check): void {
    const { cpu, memory, instancetype, preference } = args;
    for (const [field, value] of [
        ["memory", memory],
        ["cpu", cpu],
    ] as const) {
        if (value === undefined && instancetype === undefined) {
            const cure = field === "cpu" ? "write cpu: 2" : `write memory: "4Gi"`;
            check.refuse(field, "is missing", `${cure}, or name an instancetype`);
        }
    }
    const sizes = new Check();
    if (memory !== undefined) {
        sizes.addAll(checkMemory(memory));
    }
    if (cpu !== undefined) {
        sizes.addAll(checkCpu(cpu, memory));
    }
    check.addAll(sizes);
    if (sizes.problems.length === 0) {
        check.addAll({
            problems: checkInstancetype({
                instancetype,
                preference,
                // What KubeVirt counts for most preferences.
                cpu: cpu === undefined ? undefined : cpuTopology(cpu).sockets,
                memory: memory === undefined ? undefined : memoryOf(memory).guest,
            }),
        });
    }
}

function checkWords(args: VirtualMachineArgs, check: Check): void {
    check.refuseUnknown("runStrategy", args.runStrategy, runStrategies, "KubeVirt");
    check.refuseUnknown("power", args.power, ["managed", "left-alone"], "this package");
    check.refuseUnknown(
        "restartPolicy",
        args.restartPolicy,
        ["never", "if-needed"],
        "this package",
    );
    check.refuseUnknown("liveMigration", args.liveMigration, liveMigrationWishes, "this package");
    if (typeof args.ready === "string") {
        check.refuseUnknown("ready", args.ready, ["running", "agent"], "this package");
    } else if (
        args.ready !== undefined &&
        Object.keys(args.ready).join() !== "tcp" &&
        Object.keys(args.ready).join() !== "http"
    ) {
        check.refuse(
            "ready",
            `has ${Object.keys(args.ready).join(", ") || "nothing in it"}`,
            `write "running", "agent", { tcp: 22 } or { http: 80 }`,
        );
    }
}

function checkTimes({ readyWithin, stopWithin }: VirtualMachineArgs, check: Check): void {
    if (readyWithin !== undefined) {
        check.refuseIf("readyWithin", durationFault(readyWithin));
    }
    if (stopWithin !== undefined) {
        const fault = durationFault(stopWithin);
        check.refuseIf("stopWithin", fault);
        if (fault === undefined && !Number.isInteger(millisecondsOf(stopWithin) / 1000)) {
            check.refuse(
                "stopWithin",
                `is ${JSON.stringify(stopWithin)}, which is not a whole number of seconds`,
                `write it in seconds, such as "180 seconds"`,
            );
        }
    }
}

function checkSettings(args: VirtualMachineArgs, isWindows: boolean, check: Check): void {
    const problems = new Problems();
    const { cloudInit, sysprep, virtioDrivers } = args;
    if (typeof cloudInit === "object") {
        problems.addFrom("cloudInit", checkCloudInit(cloudInit, dataSourceOf(args)));
    }
    checkPublicKeys("sshKeys", args.sshKeys, problems);
    const keys = (args.sshKeys ?? []).length > 0;
    if (keys && typeof cloudInit === "object" && cloudInit.userData !== undefined) {
        problems.add(
            "sshKeys",
            "would be lost beside cloudInit.userData",
            "write them into userData, or leave userData out",
        );
    }
    if (keys && (cloudInit === false || (isWindows && cloudInit === undefined))) {
        problems.add(
            "sshKeys",
            "are given, and the machine has no cloud-init that would bring them",
            isWindows
                ? "give cloudInit: {} where the image has cloudbase-init"
                : "leave cloudInit: false out",
        );
    }
    if (sysprep !== undefined) {
        checkSysprep(sysprep, isWindows, problems);
    }
    if (typeof virtioDrivers === "string" && parseImageReference(virtioDrivers) === undefined) {
        problems.add(
            "virtioDrivers",
            `is ${JSON.stringify(virtioDrivers)}, which is not the reference of an image`,
            "write one, or true",
        );
    }
    if (args.access !== undefined) {
        problems.addFrom("access", checkAccess(args.access));
    }
    check.addAll({ problems: problems.all });
}

/** What interfaces say of the guest reaches it by cloud-init's network configuration, or not at all. */
function checkGuestNetworks(args: VirtualMachineArgs, resolved: MachinePlace, check: Check): void {
    const { networks, cloudInit, os } = args;
    if (networkData(networkInterfacePlans(networks, resolved)) === undefined) {
        return;
    }
    if (!hasCloudInit(args)) {
        check.refuse(
            "networks",
            "have addresses or other settings for the guest, and the machine has no cloud-init that would bring them",
            os === "windows" && cloudInit === undefined
                ? "give cloudInit: {} where the image has cloudbase-init, or set them in the guest and leave them out"
                : "leave cloudInit: false out, or set them in the guest and leave them out",
        );
    } else if (typeof cloudInit === "object" && cloudInit.networkData !== undefined) {
        check.refuse(
            "cloudInit.networkData",
            "takes the place of the addresses and other settings that networks have for the guest",
            "write them into it and leave them out of networks, or leave networkData out",
        );
    }
}

function checkProbes({ probes, ready, networks }: VirtualMachineArgs, check: Check): void {
    const onPods = networks === undefined || networks.some(isOnPodNetwork);
    const wished = readinessProbe(ready);
    if (wished !== undefined && probes?.readiness !== undefined) {
        check.refuse(
            "probes.readiness",
            "is given beside ready, which is one too",
            "leave one of them out",
        );
    } else if (wished !== undefined) {
        check.addFrom("ready", checkProbe(wished, "readiness", onPods));
    }
    for (const kind of ["readiness", "liveness"] as const) {
        const probe = probes?.[kind];
        if (probe !== undefined) {
            check.addFrom(`probes.${kind}`, checkProbe(probe, kind, onPods));
        }
    }
}

/** What overrides cannot say: it is a disk's or a network's identity, or what this package waits by. */
const guarded = {
    runStrategy: "use runStrategy",
    running: "use runStrategy",
    dataVolumeTemplates: "write the disk into disks: one of a template goes with the machine",
    "template.spec.volumes": "use disks or volumes",
    "template.spec.domain.devices.disks": "use disks or volumes",
    "template.spec.domain.devices.interfaces": "use networks",
    "template.spec.networks": "use networks",
    "template.spec.readinessProbe": "use ready or probes",
};

/** Names that the package's own volumes take. */
function reservedNames(args: VirtualMachineArgs): readonly string[] {
    return [
        ...(hasCloudInit(args) ? [reservedDiskNames.cloudInit] : []),
        ...(args.sysprep === undefined ? [] : [reservedDiskNames.sysprep]),
        ...(hasDrivers(args) ? [reservedDiskNames.drivers] : []),
    ];
}

function checkVolumes(
    args: VirtualMachineArgs,
    reserved: readonly string[],
    problems: Problems,
): void {
    const { volumes = [], disks } = args;
    const names = new Set(disks.map(nameInMachine));
    for (const [index, volume] of volumes.entries()) {
        const field = `volumes[${String(index)}]`;
        problems.addFrom(field, checkVolume(volume).problems);
        if (names.has(volume.name) || reserved.includes(volume.name)) {
            problems.add(
                `${field}.name`,
                `is ${JSON.stringify(volume.name)}, which another disk or volume of the machine is called`,
                "give each a name of its own",
            );
        }
        names.add(volume.name);
    }
    checkBootOrder(args, problems);
}

/** No two devices in one place. Source: vmi-create-admitter.go (validateBootOrder). */
function checkBootOrder(
    { volumes = [], disks, networks = [] }: VirtualMachineArgs,
    problems: Problems,
): void {
    const orders = new Set<number>();
    const places = [
        ...disks.map((disk, index) => {
            const { boot, bootOrder } = deviceOf(disk);
            const field = `disks[${String(index)}].bootOrder`;
            return { field, order: boot === true ? undefined : bootOrder };
        }),
        ...volumes.map(({ bootOrder }, index) => ({
            field: `volumes[${String(index)}].bootOrder`,
            order: bootOrder,
        })),
        ...networks.map(({ name, bootOrder }) => ({
            field: `networks, ${JSON.stringify(name)}: bootOrder`,
            order: bootOrder,
        })),
    ];
    if (disks.some((disk) => deviceOf(disk).boot === true)) {
        orders.add(1);
    }
    for (const { field, order } of places) {
        if (order !== undefined && orders.has(order)) {
            problems.add(
                field,
                `is ${String(order)} a second time`,
                "give each a place of its own",
            );
        }
        orders.add(order ?? 0);
    }
}
