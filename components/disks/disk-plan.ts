import { type DiskPlan, unknownSourceName } from "../../manifests/disk";
import { persistentVolumeName } from "../../manifests/static-volume";
import type { DiskSource } from "../../model/disk-source";
import { fillWithin } from "../../model/filling-time";
import { GoldenImage } from "../images/golden-image";
import { ownerOf } from "../ownership";
import type { DiskAdoption, DiskArgs, DiskPlace } from "./disk-args";

/** Where a disk is on the cluster. */
export function diskPlace(name: string, args: DiskArgs): DiskPlace {
    const { adopt, storage } = args;
    const adopted = adoptedName(adopt);
    return {
        name: args.claimName ?? adopted ?? name,
        namespace: args.namespace ?? storage.cluster.namespace,
    };
}

/** The claim that a disk takes over, by its own name or that of its DataVolume. */
export function adoptedName(adopt: DiskAdoption | undefined): string | undefined {
    if (adopt === undefined || "volume" in adopt) {
        return undefined;
    }
    return "claim" in adopt ? adopt.claim : adopt.dataVolume;
}

/** What a disk's objects are built from. */
export function diskPlan(name: string, args: DiskArgs): DiskPlan {
    const { storage, adopt } = args;
    const place = diskPlace(name, args);
    const content = contentOf(args, place);
    const volumeName =
        adopt !== undefined && "volume" in adopt
            ? adopt.volume
            : content.source !== undefined && "volume" in content.source
              ? persistentVolumeName(place)
              : undefined;
    return {
        ...place,
        owner: ownerOf(name),
        size: args.size,
        storageClass: storage.storageClass,
        accessMode: args.accessMode ?? storage.accessMode,
        volumeMode: args.volumeMode ?? storage.volumeMode,
        ...content,
        ...(volumeName === undefined ? {} : { volumeName }),
        // Who sends the file waits for the disk, and no machine comes before.
        bindImmediately: args.bind === "now" || isUpload(content.source),
        ...(args.preallocation === undefined ? {} : { preallocation: args.preallocation }),
        ...(args.priorityClass === undefined ? {} : { priorityClass: args.priorityClass }),
        ...(args.labels === undefined ? {} : { labels: args.labels }),
    };
}

/** Name of the snapshot that a copy is made from. */
export function copySnapshotName(claim: string): string {
    return `${claim}-source`;
}

/** Whether a disk is copied by way of a snapshot: wherever the storage of the disk that is copied takes them. */
export function copiesSnapshot(args: DiskArgs): boolean {
    const { copyOf } = args;
    return copyOf !== undefined && snapshotClassOf(args) !== undefined;
}

/** The class that the snapshot of a copy is taken with. */
export function snapshotClassOf({ copyOf, storage }: DiskArgs): string | undefined {
    return (typeof copyOf === "object" ? copyOf.storage : storage).snapshotClass;
}

/** How long a disk may take, in milliseconds. */
export function readyWithin(args: DiskArgs): number {
    const { source, copyOf, size } = args;
    const isEmpty = source === undefined && copyOf === undefined;
    return fillWithin(size, args.readyWithin ?? (isEmpty ? "10 minutes" : undefined));
}

/** The source as CDI is told it, and its name in the disk's origin where the way there may change. */
function contentOf(
    args: DiskArgs,
    place: DiskPlace,
): { readonly source?: DiskSource; readonly sourceName?: string } {
    const { source, copyOf, adopt } = args;
    if (adopt !== undefined && "dataVolume" in adopt && source === undefined) {
        // Nobody knows what it was filled from, and it is never filled again.
        return {
            source: { blank: true },
            sourceName: unknownSourceName(place),
        };
    }
    if (source instanceof GoldenImage) {
        return { source: { dataSource: source.imageName, namespace: source.namespace } };
    }
    if (source !== undefined) {
        return { source };
    }
    if (copyOf === undefined) {
        return {};
    }
    const claim = typeof copyOf === "string" ? copyOf : copyOf.claimName;
    return {
        source: copiesSnapshot(args) ? { snapshot: copySnapshotName(place.name) } : { claim },
        sourceName: `copy of ${place.namespace}/${claim}`,
    };
}

function isUpload(source: DiskSource | undefined): boolean {
    return source !== undefined && "upload" in source;
}
