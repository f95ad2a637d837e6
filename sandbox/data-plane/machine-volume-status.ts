import type { MachineDisk } from "./machine-disks";
import type { VolumeStatus } from "./machine-objects";
import type { Pod, VirtualMachineInstance } from "./objects";

/** The volumes of an instance, by name, and those that are on their way out. Recorded; hotplugged ones follow the source below. */
export function volumeStatus(
    { spec, status }: VirtualMachineInstance,
    disks: readonly MachineDisk[],
    attachments: ReadonlyMap<string, Pod>,
): object[] {
    const names = (spec.volumes ?? []).map(({ name }) => name);
    const before = status?.volumeStatus ?? [];
    const present = names.map((name): VolumeStatus => {
        const disk = disks.find(({ volume }) => volume === name);
        const known = before.find((each) => each.name === name);
        const target = known?.target ?? "";
        return disk === undefined
            ? { name, target }
            : {
                  name,
                  target,
                  ...(disk.hotpluggable ? hotplugged(disk, known, attachments.get(name)) : {}),
                  ...(disk.claim === undefined ? {} : { persistentVolumeClaimInfo: info(disk) }),
              };
    });
    const leaving = before
        .filter(({ name, hotplugVolume }) => hotplugVolume !== undefined && !names.includes(name))
        .flatMap((known) => unplugged(known, attachments.get(known.name)));
    return [...present, ...leaving].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Source: KubeVirt pkg/virt-controller/watch/vmi/storage.go until it is on the node, then pkg/virt-handler/vm.go. */
function hotplugged(
    { volume, claimName, claim }: MachineDisk,
    known: VolumeStatus | undefined,
    pod: Pod | undefined,
): Partial<VolumeStatus> {
    const hotplugVolume = pod === undefined ? {} : { attachPodName: pod.metadata.name };
    const phase = known?.phase ?? "";
    if (claim === undefined) {
        const message = `PVC ${claimName} not found`;
        return { phase: "Pending", reason: "FailedPvcNotFound", message, hotplugVolume };
    }
    if (claim.status?.phase !== "Bound") {
        const word = claim.status?.phase === "Lost" ? "Lost" : "ClaimPending";
        const message = `PVC is in phase ${word}`;
        return { phase: "Pending", reason: "PVCNotReady", message, hotplugVolume };
    }
    if (phase === "Ready" && pod?.status?.phase !== "Running") {
        // While the machine moves.
        const { reason = "", message = "" } = known ?? {};
        return { phase, reason, message, hotplugVolume };
    }
    if (pod?.status?.phase !== "Running" || !["Bound", ...onNode].includes(phase)) {
        const message = "PVC is in phase Bound";
        return { phase: "Bound", reason: "PVCNotReady", message, hotplugVolume };
    }
    const { name, uid } = pod.metadata;
    const attached = { attachPodName: name, ...(uid === undefined ? {} : { attachPodUID: uid }) };
    switch (phase) {
        case "Bound":
            return {
                phase: "AttachedToNode",
                reason: "SuccessfulCreate",
                message: `Created hotplug attachment pod ${name}, for volume ${volume}`,
                hotplugVolume: attached,
            };
        case "AttachedToNode":
            return {
                phase: "MountedToPod",
                reason: "VolumeMountedToPod",
                message: `Volume ${volume} has been mounted in virt-launcher pod`,
                hotplugVolume: attached,
            };
        default:
            return {
                phase: "Ready",
                reason: "VolumeReady",
                message: `Successfully attach hotplugged volume ${volume} to VM`,
                hotplugVolume: attached,
            };
    }
}

const onNode = ["AttachedToNode", "MountedToPod", "Ready"];

/** A step of a volume on its way out; none when it is gone. */
function unplugged(known: VolumeStatus, pod: Pod | undefined): VolumeStatus[] {
    const { name } = known;
    if (known.phase === "UnMountedFromPod") {
        return pod === undefined ? [] : [known];
    }
    return known.phase === "Detaching"
        ? [
              {
                  ...known,
                  phase: "UnMountedFromPod",
                  reason: "VolumeUnMountedFromPod",
                  message: `Volume ${name} has been unmounted from virt-launcher pod`,
              },
          ]
        : [{ ...known, phase: "Detaching" }];
}

function info({ claimName, claim }: MachineDisk): object {
    const block = claim?.spec.volumeMode === "Block";
    return {
        claimName,
        accessModes: claim?.spec.accessModes,
        volumeMode: claim?.spec.volumeMode,
        capacity: claim?.status?.capacity,
        requests: claim?.spec.resources?.requests,
        filesystemOverhead: block ? "0" : "0.06",
    };
}
