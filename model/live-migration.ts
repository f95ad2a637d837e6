import { type Duration, durationFault, millisecondsOf } from "./duration";
import { type FeatureGateChoice, featureIsOn } from "./feature-gates";
import { Check, type Findings } from "./findings";
import { nameFault } from "./names";
import { type Size, sizeFault } from "./size";
import { compareVersions, parseVersion } from "./versions";

/** The limits of live migration for the whole cluster. A MigrationPolicy sets them for a group of machines. */
export interface LiveMigrationArgs {
    /**
     * Migrations that run at the same time in the whole cluster.
     *
     * @unit count
     * @defaultValue 5, KubeVirt's own
     * @impact live
     */
    readonly parallelPerCluster?: number;
    /**
     * Migrations that leave one node at the same time.
     *
     * @unit count
     * @defaultValue 2, KubeVirt's own
     * @impact live
     */
    readonly parallelOutboundPerNode?: number;
    /**
     * Network bandwidth of one migration.
     *
     * @unit binary size per second: Mi, Gi or Ti
     * @defaultValue no limit, KubeVirt's own
     * @impact live: it counts from the next migration on
     * @example "64Mi"
     */
    readonly bandwidthPerMigration?: Size;
    /**
     * How long a migration may take for each GiB of memory and disks to copy. After that it is given up, or forced through as
     * `allowPostCopy` and `allowWorkloadDisruption` say.
     *
     * @unit duration: `"150 seconds"`
     * @defaultValue 150 seconds, KubeVirt's own
     * @impact live
     */
    readonly completionTimeoutPerGiB?: Duration;
    /**
     * How long a migration may stand still before it is given up.
     *
     * @unit duration: `"150 seconds"`
     * @defaultValue 150 seconds, KubeVirt's own
     * @impact live
     */
    readonly progressTimeout?: Duration;
    /**
     * How long a machine may stand still while it is handed over. Needs the feature gate MigrationStallDetection.
     *
     * @unit duration, at least a millisecond: `"0.9 seconds"`
     * @defaultValue 900 milliseconds, KubeVirt's own
     * @impact live
     */
    readonly maxDowntime?: Duration;
    /**
     * Slow a machine's CPUs down when its memory changes faster than it can be copied.
     *
     * @defaultValue false, KubeVirt's own: machines keep their speed
     * @impact live
     */
    readonly allowAutoConverge?: boolean;
    /**
     * Finish a slow migration on the target node, which fetches memory as it is needed. A network failure then crashes the
     * machine.
     *
     * @defaultValue false, KubeVirt's own: a migration is given up rather than a machine put at risk
     * @impact live
     */
    readonly allowPostCopy?: boolean;
    /**
     * Pause a machine, or switch it to post-copy where that is allowed, when its migration takes too long, instead of giving
     * the migration up.
     *
     * @defaultValue as `allowPostCopy`, KubeVirt's own
     * @impact live
     */
    readonly allowWorkloadDisruption?: boolean;
    /**
     * Name of a NetworkAttachmentDefinition in KubeVirt's namespace that migrations use.
     *
     * @defaultValue the pod network
     * @impact live: KubeVirt's node agents are rolled out again
     */
    readonly network?: string;
}

/**
 * What KubeVirt would refuse or do without a word.
 * Source: KubeVirt staging/src/kubevirt.io/api/core/v1/types.go (MigrationConfiguration) and
 * pkg/virt-operator/webhooks/kubevirt-update-admitter.go (validateMigrationConfiguration).
 */
export function checkLiveMigration(
    args: LiveMigrationArgs,
    version: string,
    gates: FeatureGateChoice,
): Findings {
    const check = new Check();
    for (const field of ["parallelPerCluster", "parallelOutboundPerNode"] as const) {
        const count = args[field];
        if (count !== undefined && (!Number.isInteger(count) || count < 1)) {
            check.refuse(
                field,
                `is ${String(count)}, which is not a number of migrations`,
                "write a whole number from 1",
            );
        }
    }
    const { parallelPerCluster: all, parallelOutboundPerNode: each } = args;
    if (all !== undefined && each !== undefined && each > all) {
        check.warn(
            "parallelOutboundPerNode",
            `is ${String(each)}, which is more than the ${String(all)} of the whole cluster`,
            "raise parallelPerCluster too",
        );
    }
    if (args.bandwidthPerMigration !== undefined) {
        check.refuseIf("bandwidthPerMigration", sizeFault(args.bandwidthPerMigration));
    }
    for (const field of ["completionTimeoutPerGiB", "progressTimeout"] as const) {
        const duration = args[field];
        if (duration !== undefined) {
            check.refuseIf(field, durationFault(duration) ?? wholeSecondsFault(duration));
        }
    }
    if (args.network !== undefined) {
        check.refuseIf("network", nameFault(args.network));
    }
    if (args.allowPostCopy === true && args.allowWorkloadDisruption === false) {
        // shouldAssistMigrationToComplete in pkg/virt-launcher/virtwrap/live-migration-source.go asks for allowWorkloadDisruption first.
        check.warn(
            "allowPostCopy",
            "is true beside allowWorkloadDisruption false, and then KubeVirt never switches to post-copy",
            "leave allowWorkloadDisruption out, or allowPostCopy",
        );
    }
    if (args.maxDowntime !== undefined) {
        checkMaxDowntime(args.maxDowntime, version, gates, check);
    }
    return check;
}

function checkMaxDowntime(
    duration: Duration,
    version: string,
    gates: FeatureGateChoice,
    check: Check,
): void {
    const fault = durationFault(duration);
    check.refuseIf("maxDowntime", fault);
    if (fault === undefined && millisecondsOf(duration) > 2_000_000) {
        // The maximum in the definition of MigrationConfiguration.maxDowntimeMs.
        check.refuse(
            "maxDowntime",
            `is ${JSON.stringify(duration)}, which is more than the 2000 seconds that KubeVirt allows`,
            `write a shorter time, such as "1 second"`,
        );
    }
    const parsed = parseVersion(version);
    if (parsed !== undefined && compareVersions(parsed, { major: 1, minor: 9, patch: 0 }) < 0) {
        check.refuse(
            "maxDowntime",
            `is ${JSON.stringify(duration)}, which KubeVirt ${version} does not have`,
            "leave it out, or use KubeVirt v1.9.0 or newer",
        );
    } else if (featureIsOn("MigrationStallDetection", version, gates) === false) {
        check.refuse(
            "maxDowntime",
            `is ${JSON.stringify(duration)}, which KubeVirt refuses without the feature gate MigrationStallDetection`,
            `enable "MigrationStallDetection" in featureGates, or leave it out`,
        );
    }
}

/** KubeVirt counts in whole seconds, and 0 means at once. */
function wholeSecondsFault(duration: Duration): { fault: string; cure: string } | undefined {
    const seconds = millisecondsOf(duration) / 1000;
    return Number.isInteger(seconds)
        ? undefined
        : {
              fault: `is ${JSON.stringify(duration)}, which is not a whole number of seconds`,
              cure: `write it in seconds, such as "150 seconds"`,
          };
}
