import { csiProvisioner } from "../../sandbox/data-plane/drivers";
import type { CloneStrategy } from "../../waits/disk-clone";
import type { DiskKind } from "../../waits/disk-watch";
import type { DiskClient, Made } from "../sandbox/disk-client";

/** A disk of the table: what goes wrong with it, and what it is called in the end. */
export interface FaultRow {
    readonly source: string;
    /** What goes wrong; a word of the sandbox's own faults is asked for by annotation. */
    readonly fault: string;
    readonly make: (disks: DiskClient, name: string) => Promise<void>;
    /** The cause, or `ready` or `proceed`. */
    readonly outcome: string;
    readonly kind?: DiskKind;
    readonly consumer?: "none" | "expected";
    /** How a copy is really made. */
    readonly strategy?: CloneStrategy;
    readonly where?: "quota" | "limits" | "pods" | "limited pods";
}

const faultAnnotation = "sandbox.pulumi-kubevirt.dev/fault";
const immediate = { "cdi.kubevirt.io/storage.bind.immediate.requested": "" };

/** The sources, as a DataVolume says them. */
export const sources = {
    http: { http: { url: "https://images.example.org/a.qcow2" } },
    registry: { registry: { url: "docker://quay.io/containerdisks/fedora:42" } },
    s3: { s3: { url: "https://rgw.example.org/images/a.qcow2" } },
    gcs: { gcs: { url: "https://storage.googleapis.com/images/a.qcow2" } },
    imageio: {
        imageio: {
            url: "https://engine.example.org/ovirt-engine/api",
            diskId: "1",
            certConfigMap: "ca",
        },
    },
    vddk: {
        vddk: {
            url: "https://vcenter.example.org",
            uuid: "1",
            backingFile: "[a] a.vmdk",
            thumbprint: "AA:BB",
            secretRef: "login",
            initImageURL: "registry.example.org/vddk:8",
        },
    },
    "blank image": { blank: {} },
    upload: { upload: {} },
} as const;

type Source = keyof typeof sources;

/** A disk with a fault of the sandbox. */
function faulty(source: Source, fault: string, outcome: string): FaultRow {
    return {
        source,
        fault,
        outcome,
        make: (disks, name) =>
            disks.disk(name, sources[source], { annotations: { [faultAnnotation]: fault } }),
    };
}

function fine(
    source: Source,
    outcome = "ready",
    more: Parameters<DiskClient["disk"]>[2] = {},
): FaultRow {
    return {
        source,
        fault: "none",
        outcome,
        make: (disks, name) => disks.disk(name, sources[source], more),
    };
}

function claimRow(
    source: string,
    fault: string,
    outcome: string,
    make: FaultRow["make"],
    more: Partial<FaultRow> = {},
): FaultRow {
    return { source, fault, outcome, make, kind: "PersistentVolumeClaim", ...more };
}

/** Every source with nothing wrong, and everything that can go wrong with one. */
export const faultRows: readonly FaultRow[] = [
    // Every source, and nothing wrong.
    fine("http"),
    fine("registry"),
    fine("s3"),
    fine("gcs"),
    fine("imageio"),
    fine("vddk"),
    fine("blank image"),
    fine("upload", "proceed"),
    {
        ...fine("http", "ready", { contentType: "archive", volumeMode: "Filesystem" }),
        source: "archive",
    },
    {
        ...fine("http", "proceed", { storageClassName: "sandbox-block-wffc" }),
        fault: "no consumer, none promised",
    },
    {
        ...fine("http", "no-consumer", { storageClassName: "sandbox-block-wffc" }),
        fault: "no consumer, one promised",
        consumer: "expected",
    },
    {
        ...fine("http", "ready", {
            storageClassName: "sandbox-block-wffc",
            annotations: immediate,
        }),
        fault: "none, bound at once",
    },
    {
        source: "claim clone",
        fault: "none",
        outcome: "ready",
        strategy: "snapshot",
        make: (disks, name) => disks.disk(name, copyOf(disks, "golden")),
    },
    {
        source: "claim clone",
        fault: "smart clone impossible",
        outcome: "ready",
        strategy: "host-assisted",
        make: (disks, name) =>
            disks.disk(name, copyOf(disks, "golden"), { volumeMode: "Filesystem", size: "2Gi" }),
    },
    {
        source: "snapshot clone",
        fault: "none",
        outcome: "ready",
        make: (disks, name) => disks.disk(name, snapshotOf(disks, "taken")),
    },
    {
        source: "DataSource",
        fault: "none",
        outcome: "ready",
        make: (disks, name) => disks.disk(name, sourceRef("golden")),
    },
    claimRow("empty claim", "none", "ready", (disks, name) => disks.claim(name)),
    claimRow("restore", "none", "ready", (disks, name) => disks.claim(name, fromSnapshot("taken"))),
    claimRow("static volume", "none", "ready", async (disks, name) => {
        await disks.make("PersistentVolume", staticVolume(disks, name));
        await disks.claim(name, { storageClassName: "", volumeName: volumeName(disks, name) });
    }),

    // The source.
    faulty("http", "http-404", "http-404"),
    faulty("s3", "http-404", "http-404"),
    faulty("gcs", "http-404", "image-not-found"),
    faulty("imageio", "http-404", "http-404"),
    faulty("vddk", "http-404", "image-not-found"),
    faulty("registry", "http-404", "image-not-found"),
    faulty("http", "unauthorised", "http-401"),
    faulty("s3", "unauthorised", "http-403"),
    faulty("gcs", "unauthorised", "http-401"),
    faulty("imageio", "unauthorised", "unauthorised"),
    faulty("vddk", "unauthorised", "unauthorised"),
    faulty("registry", "unauthorised", "unauthorised"),
    faulty("http", "dns", "host-not-found"),
    faulty("http", "tls", "untrusted-certificate"),
    faulty("vddk", "tls", "untrusted-certificate"),
    {
        source: "vddk",
        fault: "no image with VMware's library",
        outcome: "missing-reference",
        make: (disks, name) => {
            const { initImageURL: _, ...vddk } = sources.vddk.vddk;
            return disks.disk(name, { vddk });
        },
    },
    faulty("http", "checksum", "checksum"),
    faulty("http", "too-small", "disk-too-small"),
    faulty("registry", "no-disk-image", "unreadable-image"),
    {
        source: "claim clone",
        fault: "source missing",
        outcome: "clone-source-missing",
        make: (disks, name) => disks.disk(name, copyOf(disks, "nope")),
    },
    {
        source: "claim clone",
        fault: "source in use",
        outcome: "clone-source-in-use",
        make: (disks, name) => disks.disk(name, copyOf(disks, "busy")),
    },
    {
        source: "claim clone",
        fault: "smaller than the source",
        outcome: "clone-too-small",
        make: (disks, name) => disks.disk(name, copyOf(disks, "golden"), { size: "512Mi" }),
    },
    {
        source: "snapshot clone",
        fault: "source missing",
        outcome: "clone-source-missing",
        make: (disks, name) => disks.disk(name, snapshotOf(disks, "nope")),
    },
    {
        source: "DataSource",
        fault: "not ready",
        outcome: "clone-source-missing",
        make: (disks, name) => disks.disk(name, sourceRef("empty")),
    },
    claimRow("static volume", "volume missing", "volume-not-bindable", (disks, name) =>
        disks.claim(name, { storageClassName: "", volumeName: "nope" }),
    ),

    // Where the content goes.
    faulty("http", "provisioner-error", "provisioning-failed"),
    faulty("http", "never-provisioned", "provisioner-silent"),
    {
        ...faulty("http", "claim-lost", "volume-lost"),
        make: async (disks, name) => {
            const annotations = { [faultAnnotation]: "claim-lost" };
            await disks.disk(name, sources.http, { annotations });
            await disks.untilPhase(name, "Failed");
        },
    },
    faulty("registry", "no-scratch-space", "no-scratch-space"),
    {
        source: "http",
        fault: "no such class",
        outcome: "no-such-class",
        make: (disks, name) => disks.disk(name, sources.http, { storageClassName: "nope" }),
    },
    {
        source: "http",
        fault: "storage quota",
        outcome: "quota",
        where: "quota",
        make: (disks, name) => disks.disk(name, sources.http, { size: "6Gi" }),
    },
    {
        source: "http",
        fault: "storage quota of twice the size",
        outcome: "quota",
        where: "quota",
        make: (disks, name) => disks.disk(name, sources.http, { size: "3Gi" }),
    },
    {
        source: "http",
        fault: "LimitRange, too large",
        outcome: "limit-range",
        where: "limits",
        make: (disks, name) => disks.disk(name, sources.http, { size: "6Gi" }),
    },
    {
        source: "http",
        fault: "LimitRange, too small",
        outcome: "limit-range",
        where: "limits",
        make: (disks, name) => disks.disk(name, sources.http, { size: "1Gi" }),
    },

    // The pod that fills the disk.
    faulty("http", "image-pull", "image-pull"),
    faulty("http", "unschedulable", "unschedulable"),
    faulty("http", "driver-missing", "driver-not-registered"),
    {
        source: "http",
        fault: "pod quota",
        outcome: "quota",
        where: "pods",
        make: (disks, name) => disks.disk(name, sources.http),
    },
    {
        source: "http",
        fault: "LimitRange of pods",
        outcome: "limit-range",
        where: "limited pods",
        make: (disks, name) => disks.disk(name, sources.http),
    },
];

function copyOf({ namespace }: DiskClient, name: string) {
    return { pvc: { name, namespace } };
}

function snapshotOf({ namespace }: DiskClient, name: string) {
    return { snapshot: { name, namespace } };
}

/** A disk that is copied from what a DataSource points to. */
export function sourceRef(name: string) {
    return { sourceRef: { kind: "DataSource", name } };
}

function fromSnapshot(name: string) {
    const source = { apiGroup: "snapshot.storage.k8s.io", kind: "VolumeSnapshot", name };
    return { dataSource: source, dataSourceRef: source };
}

function volumeName({ namespace }: DiskClient, name: string): string {
    return `${namespace}-${name}`;
}

/** A volume that was there before the claim that names it. */
function staticVolume(disks: DiskClient, name: string): Made {
    return {
        metadata: { name: volumeName(disks, name) },
        spec: {
            accessModes: ["ReadWriteMany"],
            capacity: { storage: "1Gi" },
            volumeMode: "Block",
            persistentVolumeReclaimPolicy: "Retain",
            claimRef: { namespace: disks.namespace, name },
            csi: { driver: csiProvisioner, volumeHandle: "image-1" },
        },
    };
}
