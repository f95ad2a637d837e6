import type { Claim, DataVolume, MachineSpec, MachineVolume } from "./objects";
import { conditionOf } from "./reading";
import type { Store } from "./store";

/** A volume of a machine that is a claim. */
export interface MachineDisk {
    readonly volume: string;
    readonly claimName: string;
    readonly hotpluggable: boolean;
    readonly claim: Claim | undefined;
    /** The DataVolume that fills the claim, if any. */
    readonly dataVolume: DataVolume | undefined;
}

/** The disks of a machine that are claims. */
export function disksOf(
    world: Store,
    namespace: string | undefined,
    { volumes }: MachineSpec,
): MachineDisk[] {
    return (volumes ?? []).flatMap((volume) => {
        const claimName = claimNameOf(volume);
        if (claimName === undefined) {
            return [];
        }
        const claim = world.get("PersistentVolumeClaim", namespace, claimName);
        const filler = volume.dataVolume?.name ?? ownerName(claim);
        return [
            {
                volume: volume.name,
                claimName,
                hotpluggable:
                    volume.dataVolume?.hotpluggable ??
                    volume.persistentVolumeClaim?.hotpluggable ??
                    false,
                claim,
                dataVolume:
                    filler === undefined ? undefined : world.get("DataVolume", namespace, filler),
            },
        ];
    });
}

/** The claim of a volume: a DataVolume's has its name. */
export function claimNameOf(volume: MachineVolume): string | undefined {
    return volume.dataVolume?.name ?? volume.persistentVolumeClaim?.claimName;
}

/** Where a disk is on its way to hold its data. */
export type DiskState = "ready" | "missing" | "waits-for-pod" | "filling" | "error";

/**
 * Source: KubeVirt pkg/storage/types/dv.go (HasDataVolumeErrors) and pkg/virt-controller/watch/vm/vm.go (handleDataVolumes):
 * a DataVolume that waits for its first consumer does not keep the machine from starting, for the machine is the consumer.
 */
export function diskState({ claim, dataVolume }: MachineDisk): DiskState {
    if (dataVolume === undefined) {
        return claim === undefined ? "missing" : "ready";
    }
    const { phase, conditions } = dataVolume.status ?? {};
    const running = conditionOf(conditions, "Running");
    const broken =
        running?.status === "False" && ["Error", "ImagePullFailed"].includes(running.reason ?? "");
    switch (phase) {
        case "Succeeded":
            return "ready";
        case "WaitForFirstConsumer":
        case "PendingPopulation":
            return "waits-for-pod";
        default:
            return phase === "Failed" || broken ? "error" : "filling";
    }
}

/** KubeVirt's words for a claim that is not there (recorded). */
export function notFound(namespace: string | undefined, { claimName }: MachineDisk): string {
    return `PVC ${namespace ?? ""}/${claimName} does not exist, waiting for it to appear`;
}

function ownerName(claim: Claim | undefined): string | undefined {
    return claim?.metadata.ownerReferences?.find(({ kind }) => kind === "DataVolume")?.name;
}
