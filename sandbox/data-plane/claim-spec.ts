import { quantityBytes } from "../../model/size";
import type { Claim, ClaimPropertySet, ClaimSpec, DataVolume, VolumeSnapshot } from "./objects";
import { overheadOf } from "./cdi-config";
import { type Source, cloned, storageClass } from "./sources";
import type { Store } from "./store";

/** Why a DataVolume cannot have a claim yet. */
export interface ClaimProblem {
    readonly reason: "ErrClaimNotValid" | "CloneWithoutSource" | "CloneValidationFailed";
    readonly message: string;
    /** The words of the Warning event, where they differ. */
    readonly warning?: string;
}

/** The claim a DataVolume asks for, or why there is none. */
export type RenderedClaim =
    { readonly spec: ClaimSpec } | { readonly spec?: undefined; readonly problem: ClaimProblem };

/**
 * Fills in what a DataVolume leaves open about its claim. Source: CDI pkg/controller/datavolume/pvc-spec.go (renderPvcSpec); the
 * texts are recorded ones.
 */
export function claimSpec(
    world: Store,
    dataVolume: DataVolume,
    source: Source,
    populated: boolean,
): RenderedClaim {
    const { pvc, storage = {} } = dataVolume.spec;
    const original = source.kind === "clone" ? cloned(world, source) : undefined;
    if (source.kind === "clone" && original === undefined) {
        const message = `The source ${source.of} ${source.name} doesn't exist`;
        return { problem: { reason: "CloneWithoutSource", message } };
    }
    if (pvc !== undefined) {
        return { spec: pvc };
    }
    const rendered = withModes(world, storage);
    if (rendered.spec === undefined) {
        return rendered;
    }
    const { volumeMode, storageClassName } = rendered.spec;
    const room = volumeMode === "Block" ? 1 : overheadOf(world, storageClassName);
    const given = sizeOf(storage);
    // The size of a copy that is left out is that of its source; a filesystem among them has its room already.
    const more = given === undefined && modeOf(world, original) !== "Block" ? 1 : room;
    const size = Math.ceil((given ?? sourceSize(original)) * more);
    const smallest = sourceSize(original);
    if (populated && size < smallest) {
        const message = `The clone doesn't meet the validation requirements: target resources requests storage size is smaller than the source ${size} < ${smallest}`;
        return { problem: { reason: "CloneValidationFailed", message } };
    }
    return {
        spec: { ...rendered.spec, resources: { requests: { storage: String(size) } } },
    };
}

/** The bytes that a clone's source has. */
export function sourceSize(source: Claim | VolumeSnapshot | undefined): number {
    if (source === undefined) {
        return 0;
    }
    const size =
        "accessModes" in source.spec
            ? ((source as Claim).status?.capacity?.storage ??
              (source as Claim).spec.resources?.requests?.storage)
            : (source as VolumeSnapshot).status?.restoreSize;
    return quantityBytes(size ?? "0") ?? 0;
}

/** How the volume of a clone's source was used. Source: CDI pkg/controller/common/util.go, GetSnapshotSourceVolumeMode. */
export function modeOf(world: Store, source: Claim | VolumeSnapshot | undefined): string {
    if (source === undefined || "accessModes" in source.spec) {
        return (source as Claim | undefined)?.spec.volumeMode ?? "Filesystem";
    }
    const content = (source as VolumeSnapshot).status?.boundVolumeSnapshotContentName ?? "";
    const { sourceVolumeMode } = world.get("VolumeSnapshotContent", undefined, content)?.spec ?? {};
    return sourceVolumeMode ?? "Filesystem";
}

/** The bytes that a claim asks for. */
export function sizeOf(spec: ClaimSpec): number | undefined {
    return quantityBytes(spec.resources?.requests?.storage ?? "");
}

function withModes(world: Store, storage: ClaimSpec): RenderedClaim {
    const { accessModes, volumeMode } = storage;
    const of = storageClass(world, storage.storageClassName);
    if (of === undefined) {
        return accessModes === undefined
            ? notValid("PVC spec is missing accessMode and no storageClass to choose profile")
            : { spec: { ...storage, volumeMode: volumeMode ?? "Filesystem" } };
    }
    const { name } = of.metadata;
    const chosen = chooseModes(profileSets(world, name), storage);
    if (chosen.accessModes === undefined) {
        return notValid(
            `no accessMode specified in StorageProfile ${name}`,
            `Spec is missing accessMode and volumeMode, cannot get access mode from StorageProfile ${name}`,
        );
    }
    return {
        spec: {
            ...storage,
            ...chosen,
            volumeMode: chosen.volumeMode ?? "Filesystem",
            storageClassName: name,
        },
    };
}

/** What is given counts; for the rest the profile's first fitting set. */
function chooseModes(
    sets: readonly ClaimPropertySet[],
    { accessModes, volumeMode }: ClaimSpec,
): ClaimPropertySet {
    const fitting = sets.find(
        (set) =>
            (volumeMode === undefined || set.volumeMode === volumeMode) &&
            (accessModes === undefined ||
                accessModes.some((mode) => set.accessModes?.includes(mode) ?? false)),
    );
    const modes = { ...fitting };
    return {
        ...modes,
        ...(accessModes === undefined ? {} : { accessModes }),
        ...(volumeMode === undefined ? {} : { volumeMode }),
    };
}

function profileSets(world: Store, name: string): readonly ClaimPropertySet[] {
    const profile = world.get("StorageProfile", undefined, name);
    return profile?.spec?.claimPropertySets ?? profile?.status?.claimPropertySets ?? [];
}

function notValid(message: string, warning?: string): RenderedClaim {
    return {
        problem: {
            reason: "ErrClaimNotValid",
            message,
            ...(warning === undefined ? {} : { warning }),
        },
    };
}
