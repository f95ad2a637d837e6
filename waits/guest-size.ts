import { quantityBytes } from "../model/size";
import type { VirtualMachineInstance } from "./objects";

/** A machine that is on, with what KubeVirt says of its volumes. Source: KubeVirt core/v1/types.go, VolumeStatus. */
export interface RunningInstance extends VirtualMachineInstance {
    readonly status?: VirtualMachineInstance["status"] & {
        readonly volumeStatus?: readonly {
            readonly name?: string;
            /** Of a volume that is plugged in while the machine is on. */
            readonly phase?: string;
            readonly message?: string;
            readonly hotplugVolume?: unknown;
            readonly persistentVolumeClaimInfo?: {
                readonly volumeMode?: string;
                readonly capacity?: { readonly storage?: string };
                readonly filesystemOverhead?: string;
            };
        }[];
    };
}

const mebibyte = 2 ** 20;

/**
 * How large the guest sees a volume, in bytes: undefined while the machine is off, or where KubeVirt does not say. A block volume is
 * seen whole; on a filesystem, the image file leaves room for what the filesystem itself needs, in whole mebibytes. It is what
 * KubeVirt makes the image when the claim grows; the `size` of a volume's status is something else (that of cloud-init and other
 * generated images). Source: KubeVirt pkg/virt-launcher/virtwrap/manager.go possibleGuestSize, pkg/virt-handler/vm.go.
 */
export function guestSize(
    instance: RunningInstance | undefined,
    volume: string,
): number | undefined {
    const info = instance?.status?.volumeStatus?.find(
        ({ name }) => name === volume,
    )?.persistentVolumeClaimInfo;
    const capacity = quantityBytes(info?.capacity?.storage ?? "");
    if (info === undefined || capacity === undefined) {
        return undefined;
    }
    if (info.volumeMode === "Block") {
        return capacity;
    }
    const overhead = Number(info.filesystemOverhead ?? NaN);
    return overhead >= 0 && overhead <= 1
        ? Math.floor((capacity * (1 - overhead)) / mebibyte) * mebibyte
        : undefined;
}
