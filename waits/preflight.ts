import type { PlatformVersions } from "../model/compatibility";
import { checkCompatibility, partNames } from "../model/compatibility";
import type { Part } from "../model/versions";
import { pinned } from "../model/versions";
import type { FoundOperator } from "./platform-look";
import type { Finding, PreflightObservation, Reading } from "./preflight-facts";
import { checked } from "./preflight-facts";
import { nodeFindings } from "./preflight-nodes";
import { storageFindings } from "./preflight-storage";

export type { Finding, PreflightObservation } from "./preflight-facts";

/** Whether a cluster has what virtual machines need, check by check: what is missing, and what cannot be seen from here. */
export function preflight(observed: PreflightObservation): readonly Finding[] {
    const { kubernetes, kubevirt, cdi } = observed;
    return [
        ...checked("Versions", kubernetes, (version) => versions(version, kubevirt, cdi)),
        ...checked("KubeVirt", kubevirt, (found = []) => operator(found)),
        ...checked("CDI", cdi, (found = []) => operator(found)),
        ...(observed.namespace === undefined ? [] : namespaceFinding(observed.namespace)),
        ...nodeFindings(observed),
        ...storageFindings(observed),
    ];
}

/** Findings as a person reads them: one a line, what to do below, and in the end how many need a look. */
export function preflightText(findings: readonly Finding[]): string {
    const width = Math.max(0, ...findings.map(({ check }) => check.length));
    const lines = findings.flatMap(({ status, check, what, cure }) => [
        `${status.padEnd("problem".length)}  ${check.padEnd(width)}  ${what}`,
        ...(cure === undefined ? [] : [`${" ".repeat("problem".length + width + 4)}-> ${cure}`]),
    ]);
    const counts = (["problem", "warning", "unknown"] as const)
        .map((status) => ({ status, all: findings.filter((one) => one.status === status).length }))
        .filter(({ all }) => all > 0)
        .map(
            ({ status, all }) =>
                `${String(all)} ${all === 1 || status === "unknown" ? status : `${status}s`}`,
        );
    return [...lines, counts.length === 0 ? "all is well" : counts.join(", ")].join("\n");
}

function namespaceFinding({
    name,
    reading,
}: NonNullable<PreflightObservation["namespace"]>): readonly Finding[] {
    return checked("Namespace", reading, (found) => [
        found === undefined
            ? {
                  status: "problem",
                  what: `${name}, where the machines are to be, is not there`,
                  cure: `make it: kubectl create namespace ${name}`,
              }
            : { status: "ok", what: name },
    ]);
}

type Judged = Omit<Finding, "check">;

function versions(
    kubernetes: string | undefined,
    kubevirt: Reading<readonly FoundOperator[]>,
    cdi: Reading<readonly FoundOperator[]>,
): readonly Judged[] {
    if (kubernetes === undefined) {
        return [{ status: "unknown", what: "the API server does not say which version it is" }];
    }
    const planned: PlatformVersions = {
        kubernetes,
        kubevirt: versionOf(kubevirt) ?? pinned.kubevirt,
        cdi: versionOf(cdi) ?? pinned.cdi,
    };
    const { problems, warnings } = checkCompatibility(planned);
    const judged = [
        ...problems.map((problem) => ({ status: "problem" as const, ...problem })),
        ...warnings.map((problem) => ({ status: "warning" as const, ...problem })),
    ].map(({ status, field, fault, cure }) => ({
        status,
        what: `${partNames[field as Part]} ${fault}`,
        cure,
    }));
    return judged.length > 0
        ? judged
        : [
              {
                  status: "ok",
                  what: `Kubernetes ${kubernetes}, KubeVirt ${planned.kubevirt ?? ""} and CDI ${planned.cdi ?? ""} go together`,
              },
          ];
}

/** The version that runs; undefined where none does, and the pinned one would be installed. */
function versionOf(reading: Reading<readonly FoundOperator[]>): string | undefined {
    const version = reading.state === "read" ? reading.value[0]?.version : undefined;
    return version === "" ? undefined : version;
}

function operator(found: readonly FoundOperator[]): readonly Judged[] {
    const [first] = found;
    if (first === undefined) {
        return [{ status: "ok", what: "not installed yet" }];
    }
    const place = `${first.namespace === undefined ? "" : `${first.namespace}/`}${first.name}`;
    if (found.length > 1) {
        return [
            {
                status: "problem",
                what: `there are ${String(found.length)}, and its operator looks after one only`,
                cure: "remove those that are not used",
            },
        ];
    }
    if (!first.available) {
        return [
            {
                status: "problem",
                what: `${place} is not available${first.phase === "" ? "" : ` (${first.phase})`}`,
                cure: `see its conditions: kubectl describe ${first.namespace === undefined ? "cdi" : `kubevirt -n ${first.namespace}`} ${first.name}`,
            },
        ];
    }
    // Source: KubeVirt pkg/virt-operator/webhooks/webhook.go and CDI pkg/apiserver/webhooks/cdi-validate.go: unset does not block.
    return first.uninstallStrategy === "BlockUninstallIfWorkloadsExist"
        ? [{ status: "ok", what: `${place} is available, ${first.version}` }]
        : [
              {
                  status: "warning",
                  what: `${place} is available, ${first.version}; removing it would remove what it runs as well`,
                  cure: "set spec.uninstallStrategy to BlockUninstallIfWorkloadsExist",
              },
          ];
}
