import { billionths, canonicalQuantity, wholeValue } from "../quantity";
import {
    type Cause,
    type ReviewedCpu,
    type ReviewedDomain,
    type ReviewedSpec,
    inTemplate,
} from "./spec";

const domainField = (field: string) => `${inTemplate}.domain.${field}`;

/** A machine type that a cluster takes without further configuration. Source: KubeVirt pkg/virt-config/virt-config.go. */
const machineTypes = ["q35", "pc-q35"];

/** Memory, CPU and machine type, in the order of KubeVirt's ValidateVirtualMachineInstanceSpec (vmi-create-admitter.go). */
export function* computeCauses(spec: ReviewedSpec): Generator<Cause> {
    const { domain = {} } = spec;
    yield* memory(domain);
    yield* hugepages(domain);
    yield* machineType(domain);
    yield* acpi(domain);
    yield* cpu(domain);
}

function* memory(domain: ReviewedDomain): Generator<Cause> {
    const field = domainField("resources.requests.memory");
    const limitField = domainField("resources.limits.memory");
    const [request, limit] = [
        quantity(domain, "requests", "memory"),
        quantity(domain, "limits", "memory"),
    ];
    if (request.value < 0) {
        yield negative(field, request.text);
    } else if (request.value > 0 && request.value < 1e6) {
        yield {
            message: `${field} '${request.text}': must be greater than or equal to 1M.`,
            field,
        };
    }
    if (limit.value < 0) {
        yield negative(limitField, limit.text);
    }
    if (limit.value > 0 && request.value > limit.value) {
        yield greater(field, request.text, limitField, limit.text);
    }
}

function* hugepages(domain: ReviewedDomain): Generator<Cause> {
    const pageSize = domain.memory?.hugepages?.pageSize;
    if (pageSize === undefined) {
        return;
    }
    const field = domainField("memory.hugepages.pageSize");
    if (billionths(pageSize) === undefined) {
        const message = `${field} '${pageSize}': quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'`;
        yield { message, field };
        return;
    }
    const request = quantity(domain, "requests", "memory");
    const size =
        request.value ||
        wholeValue(domain.memory?.guest) ||
        quantity(domain, "limits", "memory").value;
    const requests = domainField("resources.requests.memory");
    const page = `${field} '${pageSize}'`;
    if (size !== 0 && size < wholeValue(pageSize)) {
        const message = `${requests} '${request.text}' must be equal to or larger than page size ${page}`;
        yield { message, field: requests };
    } else if (size % wholeValue(pageSize) !== 0) {
        const message = `${requests} '${request.text}' is not a multiple of the page size ${page}`;
        yield { message, field: requests };
    }
}

function* machineType({ machine }: ReviewedDomain): Generator<Cause> {
    const type = machine?.type ?? "";
    if (type !== "" && !machineTypes.some((known) => type.startsWith(known))) {
        const field = domainField("machine.type");
        yield {
            message: `${field} is not supported: ${type} (allowed values: [q35* pc-q35*])`,
            field,
        };
    }
}

function* acpi({ firmware }: ReviewedDomain): Generator<Cause> {
    const { acpi: tables } = firmware ?? {};
    if (tables !== undefined && !tables.slicNameRef && !tables.msdmNameRef) {
        const message = "ACPI was set but no SLIC nor MSDM volume reference was set";
        yield { message, field: `${inTemplate}.acpi` };
    }
}

function* cpu(domain: ReviewedDomain): Generator<Cause> {
    const field = domainField("resources.requests.cpu");
    const limitField = domainField("resources.limits.cpu");
    const [request, limit] = [
        quantity(domain, "requests", "cpu"),
        quantity(domain, "limits", "cpu"),
    ];
    if (request.milli < 0) {
        yield negative(field, request.text);
    }
    if (limit.milli < 0) {
        yield negative(limitField, limit.text);
    }
    if (limit.milli > 0 && request.milli > limit.milli) {
        yield greater(field, request.text, limitField, limit.text);
    }
    const { cpu: wanted = {} } = domain;
    if (wanted.dedicatedCpuPlacement === true) {
        yield* pinning(domain, wanted);
    }
    if (wanted.numa?.guestMappingPassthrough !== undefined) {
        yield* numa(domain, wanted);
    }
    if (wanted.isolateEmulatorThread === true && wanted.dedicatedCpuPlacement !== true) {
        const message =
            "IsolateEmulatorThread should be only set in combination with DedicatedCPUPlacement";
        yield { message, field: domainField("cpu.isolateEmulatorThread") };
    }
    for (const [index, { name = "", policy = "" }] of (wanted.features ?? []).entries()) {
        if (!["", "force", "require", "optional", "disable", "forbid"].includes(policy)) {
            const message = `CPU feature ${name} uses policy ${policy} that is not supported.`;
            yield { message, field: domainField(`cpu.features[${index}].policy`) };
        }
    }
    yield* tooManySockets(wanted, domainField("cpu.sockets"));
}

/** Source: validateCPUHotplug, and validateLiveUpdateCPU of vms-admitter.go, which say the same. */
export function* tooManySockets(
    { sockets = 0, maxSockets = 0 }: ReviewedCpu,
    field: string,
): Generator<Cause> {
    if (maxSockets !== 0 && sockets > maxSockets) {
        const message =
            "Number of sockets in CPU topology is greater than the maximum sockets allowed";
        yield { message, field };
    }
}

function* pinning(domain: ReviewedDomain, wanted: ReviewedCpu): Generator<Cause> {
    const field = domainField("cpu.dedicatedCpuPlacement");
    const [requests, limits] = [
        domainField("resources.requests.cpu"),
        domainField("resources.limits.cpu"),
    ];
    const [request, limit] = [
        quantity(domain, "requests", "cpu"),
        quantity(domain, "limits", "cpu"),
    ];
    const count = vcpus(wanted);
    for (const [word, one, at] of [
        ["requests", request, requests],
        ["limits", limit, limits],
    ] as const) {
        if (one.value > 0 && one.value * 1000 !== one.milli) {
            yield { message: `provided resources CPU ${word} must be an interger`, field: at };
        }
    }
    const [memoryRequest, memoryLimit] = [
        quantity(domain, "requests", "memory"),
        quantity(domain, "limits", "memory"),
    ];
    if (
        memoryRequest.value > 0 &&
        memoryLimit.value > 0 &&
        memoryRequest.value !== memoryLimit.value
    ) {
        const at = domainField("resources.requests.memory");
        yield {
            message: `${at} must be equal to ${domainField("resources.limits.memory")}`,
            field: at,
        };
    }
    if (request.value === 0 && limit.value === 0 && count === 0) {
        const message = `either ${requests} or ${limits} or ${domainField("cpu.cores")} must be provided when DedicatedCPUPlacement is true `;
        yield { message, field };
    }
    if (request.value > 0 && limit.value > 0 && request.value !== limit.value) {
        const message = `${requests} or ${limits} must be equal when DedicatedCPUPlacement is true `;
        yield { message, field };
    }
    const given = request.value > 0 || limit.value > 0;
    if (given && count > 0 && request.value !== count && limit.value !== count) {
        const message = `${requests} or ${limits} must not be provided at the same time with ${domainField("cpu.cores")} when DedicatedCPUPlacement is true `;
        yield { message, field };
    }
    const { threads = 0 } = wanted;
    if (threads > 2) {
        const message = `Not more than two threads must be provided at ${domainField("cpu.threads")} (got ${threads}) when DedicatedCPUPlacement is true`;
        yield { message, field };
    }
}

function* numa(domain: ReviewedDomain, wanted: ReviewedCpu): Generator<Cause> {
    const field = domainField("cpu.numa.guestMappingPassthrough");
    if (wanted.dedicatedCpuPlacement !== true) {
        const message = `${domainField("cpu.dedicatedCpuPlacement")} must be set to true when NUMA topology strategy is set in ${field}`;
        yield { message, field };
    }
    if (domain.memory?.hugepages === undefined) {
        const message = `${domainField("memory.hugepages")} must be requested when NUMA topology strategy is set in ${field}`;
        yield { message, field };
    }
}

/** How many CPUs the guest sees; none when nothing is said. Source: KubeVirt pkg/util/hardware, GetNumberOfVCPUs. */
export function vcpus({ cores = 0, sockets = 0, threads = 0 }: ReviewedCpu): number {
    return cores === 0 && sockets === 0 && threads === 0
        ? 0
        : Math.max(1, cores) * Math.max(1, sockets) * Math.max(1, threads);
}

/** What `maxGuest` asks of the guest's memory. Source: KubeVirt pkg/liveupdate/memory, ValidateLiveUpdateMemory. */
export function memoryHotplugFault(
    { architecture = "amd64", domain = {} }: ReviewedSpec,
    maxGuest: string | undefined,
): string | undefined {
    const { cpu: wanted, memory: has, launchSecurity } = domain;
    if (wanted?.realtime !== undefined) {
        return "Memory hotplug is not compatible with realtime VMs";
    }
    if (wanted?.numa?.guestMappingPassthrough !== undefined) {
        return "Memory hotplug is not compatible with guest mapping passthrough";
    }
    if (launchSecurity !== undefined) {
        return "Memory hotplug is not compatible with encrypted VMs";
    }
    if (has?.guest === undefined) {
        return "Guest memory must be configured when memory hotplug is enabled";
    }
    if (maxGuest === undefined) {
        return "Max guest memory must be configured when memory hotplug is enabled";
    }
    const [guest, most] = [wholeValue(has.guest), wholeValue(maxGuest)];
    const [block, word] =
        has.hugepages?.pageSize === "1Gi" ? [2 ** 30, "1Gi"] : [2 * 2 ** 20, "2Mi"];
    if (guest > most) {
        return "Guest memory is greater than the configured maxGuest memory";
    }
    if (guest % block !== 0) {
        return `Guest memory must be ${word} aligned`;
    }
    if (most % block !== 0) {
        return `MaxGuest must be ${word} aligned`;
    }
    if (architecture !== "amd64") {
        return "Memory hotplug is only available for x86_64 VMs";
    }
    return guest < 2 ** 30
        ? "Memory hotplug is only available for VMs with at least 1Gi of guest memory"
        : undefined;
}

function quantity(
    { resources }: ReviewedDomain,
    of: "requests" | "limits",
    name: "cpu" | "memory",
): { readonly value: number; readonly milli: number; readonly text: string } {
    const text = String(resources?.[of]?.[name] ?? "0");
    const exact = billionths(text) ?? 0n;
    return {
        value: wholeValue(text),
        milli: Number(exact / 10n ** 6n),
        text: canonicalQuantity(text),
    };
}

function negative(field: string, text: string): Cause {
    return { message: `${field} '${text}': must be greater than or equal to 0.`, field };
}

function greater(field: string, text: string, other: string, limit: string): Cause {
    return { message: `${field} '${text}' is greater than ${other} '${limit}'`, field };
}
