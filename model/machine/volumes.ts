import { Check, type Findings } from "../findings";
import { parseImageReference } from "../image-reference";
import { nameFault } from "../names";
import { objectNameFault } from "../object-name";
import type { SpecOverrides } from "../overrides";
import { pullPolicies, type PullPolicy } from "../placement";
import { type Size, sizeFault } from "../size";
import { type DiskBus, diskBuses } from "./disk-device";

/** What a volume is seen as by the guest. */
export const volumeKinds = ["disk", "cdrom", "filesystem"] as const;
export type VolumeKind = (typeof volumeKinds)[number];

/** A file of the node that is a machine's disk. */
export interface HostDiskArgs {
    /**
     * Path of the file on the node.
     *
     * @impact restart
     */
    readonly path: string;
    /**
     * Size to make the file with where it is not there.
     *
     * @unit binary size: Mi, Gi or Ti
     * @defaultValue none: the file has to be there
     * @impact restart
     */
    readonly size?: Size;
}

/**
 * A volume of a machine that is no disk of its own: it holds nothing that has to be kept. Exactly one of `containerDisk`,
 * `emptyDisk`, `ephemeral`, `configMap`, `secret`, `serviceAccount`, `downwardApi`, `hostDisk`, `emptyDrive` and `source`.
 */
export interface MachineVolumeArgs {
    /**
     * Name of the volume inside the machine. It is known by it, never by its place in the list.
     *
     * @impact restart
     */
    readonly name: string;
    /**
     * Image of a container registry with a disk in it. What the guest writes to it is lost when the machine stops.
     *
     * @defaultValue none
     * @impact restart
     * @example "quay.io/kubevirt/virtio-container-disk:v1.9.0"
     */
    readonly containerDisk?: string;
    /**
     * Path of the disk in the image, where it is not the only file of `/disk`.
     *
     * @defaultValue the file that is there
     * @impact restart
     */
    readonly path?: string;
    /**
     * Name of the Secret to pull the image with.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly pullSecret?: string;
    /**
     * When the node pulls the image.
     *
     * @defaultValue Kubernetes' own: `Always` for a tag `latest`, otherwise when it is not there
     * @impact restart
     */
    readonly pullPolicy?: PullPolicy;
    /**
     * Size of a disk that is empty at each start.
     *
     * @unit binary size: Mi, Gi or Ti
     * @defaultValue none
     * @impact restart
     */
    readonly emptyDisk?: Size;
    /**
     * Name of a claim that is read; what the guest writes is lost when the machine stops.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly ephemeral?: string;
    /**
     * Name of a ConfigMap whose keys are files.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly configMap?: string;
    /**
     * Name of a Secret whose keys are files.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly secret?: string;
    /**
     * Name of a service account whose token the guest gets.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly serviceAccount?: string;
    /**
     * Fields of the machine's pod as files: by the files' names.
     *
     * @defaultValue none
     * @impact restart
     * @example { labels: "metadata.labels" }
     */
    readonly downwardApi?: Readonly<Record<string, string>>;
    /**
     * A file of the node. KubeVirt needs the feature gate HostDisk. The machine can run on that node only.
     *
     * @defaultValue none
     * @impact restart
     */
    readonly hostDisk?: HostDiskArgs;
    /**
     * A CD-ROM drive without a disc. Put a disk in later, by a disk of the same name with `as: "cdrom"`.
     *
     * @defaultValue false
     * @impact restart
     */
    readonly emptyDrive?: boolean;
    /**
     * A source as KubeVirt has it, for what the others do not cover: one field of the volume and what is in it. What is secret in it
     * comes from the configuration (`config.requireSecret`). A disk that is to be kept goes into `disks`.
     *
     * @defaultValue none
     * @impact restart
     * @example { cloudInitNoCloud: { secretRef: { name: "web-first-boot" } } }
     */
    readonly source?: Readonly<Record<string, unknown>>;
    /**
     * What the guest sees: a disk, a CD-ROM, or a folder (virtiofs) where it holds files.
     *
     * @defaultValue `disk`; `cdrom` for a drive
     * @impact restart
     */
    readonly as?: VolumeKind;
    /**
     * How the volume is connected.
     *
     * @defaultValue `virtio`; `sata` for a CD-ROM
     * @impact restart
     */
    readonly bus?: DiskBus;
    /**
     * In which place the firmware tries it.
     *
     * @unit count
     * @defaultValue none
     * @impact restart
     */
    readonly bootOrder?: number;
    /**
     * Label of the filesystem that the files are on.
     *
     * @defaultValue KubeVirt's own
     * @impact restart
     */
    readonly label?: string;
    /**
     * Fields of the volume's two entries, as KubeVirt has them, for what the arguments do not cover. They are merged over them; a
     * field that is null is taken away, and so is the whole device with `disk: null`.
     *
     * @defaultValue none
     * @impact restart
     * @example { disk: { serial: "A1" } }
     */
    readonly overrides?: VolumeOverrides;
}

/** Fields of the entries that a volume has in its machine. */
export interface VolumeOverrides {
    /** Of its entry under `domain.devices.disks`; null: it has none. */
    readonly disk?: SpecOverrides | null;
    /** Of its entry under `volumes`. */
    readonly volume?: SpecOverrides;
}

const sources = [
    "containerDisk",
    "emptyDisk",
    "ephemeral",
    "configMap",
    "secret",
    "serviceAccount",
    "downwardApi",
    "hostDisk",
    "emptyDrive",
    "source",
] as const;
export type VolumeSourceKind = (typeof sources)[number];

/** Where a volume's content comes from. */
export function sourceOf(volume: MachineVolumeArgs): VolumeSourceKind | undefined {
    return sources.find((source) => volume[source] !== undefined && volume[source] !== false);
}

const files: readonly VolumeSourceKind[] = [
    "configMap",
    "secret",
    "serviceAccount",
    "downwardApi",
    "source",
];

/** What KubeVirt would refuse, and what it accepts although no pod can start with it. Source: vmi-create-admitter.go (validateVolumes). */
export function checkVolume(volume: MachineVolumeArgs): Findings {
    const check = new Check();
    check.refuseIf("name", nameFault(volume.name));
    const given = sources.filter(
        (source) => volume[source] !== undefined && volume[source] !== false,
    );
    const [source] = given;
    if (source === undefined || given.length > 1) {
        check.refuse(
            given.length === 0 ? "containerDisk, emptyDisk, …" : given.join(", "),
            given.length === 0 ? "are none of them given" : "each say what the volume is",
            "write one of them; a disk that is to be kept goes into disks",
        );
        return check;
    }
    checkSource(volume, source, check);
    check.refuseUnknown("as", volume.as, volumeKinds, "this package");
    check.refuseUnknown("bus", volume.bus, diskBuses, "KubeVirt");
    if (volume.as === "filesystem" && !files.includes(source)) {
        check.refuse("as", `is "filesystem", and ${source} is a disk`, "leave it out");
    }
    if ((volume.as === "cdrom" || source === "emptyDrive") && volume.bus === "virtio") {
        check.refuse("bus", `is "virtio", and a CD-ROM cannot be`, "leave it out");
    }
    if (volume.as === "disk" && source === "emptyDrive") {
        check.refuse("as", `is "disk", and a drive is a CD-ROM`, "leave it out");
    }
    for (const [field, of] of [
        ["path", "containerDisk"],
        ["pullSecret", "containerDisk"],
        ["pullPolicy", "containerDisk"],
    ] as const) {
        if (volume[field] !== undefined && source !== of) {
            check.refuse(field, `is given, which only ${of} has`, "leave it out");
        }
    }
    return check;
}

function checkSource(volume: MachineVolumeArgs, source: VolumeSourceKind, check: Check): void {
    const { containerDisk, emptyDisk, hostDisk, path } = volume;
    if (containerDisk !== undefined && parseImageReference(containerDisk) === undefined) {
        check.refuse(
            "containerDisk",
            `is ${JSON.stringify(containerDisk)}, which is not the reference of an image`,
            `write one such as "quay.io/containerdisks/fedora:42"`,
        );
    }
    if (path !== undefined && (!path.startsWith("/") || path.split("/").includes(".."))) {
        check.refuse(
            "path",
            `is ${JSON.stringify(path)}, which is not a path from the root of the image`,
            `write one such as "/disk/image.qcow2"`,
        );
    }
    check.refuseUnknown("pullPolicy", volume.pullPolicy, pullPolicies, "Kubernetes");
    if (emptyDisk !== undefined) {
        check.refuseIf("emptyDisk", sizeFault(emptyDisk));
    }
    for (const field of [
        "ephemeral",
        "configMap",
        "secret",
        "serviceAccount",
        "pullSecret",
    ] as const) {
        const name = volume[field];
        if (name !== undefined) {
            check.refuseIf(field, objectNameFault(name));
        }
    }
    if (hostDisk !== undefined) {
        if (!hostDisk.path.startsWith("/")) {
            check.refuse(
                "hostDisk.path",
                `is ${JSON.stringify(hostDisk.path)}, which is not a path from the root of the node`,
                `write one such as "/var/lib/vms/a.img"`,
            );
        }
        if (hostDisk.size !== undefined) {
            check.refuseIf("hostDisk.size", sizeFault(hostDisk.size));
        }
    }
    if (volume.source !== undefined && Object.keys(volume.source).length !== 1) {
        check.refuse(
            "source",
            `has ${Object.keys(volume.source).join(", ") || "nothing in it"}, and a volume has one source`,
            "write one: { cloudInitNoCloud: { … } }",
        );
    }
    if (source === "downwardApi" && Object.keys(volume.downwardApi ?? {}).length === 0) {
        check.refuse(
            "downwardApi",
            "is empty",
            `name a file and a field: { labels: "metadata.labels" }`,
        );
    }
}
