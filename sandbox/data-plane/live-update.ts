import { quantityBytes } from "../../model/size";
import type { MachineNetwork } from "./machine-objects";
import { memoryHotplugFault } from "./machine-rules/compute";
import type { MachineSpec, MachineVolume, VirtualMachine, VirtualMachineInstance } from "./objects";
import { conditionOf } from "./reading";
import { same } from "./writes";

/** What a change of a machine means for the instance that runs. */
export interface LiveUpdate {
    /** A merge patch for the instance. */
    readonly change?: object;
    /** Why it only counts after a restart. */
    readonly restart?: string;
}

/** How much more than at the start a machine may get while it runs. Source: KubeVirt liveUpdateConfiguration.maxHotplugRatio. */
const hotplugRatio = 4;

/** The instance's spec for a machine that starts now: what the template leaves open is filled in. */
export function instanceSpec(template: MachineSpec): MachineSpec {
    const { cpu, memory, devices, resources } = template.domain;
    const asked = memory?.guest ?? resources?.requests?.["memory"] ?? resources?.limits?.["memory"];
    const size = asked === undefined ? undefined : String(asked);
    const guest = quantityBytes(size ?? "");
    const most = guest === undefined ? undefined : mebibytes(hotplugRatio * guest);
    const grows = memoryHotplugFault(
        {
            ...template,
            domain: { ...template.domain, memory: { ...memory, ...(size && { guest: size }) } },
        },
        most,
    );
    const noNetwork =
        devices.autoattachPodInterface !== false &&
        (devices.interfaces ?? []).length === 0 &&
        (template.networks ?? []).length === 0;
    return {
        ...template,
        domain: {
            ...template.domain,
            cpu: { ...cpu, maxSockets: cpu?.maxSockets ?? maxSocketsOf(cpu) },
            memory: {
                ...memory,
                ...(size === undefined ? {} : { guest: size }),
                ...(memory?.maxGuest !== undefined || most === undefined || grows !== undefined
                    ? {}
                    : { maxGuest: most }),
            },
            devices: noNetwork
                ? { ...devices, interfaces: [{ name: "default", bridge: {} }] }
                : devices,
        },
        ...(noNetwork ? { networks: [{ name: "default", pod: {} }] } : {}),
        evictionStrategy: template.evictionStrategy ?? "None",
    };
}

/** Source: KubeVirt pkg/defaults/defaults.go, setupCPUHotplug: four times as many, and no more than 512 CPUs in all. */
function maxSocketsOf(cpu: MachineSpec["domain"]["cpu"]): number {
    const { sockets = 1, cores = 1, threads = 1 } = cpu ?? {};
    const most = hotplugRatio * sockets;
    const each = Math.max(1, cores) * Math.max(1, threads);
    return most * each > 512 ? Math.max(Math.floor(512 / each), sockets) : most;
}

/**
 * What of a changed machine its running instance takes over. Source: KubeVirt pkg/virt-controller/watch/vm/vm.go
 * (syncRestartRequired, handleCPUChangeRequest, handleMemoryHotplugRequest) with the default vmRolloutStrategy LiveUpdate.
 */
export function liveUpdate(
    machine: VirtualMachine,
    instance: VirtualMachineInstance,
    applied: MachineSpec = machine.spec.template.spec,
): LiveUpdate {
    const wanted = instanceSpec(applied);
    const has = instance.spec;
    if (same(wanted, has)) {
        return {};
    }
    const swaps = machine.spec.updateVolumesStrategy === "Migration";
    if (needsRestart(instance, wanted, swaps)) {
        return { restart: "a non-live-updatable field was changed in the template spec" };
    }
    const { nodeSelector = null, affinity = null, tolerations = null, volumes, domain } = wanted;
    const sockets = whySocketsStay(instance, wanted);
    const guest = whyMemoryStays(instance, wanted);
    const restart = sockets ?? guest;
    return {
        ...(restart === undefined ? {} : { restart }),
        change: {
            spec: {
                domain: {
                    ...(sockets === undefined ? { cpu: { sockets: domain.cpu?.sockets } } : {}),
                    ...(guest === undefined ? { memory: { guest: domain.memory?.guest } } : {}),
                    devices: {
                        disks: domain.devices.disks,
                        interfaces: domain.devices.interfaces,
                    },
                },
                networks: wanted.networks,
                volumes,
                // A merge patch would keep what was taken out of a map.
                nodeSelector: nodeSelector && withoutOthers(has.nodeSelector, nodeSelector),
                affinity,
                tolerations,
            },
        },
    };
}

/** Whether something was changed that a running machine does not take over. */
function needsRestart(
    { spec: has, status }: VirtualMachineInstance,
    wanted: MachineSpec,
    swaps: boolean,
): boolean {
    const isMigratable = conditionOf(status?.conditions, "LiveMigratable")?.status === "True";
    return (
        !same(fixedPart(wanted), fixedPart(has)) ||
        !volumesAreLive(has, wanted, swaps) ||
        !disksAreLive(has, wanted) ||
        networkNeedsRestart(has, wanted, isMigratable)
    );
}

function whySocketsStay(
    { spec: has }: VirtualMachineInstance,
    wanted: MachineSpec,
): string | undefined {
    const [had, wants] = [has.domain.cpu?.sockets ?? 1, wanted.domain.cpu?.sockets ?? 1];
    if (wants === had) {
        return undefined;
    }
    if (wants > (has.domain.cpu?.maxSockets ?? Infinity)) {
        return "CPU sockets updated in template spec to a value higher than what's available";
    }
    return wants < had ? "Reduction of CPU socket count requires a restart" : undefined;
}

function whyMemoryStays(
    { spec: has, status }: VirtualMachineInstance,
    wanted: MachineSpec,
): string | undefined {
    const prefix = "memory updated in template spec";
    const [had, wants] = [bytes(has.domain.memory?.guest), bytes(wanted.domain.memory?.guest)];
    if (wants === had) {
        return undefined;
    }
    if (conditionOf(status?.conditions, "LiveMigratable")?.status !== "True") {
        return `${prefix}. Memory-hotplug is only available for migratable VMs`;
    }
    const most = has.domain.memory?.maxGuest;
    if (most === undefined) {
        return `${prefix}. Memory-hotplug is not available for this VM configuration`;
    }
    // More than the most is told by its own words.
    const fault = wants > bytes(most) ? undefined : memoryHotplugFault(wanted, most);
    if (fault !== undefined) {
        return `memory hotplug not supported, ${fault}`;
    }
    if (wants < bytes(status?.memory?.guestAtBoot ?? has.domain.memory?.guest)) {
        return `${prefix} to a value lower than what the VM started with`;
    }
    return wants > bytes(most) ? `${prefix} to a value higher than what's available` : undefined;
}

/** All that cannot change while the machine runs, but for volumes, disks and networks, which have rules of their own. */
function fixedPart(spec: MachineSpec): object {
    const { nodeSelector, affinity, tolerations, volumes, networks, domain, ...rest } = spec;
    const { sockets, maxSockets, ...cpu } = domain.cpu ?? {};
    const { guest, maxGuest, ...memory } = domain.memory ?? {};
    const { disks, interfaces, ...devices } = domain.devices;
    return { ...rest, domain: { ...domain, cpu, memory, devices } };
}

function isHotplugged(volume: MachineVolume | undefined): boolean {
    return (
        (volume?.dataVolume?.hotpluggable ?? volume?.persistentVolumeClaim?.hotpluggable) === true
    );
}

/** Source: validLiveUpdateVolumes. */
function volumesAreLive(has: MachineSpec, wanted: MachineSpec, swaps: boolean): boolean {
    const [old, after] = [has.volumes ?? [], wanted.volumes ?? []];
    const fits = after.every((volume) => {
        const before = old.find(({ name }) => name === volume.name);
        const isClaim =
            volume.dataVolume !== undefined || volume.persistentVolumeClaim !== undefined;
        return (
            isHotplugged(volume) ||
            (before !== undefined && ((swaps && isClaim) || same(before, volume)))
        );
    });
    const gone = old.filter((volume) => !after.some(({ name }) => name === volume.name));
    return fits && gone.every(isHotplugged);
}

/** Source: validLiveUpdateDisks. */
function disksAreLive(has: MachineSpec, wanted: MachineSpec): boolean {
    const [old, after] = [has.domain.devices.disks ?? [], wanted.domain.devices.disks ?? []];
    const volume = (spec: MachineSpec, name: string) =>
        spec.volumes?.find((each) => each.name === name);
    const fits = after.every((disk) => {
        const before = old.find(({ name }) => name === disk.name);
        return isHotplugged(volume(wanted, disk.name)) || (before && same(before, disk));
    });
    const gone = old.filter((disk) => !after.some(({ name }) => name === disk.name));
    return (
        fits &&
        gone.every(({ name, cdrom }) => {
            const before = volume(has, name);
            return cdrom === undefined && (before === undefined || isHotplugged(before));
        })
    );
}

/** Source: KubeVirt pkg/network/vmliveupdate/restart.go, IsRestartRequired. */
function networkNeedsRestart(
    has: MachineSpec,
    wanted: MachineSpec,
    isMigratable: boolean,
): boolean {
    const interfaces = wanted.domain.devices.interfaces ?? [];
    const isChanged = (has.domain.devices.interfaces ?? []).some(({ state: _, ...before }) => {
        const found = interfaces.find(({ name }) => name === before.name);
        const { state: _state, ...after } = found ?? {};
        return found === undefined || !same(before, after);
    });
    const networks = wanted.networks ?? [];
    const getsPod =
        networks.some(({ pod }) => pod !== undefined) &&
        !(has.networks ?? []).some(({ pod }) => pod !== undefined);
    const unnamed = ({ multus, ...rest }: MachineNetwork) => ({
        ...rest,
        ...(multus && { multus: { ...multus, networkName: "" } }),
    });
    const isMoved = (has.networks ?? []).some((before) => {
        const after = networks.find(({ name }) => name === before.name);
        return (
            after === undefined ||
            !(isMigratable ? same(unnamed(before), unnamed(after)) : same(before, after))
        );
    });
    return isChanged || getsPod || isMoved;
}

function withoutOthers(
    had: Readonly<Record<string, string>> | undefined,
    wanted: Readonly<Record<string, string>>,
): Record<string, string | null> {
    const gone = Object.keys(had ?? {}).map((key): [string, null] => [key, null]);
    return { ...Object.fromEntries(gone), ...wanted };
}

function bytes(quantity: string | undefined): number {
    return quantityBytes(quantity ?? "0") ?? 0;
}

function mebibytes(size: number): string {
    const mebibyte = 2 ** 20;
    return size % (1024 * mebibyte) === 0
        ? `${size / (1024 * mebibyte)}Gi`
        : `${Math.round(size / mebibyte)}Mi`;
}
