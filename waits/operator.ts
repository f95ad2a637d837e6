import { compareVersions, parseVersion } from "../model/versions";
import type { Row } from "./disk-facts";
import { firstOf, quoted } from "./disk-facts";
import { grace } from "./grace";
import type { Operand, OperatorFacts, OperatorObservation } from "./operator-facts";
import { isSameVersion, operatorFacts } from "./operator-facts";
import { podsOfJobs, podSuspicion } from "./pods";
import { absent, beingDeleted } from "./presence";
import type { Suspicion, Verdict } from "./verdict";
import { deafWebhook } from "./webhooks";

/**
 * What the state of a KubeVirt or CDI CR means. Sources: KubeVirt pkg/virt-operator/util/client.go and kubevirt.go
 * (syncInstallation); CDI vendor/kubevirt.io/controller-lifecycle-operator-sdk pkg/sdk/cr-status.go and reconciler/reconciler.go.
 */
export function operatorVerdict(observed: OperatorObservation): Verdict {
    const { kind, resource } = observed;
    if (resource === undefined) {
        return absent(
            kind,
            observed,
            "Run `pulumi refresh` and then the update again, which makes it anew; what it had brought comes back empty",
        );
    }
    if (resource.metadata?.deletionTimestamp !== undefined) {
        return beingDeleted(kind, resource);
    }
    const facts = operatorFacts(observed, resource);
    return firstOf(rows, facts) ?? facts.waiting(partsText(observed.operands));
}

const rows: readonly Row<OperatorFacts>[] = [
    // The operator sets nothing else on a CR that it ignores, so this comes before everything that reads the rest.
    ({ condition, suspect, observed }) => {
        const synchronized = condition("Synchronized");
        const degraded = condition("Degraded");
        const told =
            synchronized?.status === "False" && synchronized.reason === "ExistingDeployment"
                ? synchronized
                : degraded?.status === "True" && /unwanted CDI object/.test(degraded.message ?? "")
                  ? degraded
                  : undefined;
        return (
            told &&
            suspect(
                grace.secondInstall,
                {
                    cause: "second-install",
                    what: `The operator ignores this ${observed.kind}, because it looks after another one or is in another namespace: ${quoted(told.message)}`,
                    cure: `There can be one only: see which (kubectl get ${observed.kind.toLowerCase()} -A), and adopt that one`,
                },
                `condition ${told.type ?? ""}`,
            )
        );
    },
    ({ phase, condition, suspect, log }) =>
        phase === "" && condition("Available") === undefined
            ? suspect(
                  grace.operatorSilent,
                  {
                      cause: "operator-silent",
                      what: "The operator has written no status: it does not run, or does not watch this namespace",
                      cure: log,
                  },
                  "status",
              )
            : undefined,
    (facts) => wrongVersion(facts),
    (facts) => {
        const { phase, running, target, condition, isSeen, suspect, log } = facts;
        const isHealthy =
            phase === "Deployed" &&
            condition("Available")?.status === "True" &&
            condition("Progressing")?.status === "False" &&
            condition("Degraded")?.status === "False" &&
            isSameVersion(running, target) &&
            running !== "";
        if (!isHealthy) {
            return undefined;
        }
        return isSeen
            ? (unserved(facts) ?? deaf(facts) ?? { kind: "ready", note: running })
            : suspect(
                  grace.operatorSilent,
                  {
                      cause: "operator-silent",
                      what: "The operator has not taken up the last change of its settings",
                      cure: log,
                  },
                  "status.observedGeneration",
              );
    },
    // A part's own bad sign says more than what the operator makes of it.
    ({ observed, waiting }) => {
        const found = sickPart(observed);
        return found && { ...waiting(found.diagnosis.what), suspicion: found };
    },
    ({ condition, suspect, log }) => {
        const synchronized = condition("Synchronized");
        return synchronized?.status === "False"
            ? suspect(
                  grace.operatorFailed,
                  {
                      cause: "operator-failed",
                      what: `The operator cannot do its work: ${quoted(synchronized.message ?? synchronized.reason)}`,
                      cure: `Put right what the message names. ${log}`,
                  },
                  "condition Synchronized",
              )
            : undefined;
    },
    ({ phase, condition, suspect, log, observed }) => {
        const degraded = condition("Degraded");
        if (degraded?.status !== "True" || healthyReasons.test(degraded.reason ?? "")) {
            return undefined;
        }
        // The library that CDI uses sets Degraded without a word when a Deployment of it is not ready.
        const said = [degraded.message, degraded.reason, partsText(observed.operands)].find(
            (text) => text !== undefined && text !== "",
        );
        return suspect(
            phase === "Error" ? grace.operatorFailed : grace.operatorDegraded,
            {
                cause: "operator-degraded",
                what: `It is degraded: ${quoted(said)}`,
                cure: log,
            },
            "condition Degraded",
        );
    },
    ({ observed, suspect, phase, log }) =>
        observed.operands?.every(({ verdict }) => verdict.kind === "ready") === true
            ? {
                  ...suspect(
                      grace.operatorStuck,
                      {
                          cause: "operator-stuck",
                          what: `The operator does not go on from ${phase === "" ? "its beginning" : phase}, though all it has made is ready`,
                          cure: log,
                      },
                      "status.phase",
                  ),
                  // In the first moments of a healthy install, and between its last part and its last word, too.
                  note: "all that its operator has made so far is ready",
              }
            : undefined,
];

/**
 * Degraded is True here in a healthy run. Sources: KubeVirt UpdateConditionsUpdating and UpdateConditionsDeploying; CDI
 * MarkCrUpgradeHealingDegraded as reconciler.go calls it.
 */
const healthyReasons = /^(UpdateInProgress|DeploymentInProgress|UpgradeStarted)$/;

function wrongVersion({
    observed,
    phase,
    running,
    target,
    suspect,
    log,
}: OperatorFacts): Verdict | undefined {
    const { wantedVersion } = observed;
    if (wantedVersion !== undefined && target !== "" && !isSameVersion(target, wantedVersion)) {
        return suspect(
            grace.operatorVersion,
            {
                cause: "operator-version",
                what: `The operator installs ${target}, ${wantedVersion} is wanted`,
                cure: "See which image the operator's Deployment has; its manifest has to be that of the wanted version",
            },
            "status, target version",
        );
    }
    const from = parseVersion(running);
    const to = parseVersion(target);
    // The operator returns with an error before it changes anything: CDI ShouldTakeUpdatePath in reconciler/versions.go.
    return observed.kind === "CDI" &&
        phase === "Deployed" &&
        from &&
        to &&
        compareVersions(to, from) < 0
        ? suspect(
              grace.operatorVersion,
              {
                  cause: "downgrade-refused",
                  what: `CDI ${running} runs, and its operator of ${target} does not go back to an older version`,
                  cure: `Install ${running} or a newer version again. ${log}`,
              },
              "status.observedVersion",
          )
        : undefined;
}

function unserved({ observed, waiting, suspect }: OperatorFacts): Verdict | undefined {
    const { kind, unserved: paths } = observed;
    if (paths === undefined) {
        return waiting("asks for its API");
    }
    return paths.length === 0
        ? undefined
        : suspect(
              grace.notServed,
              {
                  cause: "not-served",
                  what: `The API server does not serve ${paths.join(", ")} yet`,
                  cure: `See what the CRDs of ${kind} say: kubectl get crd -o wide`,
              },
              "the API server",
          );
}

function deaf({ observed, suspect }: OperatorFacts): Verdict | undefined {
    const { kind, webhooks, endpoints, operandsNamespace } = observed;
    const found = webhooks && deafWebhook(kind, webhooks, endpoints);
    return (
        found &&
        suspect(
            grace.webhook,
            {
                cause: "webhook-not-ready",
                what: found.what,
                cure: `See its configuration and pods: kubectl get pods -n ${operandsNamespace}; what passes through it is refused until it answers`,
            },
            `configuration ${found.configuration}`,
        )
    );
}

function sickPart({ operands, pods }: OperatorObservation): Suspicion | undefined {
    for (const { kind, name, verdict } of operands ?? []) {
        if (verdict.kind === "waiting" && verdict.suspicion !== undefined) {
            const { diagnosis, graceMs } = verdict.suspicion;
            return {
                graceMs,
                diagnosis: { ...diagnosis, what: `${kind} ${name}: ${diagnosis.what}` },
            };
        }
    }
    return podSuspicion(podsOfJobs(pods));
}

/** "2 of 3 parts ready: virt-handler 1 of 2 pods ready", or undefined before there are any. */
function partsText(operands: readonly Operand[] = []): string | undefined {
    if (operands.length === 0) {
        return undefined;
    }
    const open = operands.filter(({ verdict }) => verdict.kind !== "ready");
    const ready = `${String(operands.length - open.length)} of ${String(operands.length)} parts ready`;
    const texts = open.map(({ name, verdict }) =>
        verdict.kind === "waiting" ? `${name} ${verdict.note ?? ""}`.trim() : name,
    );
    return texts.length === 0 ? ready : `${ready}: ${texts.join(", ")}`;
}
