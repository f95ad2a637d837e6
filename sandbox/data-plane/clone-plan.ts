import { modeOf, sizeOf, sourceSize } from "./claim-spec";
import type { Claim, VolumeSnapshot } from "./objects";
import { type CloneSource, cloned } from "./sources";
import type { Store } from "./store";
import type { View } from "./view";

/** How a clone is made. */
export type Strategy = "csi-clone" | "snapshot" | "copy";

/** A strategy, and why it is not the one that CDI would have preferred. */
export interface ClonePlan {
    readonly strategy: Strategy;
    readonly fallback?: { readonly reason: string; readonly message: string };
}

const fallbacks = {
    NoVolumeSnapshotClass: "No compatible volumesnapshotclass found",
    IncompatibleVolumeModes: "The volume modes of source and target are incompatible",
    NoVolumeExpansion: "No volume expansion is possible",
    NoProvisionerMatch:
        "The storageclass provisioner does not match the volumesnapshotcontent driver",
    IncompatibleProvisioners: "Provisioners are incompatible",
} as const;

/** How CDI makes a clone, with its own words where it falls back to a copy by pods. Source: CDI pkg/controller/clone/planner.go, ChooseStrategy. */
export function planClone(view: View, from: CloneSource): ClonePlan {
    const reason =
        from.of === "snapshot" ? snapshotFallback(view, from) : claimFallback(view, from);
    if (reason !== undefined) {
        return { strategy: "copy", fallback: { reason, message: fallbacks[reason] } };
    }
    return { strategy: from.of === "snapshot" ? "snapshot" : wanted(view) };
}

/** The class that the snapshot of a smart clone is made with. Source: CDI pkg/controller/common/util.go, GetVolumeSnapshotClass. */
export function snapshotClassFor({ world, claim, storageClass }: View): string | undefined {
    const profile = world.get("StorageProfile", undefined, claim.spec.storageClassName ?? "");
    const classes = world
        .list("VolumeSnapshotClass")
        .filter(({ driver }) => driver === storageClass?.provisioner)
        .map(({ metadata }) => metadata.name)
        .sort();
    const { snapshotClass } = profile?.status ?? {};
    return classes.find((name) => name === snapshotClass) ?? classes[0];
}

function wanted({ world, claim }: View): Strategy {
    const profile = world.get("StorageProfile", undefined, claim.spec.storageClassName ?? "");
    const strategy = profile?.status?.cloneStrategy ?? "snapshot";
    return strategy === "copy" || strategy === "csi-clone" ? strategy : "snapshot";
}

type Reason = keyof typeof fallbacks;

function claimFallback(view: View, from: CloneSource): Reason | undefined {
    const { world, claim, storageClass } = view;
    const source = cloned(world, from) as Claim | undefined;
    const strategy = wanted(view);
    if (strategy === "copy") {
        return undefined;
    }
    if (strategy === "snapshot" && snapshotClassFor(view) === undefined) {
        return "NoVolumeSnapshotClass";
    }
    const provisioner = world.get("StorageClass", undefined, source?.spec.storageClassName ?? "");
    if (provisioner?.provisioner !== storageClass?.provisioner) {
        return "IncompatibleProvisioners";
    }
    return unlikeModes(world, claim, source) ?? unableToGrow(view, source);
}

function snapshotFallback(view: View, from: CloneSource): Reason | undefined {
    const { world, claim, storageClass } = view;
    const source = cloned(world, from) as VolumeSnapshot | undefined;
    const content = world.get(
        "VolumeSnapshotContent",
        undefined,
        source?.status?.boundVolumeSnapshotContentName ?? "",
    );
    if (content !== undefined && content.spec.driver !== storageClass?.provisioner) {
        return "NoProvisionerMatch";
    }
    const unknownMode = content?.spec.sourceVolumeMode === undefined;
    return (
        unableToGrow(view, source) ?? (unknownMode ? undefined : unlikeModes(world, claim, source))
    );
}

function unlikeModes(
    world: Store,
    claim: Claim,
    source: Claim | VolumeSnapshot | undefined,
): Reason | undefined {
    return modeOf(world, source) === (claim.spec.volumeMode ?? "Filesystem")
        ? undefined
        : "IncompatibleVolumeModes";
}

function unableToGrow(
    { claim, storageClass }: View,
    source: Claim | VolumeSnapshot | undefined,
): Reason | undefined {
    const larger = (sizeOf(claim.spec) ?? 0) > sourceSize(source);
    return larger && storageClass?.allowVolumeExpansion !== true ? "NoVolumeExpansion" : undefined;
}
