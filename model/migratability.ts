import type { AccessMode } from "./access";
import { isMigratable } from "./access";
import type { Problem } from "./problems";

/** What of a machine decides whether it can move to another node while it runs. What is left out is not there. */
export interface MovableParts {
    readonly disks?: readonly MovableDisk[];
    readonly volumes?: readonly MovableVolume[];
    readonly networks?: readonly MovableNetwork[];
    readonly hostDevices?: readonly { readonly name: string }[];
    readonly gpus?: readonly MovableGpu[];
    /** The feature gate VGPULiveMigration is on. */
    readonly movesVirtualGpus?: boolean;
    readonly cpu?: MovableCpu;
    /** What encrypts the machine's memory. */
    readonly launchSecurity?: "sev" | "tdx" | "secureExecution";
    readonly hyperv?: { readonly passthrough?: boolean; readonly reenlightenment?: boolean };
    /** A TPM, or UEFI settings, that outlive a restart. */
    readonly tpm?: { readonly persistent?: boolean };
    readonly efi?: { readonly persistent?: boolean };
}

/** A disk of a claim of its own. */
export interface MovableDisk {
    readonly name: string;
    /** Undefined where only the cluster knows it: a claim that is adopted and cannot be read now. */
    readonly accessMode: AccessMode | undefined;
}

/** A volume without a claim. */
export interface MovableVolume {
    readonly name: string;
    /** KubeVirt's word for its source: `containerDisk`, `emptyDisk`, `hostDisk`, `cloudInitNoCloud` and so on. */
    readonly source: string;
    /** A hostDisk that every node has. */
    readonly shared?: boolean;
}

/** A network of the machine and how it is attached. */
export interface MovableNetwork {
    readonly name: string;
    /** The pod network, and not one of Multus. */
    readonly pod: boolean;
    readonly binding: "masquerade" | "bridge" | "sriov" | "passt" | "plugin";
    /** The plugin that attaches it can move (its registration in KubeVirt has `migration`). Undefined: nobody can say. */
    readonly movablePlugin?: boolean;
    /** The machine has the annotation that allows a bridge to the pod network to move. */
    readonly bridgeMayMove?: boolean;
}

export interface MovableGpu {
    readonly name: string;
    /** A part of a card (a mediated device), and not the card itself. */
    readonly mediated: boolean;
}

export interface MovableCpu {
    readonly model?: string;
    readonly dedicated?: boolean;
    readonly numaPassthrough?: boolean;
    readonly features?: readonly { readonly name: string; readonly policy?: string }[];
}

/** One thing that keeps a machine where it is. */
export interface Hindrance {
    /** The user's argument: `disks "data"`. */
    readonly field: string;
    readonly why: string;
    /** In the imperative. */
    readonly cure: string;
}

/** Whether a machine can move, and what keeps it or should be known. */
export interface Migratability {
    readonly migratable: boolean;
    /** Everything that keeps it; empty when it can move. */
    readonly reasons: readonly Hindrance[];
    /** What does not keep it, and narrows down where it can go or how. */
    readonly notes: readonly { readonly field: string; readonly note: string }[];
}

/**
 * Whether KubeVirt would say LiveMigratable of a machine. Source: KubeVirt v1.9 pkg/virt-handler/vm.go
 * (calculateLiveMigrationCondition, checkVolumesForMigration, vmiContainsNonMigratablePCIHostDevices),
 * pkg/network/vmispec/interface.go (VerifyVMIMigratable).
 */
export function migratability(parts: MovableParts): Migratability {
    const found = new Found();
    for (const disk of parts.disks ?? []) {
        judgeDisk(disk, found);
    }
    for (const volume of parts.volumes ?? []) {
        judgeVolume(volume, found);
    }
    for (const network of parts.networks ?? []) {
        judgeNetwork(network, found);
    }
    judgeDevices(parts, found);
    judgeCpu(parts.cpu ?? {}, found);
    judgeHypervisor(parts, found);
    return { migratable: found.reasons.length === 0, reasons: found.reasons, notes: found.notes };
}

class Found {
    readonly reasons: Hindrance[] = [];
    readonly notes: { readonly field: string; readonly note: string }[] = [];

    keeps(field: string, why: string, cure: string): void {
        this.reasons.push({ field, why, cure });
    }

    note(field: string, note: string): void {
        this.notes.push({ field, note });
    }
}

function judgeDisk({ name, accessMode }: MovableDisk, found: Found): void {
    const field = `disks ${JSON.stringify(name)}`;
    if (accessMode === undefined) {
        found.note(
            field,
            "the access mode of its claim is not known here; only ReadWriteMany can move",
        );
    } else if (!isMigratable(accessMode)) {
        found.keeps(
            field,
            `is ${accessMode}, and both nodes write to a disk while its machine moves`,
            "give it a class with ReadWriteMany and Block, or copy it to one",
        );
    }
}

function judgeVolume({ name, source, shared }: MovableVolume, found: Found): void {
    const field = `volumes ${JSON.stringify(name)}`;
    if (source === "hostDisk" && shared !== true) {
        found.keeps(
            field,
            "is a hostDisk, a file of one node that others do not have",
            "use a disk of a StorageClass, or set shared where every node has the same file",
        );
    } else if (source === "emptyDisk" || source === "ephemeral") {
        found.note(
            field,
            `is ${source}, whose content is copied to the other node while the machine moves`,
        );
    }
}

function judgeNetwork(network: MovableNetwork, found: Found): void {
    const { name, pod, binding, movablePlugin, bridgeMayMove } = network;
    const field = `networks ${JSON.stringify(name)}`;
    if (!pod) {
        if (binding === "sriov") {
            found.note(
                field,
                "is an SR-IOV card, which is unplugged while the machine moves and plugged in again",
            );
        }
    } else if (binding === "plugin") {
        if (movablePlugin === false) {
            found.keeps(
                field,
                "is attached to the pod network by a plugin that cannot move",
                `attach it with binding "masquerade"`,
            );
        } else if (movablePlugin === undefined) {
            found.note(
                field,
                "is attached by a plugin, which has to be registered with migration in KubeVirt to move",
            );
        }
    } else if (binding === "sriov" || (binding === "bridge" && bridgeMayMove !== true)) {
        found.keeps(
            field,
            `is attached to the pod network with binding "${binding}", and the machine would lose its address where it goes`,
            `attach it with binding "masquerade"`,
        );
    }
}

function judgeDevices(parts: MovableParts, found: Found): void {
    const { hostDevices = [], gpus = [], movesVirtualGpus } = parts;
    for (const { name } of hostDevices) {
        found.keeps(
            `devices.hostDevices ${JSON.stringify(name)}`,
            "is a device of the node, which cannot be taken along",
            "leave it out, or accept that the machine stays on its node",
        );
    }
    for (const { name, mediated } of gpus) {
        const field = `devices.gpus ${JSON.stringify(name)}`;
        const accept = "leave it out, or accept that the machine stays on its node";
        if (!mediated) {
            found.keeps(field, "is a whole GPU of the node, which cannot be taken along", accept);
        } else if (gpus.length > 1) {
            found.keeps(
                field,
                `is one of ${String(gpus.length)} GPUs, and KubeVirt moves at most one virtual GPU`,
                accept,
            );
        } else if (movesVirtualGpus !== true) {
            found.keeps(
                field,
                "is a virtual GPU, which KubeVirt moves with the feature gate VGPULiveMigration only",
                `enable "VGPULiveMigration" in KubeVirt's featureGates, or ${accept}`,
            );
        }
    }
}

function judgeCpu(cpu: MovableCpu, found: Found): void {
    if (cpu.model === "host-passthrough") {
        found.note(
            "cpu.model",
            "is host-passthrough: it moves only to a node whose CPU is the same, which KubeVirt does not look for",
        );
    }
    if (cpu.dedicated === true) {
        found.note("cpu.dedicated", "moves only to a node that has as many CPUs to give away");
    }
    if (cpu.numaPassthrough === true) {
        found.note(
            "cpu.numa",
            "has the NUMA topology of its node, and moves only to a node with the same",
        );
    }
    const invariant = (cpu.features ?? []).some(
        ({ name, policy }) => name === "invtsc" && (policy === "require" || policy === "force"),
    );
    if (invariant) {
        found.note(
            "cpu.features",
            "asks for invtsc: it moves only to a node with the same TSC frequency",
        );
    }
}

function judgeHypervisor(parts: MovableParts, found: Found): void {
    const { launchSecurity, hyperv, tpm, efi } = parts;
    if (launchSecurity !== undefined) {
        found.keeps(
            "launchSecurity",
            `is ${launchSecurity}, and memory that is encrypted for one node cannot be read on another`,
            "leave it out, or accept that the machine stays on its node",
        );
    }
    if (hyperv?.passthrough === true) {
        found.keeps(
            "os.hyperv",
            "passes all of the node's Hyper-V features on, which other nodes may not have",
            "name the features that the guest needs",
        );
    }
    if (hyperv?.reenlightenment === true) {
        found.note(
            "os.hyperv",
            "asks for reenlightenment: it moves only where the nodes say their TSC frequency",
        );
    }
    if (tpm?.persistent === true || efi?.persistent === true) {
        found.note(
            tpm?.persistent === true ? "devices.tpm" : "firmware",
            "is kept in a claim of KubeVirt's own, which is made anew where it cannot be written from two nodes",
        );
    }
}

/** What a user says about live migration. */
export const liveMigrationWishes = ["required", "if-possible", "none"] as const;
export type LiveMigrationWish = (typeof liveMigrationWishes)[number];

/** What happens to a machine when its node is drained. Source: KubeVirt core/v1 types.go (EvictionStrategy). */
export type EvictionStrategy = "LiveMigrate" | "LiveMigrateIfPossible" | "None";

/**
 * The eviction strategy of a machine. A drain never waits for a move that cannot happen: KubeVirt denies the eviction of a machine
 * with LiveMigrate that cannot move, for ever (pkg/virt-api/webhooks/validating-webhook/admitters/pod-eviction-admitter.go), so only
 * a machine that can move has it. Where that is asked for and cannot be, {@link unmovable} says why.
 */
export function evictionStrategy(
    { migratable }: Pick<Migratability, "migratable">,
    wanted: LiveMigrationWish,
): EvictionStrategy {
    if (wanted === "none") {
        return "None";
    }
    return wanted === "required" && migratable ? "LiveMigrate" : "LiveMigrateIfPossible";
}

/** Why a machine that has to be able to move cannot; nothing where it can, or need not. */
export function unmovable(
    { reasons }: Pick<Migratability, "reasons">,
    wanted: LiveMigrationWish,
): readonly Problem[] {
    return wanted === "required"
        ? reasons.map(({ field, why, cure }) => ({
              field,
              fault: `${why}, and liveMigration is "required"`,
              cure: `${cure}; or write liveMigration: "if-possible"`,
          }))
        : [];
}

/** The verdict in one line: `can move`, `cannot move: disks "data" is ReadWriteOnce, …`. */
export function migratabilityText({ migratable, reasons }: Migratability): string {
    return migratable
        ? "can move"
        : `cannot move: ${reasons.map(({ field, why }) => `${field} ${why}`).join("; ")}`;
}
