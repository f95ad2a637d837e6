import { Check, type Findings } from "../findings";
import { bytesOf, formatBytes, type Size, sizeFault } from "../size";

/** What the guest does with a CPU feature. Source: KubeVirt validCPUFeaturePolicies (vmi-create-admitter.go). */
export const cpuFeaturePolicies = ["force", "require", "optional", "disable", "forbid"] as const;
export type CpuFeaturePolicy = (typeof cpuFeaturePolicies)[number];

/** The virtual CPUs of a machine, where their number alone does not say enough. */
export interface CpuArgs {
    /**
     * Sockets. They are what KubeVirt adds while the machine runs, so grow a machine by them.
     *
     * @unit count
     * @defaultValue 1
     * @impact live up to `maxSockets` on a machine that can migrate; restart when lowered or raised above it
     */
    readonly sockets?: number;
    /**
     * Cores of each socket.
     *
     * @unit count
     * @defaultValue 1: sockets alone can be changed while the machine runs
     * @impact restart
     */
    readonly cores?: number;
    /**
     * Threads of each core.
     *
     * @unit count
     * @defaultValue 1
     * @impact restart
     */
    readonly threads?: number;
    /**
     * How many sockets the machine may get without a restart.
     *
     * @unit count
     * @defaultValue four times the sockets at boot, KubeVirt's own
     * @impact restart
     */
    readonly maxSockets?: number;
    /**
     * CPU model the guest sees: `host-model`, `host-passthrough`, or a named one such as `Cascadelake-Server`, which all nodes that
     * have it can take over from each other.
     *
     * @defaultValue the cluster's own, `host-model` unless KubeVirt is configured otherwise
     * @impact restart
     */
    readonly model?: string;
    /**
     * Single CPU features, by their names, and what becomes of each.
     *
     * @defaultValue those of the model
     * @impact restart
     * @example { vmx: "require" }
     */
    readonly features?: Readonly<Record<string, CpuFeaturePolicy>>;
    /**
     * Give the machine physical CPUs of its own. Its node needs the static CPU manager policy, and KubeVirt the feature gate
     * CPUManager.
     *
     * @defaultValue false: CPUs are shared
     * @impact restart
     */
    readonly dedicated?: boolean;
    /**
     * Keep one more physical CPU for the emulator, so that it never interrupts the guest. Needs `dedicated`.
     *
     * @defaultValue false
     * @impact restart
     */
    readonly isolateEmulatorThread?: boolean;
    /**
     * Show the guest the NUMA nodes its CPUs and memory are on. Needs `dedicated` and huge pages.
     *
     * @defaultValue false
     * @impact restart
     */
    readonly numa?: boolean;
    /**
     * Schedule the guest's CPUs in real time. Needs `dedicated`, `numa` and huge pages.
     *
     * @defaultValue false
     * @impact restart
     */
    readonly realtime?: boolean;
}

/** The memory of a machine, where its size alone does not say enough. */
export interface MemoryArgs {
    /**
     * Memory the guest sees.
     *
     * @unit binary size: Mi, Gi or Ti
     * @impact live up to `max` on a machine that can migrate; restart otherwise, and when lowered
     * @example "16Gi"
     */
    readonly guest: Size;
    /**
     * How much the machine may get without a restart.
     *
     * @unit binary size: Mi, Gi or Ti
     * @defaultValue four times the size at boot, KubeVirt's own
     * @impact restart
     */
    readonly max?: Size;
    /**
     * Size of the huge pages that back the memory. Nodes have to have reserved them.
     *
     * @defaultValue none: pages of the usual size
     * @impact restart
     * @example "1Gi"
     */
    readonly hugepages?: "2Mi" | "1Gi";
}

/** The CPUs as they are written: a number of them are sockets. */
export function cpuTopology(cpu: number | CpuArgs): CpuArgs & {
    readonly sockets: number;
    readonly cores: number;
    readonly threads: number;
} {
    const args = typeof cpu === "number" ? { sockets: cpu } : cpu;
    return {
        ...args,
        sockets: args.sockets ?? 1,
        cores: args.cores ?? 1,
        threads: args.threads ?? 1,
    };
}

/** The memory as it is written. */
export function memoryOf(memory: Size | MemoryArgs): MemoryArgs {
    return typeof memory === "string" ? { guest: memory } : memory;
}

/**
 * What KubeVirt would refuse, or accept although no node can run it.
 * Source: KubeVirt vmi-create-admitter.go (validateCpuPinning, validateNUMA, validateRealtime, validateCPUHotplug,
 * validateThreadCountOnDedicatedCPUPlacement) and pkg/liveupdate/memory (ValidateLiveUpdateMemory).
 */
export function checkCpu(cpu: number | CpuArgs, memory: Size | MemoryArgs | undefined): Findings {
    const check = new Check();
    if (typeof cpu === "number") {
        check.refuseIf("cpu", countFault(cpu, "a number of virtual CPUs"));
        return check;
    }
    for (const field of ["sockets", "cores", "threads", "maxSockets"] as const) {
        if (cpu[field] !== undefined) {
            check.refuseIf(
                `cpu.${field}`,
                countFault(cpu[field], `a number of ${field.replace("maxS", "s")}`),
            );
        }
    }
    const { sockets, threads, maxSockets } = cpuTopology(cpu);
    if (maxSockets !== undefined && maxSockets < sockets) {
        check.refuse(
            "cpu.maxSockets",
            `is ${String(maxSockets)}, which is less than the ${String(sockets)} sockets that the machine begins with`,
            "raise it, or leave it out",
        );
    }
    if (cpu.model === "") {
        check.refuse(
            "cpu.model",
            "is empty",
            `leave it out, or write "host-passthrough" or a model's name`,
        );
    }
    for (const [name, policy] of Object.entries(cpu.features ?? {})) {
        check.refuseUnknown(`cpu.features.${name}`, policy, cpuFeaturePolicies, "KubeVirt");
    }
    if (cpu.dedicated === true && threads > 2) {
        check.refuse(
            "cpu.threads",
            `is ${String(threads)}, and a core with dedicated CPUs has at most 2`,
            "write 1 or 2, and more cores",
        );
    }
    checkPartners(cpu, memory, check);
    return check;
}

function checkPartners(cpu: CpuArgs, memory: Size | MemoryArgs | undefined, check: Check): void {
    const hugepages = typeof memory === "object" && memory.hugepages !== undefined;
    const needs: readonly (readonly [
        "isolateEmulatorThread" | "numa" | "realtime",
        boolean,
        string,
        string,
    ])[] = [
        ["isolateEmulatorThread", cpu.dedicated === true, "cpu.dedicated", "set dedicated: true"],
        ["numa", cpu.dedicated === true, "cpu.dedicated", "set dedicated: true"],
        ["numa", hugepages, "memory.hugepages", `write memory: { guest: …, hugepages: "1Gi" }`],
        ["realtime", cpu.dedicated === true, "cpu.dedicated", "set dedicated: true"],
        ["realtime", cpu.numa === true, "cpu.numa", "set numa: true"],
    ];
    for (const field of ["realtime", "numa"] as const) {
        if (cpu[field] === true && typeof memory === "object" && memory.max !== undefined) {
            check.refuse(
                "memory.max",
                `is ${JSON.stringify(memory.max)} beside cpu.${field}, with which KubeVirt adds no memory`,
                "leave one of them out",
            );
        }
    }
    for (const [field, given, partner, cure] of needs) {
        if (cpu[field] === true && !given) {
            check.refuse(
                `cpu.${field}`,
                `is true, and KubeVirt allows it only with ${partner}`,
                cure,
            );
        }
    }
}

/** What KubeVirt would refuse. Source: validateHugepagesMemoryRequests, validateGuestMemoryLimit, ValidateLiveUpdateMemory. */
export function checkMemory(memory: Size | MemoryArgs): Findings {
    const check = new Check();
    if (typeof memory === "string") {
        check.refuseIf("memory", sizeFault(memory));
        return check;
    }
    const { guest, max, hugepages } = memory;
    const guestFault = sizeFault(guest);
    check.refuseIf("memory.guest", guestFault);
    const maxFault = max === undefined ? undefined : sizeFault(max);
    check.refuseIf("memory.max", maxFault);
    check.refuseUnknown("memory.hugepages", hugepages, ["2Mi", "1Gi"], "this package");
    if (guestFault !== undefined || maxFault !== undefined) {
        return check;
    }
    const guestBytes = bytesOf(guest);
    if (max !== undefined) {
        checkMax(guestBytes, guest, max, check);
    }
    const page = hugepages === "1Gi" ? 2 ** 30 : 2 ** 21;
    if (hugepages !== undefined && guestBytes % page !== 0) {
        check.refuse(
            "memory.guest",
            `is ${JSON.stringify(guest)}, which is not a multiple of the huge pages of ${hugepages}`,
            `write "${formatBytes(Math.ceil(guestBytes / page) * page)}"`,
        );
    }
    return check;
}

function checkMax(guestBytes: number, guest: Size, max: Size, check: Check): void {
    if (bytesOf(max) < guestBytes) {
        check.refuse(
            "memory.max",
            `is ${JSON.stringify(max)}, which is less than the ${guest} that the machine begins with`,
            "raise it, or leave it out",
        );
    }
    if (bytesOf(max) % 2 ** 21 !== 0 || guestBytes % 2 ** 21 !== 0) {
        check.refuse(
            bytesOf(max) % 2 ** 21 === 0 ? "memory.guest" : "memory.max",
            "is not a multiple of 2Mi, in which KubeVirt adds memory",
            "write an even number of Mi",
        );
    }
    if (guestBytes < 2 ** 30) {
        check.refuse(
            "memory.max",
            `is ${JSON.stringify(max)}, and KubeVirt adds memory only to machines that begin with 1Gi or more`,
            `leave it out, or write guest: "1Gi"`,
        );
    }
}

function countFault(count: number, what: string): { fault: string; cure: string } | undefined {
    return Number.isInteger(count) && count >= 1
        ? undefined
        : {
              fault: `is ${String(count)}, which is not ${what}`,
              cure: "write a whole number from 1",
          };
}
