import type { VolumeMode } from "./access";
import { formatBytes } from "./size";

/** How CDI copies a disk. `host-assisted` reads and writes every byte over the network. Source: CDI types.go, CDICloneStrategy. */
export type CloneStrategy = "snapshot" | "csi-clone" | "host-assisted";

/** What is copied, as far as it is known. */
export interface CloneFrom {
    readonly of: "claim" | "snapshot";
    /** CSI driver of the volume, or of the snapshot's content. */
    readonly provisioner?: string | undefined;
    /** Of a snapshot: what its content says (sourceVolumeMode). One that says nothing is Filesystem to CDI. */
    readonly volumeMode?: VolumeMode | undefined;
    /** Capacity of the claim, or the snapshot's restore size. */
    readonly bytes?: number | undefined;
}

/** The disk that the copy becomes, and what its class can do, as far as it is known. */
export interface CloneTo {
    readonly provisioner?: string | undefined;
    readonly volumeMode: VolumeMode;
    readonly bytes: number;
    /** The class allows its claims to grow. */
    readonly canExpand?: boolean | undefined;
    /** There is a VolumeSnapshotClass that the classes of both share. */
    readonly canSnapshot?: boolean | undefined;
    /** What CDI is told: its own override, else the class's StorageProfile (status.cloneStrategy). */
    readonly strategy?: "snapshot" | "csi-clone" | "copy" | undefined;
    /** There is a CSIDriver of the class's provisioner; without one CDI only ever copies. */
    readonly isCsi?: boolean | undefined;
}

/** What CDI will do, and why where it is not what one would wish for. */
export interface CloneForecast {
    readonly strategy: CloneStrategy | "unknown";
    /** Why every byte is copied: "the volume modes differ". */
    readonly why?: string;
    /** What would have to be otherwise for a copy that takes no time. */
    readonly cure?: string;
}

/**
 * What CDI's planner will do. What it depends on and is not known makes the answer "unknown", never a guess; where one thing that
 * is known rules out a clone, the others no longer matter. Source: CDI pkg/controller/clone/planner.go
 * (computeStrategyForSourcePVC, computeStrategyForSourceSnapshot, validateAdvancedClonePVC) and
 * pkg/controller/datavolume/controller-base.go (shouldUseCDIPopulator).
 */
export function forecastClone(source: CloneFrom, target: CloneTo): CloneForecast {
    if (target.isCsi === false) {
        return full(
            "the disk's storage class has no CSI driver",
            "choose a class of a CSI driver that clones",
        );
    }
    const answers = [
        ...(source.of === "claim" ? [strategyAnswer(target)] : []),
        provisionerAnswer(source, target),
        modeAnswer(source, target),
        sizeAnswer(source, target),
    ];
    const copied = answers.find((answer) => typeof answer === "object");
    if (copied !== undefined) {
        return copied;
    }
    if (target.isCsi === undefined || answers.includes("unknown")) {
        return { strategy: "unknown" };
    }
    const clones = source.of === "claim" && target.strategy === "csi-clone";
    return { strategy: clones ? "csi-clone" : "snapshot" };
}

/** The answer to one question of the planner: it fits, nobody knows yet, or every byte is copied whatever the others are. */
type Answer = "fits" | "unknown" | CloneForecast;

function strategyAnswer({ strategy, canSnapshot }: CloneTo): Answer {
    if (strategy === undefined) {
        return "unknown";
    }
    if (strategy === "copy") {
        return full(
            "CDI is told to copy, by its cloneStrategyOverride or by the StorageProfile of the class",
            "set cloneStrategy of the StorageProfile to snapshot or csi-clone where the driver can do that",
        );
    }
    if (strategy === "csi-clone" || canSnapshot === true) {
        return "fits";
    }
    return canSnapshot === undefined
        ? "unknown"
        : full(
              "there is no VolumeSnapshotClass that both volumes can use",
              "make a VolumeSnapshotClass of the class's driver, or set cloneStrategy of the StorageProfile to csi-clone",
          );
}

function provisionerAnswer(source: CloneFrom, target: CloneTo): Answer {
    if (source.provisioner === undefined || target.provisioner === undefined) {
        return "unknown";
    }
    return source.provisioner === target.provisioner
        ? "fits"
        : full(
              `the source is on ${source.provisioner} and the disk on ${target.provisioner}`,
              `put the disk into a class of ${source.provisioner}`,
          );
}

function modeAnswer({ volumeMode: mode }: CloneFrom, target: CloneTo): Answer {
    if (mode === undefined) {
        return "unknown";
    }
    return mode === target.volumeMode
        ? "fits"
        : full(
              `the source's volume mode is ${mode} and the disk's is ${target.volumeMode}`,
              `write volumeMode: "${mode}"`,
          );
}

function sizeAnswer(source: CloneFrom, target: CloneTo): Answer {
    if (target.canExpand === true) {
        return "fits";
    }
    if (source.bytes === undefined) {
        return "unknown";
    }
    if (source.bytes >= target.bytes) {
        return "fits";
    }
    return target.canExpand === undefined
        ? "unknown"
        : full(
              `the disk (${formatBytes(target.bytes)}) is larger than the source (${formatBytes(source.bytes)}), and its class does not let volumes grow`,
              "write the source's size, or choose a class that allows expansion (allowVolumeExpansion)",
          );
}

function full(why: string, cure: string): CloneForecast {
    return { strategy: "host-assisted", why, cure };
}
