/**
 * The versions that are installed unless an argument says otherwise. They are moved here and nowhere else, together with a row
 * of `compatibility.ts`.
 */
export const pinned = {
    /** https://github.com/kubevirt/kubevirt/releases/tag/v1.9.0 */
    kubevirt: "v1.9.0",
    /** https://github.com/kubevirt/containerized-data-importer/releases/tag/v1.66.0 */
    cdi: "v1.66.0",
    /** https://github.com/kubernetes-csi/external-snapshotter/releases/tag/v8.6.0 */
    externalSnapshotter: "v8.6.0",
    /** The Helm chart of https://ceph.github.io/csi-charts */
    cephCsiRbd: "3.17.1",
    /** The Helm chart of https://charts.longhorn.io */
    longhorn: "1.12.1",
    /** The npm package @pulumi/kubernetes-cert-manager, which is at the same time the version of its plugin. */
    certManagerPlugin: "0.2.0",
    /**
     * The Helm chart of https://charts.jetstack.io. The plugin pins none: it installs the newest chart unless it is given a
     * version. Source: pulumi-kubernetes-cert-manager provider/pkg/provider/chart.go and schema.json (`helmOptions.version`).
     */
    certManagerChart: "v1.21.1",
    /** https://github.com/k8snetworkplumbingwg/multus-cni/releases/tag/v4.3.0 */
    multus: "v4.3.0",
    /** https://github.com/k8snetworkplumbingwg/whereabouts/releases/tag/v0.9.4 */
    whereabouts: "v0.9.4",
    /** https://github.com/k8snetworkplumbingwg/sriov-network-device-plugin/releases/tag/v3.11.0 */
    sriovDevicePlugin: "v3.11.0",
    /** https://github.com/k8snetworkplumbingwg/sriov-cni/releases/tag/v2.10.0 */
    sriovCni: "v2.10.0",
} as const;

/** The image with the virtio drivers for Windows: it is released with KubeVirt. Source: KubeVirt cmd/virtio-container-disk. */
export const virtioDriversImage = `quay.io/kubevirt/virtio-container-disk:${pinned.kubevirt}`;

/** What has a version of its own and has to fit the others. */
export type Part =
    | "kubernetes"
    | "kubevirt"
    | "cdi"
    | "externalSnapshotter"
    | "cephCsiRbd"
    | "longhorn"
    | "certManagerChart";

/** A semantic version, taken apart. */
export interface Version {
    readonly major: number;
    readonly minor: number;
    readonly patch: number;
    /** What comes after a `-`: `rc.1`. Build metadata (`+k3s1`) is not kept: it does not order versions. */
    readonly prerelease?: string;
}

/**
 * Takes a version apart: `v1.9.0`, `1.36.3`, `v1.33.4+k3s1`, `v1.10.0-rc.1`, also `1.36` and `1.36+` as Kubernetes' own
 * minor. Undefined when the text is none.
 * Source: https://semver.org; Kubernetes writes `+` after a minor with changes of a distribution (k8s.io/apimachinery/pkg/version).
 */
export function parseVersion(text: string): Version | undefined {
    const match =
        /^v?(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:\.(0|[1-9][0-9]*))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]*)?$/.exec(
            text,
        );
    if (match === null) {
        return undefined;
    }
    return {
        major: Number(match[1]),
        minor: Number(match[2]),
        patch: Number(match[3] ?? 0),
        ...(match[4] === undefined ? {} : { prerelease: match[4] }),
    };
}

/** Why a text is not the version of a release, with the cure, or undefined when it is one. */
export function versionFault(
    text: string,
    example: string = pinned.kubevirt,
): { fault: string; cure: string } | undefined {
    return parseVersion(text) === undefined
        ? {
              fault: `is ${JSON.stringify(text)}, which is not a version`,
              cure: `write it as "${example}"`,
          }
        : undefined;
}

/**
 * Which of two versions is older: negative when the first is, 0 when neither. A pre-release is older than its release.
 * Source: https://semver.org section 11.
 */
export function compareVersions(one: Version, other: Version): number {
    return (
        one.major - other.major ||
        one.minor - other.minor ||
        one.patch - other.patch ||
        comparePrereleases(one.prerelease, other.prerelease)
    );
}

/** The minor a version belongs to, as people say it: `1.9`. */
export function minorOf(version: Version): string {
    return `${version.major}.${version.minor}`;
}

const kubevirtReleases = "https://github.com/kubevirt/kubevirt/releases/download";
const cdiReleases = "https://github.com/kubevirt/containerized-data-importer/releases/download";
const snapshotterTags = "https://raw.githubusercontent.com/kubernetes-csi/external-snapshotter";

/** Where a version of KubeVirt's operator manifest is published. Source: KubeVirt user guide, cluster_admin/installation.md. */
export function kubevirtReleaseUrl(version: string): string {
    return `${kubevirtReleases}/${version}/kubevirt-operator.yaml`;
}

/** Where a version of CDI's operator manifest is published. Source: CDI README.md. */
export function cdiReleaseUrl(version: string): string {
    return `${cdiReleases}/${version}/cdi-operator.yaml`;
}

/** The files of external-snapshotter that a cluster needs once, whatever its CSI drivers are. */
export interface SnapshotterUrls {
    /** Definitions of VolumeSnapshot, VolumeSnapshotContent and VolumeSnapshotClass. */
    readonly snapshotDefinitions: readonly string[];
    /** Definitions of the group kinds, which nothing here uses. */
    readonly groupDefinitions: readonly string[];
    /** The rights of the snapshot controller. */
    readonly controllerAccess: string;
    /** The snapshot controller itself. */
    readonly controller: string;
}

/** Where a version of external-snapshotter keeps its files. Source: its README.md and the tag's tree (client/config/crd, deploy). */
export function snapshotterUrls(version: string): SnapshotterUrls {
    const definition = (group: string) => (plural: string) =>
        `${snapshotterTags}/${version}/client/config/crd/${group}.storage.k8s.io_${plural}.yaml`;
    const controller = `${snapshotterTags}/${version}/deploy/kubernetes/snapshot-controller`;
    return {
        snapshotDefinitions: [
            "volumesnapshotclasses",
            "volumesnapshotcontents",
            "volumesnapshots",
        ].map(definition("snapshot")),
        groupDefinitions: [
            "volumegroupsnapshotclasses",
            "volumegroupsnapshotcontents",
            "volumegroupsnapshots",
        ].map(definition("groupsnapshot")),
        controllerAccess: `${controller}/rbac-snapshot-controller.yaml`,
        controller: `${controller}/setup-snapshot-controller.yaml`,
    };
}

function comparePrereleases(one: string | undefined, other: string | undefined): number {
    if (one === undefined || other === undefined) {
        return Number(one === undefined) - Number(other === undefined);
    }
    const ones = one.split(".");
    const others = other.split(".");
    for (const [index, part] of ones.entries()) {
        const against = others[index];
        if (against === undefined) {
            return 1;
        }
        const difference = compareIdentifiers(part, against);
        if (difference !== 0) {
            return difference;
        }
    }
    return ones.length - others.length;
}

function compareIdentifiers(one: string, other: string): number {
    if ([one, other].every((text) => /^[0-9]+$/.test(text))) {
        return Number(one) - Number(other);
    }
    return one < other ? -1 : Number(one > other);
}
