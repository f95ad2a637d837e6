import type { InstancetypeSpec, PreferenceSpec } from "./instancetype-objects";
import { cpuTopology } from "./instancetypes";
import type { ReviewedMachine, ReviewedSpec } from "./machine-rules/spec";
import { canonicalQuantity, wholeValue } from "./quantity";

/** What to fill in by. */
export interface Filling {
    readonly operation: string;
    readonly preference: PreferenceSpec | undefined;
    /** Architecture that the machine's image is known to be for. */
    readonly architecture?: string | undefined;
    /** Makes an identity that nobody else has. */
    readonly newId: () => string;
}

const topology = "kubevirt.io/pci-topology-version";

/**
 * The spec that KubeVirt's mutating webhook writes into a machine. It reads the object into its own types and writes it back, so
 * quantities come out in their shortest form and values that say nothing are gone. Source: KubeVirt
 * pkg/virt-api/webhooks/mutating-webhook/mutators/vm-mutator.go, pkg/defaults/defaults.go, and
 * pkg/instancetype/webhooks/vm/mutator.go.
 */
export function withMachineDefaults(machine: ReviewedMachine, filling: Filling): object {
    const { operation, preference, architecture, newId } = filling;
    const spec = rewritten(machine.spec ?? {}) as NonNullable<ReviewedMachine["spec"]>;
    const template = spec.template ?? {};
    const inner = template.spec ?? {};
    const { domain = {} } = inner;
    const creates = operation === "CREATE";
    const type = domain.machine?.type ?? preference?.machine?.preferredMachineType ?? "q35";
    const arch = inner.architecture ?? preference?.preferredArchitecture ?? architecture ?? "amd64";
    const given = template.metadata?.annotations;
    const hasPorts =
        ["amd64", "arm64"].includes(arch) && (type.includes("q35") || type.startsWith("virt"));
    const annotated =
        creates && hasPorts && given?.[topology] === undefined
            ? { ...given, [topology]: "v3" }
            : given;
    return {
        ...spec,
        ...(spec.dataVolumeTemplates && {
            dataVolumeTemplates: spec.dataVolumeTemplates.map((each) =>
                inPreferredClass(each, preference),
            ),
        }),
        template: {
            ...template,
            metadata: { ...template.metadata, ...(annotated && { annotations: annotated }) },
            spec: {
                ...inner,
                architecture: arch,
                domain: {
                    ...domain,
                    devices: domain.devices ?? {},
                    resources: domain.resources ?? {},
                    machine: { ...domain.machine, type },
                    ...(creates && {
                        firmware: {
                            ...domain.firmware,
                            uuid: domain.firmware?.uuid ?? newId(),
                            serial: domain.firmware?.serial ?? newId(),
                        },
                    }),
                },
            },
        },
    };
}

function inPreferredClass(
    template: NonNullable<NonNullable<ReviewedMachine["spec"]>["dataVolumeTemplates"]>[number],
    preference: PreferenceSpec | undefined,
): object {
    const storageClassName = preference?.volumes?.preferredStorageClassName;
    const { pvc, storage } = template.spec ?? {};
    return storageClassName === undefined
        ? template
        : {
              ...template,
              spec: {
                  ...template.spec,
                  ...(pvc && { pvc: { storageClassName, ...pvc } }),
                  ...(storage && { storage: { storageClassName, ...storage } }),
              },
          };
}

/** Fields that hold a quantity, wherever they are in a machine. */
const quantities = new Set(["guest", "maxGuest", "capacity"]);

/** Fields whose every value is a quantity. */
const quantityMaps = new Set(["requests", "limits"]);

/** Flags and counts that are left away when they are false or 0: plain fields with `omitempty` in core/v1/schema.go. */
const emptyWhenZero = new Set([
    "hotpluggable",
    "readonly",
    "readOnly",
    "dedicatedCpuPlacement",
    "isolateEmulatorThread",
    "cores",
    "sockets",
    "threads",
    "maxSockets",
    "default",
    "overcommitGuestOverhead",
]);

/** Flags of the list above that are pointers in these places, so false is kept. */
const pointers: Readonly<Record<string, string>> = { readonly: "cdrom" };

function rewritten(value: unknown, name = "", parent = ""): unknown {
    if (Array.isArray(value)) {
        return value.map((each) => rewritten(each, name, parent));
    }
    if (typeof value !== "object" || value === null) {
        const holdsQuantity = quantities.has(name) || quantityMaps.has(parent);
        return holdsQuantity && (typeof value === "string" || typeof value === "number")
            ? canonicalQuantity(String(value))
            : value;
    }
    const entries = Object.entries(value)
        .map(([key, each]): [string, unknown] => [key, rewritten(each, key, name)])
        .filter(([key, each]) => !saysNothing(key, each, name));
    return Object.fromEntries(entries);
}

function saysNothing(key: string, value: unknown, parent: string): boolean {
    if (value === null || value === "" || (Array.isArray(value) && value.length === 0)) {
        return true;
    }
    const isZero = value === false || value === 0;
    if (isZero && emptyWhenZero.has(key) && pointers[key] !== parent) {
        return true;
    }
    const isMap = ["nodeSelector", "labels", "annotations", "requests", "limits"].includes(key);
    return isMap && typeof value === "object" && Object.keys(value).length === 0;
}

/**
 * What a machine's template comes to before it is looked at: instancetype and preference applied, what is left open filled in. Source:
 * KubeVirt pkg/defaults/defaults.go, SetDefaultVirtualMachineInstanceSpec.
 */
export function withInstanceDefaults(spec: ReviewedSpec): ReviewedSpec {
    const { domain = {} } = spec;
    const { cpu, memory, resources, machine, devices = {} } = domain;
    const topologyGiven =
        (cpu?.cores ?? 0) !== 0 || (cpu?.sockets ?? 0) !== 0 || (cpu?.threads ?? 0) !== 0;
    const cpus = wholeValue(
        String(resources?.limits?.["cpu"] ?? resources?.requests?.["cpu"] ?? "1"),
    );
    const guest =
        memory?.guest ??
        resources?.requests?.["memory"] ??
        resources?.limits?.["memory"] ??
        memory?.hugepages?.pageSize;
    const noNetwork =
        devices.autoattachPodInterface !== false &&
        (devices.interfaces ?? []).length === 0 &&
        (spec.networks ?? []).length === 0;
    return {
        ...spec,
        architecture: spec.architecture ?? "amd64",
        domain: {
            ...domain,
            machine: { type: "q35", ...machine },
            cpu: topologyGiven ? { ...cpu } : { ...cpu, ...cpuTopology(cpus, undefined) },
            memory: { ...memory, ...(guest === undefined ? {} : { guest: String(guest) }) },
            devices: noNetwork
                ? { ...devices, interfaces: [{ name: "default", bridge: {} }] }
                : devices,
        },
        ...(noNetwork ? { networks: [{ name: "default", pod: {} }] } : {}),
    };
}

/** What an instancetype gives to a machine's template. Source: KubeVirt pkg/instancetype/apply. */
export function withInstancetype(
    spec: ReviewedSpec,
    instancetype: InstancetypeSpec | undefined,
    preference: PreferenceSpec | undefined,
): ReviewedSpec {
    if (instancetype === undefined) {
        return spec;
    }
    const { domain = {} } = spec;
    const { guest: cpus, maxSockets, model, dedicatedCPUPlacement } = instancetype.cpu;
    const { guest, maxGuest, hugepages, overcommitPercent = 0 } = instancetype.memory;
    const requested = Math.trunc(wholeValue(guest) * (1 - overcommitPercent / 100));
    return {
        ...spec,
        domain: {
            ...domain,
            cpu: {
                ...domain.cpu,
                ...(model === undefined ? {} : { model }),
                ...(dedicatedCPUPlacement === undefined
                    ? {}
                    : { dedicatedCpuPlacement: dedicatedCPUPlacement }),
                ...(maxSockets === undefined ? {} : { maxSockets }),
                ...cpuTopology(cpus, preference),
            },
            memory: {
                ...domain.memory,
                guest,
                ...(hugepages === undefined ? {} : { hugepages }),
                ...(maxGuest === undefined ? {} : { maxGuest }),
            },
            ...(overcommitPercent > 0 && {
                resources: {
                    ...domain.resources,
                    requests: {
                        ...domain.resources?.requests,
                        memory: canonicalQuantity(String(requested)),
                    },
                },
            }),
        },
    };
}

/** What a preference gives to the devices that leave it open. Source: KubeVirt pkg/instancetype/preference/apply/{disk,interface}.go. */
export function withPreference(
    spec: ReviewedSpec,
    preference: PreferenceSpec | undefined,
): ReviewedSpec {
    const { preferredDiskBus: bus, preferredInterfaceModel: model } = preference?.devices ?? {};
    const { domain = {} } = spec;
    const { devices = {} } = domain;
    return bus === undefined && model === undefined
        ? spec
        : {
              ...spec,
              domain: {
                  ...domain,
                  devices: {
                      ...devices,
                      ...(bus !== undefined &&
                          devices.disks && {
                              disks: devices.disks.map((disk) =>
                                  (disk.lun ?? disk.cdrom ?? disk.disk?.bus)
                                      ? disk
                                      : { ...disk, disk: { ...disk.disk, bus } },
                              ),
                          }),
                      ...(model !== undefined &&
                          devices.interfaces && {
                              interfaces: devices.interfaces.map((each) => ({ model, ...each })),
                          }),
                  },
              },
          };
}
