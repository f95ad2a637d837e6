import * as pulumi from "@pulumi/pulumi";
import { machineChangeText } from "../../model/machine-change-text";
import { machineChanges } from "../../model/machine-changes";
import { say } from "../../waits/say";

/** Says in a preview which changes arrive while the machine runs, and which wait for a restart. An update says what KubeVirt says. */
export function changeNotice(
    name: string,
    component: pulumi.Resource,
    migratable: boolean,
): pulumi.ResourceHook {
    return new pulumi.ResourceHook(
        `${name}-changes`,
        ({ oldInputs, newInputs }) => {
            const text = machineChangeText(
                machineChanges(
                    (oldInputs ?? {}) as Record<string, unknown>,
                    (newInputs ?? {}) as Record<string, unknown>,
                    { migratable },
                ),
            );
            if (pulumi.runtime.isDryRun() && text !== "") {
                say("info", `VirtualMachine "${name}" changes: ${text}.`, component);
            }
        },
        { onDryRun: true },
    );
}
