import type * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../model/problems";
import { problemsText } from "../model/problems";
import { program } from "../waits/program";

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
