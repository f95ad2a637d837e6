import { placeText } from "../model/machine-difference";
import { Problems } from "../model/problems";
import type { Policy } from "./policy";
import { leavesOf } from "./resource";
import { isLiteral, isSecretName, secretIn } from "./secret-signs";
import { chartValuesOf } from "./workloads";

const remedy =
    "name a Secret that the chart reads (existingSecret or the like), or make the value a Pulumi secret";

export const chartSecrets: Policy = {
    name: "no-secrets-in-chart-values",
    asks: "Values of Helm charts name Secrets, and hold none.",
    why: "a chart's values are in the state and in the release; a policy cannot see whether they are Pulumi secrets there, so it never stops an update",
    remedy,
    levels: { local: "disabled", staging: "advisory", production: "advisory" },
    judge: (resource) => {
        const problems = new Problems();
        for (const { place, spec } of chartValuesOf(resource)) {
            for (const leaf of leavesOf(spec, place)) {
                const isSecret = isSecretName(leaf.place.at(-1) ?? "");
                if (isLiteral(leaf.value) && (isSecret || secretIn(leaf.value) !== undefined)) {
                    problems.add(placeText(leaf.place), "looks like a secret", remedy);
                }
            }
        }
        return problems.all;
    },
};
