import { Check, type Findings } from "./findings";
import { compareVersions, minorOf, type Part, parseVersion, type Version } from "./versions";

/** The versions of a platform, as far as they are known: a part that is left out is not checked. */
export type PlatformVersions = { readonly [P in Part]?: string };

/** What people call a part. */
export const partNames: Readonly<Record<Part, string>> = {
    kubernetes: "Kubernetes",
    kubevirt: "KubeVirt",
    cdi: "CDI",
    externalSnapshotter: "external-snapshotter",
    cephCsiRbd: "the ceph-csi-rbd chart",
    longhorn: "the Longhorn chart",
    certManagerChart: "the cert-manager chart",
};

/** The oldest Kubernetes that this package is tried with: design.md section 4. */
const oldestKubernetes = "1.32";

/** The oldest and the newest Kubernetes that a minor of a part is tested with by its own project. */
type Range = readonly [oldest: string, newest: string];

const testedKubernetes: { readonly [P in Part]?: Readonly<Record<string, Range>> } = {
    // kubevirt/sig-release releases/k8s-support-matrix.md (2026-07-22), "EOL" and check marks alike.
    kubevirt: { "1.7": ["1.32", "1.34"], "1.8": ["1.33", "1.35"], "1.9": ["1.34", "1.36"] },
    // CDI publishes no table: the clusters it brings for its tests, cluster-up/cluster/k8s-* at each tag.
    cdi: {
        "1.63": ["1.30", "1.33"],
        "1.64": ["1.31", "1.34"],
        "1.65": ["1.33", "1.35"],
        "1.66": ["1.34", "1.36"],
    },
    // cert-manager/website content/docs/releases/README.md (2026-08-22).
    certManagerChart: { "1.20": ["1.32", "1.35"], "1.21": ["1.33", "1.36"] },
};

/** The oldest Kubernetes that a minor of a part can run on. */
const neededKubernetes: { readonly [P in Part]?: Readonly<Record<string, string>> } = {
    // Validation rules inside the definitions: external-snapshotter CHANGELOG/CHANGELOG-8.0.md.
    externalSnapshotter: {
        "8.0": "1.25",
        "8.1": "1.25",
        "8.2": "1.25",
        "8.3": "1.25",
        "8.4": "1.25",
        "8.5": "1.25",
        "8.6": "1.25",
    },
    // `kubeVersion` of the chart's Chart.yaml, which Helm holds.
    longhorn: { "1.11": "1.25", "1.12": "1.25" },
    // The chart states no bound (Chart.yaml of 3.17.1), so the floor of this package is all there is.
    cephCsiRbd: { "3.17": oldestKubernetes },
};

/** The CDI whose API a minor of KubeVirt is built with: go.mod of its last tag (containerized-data-importer-api). */
const cdiOfKubevirt: Readonly<Record<string, string>> = {
    "1.7": "1.63",
    "1.8": "1.64",
    "1.9": "1.64",
};

/** The csi-snapshotter sidecar that a minor of a chart brings: values.yaml of ceph-csi-rbd 3.17.1 and longhorn 1.12.1. */
const sidecarOf: { readonly [P in Part]?: Readonly<Record<string, string>> } = {
    cephCsiRbd: { "3.17": "8.5" },
    longhorn: { "1.12": "8.6" },
};

/** A version and how it was written. */
interface Written extends Version {
    readonly text: string;
}

/** Whether the versions of a platform go together: what cannot work is a problem, what nobody has tried is a warning. */
export function checkCompatibility(versions: PlatformVersions): Findings {
    const check = new Check();
    const parsed = new Map<Part, Written>();
    for (const [part, text] of Object.entries(versions) as [Part, string][]) {
        const version = parseVersion(text);
        if (version === undefined) {
            check.refuse(
                part,
                `is ${JSON.stringify(text)}, which is not a version`,
                `write it as it is published, such as "v1.9.0"`,
            );
        } else {
            parsed.set(part, { ...version, text });
        }
    }
    const kubernetes = parsed.get("kubernetes");
    if (kubernetes !== undefined) {
        checkKubernetes(kubernetes, check);
    }
    for (const [part, version] of parsed) {
        checkKnown(part, version, check);
        if (kubernetes !== undefined) {
            checkPart(part, version, kubernetes, check);
        }
    }
    checkCdi(parsed, check);
    checkSnapshotter(parsed, check);
    return check;
}

function checkKubernetes(version: Written, check: Check): void {
    if (olderThan(version, oldestKubernetes)) {
        check.refuse(
            "kubernetes",
            `is ${quoted(version)}, which is older than ${oldestKubernetes}, the oldest that this platform runs on`,
            `upgrade the cluster to ${oldestKubernetes} or newer`,
        );
    }
}

/** A minor that the table does not have is nothing to forbid: it says what the table knows. */
function checkKnown(part: Part, version: Written, check: Check): void {
    const rows = testedKubernetes[part] ?? neededKubernetes[part];
    if (rows === undefined || minorOf(version) in rows) {
        return;
    }
    const minors = Object.keys(rows);
    const oldest = minors[0] ?? "";
    const newest = minors.at(-1) ?? "";
    check.warn(
        part,
        olderThan(version, oldest)
            ? `is ${quoted(version)}, which is older than ${oldest}, the first in the table of what goes together`
            : `is ${quoted(version)}, which is not in the table of what goes together yet`,
        `use ${listed(minors)} of ${partNames[part]}, or try it on a cluster without data first; the newest that is known is ${newest}`,
    );
}

function checkPart(part: Part, version: Written, kubernetes: Written, check: Check): void {
    const name = `${partNames[part]} ${version.text}`;
    const needed = neededKubernetes[part]?.[minorOf(version)];
    if (needed !== undefined && olderThan(kubernetes, needed)) {
        check.refuse(
            part,
            `is ${quoted(version)}, which needs Kubernetes ${needed} or newer, and the cluster has ${kubernetes.text}`,
            `upgrade the cluster to Kubernetes ${needed} or newer`,
        );
    }
    const tested = testedKubernetes[part]?.[minorOf(version)];
    if (tested === undefined) {
        return;
    }
    const [oldest, newest] = tested;
    if (olderThan(kubernetes, oldest) || newerThan(kubernetes, newest)) {
        const others = minorsFor(part, kubernetes);
        check.warn(
            part,
            `is ${quoted(version)}, which its project tests with Kubernetes ${oldest} to ${newest}, and the cluster has ${kubernetes.text}`,
            `${others.length === 0 ? "" : `use ${listed(others)} of ${partNames[part]}, or `}run ${name} on Kubernetes ${oldest} to ${newest}`,
        );
    }
}

function checkCdi(parsed: ReadonlyMap<Part, Written>, check: Check): void {
    const kubevirt = parsed.get("kubevirt");
    const cdi = parsed.get("cdi");
    const oldest = kubevirt === undefined ? undefined : cdiOfKubevirt[minorOf(kubevirt)];
    if (kubevirt !== undefined && cdi !== undefined && oldest !== undefined) {
        if (olderThan(cdi, oldest)) {
            check.warn(
                "cdi",
                `is ${quoted(cdi)}, which is older than ${oldest}, whose API KubeVirt ${kubevirt.text} is built with`,
                `use CDI ${oldest} or newer`,
            );
        }
    }
}

/**
 * Controller and definitions should not be older than the sidecar of the CSI driver.
 * Source: ceph-csi docs/ceph-csi-upgrade.md ("sidecar, controller, crds of same version").
 */
function checkSnapshotter(parsed: ReadonlyMap<Part, Written>, check: Check): void {
    const snapshotter = parsed.get("externalSnapshotter");
    for (const [part, version] of parsed) {
        const sidecar = sidecarOf[part]?.[minorOf(version)];
        if (snapshotter !== undefined && sidecar !== undefined && olderThan(snapshotter, sidecar)) {
            check.warn(
                "externalSnapshotter",
                `is ${quoted(snapshotter)}, which is older than the csi-snapshotter ${sidecar} that ${partNames[part]} ${version.text} brings`,
                `use external-snapshotter ${sidecar} or newer`,
            );
        }
    }
}

/** The minors of a part that are tested with a Kubernetes. */
function minorsFor(part: Part, kubernetes: Version): string[] {
    return Object.entries(testedKubernetes[part] ?? {})
        .filter(([, [from, to]]) => !olderThan(kubernetes, from) && !newerThan(kubernetes, to))
        .map(([minor]) => minor);
}

function olderThan(version: Version, minor: string): boolean {
    return compareMinors(version, minor) < 0;
}

function newerThan(version: Version, minor: string): boolean {
    return compareMinors(version, minor) > 0;
}

function compareMinors(version: Version, minor: string): number {
    const [major = 0, least = 0] = minor.split(".").map(Number);
    return compareVersions(
        { major: version.major, minor: version.minor, patch: 0 },
        { major, minor: least, patch: 0 },
    );
}

function quoted({ text }: Written): string {
    return JSON.stringify(text);
}

function listed(minors: readonly string[]): string {
    return minors.length < 2
        ? (minors[0] ?? "")
        : `${minors.slice(0, -1).join(", ")} or ${minors.at(-1) ?? ""}`;
}
