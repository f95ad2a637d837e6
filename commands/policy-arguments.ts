import { join } from "node:path";
import { projectFolder } from "./target";

/**
 * What has pulumi judge a stack by the project's policies. Whoever names packs of their own has chosen; a destroy makes nothing that
 * could be judged.
 */
export function policyArguments(
    operation: "up" | "preview" | "destroy",
    rest: readonly string[],
): readonly string[] {
    const isChosen = rest.some((argument) => /^--policy-pack(=|$)/.test(argument));
    return operation === "destroy" || isChosen
        ? []
        : ["--policy-pack", join(projectFolder, "policies")];
}
