import { type AccessMode, accessModes, type VolumeMode, volumeModes } from "../../model/access";
import { checkDiskSource, type DiskSource } from "../../model/disk-source";
import type { Fields } from "../../model/machine-difference";
import { isSame } from "../../model/machine-difference";
import type { Size } from "../../model/size";
import { withoutLogin } from "../../model/source-address";
import { dataVolume } from "../disk";
import { entriesAt, partAt, some, textAt, wordOf } from "./patch";
import { sizeWithin } from "./read-hardware";

/** A disk as a program says it. */
export interface ReadDisk {
    /** Name of the claim, and of the DataVolume where there is one. */
    readonly name: string;
    readonly namespace: string;
    readonly storageClass: string;
    readonly size: Size;
    readonly accessMode: AccessMode;
    readonly volumeMode: VolumeMode;
    /** CDI has filled it: there is a DataVolume. */
    readonly filled: boolean;
    /** Undefined for an empty disk, and where nobody can say it any more. */
    readonly source?: DiskSource;
}

/** Why a claim does not become a disk of the program. */
export interface UnreadDisk {
    readonly why: string;
    /** The machine that it goes with. */
    readonly tiedTo?: string;
    /** It is on its way: the machine can be imported later. */
    readonly unfinished?: true;
}

/** Reads a disk: a claim, and its DataVolume where there is one. */
export function readDisk(
    claim: Fields | undefined,
    volume: Fields | undefined,
): ReadDisk | UnreadDisk {
    const fault = tie(volume) ?? tie(claim) ?? unfinished(claim, volume);
    if (fault !== undefined) {
        return fault;
    }
    const metadata = partAt(claim, "metadata");
    const spec = partAt(claim, "spec");
    const storageClass = textAt(spec, "storageClassName") ?? "";
    const modes = spec?.["accessModes"];
    const accessMode = wordOf(Array.isArray(modes) ? modes[0] : undefined, accessModes);
    const volumeMode = wordOf(textAt(spec, "volumeMode") ?? "Filesystem", volumeModes);
    const requested = partAt(partAt(spec, "resources"), "requests")?.["storage"];
    const size = sizeWithin(saidSize(volume) ?? requested);
    if (storageClass === "" || accessMode === undefined || volumeMode === undefined) {
        const what =
            storageClass === ""
                ? "has no StorageClass"
                : "has modes that no disk of this package has";
        return { why: `the claim ${what}` };
    }
    if (size === undefined) {
        return { why: "the claim is smaller than 1Mi" };
    }
    const place = {
        name: textAt(metadata, "name") ?? "",
        namespace: textAt(metadata, "namespace") ?? "",
    };
    const plan = { ...place, storageClass, size, accessMode, volumeMode };
    const source =
        volume === undefined ? undefined : readSource(partAt(volume, "spec") ?? {}, plan);
    return { ...plan, filled: volume !== undefined, ...(source === undefined ? {} : { source }) };
}

/** What a DataVolume asks for is what its guest sees; the claim has room for a filesystem in addition. */
function saidSize(volume: Fields | undefined): unknown {
    const storage = partAt(partAt(volume, "spec"), "storage");
    return partAt(partAt(storage, "resources"), "requests")?.["storage"];
}

/** Whose garbage it would be: what belongs to a machine goes with it. */
function tie(object: Fields | undefined): UnreadDisk | undefined {
    const metadata = partAt(object, "metadata");
    const owner = entriesAt(metadata, "ownerReferences").find(({ kind }) => kind !== "DataVolume");
    if (owner === undefined) {
        return undefined;
    }
    const name = textAt(owner, "name") ?? "";
    return owner["kind"] === "VirtualMachine"
        ? { why: `it belongs to VirtualMachine ${name} and goes with it`, tiedTo: name }
        : { why: `it belongs to ${String(owner["kind"])} ${name} and goes with it` };
}

function unfinished(claim: Fields | undefined, volume: Fields | undefined): UnreadDisk | undefined {
    const phase = textAt(partAt(volume, "status"), "phase");
    if (volume !== undefined && phase !== "Succeeded") {
        return { why: `its DataVolume is ${phase ?? "new"}, and not Succeeded`, unfinished: true };
    }
    if (claim === undefined) {
        return { why: "there is no such claim", unfinished: true };
    }
    const bound = textAt(partAt(claim, "status"), "phase");
    return bound === "Bound"
        ? undefined
        : { why: `its claim is ${bound ?? "new"}, and not Bound`, unfinished: true };
}

/** What a DataVolume was filled from; undefined where the arguments cannot say it, or would say a login. */
function readSource(
    spec: Fields,
    plan: Omit<ReadDisk, "filled" | "source">,
): DiskSource | undefined {
    const source = sourceOf(spec, plan.namespace);
    if (source === undefined || checkDiskSource(source, plan).length > 0) {
        return undefined;
    }
    const made = dataVolume({ ...plan, owner: "", source }).spec;
    return isSame(made["source"], spec["source"]) && isSame(made["sourceRef"], spec["sourceRef"])
        ? source
        : undefined;
}

function sourceOf(spec: Fields, namespace: string): DiskSource | undefined {
    const reference = partAt(spec, "sourceRef");
    if (reference !== undefined) {
        const dataSource = textAt(reference, "name");
        return dataSource === undefined
            ? undefined
            : { dataSource, ...elsewhere(reference, namespace) };
    }
    const source = partAt(spec, "source");
    const { http, registry, s3, gcs, pvc, snapshot } = Object.fromEntries(
        Object.keys(source ?? {}).map((kind) => [kind, partAt(source, kind)]),
    );
    const url = textAt(http ?? s3 ?? gcs, "url");
    if (url !== undefined && withoutLogin(url) !== url) {
        return undefined;
    }
    if (http !== undefined) {
        const { url: _, extraHeaders, ...rest } = http;
        // A header may be a login.
        return extraHeaders === undefined ? ({ http: url, ...rest } as DiskSource) : undefined;
    }
    if (registry !== undefined) {
        const { url: image, platform, ...rest } = registry;
        return {
            registry: String(image).replace(/^docker:\/\//, ""),
            ...rest,
            ...some({ architecture: textAt(partAt(registry, "platform"), "architecture") }),
        };
    }
    if (s3 !== undefined || gcs !== undefined) {
        const { url: _, ...rest } = s3 ?? gcs ?? {};
        return { [s3 === undefined ? "gcs" : "s3"]: url, ...rest } as unknown as DiskSource;
    }
    if (pvc !== undefined) {
        return { claim: textAt(pvc, "name") ?? "", ...elsewhere(pvc, namespace) };
    }
    if (snapshot !== undefined) {
        return { snapshot: textAt(snapshot, "name") ?? "", ...elsewhere(snapshot, namespace) };
    }
    return source?.["blank"] === undefined ? undefined : { blank: true };
}

/** The namespace of what is copied, where it is another one. */
function elsewhere(reference: Fields, namespace: string): { readonly namespace?: string } {
    const other = textAt(reference, "namespace");
    return other === undefined || other === namespace ? {} : { namespace: other };
}
