import type { Problem, Problems } from "../../model/problems";
import { checkUpgrade } from "../../model/upgrade";
import type { Part } from "../../model/versions";
import type { FoundObject } from "../platform/objects";
import type { ChartBackendSetup } from "./chart-setup";
import { type HelmMark, pendingProblem } from "./helm-mark";

/**
 * Adds what of the cluster stands in the way of a chart: Helm takes over nothing that is not its release's, one driver of a name is
 * all that a cluster can have, and an upgrade goes step by step.
 */
export function refuseStanding(
    { release, className, part }: Pick<ChartBackendSetup, "release" | "className" | "part">,
    version: string,
    found: readonly FoundObject[],
    mark: HelmMark,
    problems: Problems,
): void {
    const foreign = found.find((one) => one.found.state === "foreign");
    const going = found.find((one) => one.found.state === "going");
    const pending = pendingProblem(mark, release);
    const namespace = JSON.stringify(release.namespace);
    if (mark.state === "foreign") {
        problems.add(
            "cluster",
            `has ${mark.what} already, which is not this stack's ${release.namespace}/${release.name}`,
            "use its classes with ExistingStorage, or put the old namespace back where it is this stack's; what is there stays untouched",
        );
    } else if (foreign !== undefined) {
        const { kind, metadata } = foreign.object;
        problems.add(
            "namespace",
            `is ${namespace}, and the cluster has a ${kind} ${metadata.name} that is not this stack's`,
            kind === "Namespace"
                ? `delete it where it is empty, or choose another; a driver in it is used with ExistingStorage instead of ${className}`
                : "delete it, or choose another namespace",
        );
    }
    if (going !== undefined) {
        const { kind, metadata } = going.object;
        problems.add(
            "namespace",
            `is ${namespace}, and the ${kind} ${metadata.name} of an earlier install is just being deleted`,
            "run again when it is gone",
        );
    }
    if (pending !== undefined) {
        problems.add(pending.field, pending.fault, pending.cure);
    }
    if (mark.state === "ours" && mark.version !== undefined) {
        const step = checkUpgrade(part, mark.version, version);
        if (step !== undefined) {
            problems.add("version", step.fault, step.cure);
        }
    }
}

/**
 * What is wrong with the way from one version of a chart to another. A chart from a folder or a file has its own, which only the
 * provider has read: it is in a release's inputs (pulumi-kubernetes provider/pkg/provider/helm_release.go, Check).
 */
export function chartStep(part: Part, before: unknown, after: unknown): readonly Problem[] {
    const [old, wanted] = [versionIn(before), versionIn(after)];
    const step =
        old === undefined || wanted === undefined ? undefined : checkUpgrade(part, old, wanted);
    return step === undefined ? [] : [{ field: "chart", ...step }];
}

function versionIn(inputs: unknown): string | undefined {
    const { version } = (inputs ?? {}) as { readonly version?: string };
    return version === "" ? undefined : version;
}
