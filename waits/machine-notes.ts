import { quoted } from "./disk-facts";
import type { MachineFacts } from "./machine-facts";
import { isMigrating, probeText } from "./machine-facts";

/** What a person should know of a machine that is up all the same. Source: KubeVirt core/v1/types.go (conditions). */
export function machineNotes(facts: MachineFacts): readonly string[] {
    const { condition, guestCondition, instance } = facts;
    const isTrue = (type: string): boolean => guestCondition(type)?.status === "True";
    const notes: string[] = [];
    const restart = condition("RestartRequired");
    if (restart?.status === "True") {
        notes.push(`needs a restart: ${quoted(restart.message)}`);
    }
    if (isMigrating(instance)) {
        const target = instance?.status?.migrationState?.targetNode;
        notes.push(`is on its way to ${target ?? "another node"}`);
    } else if (
        ["HotVCPUChange", "HotMemoryChange", "MigrationRequired"].some((type) => isTrue(type))
    ) {
        notes.push("a change comes with its next live migration, which KubeVirt starts by itself");
    }
    if (isTrue("VolumesChange")) {
        notes.push("its disks are being moved");
    }
    const synchronized = guestCondition("Synchronized");
    if (synchronized?.status === "False") {
        notes.push(
            `a change is not in the guest yet: ${quoted(synchronized.message ?? synchronized.reason)}`,
        );
    }
    for (const volume of instance?.status?.volumeStatus ?? []) {
        if (volume.hotplugVolume !== undefined && volume.phase !== "Ready") {
            const said = volume.message === undefined ? "" : `: ${quoted(volume.message)}`;
            notes.push(
                `disk ${volume.name ?? ""} is ${/Detach|UnMount/.test(volume.phase ?? "") ? "going" : "not in the guest yet"}${said}`,
            );
        }
    }
    const credentials = guestCondition("AccessCredentialsSynchronized");
    if (credentials?.status === "False") {
        notes.push(
            `its keys or passwords are not in the guest: ${quoted(credentials.message ?? credentials.reason)}`,
        );
    }
    if (condition("Ready")?.status !== "True") {
        notes.push(
            `runs; ${probeText(instance?.spec?.readinessProbe) ?? "its readiness probe"} does not answer yet`,
        );
    }
    return notes;
}
