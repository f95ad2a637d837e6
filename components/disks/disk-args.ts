import { type AccessMode, accessModes, type VolumeMode, volumeModes } from "../../model/access";
import { checkDiskSource, type DiskSource } from "../../model/disk-source";
import { type Duration, durationFault } from "../../model/duration";
import { checkLabels } from "../../model/labels";
import { nameFault } from "../../model/names";
import { objectNameFault } from "../../model/object-name";
import { type Problem, Problems } from "../../model/problems";
import { closedShapeProblems, shapeProblems, type Shapes } from "../../model/shape";
import { type Size, sizeFault } from "../../model/size";
import { GoldenImage } from "../images/golden-image";
import type { StorageBackend } from "../storage/backend";
import type { CopiedDisk } from "./copied-disk";

/** What a `Disk` needs. */
export interface DiskArgs {
    /**
     * Where the disk is kept: a storage backend, or one of its tiers (`ceph.tiers.fast`).
     *
     * @impact refused: a disk keeps its class; make a new disk beside it (`copyOf`) and switch the machine over
     */
    readonly storage: StorageBackend;
    /**
     * Capacity the guest sees.
     *
     * @unit binary size: Mi, Gi or Ti
     * @impact live when raised, where the class can expand; refused when lowered: a claim never shrinks
     * @example "40Gi"
     */
    readonly size: Size;
    /**
     * What is on the disk when it is new: an image, a golden image, a copy of something that is there, a backup.
     *
     * @defaultValue none: an empty disk
     * @impact refused on an existing disk: it would overwrite the data
     * @example { registry: "quay.io/containerdisks/fedora:42" }
     */
    readonly source?: DiskSource | GoldenImage;
    /**
     * Another disk to copy, when this one is new: a `Disk`, or the name of a claim of the same namespace; inside a machine
     * also the name of another of its disks. Where the storage takes snapshots, a snapshot is copied, and the other disk may be
     * in use.
     *
     * @defaultValue none
     * @impact refused on an existing disk: it would overwrite the data
     */
    readonly copyOf?: CopiedDisk | string;
    /**
     * Take over what is there already, with its data: a claim of the namespace, a DataVolume with its claim, or a volume that was kept
     * when its claim went. Nothing is copied and nothing is made. May be left out again once it is done; with `asIs`, and of a
     * DataVolume, once the disk was changed.
     *
     * @defaultValue none: a claim that this stack did not make is refused
     * @impact refused on an existing disk that is something else
     * @example { claim: "old-data" }
     */
    readonly adopt?: DiskAdoption;
    /**
     * Make the disk anew although a machine of the cluster still has it and its claim is gone: empty, or from its source again.
     *
     * @defaultValue `false`: a disk that vanished is never made again in silence
     * @impact data-loss: what was on the disk stays lost; nothing on a disk that is there
     */
    readonly recreate?: boolean;
    /**
     * Namespace of the disk: that of the machines that use it.
     *
     * @defaultValue the cluster's namespace
     * @impact refused on an existing disk
     */
    readonly namespace?: string;
    /**
     * Name of the claim (and of the DataVolume) on the cluster.
     *
     * @defaultValue the component's name, or the claim's that is adopted
     * @impact refused on an existing disk
     */
    readonly claimName?: string;
    /**
     * How many nodes may mount the disk. Live migration needs ReadWriteMany.
     *
     * @defaultValue the storage's own, which it can always do
     * @impact refused on an existing disk
     */
    readonly accessMode?: AccessMode;
    /**
     * Raw device or a disk.img on a filesystem.
     *
     * @defaultValue the storage's own
     * @impact refused on an existing disk
     */
    readonly volumeMode?: VolumeMode;
    /**
     * What happens to the data when the disk leaves the program or the stack is destroyed. `retain`: the stack lets go and the
     * data stays; the same program takes it back later. `delete`: the data goes. `forbid`: the engine refuses to remove it.
     *
     * @defaultValue `retain`: data is never lost by an edit
     * @impact live
     */
    readonly onDestroy?: "retain" | "delete" | "forbid";
    /**
     * How long the disk may take to become ready. A disk that is late is kept, and the next update goes on waiting.
     *
     * @unit duration: `"90 seconds"`, `"20 minutes"`, `"2 hours"`
     * @defaultValue an empty disk: 10 minutes; a disk with a source: 30 minutes, or as long as its size takes at 10 MiB/s
     * @impact live
     */
    readonly readyWithin?: Duration;
    /**
     * When a class that waits for its first consumer (WaitForFirstConsumer) provides the disk: `first-machine`, on the node
     * where the first machine starts; `now`, at once, for a disk that no machine starts with yet.
     *
     * @defaultValue `first-machine`: a volume of a class with topology lands where it can be used
     * @impact live before the disk is bound, nothing afterwards
     */
    readonly bind?: "first-machine" | "now";
    /**
     * Whether CDI takes all of the disk's room while it fills it.
     *
     * @defaultValue as CDI is configured, which is thin unless somebody changed it
     * @impact live: it only matters while the disk is filled
     */
    readonly preallocation?: boolean;
    /**
     * PriorityClass of the pods that fill the disk.
     *
     * @defaultValue none
     * @impact live: it only matters while the disk is filled
     */
    readonly priorityClass?: string;
    /**
     * Labels of the disk's objects.
     *
     * @defaultValue none but the package's own
     * @impact live
     */
    readonly labels?: Readonly<Record<string, string>>;
}

/** What a `Disk` takes over. One of the two. */
export type DiskAdoption =
    /** A claim of the disk's namespace. With `asIs` nothing is written on it as long as it is what the program says. */
    | { readonly claim: string; readonly asIs?: boolean }
    /**
     * A DataVolume of the disk's namespace, with its claim; `source` may say what it was filled from. Nothing is written on it as long as
     * it is what the program says.
     */
    | { readonly dataVolume: string }
    /** A PersistentVolume that no claim has, such as one that was kept (Released). */
    | { readonly volume: string };

/** A disk's place on the cluster. */
export interface DiskPlace {
    readonly name: string;
    readonly namespace: string;
}

/** What the arguments of a disk have to be, before anything else is asked about them. */
const shapes: Shapes = {
    all: {
        storage: "object",
        size: "text",
        source: "object",
        copyOf: "text or object",
        adopt: "object",
        recreate: "flag",
        namespace: "text",
        claimName: "text",
        accessMode: "text",
        volumeMode: "text",
        onDestroy: "text",
        readyWithin: "text",
        bind: "text",
        preallocation: "flag",
        priorityClass: "text",
        labels: "object",
    },
    required: ["storage", "size"],
};

/** Values of a wrong type, which no plan can be made of. */
export function diskShape(args: DiskArgs): readonly Problem[] {
    const problems = new Problems();
    problems.all.push(...closedShapeProblems(args, shapes));
    if (problems.all.length === 0) {
        if (typeof args.copyOf === "object") {
            problems.addFrom("copyOf", shapeProblems(args.copyOf, copiedShapes));
        }
        if (args.adopt !== undefined) {
            problems.addFrom("adopt", closedShapeProblems(args.adopt, adoptionShapes));
        }
    }
    return problems.all;
}

const copiedShapes: Shapes = {
    all: { claimName: "text", namespace: "text", storage: "object", plan: "object" },
    required: ["claimName", "namespace", "storage", "plan"],
};

const adoptionShapes: Shapes = {
    all: { claim: "text", asIs: "flag", dataVolume: "text", volume: "text" },
    required: [],
};

/** The arguments without a source that is wrong: it is refused, and no plan can be made of it. */
export function withSoundSource(args: DiskArgs, place: DiskPlace): DiskArgs {
    const { source: _, ...rest } = args;
    return checkSource(args, place).length === 0 ? args : rest;
}

/** Everything that is wrong with a disk's arguments. */
export function checkDisk(args: DiskArgs, place: DiskPlace): readonly Problem[] {
    const problems = new Problems();
    problems.addIf("claimName", nameFault(place.name));
    problems.addIf("namespace", nameFault(place.namespace));
    problems.addIf("size", sizeFault(args.size));
    if (args.readyWithin !== undefined) {
        problems.addIf("readyWithin", durationFault(args.readyWithin));
    }
    problems.addUnknown("accessMode", args.accessMode, accessModes);
    problems.addUnknown("volumeMode", args.volumeMode, volumeModes);
    problems.addUnknown("onDestroy", args.onDestroy, ["retain", "delete", "forbid"]);
    problems.addUnknown("bind", args.bind, ["first-machine", "now"]);
    if (args.priorityClass !== undefined) {
        problems.addIf("priorityClass", objectNameFault(args.priorityClass));
    }
    checkContent(args, place, problems);
    problems.addFrom("labels", checkLabels(args.labels ?? {}));
    return problems.all;
}

function checkSource(args: DiskArgs, place: DiskPlace): readonly Problem[] {
    const { source } = args;
    if (source === undefined || source instanceof GoldenImage) {
        return [];
    }
    const volumeMode = args.volumeMode ?? args.storage.volumeMode;
    return checkDiskSource(source, { ...place, volumeMode, size: args.size });
}

function checkContent(args: DiskArgs, place: DiskPlace, problems: Problems): void {
    const { source, copyOf, adopt } = args;
    const isWithSource = adopt !== undefined && "dataVolume" in adopt;
    const given = Object.entries({ source, copyOf, adopt: isWithSource ? undefined : adopt })
        .filter(([, value]) => value !== undefined)
        .map(([field]) => field);
    if (given.length > 1) {
        problems.add(
            given.join(", "),
            "each say what is on the disk",
            `leave one of them, and ${given.length > 2 ? "the others" : "the other"} out`,
        );
    }
    if (source instanceof GoldenImage) {
        source.checkDisk(args, problems);
    } else {
        problems.addFrom("source", checkSource(args, place));
    }
    const copied = typeof copyOf === "string" ? copyOf : copyOf?.claimName;
    if (typeof copyOf === "object" && copyOf.namespace !== place.namespace) {
        problems.add(
            "copyOf",
            `is Disk "${copyOf.claimName}" in namespace ${copyOf.namespace}, and the disk is in ${place.namespace}`,
            `copy it with source: { claim: "${copyOf.claimName}", namespace: "${copyOf.namespace}" }, or put both into one namespace`,
        );
    } else if (copied === place.name) {
        problems.add("copyOf", "is the disk itself", "name another disk");
    } else if (copied !== undefined) {
        problems.addIf("copyOf", nameFault(copied));
    }
    if (adopt !== undefined) {
        checkAdoption(args, adopt, problems);
    }
}

function checkAdoption(args: DiskArgs, adopt: DiskAdoption, problems: Problems): void {
    const { claim, dataVolume, volume } = adopt as Readonly<
        Partial<Record<"claim" | "dataVolume" | "volume", string>>
    >;
    const named = Object.entries({ claim, dataVolume, volume }).filter(
        (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const [kind, name] = named[0] ?? ["claim", ""];
    if (named.length !== 1) {
        problems.add(
            "adopt",
            "names neither a claim nor a volume, or both",
            'write adopt: { claim: "old-data" }, { dataVolume: "old-root" } or { volume: "pvc-…" } (npm run disks lists what there is)',
        );
    } else if (kind !== "volume" && args.claimName !== undefined && args.claimName !== name) {
        problems.add(
            "claimName",
            `is ${JSON.stringify(args.claimName)}, and the claim to adopt is ${JSON.stringify(name)}: a claim keeps its name`,
            "leave claimName out",
        );
    } else if (!/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name)) {
        problems.add(
            `adopt.${kind}`,
            `is ${JSON.stringify(name)}, which is not a Kubernetes name`,
            "write a name that `npm run disks` lists",
        );
    }
}
