import { type Problem, problemsText } from "../model/problems";
import { exemptedBy } from "./exemptions";
import type { Policy, Settings, StackProblem } from "./policy";
import { fieldsOf, isRelease, kindOf, placeOf, type Resource } from "./resource";

/** What a policy has against one resource, where neither the policy nor the user exempts it. */
export function judged(policy: Policy, resource: Resource, settings: Settings): readonly Problem[] {
    return isExempt(policy, resource, settings) ? [] : (policy.judge?.(resource, settings) ?? []);
}

/** What a policy has against the resources of a stack together. */
export function judgedTogether(
    policy: Policy,
    resources: readonly Resource[],
    settings: Settings,
): readonly StackProblem[] {
    const found = policy.judgeStack?.(resources, settings) ?? [];
    return found.filter(({ resource }) => !isExempt(policy, resource, settings));
}

/** A violation as a person reads it: object, field, value, and what to do. */
export function violationText(resource: Resource, problem: Problem): string {
    const kind = isRelease(resource) ? "Helm release" : (kindOf(resource) ?? resource.type);
    return problemsText(kind, placeOf(resource), [problem]);
}

function isExempt(policy: Policy, resource: Resource, settings: Settings): boolean {
    return (
        (policy.exempts ?? []).some(({ applies }) => applies(resource)) ||
        exemptedBy(resource, fieldsOf(settings, "exempt")) !== undefined
    );
}
