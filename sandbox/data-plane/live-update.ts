import { quantityBytes } from "../../model/size";
import type { MachineSpec, VirtualMachine, VirtualMachineInstance } from "./objects";
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
export function instanceSpec({ spec }: VirtualMachine): MachineSpec {
    const template = spec.template.spec;
    const { cpu, memory, devices } = template.domain;
    const guest = quantityBytes(memory?.guest ?? "");
    const noNetwork = devices.interfaces === undefined && template.networks === undefined;
    return {
        ...template,
        domain: {
            ...template.domain,
            cpu: {
                ...cpu,
                maxSockets: cpu?.maxSockets ?? hotplugRatio * (cpu?.sockets ?? 1),
            },
            memory: {
                ...memory,
                ...(guest === undefined
                    ? {}
                    : { maxGuest: memory?.maxGuest ?? mebibytes(hotplugRatio * guest) }),
            },
            devices: noNetwork
                ? { ...devices, interfaces: [{ name: "default", bridge: {} } as { name: string }] }
                : devices,
        },
        ...(noNetwork ? { networks: [{ name: "default", pod: {} }] } : {}),
    };
}

/**
 * What of a changed machine its running instance takes over. Source: KubeVirt pkg/virt-controller/watch/vm/vm.go
 * (syncRestartRequired) with the default vmRolloutStrategy LiveUpdate.
 */
export function liveUpdate(machine: VirtualMachine, instance: VirtualMachineInstance): LiveUpdate {
    const wanted = instanceSpec(machine);
    const has = instance.spec;
    if (same(wanted, has)) {
        return {};
    }
    const restart = whyRestart(instance, wanted);
    if (restart !== undefined) {
        return { restart };
    }
    const { nodeSelector = null, affinity = null, tolerations = null, volumes, domain } = wanted;
    return {
        change: {
            spec: {
                domain: {
                    cpu: { sockets: domain.cpu?.sockets },
                    memory: { guest: domain.memory?.guest },
                    devices: { disks: domain.devices.disks },
                },
                volumes,
                // A merge patch would keep what was taken out of a map.
                nodeSelector: nodeSelector && withoutOthers(has.nodeSelector, nodeSelector),
                affinity,
                tolerations,
            },
        },
    };
}

function whyRestart(instance: VirtualMachineInstance, wanted: MachineSpec): string | undefined {
    const has = instance.spec;
    if (!same(fixedPart(wanted), fixedPart(has))) {
        return "a non-live-updatable field was changed in the template spec";
    }
    const sockets = { had: has.domain.cpu?.sockets ?? 1, wants: wanted.domain.cpu?.sockets ?? 1 };
    const guest = {
        boot: bytes(instance.status?.memory?.guestAtBoot ?? has.domain.memory?.guest),
        had: bytes(has.domain.memory?.guest),
        wants: bytes(wanted.domain.memory?.guest),
        most: bytes(has.domain.memory?.maxGuest),
    };
    if (sockets.wants < sockets.had) {
        return "Reduction of CPU socket count requires a restart";
    }
    if (sockets.wants > (has.domain.cpu?.maxSockets ?? Infinity)) {
        return "CPU sockets updated in template spec to a value higher than what's available";
    }
    if (guest.wants < guest.boot) {
        return "memory updated in template spec to a value lower than what the VM started with";
    }
    if (guest.wants > guest.most) {
        return "memory updated in template spec to a value higher than what's available";
    }
    const migratable = conditionOf(instance.status?.conditions, "LiveMigratable");
    const needsMigration = sockets.wants !== sockets.had || guest.wants !== guest.had;
    return needsMigration && migratable?.status !== "True"
        ? "cpu or memory hotplug not possible: the VirtualMachineInstance is not live migratable"
        : undefined;
}

/** All that cannot change while the machine runs. */
function fixedPart(spec: MachineSpec): object {
    const { nodeSelector, affinity, tolerations, volumes, domain, ...rest } = spec;
    const hotpluggable = new Set(
        (volumes ?? [])
            .filter(
                (each) => each.dataVolume?.hotpluggable ?? each.persistentVolumeClaim?.hotpluggable,
            )
            .map(({ name }) => name),
    );
    const fixed = ({ name }: { readonly name: string }) => !hotpluggable.has(name);
    const { sockets, maxSockets, ...cpu } = domain.cpu ?? {};
    const { guest, maxGuest, ...memory } = domain.memory ?? {};
    const devices = { ...domain.devices, disks: (domain.devices.disks ?? []).filter(fixed) };
    return {
        ...rest,
        volumes: (volumes ?? []).filter(fixed),
        domain: { ...domain, cpu, memory, devices },
    };
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
