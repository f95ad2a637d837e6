import type { Duration } from "../../model/duration";
import type { MigrationPolicyPlan } from "../../model/migration-policy";
import type { Problem } from "../../model/problems";
import { closedShapeProblems, type Shapes } from "../../model/shape";
import type { Size } from "../../model/size";
import type { Place } from "../platform/place";

/** What a {@link MigrationPolicy} needs. */
export interface MigrationPolicyArgs {
    /**
     * The cluster, or the platform on it: the policy is then made when KubeVirt is ready.
     *
     * @impact live: the policy is made on the other cluster
     */
    readonly cluster: Place;
    /**
     * Name of the policy on the cluster, which has one set of them for all namespaces.
     *
     * @defaultValue the component's name
     * @impact live: it is made under the new name, and goes under the old one
     */
    readonly policyName?: string;
    /**
     * For the machines of namespaces that have all of these labels.
     *
     * @defaultValue none: namespaces are not looked at
     * @impact live: it counts from a machine's next migration on
     * @example { "kubernetes.io/metadata.name": "vms" }
     */
    readonly namespaces?: Readonly<Record<string, string>>;
    /**
     * For machines that have all of these labels. A running machine has the labels that it was started with.
     *
     * @defaultValue none: the machines' own labels are not looked at
     * @impact live: it counts from a machine's next migration on
     * @example { tier: "database" }
     */
    readonly machines?: Readonly<Record<string, string>>;
    /**
     * Network bandwidth of one migration.
     *
     * @unit binary size per second: Mi, Gi or Ti
     * @defaultValue as in KubeVirt's `liveMigration`
     * @impact live: it counts from a machine's next migration on
     * @example "64Mi"
     */
    readonly bandwidthPerMigration?: Size;
    /**
     * How long a migration may take for each GiB of memory and disks to copy. After that it is given up, or forced through as
     * `allowPostCopy` and `allowWorkloadDisruption` say.
     *
     * @unit duration: `"150 seconds"`
     * @defaultValue as in KubeVirt's `liveMigration`
     * @impact live: it counts from a machine's next migration on
     */
    readonly completionTimeoutPerGiB?: Duration;
    /**
     * Slow a machine's CPUs down when its memory changes faster than it can be copied.
     *
     * @defaultValue as in KubeVirt's `liveMigration`
     * @impact live: it counts from a machine's next migration on
     */
    readonly allowAutoConverge?: boolean;
    /**
     * Finish a slow migration on the target node, which fetches memory as it is needed. A network failure then crashes the
     * machine.
     *
     * @defaultValue as in KubeVirt's `liveMigration`
     * @impact live: it counts from a machine's next migration on
     */
    readonly allowPostCopy?: boolean;
    /**
     * Pause a machine, or switch it to post-copy where that is allowed, when its migration takes too long, instead of giving
     * the migration up.
     *
     * @defaultValue as in KubeVirt's `liveMigration`
     * @impact live: it counts from a machine's next migration on
     */
    readonly allowWorkloadDisruption?: boolean;
}

/** Values of a wrong type, which no policy can be made of. */
export function migrationPolicyShape(args: MigrationPolicyArgs): readonly Problem[] {
    return closedShapeProblems(args, shapes);
}

const shapes: Shapes = {
    all: {
        cluster: "object",
        policyName: "text",
        namespaces: "object",
        machines: "object",
        bandwidthPerMigration: "text",
        completionTimeoutPerGiB: "text",
        allowAutoConverge: "flag",
        allowPostCopy: "flag",
        allowWorkloadDisruption: "flag",
    },
    required: ["cluster"],
};

/** What the object of a policy is built from. */
export function migrationPolicyPlan(name: string, args: MigrationPolicyArgs): MigrationPolicyPlan {
    const { cluster: _, policyName = name, namespaces, machines, ...limits } = args;
    return {
        name: policyName,
        selectors: {
            ...(namespaces === undefined ? {} : { namespaces }),
            ...(machines === undefined ? {} : { machines }),
        },
        limits,
    };
}
