import { valueAt } from "../../model/machine-difference";
import type { VirtualMachineManifest } from "../virtual-machine";

/** What the provider takes a field by that somebody else has set. Source: pulumi-kubernetes pkg/metadata/annotations.go. */
const force = { "pulumi.com/patchForce": "true" };

/** A machine that is taken over: the first change makes its fields the program's. */
export function takenOver(machine: VirtualMachineManifest): VirtualMachineManifest {
    const { metadata } = machine;
    return {
        ...machine,
        metadata: { ...metadata, annotations: { ...metadata.annotations, ...force } },
    };
}

/**
 * The manifest in the words of the machine as it is on the cluster: one that says `running`, as older ones do, cannot have a run
 * strategy beside it. Only on and off can be said that way. Source: KubeVirt vms-admitter.go (validateVirtualMachineSpec).
 */
export function inWordsOf(
    live: { readonly spec?: unknown },
    machine: VirtualMachineManifest,
): VirtualMachineManifest {
    const { running, runStrategy } = (live.spec ?? {}) as {
        readonly running?: boolean | null;
        readonly runStrategy?: string;
    };
    const { runStrategy: wanted, ...spec } = machine.spec;
    return typeof running !== "boolean" || runStrategy !== undefined || !isOnOrOff(wanted)
        ? machine
        : { ...machine, spec: { running: wanted === "Always", ...spec } };
}

function isOnOrOff(strategy: unknown): boolean {
    return strategy === "Always" || strategy === "Halted";
}

/** Whether first-boot data, which may be secret, is written in the machine itself. */
export function hasInlineData({ spec }: VirtualMachineManifest): boolean {
    const template = (spec["template"] ?? {}) as {
        readonly spec?: Readonly<Record<string, unknown>>;
    };
    const volumes = (template.spec?.["volumes"] ?? []) as readonly Readonly<
        Record<string, object>
    >[];
    return volumes.some((volume) =>
        ["cloudInitNoCloud", "cloudInitConfigDrive"].some((source) =>
            Object.keys(valueAt(volume, source) ?? {}).some((key) => inlineFields.includes(key)),
        ),
    );
}

/** Fields of a first-boot volume that hold the data itself. Source: KubeVirt core/v1 schema.go (CloudInitNoCloudSource). */
export const inlineFields: readonly string[] = [
    "userData",
    "userDataBase64",
    "networkData",
    "networkDataBase64",
];
