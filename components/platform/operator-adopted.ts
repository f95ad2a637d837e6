import type * as pulumi from "@pulumi/pulumi";
import type { Problems } from "../../model/problems";
import type { FoundOperator, OperatorKind } from "../../waits/platform-gates";
import { say } from "../../waits/say";
import { refuseInUpdate } from "../refusal";

/** Who adopts. */
export interface Adopter {
    readonly component: pulumi.ComponentResource;
    readonly className: string;
    readonly name: string;
    readonly kind: OperatorKind;
}

/** Says what an adopting stack finds. What cannot be adopted is a problem in an update, and a warning in a preview. */
export function sayFound(
    setup: Adopter,
    operators: readonly FoundOperator[] | undefined,
    problems: Problems,
): void {
    const { component, kind } = setup;
    if (operators === undefined) {
        return;
    }
    const [operator, ...more] = operators;
    if (operator === undefined) {
        const problem = {
            field: "mode",
            fault: `is adopt, and the cluster has no ${kind}`,
            cure: `install it there first, or write mode: "install"`,
        };
        refuseInUpdate(component, setup.className, setup.name, problem, problems);
        return;
    }
    if (more.length > 0) {
        const names = operators.map((one) => `${one.namespace ?? ""}/${one.name}`);
        problems.add(
            "mode",
            `is adopt, and the cluster has ${String(operators.length)} of them: ${names.join(", ")}`,
            "remove all but one: only one can be active",
        );
        return;
    }
    const where = operator.namespace === undefined ? "" : ` in namespace ${operator.namespace}`;
    const block = "BlockUninstallIfWorkloadsExist";
    say(
        "info",
        `adopted: ${kind} ${operator.version === "" ? "(no version yet)" : operator.version}${where}, ${operator.phase === "" ? "no phase yet" : operator.phase}`,
        component,
    );
    if (operator.uninstallStrategy !== block) {
        say(
            "warn",
            `its uninstallStrategy is ${operator.uninstallStrategy ?? "not set"}: whoever deletes it deletes the ${kind === "CDI" ? "DataVolumes and their data" : "machines"} with it. Have its owner set ${block}`,
            component,
        );
    }
}
