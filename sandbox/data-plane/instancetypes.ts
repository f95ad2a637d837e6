import type { InstancetypeSpec, PreferenceSpec } from "./instancetype-objects";
import { type Cause, type Matcher, type ReviewedSpec, inTemplate } from "./machine-rules/spec";
import type { Kind } from "./objects";
import { canonicalQuantity, wholeValue } from "./quantity";

/** What a machine's matcher names. */
export interface Matched {
    readonly kind: Extract<
        Kind,
        | "VirtualMachineInstancetype"
        | "VirtualMachineClusterInstancetype"
        | "VirtualMachinePreference"
        | "VirtualMachineClusterPreference"
    >;
    readonly name: string;
    /** The plural, as the API server's words have it. */
    readonly plural: string;
}

/** What a matcher names: without a kind, the cluster's own. A word that is no kind counts for nothing. Source: KubeVirt pkg/instancetype/find. */
export function matched(
    of: "Instancetype" | "Preference",
    { kind = "", name = "" }: Matcher,
): Matched | undefined {
    const word = kind.toLowerCase();
    const plain = `virtualmachine${of.toLowerCase()}`;
    const cluster = `virtualmachinecluster${of.toLowerCase()}`;
    if (["", cluster, `${cluster}s`].includes(word)) {
        return { kind: `VirtualMachineCluster${of}`, name, plural: `${cluster}s` };
    }
    return [plain, `${plain}s`].includes(word)
        ? { kind: `VirtualMachine${of}`, name, plural: `${plain}s` }
        : undefined;
}

/** How many sockets, cores and threads so many CPUs are. Source: KubeVirt pkg/instancetype/apply/cpu.go. */
export function cpuTopology(
    count: number,
    preference: PreferenceSpec | undefined,
): { readonly cores: number; readonly sockets: number; readonly threads: number } {
    const one = { cores: 1, sockets: 1, threads: 1 };
    if (count === 1) {
        return one;
    }
    switch (topologyOf(preference)) {
        case "cores":
            return { ...one, cores: count };
        case "threads":
            return { ...one, threads: count };
        case "spread": {
            const { across = "SocketsCores", ratio = 2 } = preference?.cpu?.spreadOptions ?? {};
            return across === "CoresThreads"
                ? { ...one, threads: ratio, cores: Math.floor(count / ratio) }
                : across === "SocketsCoresThreads"
                  ? { threads: 2, cores: ratio, sockets: Math.floor(count / 2 / ratio) }
                  : { ...one, cores: ratio, sockets: Math.floor(count / ratio) };
        }
        default:
            return { ...one, sockets: count };
    }
}

function topologyOf(preference: PreferenceSpec | undefined): string {
    const word = preference?.cpu?.preferredCPUTopology ?? "sockets";
    return word.replace(/^prefer/, "").toLowerCase();
}

/** What a template says although its instancetype says it. Source: KubeVirt pkg/instancetype/apply/{cpu,memory}.go. */
export function* conflicts(spec: ReviewedSpec, instancetype: InstancetypeSpec): Generator<Cause> {
    const { cpu = {}, memory = {}, resources = {} } = spec.domain ?? {};
    const wanted = instancetype.cpu;
    const given: readonly [string, boolean][] = [
        ["resources.requests.cpu", resources.requests?.["cpu"] !== undefined],
        ["resources.limits.cpu", resources.limits?.["cpu"] !== undefined],
        ["cpu.sockets", (cpu.sockets ?? 0) !== 0],
        ["cpu.cores", (cpu.cores ?? 0) !== 0],
        ["cpu.threads", (cpu.threads ?? 0) !== 0],
        ["cpu.model", Boolean(cpu.model) && wanted.model !== undefined],
        [
            "cpu.dedicatedCPUPlacement",
            cpu.dedicatedCpuPlacement === true && wanted.dedicatedCPUPlacement !== undefined,
        ],
        [
            "cpu.isolateEmulatorThread",
            cpu.isolateEmulatorThread === true && wanted.isolateEmulatorThread !== undefined,
        ],
        ["cpu.numa", cpu.numa !== undefined && wanted.numa !== undefined],
    ];
    const { hugepages, maxGuest } = instancetype.memory;
    const firstOfMemory = (
        [
            ["memory.guest", memory.guest !== undefined],
            ["memory.hugepages", memory.hugepages !== undefined && hugepages !== undefined],
            ["memory.maxGuest", memory.maxGuest !== undefined && maxGuest !== undefined],
            ["resources.requests.memory", resources.requests?.["memory"] !== undefined],
            ["resources.limits.memory", resources.limits?.["memory"] !== undefined],
        ] as const
    ).find(([, isGiven]) => isGiven);
    for (const [name, isGiven] of [...given, ...(firstOfMemory ? [firstOfMemory] : [])]) {
        if (isGiven) {
            const field = `${inTemplate}.domain.${name}`;
            const message = `VM field(s) ${field} conflicts with selected instance type`;
            yield { message, field };
        }
    }
}

/** What a preference asks for and the machine does not have. Source: KubeVirt pkg/instancetype/preference/requirements. */
export function unmetRequirement(
    spec: ReviewedSpec,
    instancetype: InstancetypeSpec | undefined,
    preference: PreferenceSpec | undefined,
): Cause | undefined {
    const { cpu, memory } = preference?.requirements ?? {};
    const of = instancetype === undefined ? "VirtualMachine" : "instance type";
    const refused = (message: string, field: string): Cause => ({
        message: `failure checking preference requirements: ${message}`,
        field: instancetype === undefined ? field : "spec.instancetype",
        reason: "FieldValueNotFound",
    });
    if (cpu !== undefined) {
        const [count, as] = providedCpus(spec, instancetype, preference);
        if (count < cpu.guest) {
            const provided = as === "" ? "" : ` provided as ${as}`;
            return refused(
                `insufficient CPU resources of ${count} vCPU provided by ${of}, preference requires ${cpu.guest} vCPU${provided}`,
                `${inTemplate}.domain.cpu`,
            );
        }
    }
    const guest = spec.domain?.memory?.guest ?? instancetype?.memory.guest ?? "0";
    return memory !== undefined && wholeValue(guest) < wholeValue(memory.guest)
        ? refused(
              `insufficient Memory resources of ${canonicalQuantity(guest)} provided by ${of}, preference requires ${canonicalQuantity(memory.guest)}`,
              `${inTemplate}.domain.memory`,
          )
        : undefined;
}

function providedCpus(
    { domain }: ReviewedSpec,
    instancetype: InstancetypeSpec | undefined,
    preference: PreferenceSpec | undefined,
): [count: number, as: string] {
    if (instancetype !== undefined) {
        return [instancetype.cpu.guest, ""];
    }
    const cpu = domain?.cpu ?? {};
    switch (topologyOf(preference)) {
        case "cores":
            return [cpu.cores ?? 0, "cores"];
        case "threads":
            return [cpu.threads ?? 0, "threads"];
        case "sockets":
            return [cpu.sockets ?? 0, "sockets"];
        default:
            // What is not said counts as none, unless nothing is said.
            return [
                (cpu.cores ?? 0) * (cpu.sockets ?? 0) * (cpu.threads ?? 0),
                topologyOf(preference) === "spread"
                    ? (preference?.cpu?.spreadOptions?.across ?? "SocketsCores")
                    : "cores, sockets and threads",
            ];
    }
}
