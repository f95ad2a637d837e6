import type { ImageSource } from "./image-source";
import type { Problem } from "./problems";
import { registryUrl } from "./registry-reference";
import { withoutLogin } from "./source-address";
import { checkSource } from "./source-check";
import type { SourcePlace } from "./source-rules";
import type { StaticVolume, VolumeBackup } from "./static-volume";

/** A copy of a claim. */
export interface ClaimSource {
    /**
     * Name of the claim to copy. No pod may use it while the copy is made: of a disk in use, copy a snapshot.
     *
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly claim: string;
    /**
     * Namespace of the claim. Copying from another one needs the right to: `create datavolumes/source` there.
     *
     * @defaultValue the disk's own
     * @impact refused on an existing disk
     */
    readonly namespace?: string;
}

/** A copy of a VolumeSnapshot. */
export interface SnapshotSource {
    /**
     * Name of the VolumeSnapshot to copy.
     *
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly snapshot: string;
    /**
     * Namespace of the snapshot. Copying from another one needs the right to: `create datavolumes/source` there.
     *
     * @defaultValue the disk's own
     * @impact refused on an existing disk
     */
    readonly namespace?: string;
}

/** A copy of what a DataSource points to: a golden image. */
export interface DataSourceSource {
    /**
     * Name of the DataSource.
     *
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly dataSource: string;
    /**
     * Namespace of the DataSource. Copying from another one needs the right to: `create datavolumes/source` there.
     *
     * @defaultValue the disk's own
     * @impact refused on an existing disk
     */
    readonly namespace?: string;
}

/** A volume that the storage system has already, such as an RBD image made by hand: used as it is, never copied. */
export interface VolumeSource {
    /**
     * The volume, as its storage backend describes it: `ceph.image("legacy-db")`.
     *
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly volume: StaticVolume;
}

/** A backup that the storage system keeps, such as one of Longhorn: restored into a new disk. */
export interface BackupSource {
    /**
     * The backup, as its storage backend describes it: `longhorn.backup({ volume, backup })`.
     *
     * @impact refused on an existing disk: make a new disk beside it
     */
    readonly backup: VolumeBackup;
}

/** Where the content of a new disk comes from. */
export type DiskSource =
    ImageSource | ClaimSource | SnapshotSource | DataSourceSource | VolumeSource | BackupSource;

/**
 * Everything that CDI's webhook or importer would refuse in a source, or take without a word and then do something else. Source:
 * CDI pkg/apiserver/webhooks/util.go and datavolume-validate.go, pkg/importer.
 */
export function checkDiskSource(source: DiskSource, place: SourcePlace): Problem[] {
    return checkSource(source, place);
}

/**
 * A source as one line, always the same for the same source: what a person recognises and a comparison can rely on. What only
 * matters while a disk is filled (logins, certificates) is not in it.
 *
 * @param namespace namespace of the disk, which a copy's source has where it names none.
 */
export function sourceText(source: DiskSource, namespace: string): string {
    const place = (name: string) =>
        `${("namespace" in source ? source.namespace : undefined) ?? namespace}/${name}`;
    if ("http" in source) {
        return [withoutLogin(source.http), source.checksum]
            .filter((part) => part !== undefined)
            .join(" ");
    }
    if ("registry" in source) {
        return registryUrl(source.registry, source.digest);
    }
    if ("s3" in source) {
        return `s3 ${source.s3}`;
    }
    if ("gcs" in source) {
        return `gcs ${source.gcs}`;
    }
    if ("upload" in source) {
        return `upload ${source.upload.replace(/^.*[/\\]/, "")}`;
    }
    if ("imageio" in source) {
        return `imageio ${source.imageio} disk ${source.diskId}`;
    }
    if ("vddk" in source) {
        return `vddk ${source.vddk} ${source.backingFile}`;
    }
    if ("claim" in source) {
        return `claim ${place(source.claim)}`;
    }
    if ("snapshot" in source) {
        return `snapshot ${place(source.snapshot)}`;
    }
    if ("dataSource" in source) {
        return `data source ${place(source.dataSource)}`;
    }
    if ("volume" in source) {
        return source.volume.text;
    }
    return "backup" in source ? source.backup.text : "blank image";
}
