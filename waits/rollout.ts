import type { Row } from "./disk-facts";
import { diagnosis, firstOf, quoted } from "./disk-facts";
import { grace } from "./grace";
import type { Pod } from "./objects";
import { conditionOf, objectName } from "./objects";
import type { Workload } from "./platform-objects";
import { podsOf, podSuspicion } from "./pods";
import { absent, beingDeleted } from "./presence";
import type { Diagnosis, Suspicion, Verdict, Waiting } from "./verdict";

/** One look at everything that decides about a rollout. */
export interface RolloutObservation {
    readonly kind: "Deployment" | "DaemonSet";
    readonly namespace: string;
    readonly name: string;
    readonly workload: Workload | undefined;
    /** The pods of the namespace. */
    readonly pods: readonly Pod[];
    /** How many pods of a DaemonSet are on nodes that are not Ready, and are not waited for. */
    readonly away?: number | undefined;
}

interface RolloutFacts {
    readonly observed: RolloutObservation;
    readonly workload: Workload;
    readonly wanted: number;
    readonly updated: number;
    readonly available: number;
    /** Pods of older revisions are still there. */
    readonly old: boolean;
    readonly suspect: (
        graceMs: number,
        parts: Pick<Diagnosis, "cause" | "what" | "cure">,
        place: string,
    ) => Waiting;
    readonly waiting: (suspicion?: Suspicion) => Waiting;
}

/**
 * Whether a Deployment or DaemonSet has rolled out. Source: kubectl rollout status,
 * k8s.io/kubectl/pkg/polymorphichelpers/rollout_status.go.
 */
export function rolloutVerdict(observed: RolloutObservation): Verdict {
    const { kind, workload } = observed;
    if (workload === undefined) {
        return absent(
            kind,
            observed,
            "Run `pulumi refresh` and then the update again, which makes it anew",
        );
    }
    if (workload.metadata?.deletionTimestamp !== undefined) {
        return beingDeleted(kind, workload);
    }
    const facts = rolloutFacts(observed, workload);
    return firstOf(rows, facts) ?? facts.waiting();
}

const rows: readonly Row<RolloutFacts>[] = [
    ({ workload, suspect, observed }) =>
        (workload.status?.observedGeneration ?? 0) < (workload.metadata?.generation ?? 0)
            ? {
                  ...suspect(
                      grace.controller,
                      {
                          cause: "controller-silent",
                          what: `Kubernetes' own controller does not look at the ${observed.kind}`,
                          cure: "Check that kube-controller-manager runs",
                      },
                      "status.observedGeneration",
                  ),
                  // In the first moments of a healthy one, too.
                  note: "its pods are about to be made",
              }
            : undefined,
    // kubectl takes none of none for done. virt-operator does not: KubeVirt pkg/virt-operator/util/readycheck.go (DaemonsetIsReady).
    ({ observed, workload, suspect }) =>
        observed.kind === "DaemonSet" && (workload.status?.desiredNumberScheduled ?? 0) === 0
            ? suspect(
                  grace.unschedulable,
                  {
                      cause: "unschedulable",
                      what: "No node of the cluster is meant for it",
                      cure: "Check the node selector, affinity and tolerations of the placement",
                  },
                  "status.desiredNumberScheduled",
              )
            : undefined,
    ({ wanted, updated, available, old }) =>
        updated >= wanted && available >= wanted && !old ? { kind: "ready" } : undefined,
    ({ observed, waiting }) => {
        const suspicion = podSuspicion(podsOf(observed.kind, observed.name, observed.pods));
        return suspicion === undefined ? undefined : waiting(suspicion);
    },
    ({ workload, suspect }) => {
        const failure = conditionOf(workload.status?.conditions, "ReplicaFailure");
        if (failure?.status !== "True") {
            return undefined;
        }
        const what = `Its pods are refused: ${quoted(failure.message ?? failure.reason)}`;
        return /exceeded quota/.test(failure.message ?? "")
            ? suspect(
                  grace.quota,
                  { cause: "quota", what, cure: "Raise the namespace's quota, or free some of it" },
                  "condition ReplicaFailure",
              )
            : suspect(
                  grace.podsRefused,
                  {
                      cause: "pods-refused",
                      what,
                      cure: "Put right what the message names: Pod Security labels of the namespace, a webhook, a service account",
                  },
                  "condition ReplicaFailure",
              );
    },
    ({ workload, suspect }) => {
        const progressing = conditionOf(workload.status?.conditions, "Progressing");
        return progressing?.reason === "ProgressDeadlineExceeded"
            ? suspect(
                  grace.rolloutStuck,
                  {
                      cause: "rollout-stuck",
                      what: `The rollout does not go on: ${quoted(progressing.message)}`,
                      cure: "Look at its pods and their events: kubectl describe pod",
                  },
                  "condition Progressing",
              )
            : undefined;
    },
];

function rolloutFacts(observed: RolloutObservation, workload: Workload): RolloutFacts {
    const { kind } = observed;
    const status = workload.status ?? {};
    const isDeployment = kind === "Deployment";
    const wanted = isDeployment
        ? (workload.spec?.replicas ?? 1)
        : (status.desiredNumberScheduled ?? 0) - (observed.away ?? 0);
    const updated = (isDeployment ? status.updatedReplicas : status.updatedNumberScheduled) ?? 0;
    const available = (isDeployment ? status.availableReplicas : status.numberAvailable) ?? 0;
    const old = isDeployment && (status.replicas ?? 0) > updated;
    const ready = `${String(Math.min(available, updated))} of ${String(wanted)} pods ready`;
    const note = old && updated >= wanted ? `${ready}, old ones are going` : ready;
    const waiting = (suspicion?: Suspicion): Waiting => ({
        kind: "waiting",
        phase: "RollingOut",
        note: suspicion === undefined ? note : `${note}: ${suspicion.diagnosis.what}`,
        ...(suspicion === undefined ? {} : { suspicion }),
    });
    return {
        observed,
        workload,
        wanted,
        updated,
        available,
        old,
        waiting,
        suspect: (graceMs, parts, place) =>
            waiting({
                graceMs,
                diagnosis: diagnosis(`${objectName(kind, workload)}, ${place}`, parts),
            }),
    };
}
