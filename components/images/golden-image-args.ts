import { checkCron, cronNameFault } from "../../model/cron";
import { checkDiskSource } from "../../model/disk-source";
import { type Duration, durationFault } from "../../model/duration";
import type { ImageSource } from "../../model/image-source";
import { checkLabels } from "../../model/labels";
import { nameFault } from "../../model/names";
import { type Problem, Problems } from "../../model/problems";
import { shapeProblems, type Shapes } from "../../model/shape";
import { type Size, sizeFault } from "../../model/size";
import type { StorageBackend } from "../storage/backend";

/** What a GoldenImage needs. */
export interface GoldenImageArgs {
    /**
     * Where the image is kept. Disks of the same storage are cloned from it without a copy, where the storage can.
     *
     * @impact live: the image is imported anew; disks made from it stay as they are
     */
    readonly storage: StorageBackend;
    /**
     * Size of the image unpacked: what disks made from it have at least.
     *
     * @unit binary size: Mi, Gi or Ti
     * @impact live: the image is imported anew; disks made from it stay as they are
     * @example "10Gi"
     */
    readonly size: Size;
    /**
     * Where the image comes from. A digest or checksum in it is another version of the image when it changes.
     *
     * @impact live: the new version is imported beside the old one, and new disks are made from it; existing disks stay
     * @example { registry: "quay.io/containerdisks/ubuntu:24.04", digest: "sha256:…" }
     */
    readonly source: ImageSource;
    /**
     * Let CDI look for new versions by itself. Only for a `registry` source without a digest: a tag that moves.
     *
     * @defaultValue none: a version is what the program says, which a preview shows and a review sees
     * @impact live: what has been imported stays
     */
    readonly refresh?: ImageRefreshArgs;
    /**
     * What disks are cloned from: the imported claim, or a snapshot of it, which can be copied while somebody reads the claim.
     *
     * @defaultValue `snapshot` where the storage clones snapshots without a copy, otherwise `claim`; with `refresh`, what CDI's profile of the class says
     * @impact live: new disks are made from the other one
     */
    readonly format?: "claim" | "snapshot";
    /**
     * Namespace of the image.
     *
     * @defaultValue the cluster's namespace
     * @impact refused while disks are made from it: they name it
     */
    readonly namespace?: string;
    /**
     * Name of the image's DataSource, which disks of other stacks name: `source: { dataSource: "ubuntu-24-04", namespace: "images" }`.
     *
     * @defaultValue the component's name
     * @impact refused while disks are made from it: they name it
     */
    readonly imageName?: string;
    /**
     * Other namespaces that may clone from it: their service accounts get the right to, in the image's namespace only.
     *
     * @defaultValue none; who may do so anyway (an administrator) needs no entry
     * @impact live
     */
    readonly sharedWith?: readonly string[];
    /**
     * Instancetype of machines that ask for that of their disk's image (inferFromVolume).
     *
     * @defaultValue none
     * @impact live: for new disks
     */
    readonly instancetype?: string;
    /**
     * Preference of machines that ask for that of their disk's image (inferFromVolume).
     *
     * @defaultValue none
     * @impact live: for new disks
     */
    readonly preference?: string;
    /**
     * How long the import may take. One that is late goes on, and the next update goes on waiting.
     *
     * @unit duration: `"20 minutes"`
     * @defaultValue 30 minutes, or as long as its size takes at 10 MiB/s
     * @impact live
     */
    readonly readyWithin?: Duration;
    /**
     * What happens to imported versions when they leave the program: an older one when a newer one is there, all of them when
     * the stack is destroyed. Disks never go with them.
     *
     * @defaultValue `delete`: an image can be had again from where it came
     * @impact live
     */
    readonly onDestroy?: "delete" | "retain";
    /**
     * Labels of the image's objects.
     *
     * @defaultValue none but the package's own
     * @impact live
     */
    readonly labels?: Readonly<Record<string, string>>;
}

/** How CDI keeps an image up to date (a DataImportCron). */
export interface ImageRefreshArgs {
    /**
     * When CDI looks for a new version: five cron fields, in the time zone of the cluster.
     *
     * @impact live
     * @example "30 4 * * 1"
     */
    readonly schedule: string;
    /**
     * Versions that are kept, the newest included.
     *
     * @unit count
     * @defaultValue 3, CDI's own
     * @impact live
     */
    readonly keep?: number;
    /**
     * Which versions beyond those are deleted: `outdated` ones, or none (`never`).
     *
     * @defaultValue `outdated`
     * @impact live
     */
    readonly collect?: "outdated" | "never";
}

/** Values of a wrong type, which no image can be made of. */
export function imageShape(args: GoldenImageArgs): readonly Problem[] {
    const problems = new Problems();
    problems.all.push(...shapeProblems(args, shapes));
    if (problems.all.length === 0 && args.refresh !== undefined) {
        problems.addFrom("refresh", shapeProblems(args.refresh, refreshShapes));
    }
    return problems.all;
}

const shapes: Shapes = {
    all: {
        storage: "object",
        size: "text",
        source: "object",
        refresh: "object",
        format: "text",
        namespace: "text",
        imageName: "text",
        sharedWith: "texts",
        instancetype: "text",
        preference: "text",
        readyWithin: "text",
        onDestroy: "text",
        labels: "object",
    },
    required: ["storage", "size", "source"],
};

const refreshShapes: Shapes = {
    all: { schedule: "text", keep: "number", collect: "text" },
    required: ["schedule"],
};

/** The arguments with a source that a plan can be made of, where theirs is wrong: it is refused. */
export function withSoundImageSource(
    args: GoldenImageArgs,
    place: ImagePlacement,
): GoldenImageArgs {
    return checkSource(args, place).length === 0 ? args : { ...args, source: { blank: true } };
}

/** Where an image is. */
interface ImagePlacement {
    readonly name: string;
    readonly namespace: string;
}

function checkSource(args: GoldenImageArgs, place: ImagePlacement): readonly Problem[] {
    const { volumeMode } = args.storage;
    return checkDiskSource(args.source, { ...place, volumeMode, size: args.size });
}

/** Everything that is wrong with an image's arguments. */
export function checkGoldenImage(
    args: GoldenImageArgs,
    place: { readonly name: string; readonly namespace: string; readonly longest: string },
): readonly Problem[] {
    const problems = new Problems();
    // The longest name that is made of it counts.
    problems.addIf(
        "imageName",
        nameFault(place.name) ??
            nameFault(place.longest) ??
            (args.refresh === undefined ? undefined : cronNameFault(place.name)),
    );
    problems.addIf("namespace", nameFault(place.namespace));
    problems.addIf("size", sizeFault(args.size));
    if (args.readyWithin !== undefined) {
        problems.addIf("readyWithin", durationFault(args.readyWithin));
    }
    problems.addFrom("source", checkSource(args, place));
    if ("blank" in args.source) {
        problems.add("source", "is blank, and there is nothing to clone", "name an image");
    }
    if ("contentType" in args.source && args.source.contentType === "archive") {
        problems.add(
            "source.contentType",
            'is "archive", which is no disk image',
            "leave it out, or use the archive as the source of a Disk",
        );
    }
    if (args.refresh !== undefined) {
        checkRefresh(args, args.refresh, problems);
    }
    problems.addUnknown("format", args.format, ["claim", "snapshot"]);
    problems.addUnknown("onDestroy", args.onDestroy, ["delete", "retain"]);
    for (const [index, namespace] of (args.sharedWith ?? []).entries()) {
        const field = `sharedWith[${String(index)}]`;
        problems.addIf(field, nameFault(namespace));
        if (args.sharedWith?.indexOf(namespace) !== index) {
            problems.add(field, `is ${JSON.stringify(namespace)} a second time`, "name it once");
        }
    }
    problems.addFrom("labels", checkLabels(args.labels ?? {}));
    if (args.format === "snapshot" && args.storage.snapshotClass === undefined) {
        problems.add(
            "format",
            'is "snapshot", and the storage has no VolumeSnapshotClass',
            "give the storage a snapshotClass, or leave format out",
        );
    }
    return problems.all;
}

function checkRefresh(args: GoldenImageArgs, refresh: ImageRefreshArgs, problems: Problems): void {
    const { source } = args;
    // The source's own check says what is wrong with it.
    const reference: unknown = "registry" in source ? source.registry : undefined;
    const isPinned = typeof reference === "string" && reference.includes("@");
    if (!("registry" in source) || source.digest !== undefined || isPinned) {
        problems.add(
            "refresh",
            "needs a registry source whose tag moves, without a digest",
            "leave refresh out: a version is then what the program says; or name a tag in source.registry",
        );
    }
    problems.addIf("refresh.schedule", checkCron(refresh.schedule));
    problems.addUnknown("refresh.collect", refresh.collect, ["outdated", "never"]);
    if (refresh.keep !== undefined && (!Number.isInteger(refresh.keep) || refresh.keep < 1)) {
        problems.add(
            "refresh.keep",
            `is ${String(refresh.keep)}, which is not a number of versions`,
            "write a whole number from 1",
        );
    }
    if (args.format !== undefined) {
        problems.add(
            "format",
            "is what CDI's profile of the class says while CDI refreshes the image",
            "leave it out, or set dataImportCronSourceFormat of the storage class",
        );
    }
}
