import type { MovableParts } from "../../model/migratability";
import { sourceOf } from "../../model/machine/volumes";
import type { MachinePlan } from "../virtual-machine";
import { firmwareOf } from "./domain";

/** KubeVirt's word for a source that is written as KubeVirt has it. */
function sourceName(source: Readonly<Record<string, unknown>>): string {
    return Object.keys(source)[0] ?? "";
}

/** What of a machine decides whether it can move to another node. */
export function movableParts(plan: Omit<MachinePlan, "evictionStrategy">): MovableParts {
    const { devices, cpu } = plan;
    const { tpm, persistentVariables } = firmwareOf(plan);
    return {
        disks: plan.disks.map(({ name, accessMode }) => ({ name, accessMode })),
        volumes: (plan.volumes ?? []).map((volume) => ({
            name: volume.name,
            source:
                volume.source === undefined ? (sourceOf(volume) ?? "") : sourceName(volume.source),
        })),
        networks: plan.networks.map(({ name, network, binding }) => ({
            name,
            pod: "pod" in network,
            binding: typeof binding === "string" ? binding : "plugin",
        })),
        hostDevices: devices?.hostDevices ?? [],
        gpus: (devices?.gpus ?? []).map(({ name }) => ({ name, mediated: false })),
        ...(typeof cpu === "object"
            ? {
                  cpu: {
                      ...(cpu.model === undefined ? {} : { model: cpu.model }),
                      dedicated: cpu.dedicated === true,
                      numaPassthrough: cpu.numa === true,
                      features: Object.entries(cpu.features ?? {}).map(([name, policy]) => ({
                          name,
                          policy,
                      })),
                  },
              }
            : {}),
        ...(plan.os === "windows" ? { hyperv: { reenlightenment: true } } : {}),
        tpm: { persistent: tpm === "persistent" },
        efi: { persistent: persistentVariables },
    };
}
