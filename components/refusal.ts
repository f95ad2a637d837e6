import * as pulumi from "@pulumi/pulumi";
import type { Findings } from "../model/findings";
import type { Problem, Problems } from "../model/problems";
import { problemsText } from "../model/problems";
import { program } from "../waits/program";
import { say } from "../waits/say";

/** Says all problems of a component on its own line; the run fails when every component was looked at. True when there were any. */
export function refuse(
    component: pulumi.Resource,
    kind: string,
    name: string,
    problems: readonly Problem[],
): boolean {
    if (problems.length === 0) {
        return false;
    }
    const text = problemsText(kind, name, problems);
    program.refuse(text, `${kind} "${name}" is refused`, component);
    return true;
}

/** Ends the program over values of a wrong type: there is nothing that a component could be made of. */
export function refuseShape(kind: string, name: string, problems: readonly Problem[]): void {
    if (problems.length > 0) {
        throw new pulumi.RunError(problemsText(kind, name, problems));
    }
}

/**
 * What has to be there before an update, and need not be before a preview: another stack may bring it in between. A warning in
 * a preview, a problem in an update.
 */
export function refuseInUpdate(
    component: pulumi.Resource,
    kind: string,
    name: string,
    problem: Problem,
    problems: Problems,
): void {
    if (pulumi.runtime.isDryRun()) {
        say("warn", problemsText(kind, name, [problem]), component);
    } else {
        problems.add(problem.field, problem.fault, problem.cure);
    }
}

/** Takes over what a check found: its problems are refused with the others, its warnings are said at once. */
export function tellFindings(
    component: pulumi.Resource,
    kind: string,
    name: string,
    { problems: found, warnings }: Findings,
    problems: Problems,
): void {
    for (const { field, fault, cure } of found) {
        problems.add(field, fault, cure);
    }
    if (warnings.length > 0) {
        say("warn", problemsText(kind, name, warnings), component);
    }
}
