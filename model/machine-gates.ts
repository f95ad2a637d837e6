import { type FeatureGateChoice, featureIsOn } from "./feature-gates";
import { type Fields, isFields } from "./machine-difference";
import { cpuPlace, domainPlace, fieldsAt, templatePlace } from "./machine-object";
import type { Problem } from "./problems";

/** A feature of KubeVirt that a machine cannot do without, and the argument that asks for it. */
export interface NeededGate {
    readonly field: string;
    readonly gate: string;
    /** What becomes of the machine without it. */
    readonly otherwise: "refused" | "never-starts";
}

/**
 * The features of KubeVirt that a machine needs and that are off unless they are switched on. Source: KubeVirt v1.9
 * pkg/virt-api/webhooks/validating-webhook/admitters/vmi-create-admitter.go (HostDevices, HostDisk, DownwardMetrics, VSOCK),
 * pkg/virt-handler/heartbeat (CPUManager: without it no node gets the label that dedicated CPUs are scheduled by).
 *
 * @param machine the VirtualMachine object.
 */
export function neededGates(machine: Fields): readonly NeededGate[] {
    const devices = fieldsAt(machine, [...domainPlace, "devices"]);
    const listed = fieldsAt(machine, templatePlace)["volumes"];
    const volumes = Array.isArray(listed) ? listed.filter(isFields) : [];
    const needed = (is: boolean, field: string, gate: string): readonly NeededGate[] =>
        is ? [{ field, gate, otherwise: "refused" }] : [];
    return [
        ...needed(devices["hostDevices"] !== undefined, "devices.hostDevices", "HostDevices"),
        ...needed(
            devices["downwardMetrics"] !== undefined ||
                volumes.some(({ downwardMetrics }) => downwardMetrics !== undefined),
            "devices.downwardMetrics",
            "DownwardMetrics",
        ),
        ...needed(
            volumes.some(({ hostDisk }) => hostDisk !== undefined),
            "volumes (hostDisk)",
            "HostDisk",
        ),
        ...needed(devices["autoattachVSOCK"] === true, "overrides (autoattachVSOCK)", "VSOCK"),
        ...(fieldsAt(machine, cpuPlace)["dedicatedCpuPlacement"] === true
            ? [{ field: "cpu.dedicated", gate: "CPUManager", otherwise: "never-starts" } as const]
            : []),
    ];
}

/** The needed features that a KubeVirt has switched off. One whose version this package does not know is given the benefit. */
export function gatesThatAreOff(
    needed: readonly NeededGate[],
    version: string,
    choice: FeatureGateChoice,
): readonly Problem[] {
    return needed
        .filter(({ gate }) => featureIsOn(gate, version, choice) === false)
        .map(({ field, gate, otherwise }) => ({
            field,
            fault: `needs KubeVirt's feature gate ${gate}, which is off on this cluster: ${
                otherwise === "refused"
                    ? "KubeVirt refuses the machine"
                    : "KubeVirt takes the machine, and it never finds a node"
            }`,
            cure: `have it switched on (spec.configuration.developerConfiguration.featureGates of the KubeVirt object, or kubevirt: { featureGates: { enable: ["${gate}"] } } where a stack installs it), or leave this out`,
        }));
}
