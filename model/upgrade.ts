import { partNames } from "./compatibility";
import { compareVersions, type Part, parseVersion, type Version } from "./versions";

/** Parts whose project supports the step to the next minor only. */
const oneMinorAtATime: readonly Part[] = [
    // kubevirt/user-guide docs/cluster_admin/updating_and_deletion.md: "Updating is only supported from N-1 to N release".
    "kubevirt",
    // longhorn/website content/docs/1.12.1/deploy/upgrade: skipping a minor fails in its pre-upgrade job.
    "longhorn",
    // ceph-csi docs/ceph-csi-upgrade.md: one guide for each step, from a minor to the next.
    "cephCsiRbd",
];

/**
 * CDI publishes no rule of steps. Its own upgrade test goes through these minors, in this order, and from the last one straight
 * to the version under test (automation/upgrade.sh and test.sh of v1.66.0, `UPGRADE_FROM` of `MULTI_UPGRADE`).
 */
const stopsOfCdi = ["v1.35.0", "v1.37.0", "v1.40.0", "v1.49.0"] as const;

/** The last patch of the minors that are over or nearly so: the tags of the project. */
const lastPatches: { readonly [P in Part]?: Readonly<Record<string, string>> } = {
    kubevirt: { "1.6": "v1.6.6", "1.7": "v1.7.4", "1.8": "v1.8.4" },
};

interface Refusal {
    readonly fault: string;
    readonly cure: string;
}

/**
 * Why a part must not go from one version to another, with the steps to take instead, or undefined when it may. An older
 * version is always refused: operators migrate their objects, and none of them migrates back. CDI's stops working
 * ("operator downgraded, will not reconcile": controller-lifecycle-operator-sdk pkg/sdk/reconciler/versions.go).
 */
export function checkUpgrade(part: Part, from: string, to: string): Refusal | undefined {
    const old = parseVersion(from);
    const next = parseVersion(to);
    if (old === undefined || next === undefined) {
        return undefined;
    }
    if (compareVersions(next, old) < 0) {
        return {
            fault: `is ${JSON.stringify(to)}, which is older than the installed ${from}, and ${partNames[part]} does not go back`,
            cure: `write "${from}" or a newer version`,
        };
    }
    if (next.major !== old.major) {
        return {
            fault: `is ${JSON.stringify(to)}, another major version than the installed ${from}, and no rule for that step is known`,
            cure: `upgrade ${partNames[part]} as its own guide says, and adopt it afterwards`,
        };
    }
    const steps = stepsBetween(part, old, next);
    return steps.length === 0
        ? undefined
        : {
              fault: `is ${JSON.stringify(to)}, which skips a step that ${partNames[part]} needs on the way from ${from}`,
              cure: `go to ${[...steps, to].join(", then to ")}, each in an update of its own`,
          };
}

/**
 * What the project does not test about an upgrade that is allowed: KubeVirt supports the step to the next minor from the last
 * patch of the minor before, and inside a minor one patch at a time.
 * Source: kubevirt/user-guide docs/cluster_admin/updating_and_deletion.md ("Supported Upgrade Paths").
 */
export function upgradeAdvice(part: Part, from: string, to: string): Refusal | undefined {
    const old = parseVersion(from);
    const next = parseVersion(to);
    if (part !== "kubevirt" || old === undefined || next === undefined) {
        return undefined;
    }
    const last = lastPatches[part]?.[minorText(old)];
    if (next.minor > old.minor && last !== undefined && isOlder(from, last)) {
        return {
            fault: `goes from ${from} to ${to}, and KubeVirt tests the step to the next minor from ${last}, the last of its minor`,
            cure: `go to ${last} first, or try the step on a cluster without data`,
        };
    }
    if (next.minor === old.minor && next.patch > old.patch + 1) {
        const between = `v${minorText(old)}.${old.patch + 1}`;
        return {
            fault: `goes from ${from} to ${to}, and KubeVirt tests one patch at a time`,
            cure: `go to ${between} first, or try the step on a cluster without data`,
        };
    }
    return undefined;
}

/** The versions that must not be left out. */
function stepsBetween(part: Part, from: Version, to: Version): string[] {
    if (part === "cdi") {
        return stopsOfCdi.filter((stop) => {
            const version = parseVersion(stop) as Version;
            return compareVersions(from, version) < 0 && version.minor < to.minor;
        });
    }
    if (!oneMinorAtATime.includes(part)) {
        return [];
    }
    const minors = Array.from(
        { length: Math.max(0, to.minor - from.minor - 1) },
        (_, index) => from.minor + 1 + index,
    );
    return minors.map(
        (minor) => lastPatches[part]?.[`${to.major}.${minor}`] ?? `the last ${to.major}.${minor}.x`,
    );
}

function isOlder(version: string, than: string): boolean {
    return compareVersions(parseVersion(version) as Version, parseVersion(than) as Version) < 0;
}

function minorText({ major, minor }: Version): string {
    return `${major}.${minor}`;
}
