/** Why KubeVirt says that a running machine cannot move, in plain words, and what to do about it. */
export interface MoveHindrance {
    readonly why: string;
    readonly cure: string;
}

const stays = "or accept that the machine stays on its node";

/**
 * The reasons of the condition LiveMigratable. Source: KubeVirt staging/src/kubevirt.io/api/core/v1/types.go
 * (VirtualMachineInstanceReason…NotMigratable).
 */
const reasons: Readonly<Record<string, MoveHindrance>> = {
    DisksNotLiveMigratable: {
        why: "one of its disks can be used from one node only",
        cure: "Copy the disk to a class with ReadWriteMany and Block",
    },
    InterfaceNotLiveMigratable: {
        why: "its network card in the pod network cannot be taken along",
        cure: `Attach it with binding "masquerade" and restart the machine`,
    },
    HotplugNotLiveMigratable: {
        why: "a disk that was plugged in cannot be taken along",
        cure: "Unplug it, or copy it to a class with ReadWriteMany and Block",
    },
    CPUModeLiveMigratable: {
        why: "its node does not say which CPU model it has",
        cure: "Give the machine a named CPU model, or see that virt-handler labels the node",
    },
    VirtIOFSNotLiveMigratable: {
        why: "it shares a filesystem with its node",
        cure: `Leave the filesystem out, ${stays}`,
    },
    HostDeviceNotLiveMigratable: {
        why: "it has a device of its node",
        cure: `Leave the device out, ${stays}`,
    },
    SEVNotLiveMigratable: {
        why: "its memory is encrypted for its node (SEV)",
        cure: `Leave launchSecurity out, ${stays}`,
    },
    TDXNotLiveMigratable: {
        why: "its memory is encrypted for its node (TDX)",
        cure: `Leave launchSecurity out, ${stays}`,
    },
    SecureExecutionNotLiveMigratable: {
        why: "its memory is encrypted for its node (Secure Execution)",
        cure: `Leave launchSecurity out, ${stays}`,
    },
    NoTSCFrequencyNotLiveMigratable: {
        why: "the cluster does not say its nodes' TSC frequency, which the guest's clock depends on",
        cure: "Leave Hyper-V reenlightenment out, or use nodes that say their TSC frequency",
    },
    HypervPassthroughNotLiveMigratable: {
        why: "it has all of its node's Hyper-V features",
        cure: "Name the features that the guest needs instead",
    },
    PersistentReservationNotLiveMigratable: {
        why: "it holds a SCSI reservation",
        cure: `Leave the reservation out, ${stays}`,
    },
    DecentralizedNotLiveMigratable: {
        why: "it is just being moved between clusters",
        cure: "Wait until that is done",
    },
};

/** What a reason means; one that nobody knows is answered with KubeVirt's own message. */
export function moveHindrance(
    reason: string | undefined,
    message: string | undefined,
): MoveHindrance {
    const known = reason === undefined ? undefined : reasons[reason];
    return (
        known ?? {
            why: message ?? reason ?? "KubeVirt gives no reason",
            cure: "Put right what the message names",
        }
    );
}

/** The reasons that have words of their own. */
export const moveHindrances: readonly string[] = Object.keys(reasons);
