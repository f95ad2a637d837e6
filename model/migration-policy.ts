import { Check, type Findings } from "./findings";
import { checkLabels } from "./labels";
import type { LiveMigrationArgs } from "./live-migration";
import { checkLiveMigration } from "./live-migration";
import { objectNameFault } from "./object-name";

/** Which machines a policy is for: those that have all of the labels. */
export interface MigrationSelectors {
    /** Of their namespace. */
    readonly namespaces?: Readonly<Record<string, string>>;
    /** Of the machines. */
    readonly machines?: Readonly<Record<string, string>>;
}

/** The limits that a policy can set. Source: KubeVirt staging/src/kubevirt.io/api/migrations/v1alpha1/types.go. */
export type MigrationLimits = Pick<
    LiveMigrationArgs,
    | "bandwidthPerMigration"
    | "completionTimeoutPerGiB"
    | "allowAutoConverge"
    | "allowPostCopy"
    | "allowWorkloadDisruption"
>;

/** Everything a MigrationPolicy object is built from. */
export interface MigrationPolicyPlan {
    /** Of the policy on the cluster. */
    readonly name: string;
    readonly selectors: MigrationSelectors;
    readonly limits: MigrationLimits;
}

/** What KubeVirt would refuse, or take without doing anything. */
export function checkMigrationPolicy({ name, selectors, limits }: MigrationPolicyPlan): Findings {
    const check = new Check();
    check.refuseIf("policyName", objectNameFault(name));
    check.addFrom("namespaces", {
        problems: checkLabels(selectors.namespaces ?? {}),
        warnings: [],
    });
    check.addFrom("machines", { problems: checkLabels(selectors.machines ?? {}), warnings: [] });
    if (labelsOf(selectors) === 0) {
        check.refuse(
            "machines",
            "and namespaces name no label, and the policy would be for every machine of the cluster",
            `name the labels of the machines, or of their namespaces; what is for all is set in KubeVirt's liveMigration`,
        );
    }
    if (Object.values(limits as Readonly<Record<string, unknown>>).every(isMissing)) {
        check.warn("machines", "is all that the policy says, so it changes nothing", "set a limit");
    }
    const { problems, warnings } = checkLiveMigration(limits, "", { enable: [], disable: [] });
    for (const { field, fault, cure } of problems) {
        check.refuse(field, fault, cure);
    }
    for (const { field, fault, cure } of warnings) {
        check.warn(field, fault, cure);
    }
    return check;
}

/**
 * The policy that KubeVirt takes for a machine: of those whose labels it has, the one with the most labels, then with the most of
 * the machine's, then the first by name. Undefined: none, and KubeVirt's own configuration counts.
 * Source: KubeVirt v1.9 pkg/virt-controller/watch/migration/migrationpolicy.go (matchPolicy).
 */
export function policyFor<P extends Pick<MigrationPolicyPlan, "name" | "selectors">>(
    policies: readonly P[],
    machine: { readonly labels: Labels; readonly namespaceLabels: Labels },
): P | undefined {
    return policies
        .filter(
            ({ selectors }) =>
                has(machine.labels, selectors.machines) &&
                has(machine.namespaceLabels, selectors.namespaces),
        )
        .sort(byPrecedence)[0];
}

/**
 * The other policies that may be for the same machines with as many labels, so that only the names decide. One that has more
 * labels than another is an exception to it, and means to be.
 */
export function rivalPolicies<P extends Pick<MigrationPolicyPlan, "name" | "selectors">>(
    policy: P,
    others: readonly P[],
): readonly P[] {
    return others.filter(
        (other) =>
            labelsOf(other.selectors) === labelsOf(policy.selectors) &&
            countOf(other.selectors.machines) === countOf(policy.selectors.machines) &&
            mayMeet(other.selectors.machines, policy.selectors.machines) &&
            mayMeet(other.selectors.namespaces, policy.selectors.namespaces),
    );
}

type Labels = Readonly<Record<string, string>>;

function isMissing(value: unknown): boolean {
    return value === undefined;
}

function byPrecedence(
    one: Pick<MigrationPolicyPlan, "name" | "selectors">,
    other: Pick<MigrationPolicyPlan, "name" | "selectors">,
): number {
    return (
        labelsOf(other.selectors) - labelsOf(one.selectors) ||
        countOf(other.selectors.machines) - countOf(one.selectors.machines) ||
        (one.name < other.name ? -1 : 1)
    );
}

function has(labels: Labels, wanted: Labels = {}): boolean {
    return Object.entries(wanted).every(
        ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
    );
}

/** Whether something can have the labels of both. */
function mayMeet(one: Labels = {}, other: Labels = {}): boolean {
    return Object.entries(one).every(
        ([key, value]) => !Object.hasOwn(other, key) || other[key] === value,
    );
}

function labelsOf({ namespaces, machines }: MigrationSelectors): number {
    return countOf(namespaces) + countOf(machines);
}

function countOf(labels: Labels = {}): number {
    return Object.keys(labels).length;
}
