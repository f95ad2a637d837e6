import type { DiagnosisParts } from "./disk-facts";
import { diagnosis } from "./disk-facts";
import type { Condition, Pod } from "./objects";
import { conditionOf, objectName } from "./objects";
import type {
    CdiResource,
    EndpointSlice,
    KubeVirtResource,
    WebhookConfiguration,
} from "./platform-objects";
import type { Verdict, Waiting } from "./verdict";

/** The CRs whose operators are waited for. */
export type OperatorKind = "KubeVirt" | "CDI";

/** A part that the operator makes, and how its rollout stands. */
export interface Operand {
    readonly kind: "Deployment" | "DaemonSet";
    readonly name: string;
    readonly verdict: Verdict;
}

/** One look at everything that decides about an operator's CR. */
export interface OperatorObservation {
    readonly kind: OperatorKind;
    /** Undefined for a CDI, which is cluster-wide. */
    readonly namespace: string | undefined;
    readonly name: string;
    readonly resource: KubeVirtResource | CdiResource | undefined;
    /** Where its Deployments and DaemonSets are. */
    readonly operandsNamespace: string;
    /** Undefined for an adopted one: whichever runs is right. */
    readonly wantedVersion: string | undefined;
    /** Every Deployment and DaemonSet of that namespace, the operator's own too; undefined when they cannot be read. */
    readonly operands: readonly Operand[] | undefined;
    /** The pods of that namespace. */
    readonly pods: readonly Pod[];
    /** API paths of kinds it brings that are not served yet; undefined before the first answer. */
    readonly unserved: readonly string[] | undefined;
    /** All of the cluster; undefined when they cannot be read. */
    readonly webhooks: readonly WebhookConfiguration[] | undefined;
    /** Of the operands' namespace; undefined when they cannot be read. */
    readonly endpoints: readonly EndpointSlice[] | undefined;
}

/** What the rows of the decision table ask. */
export interface OperatorFacts {
    readonly observed: OperatorObservation;
    readonly phase: string;
    /** The version that runs. */
    readonly running: string;
    /** The version the operator is about to run. */
    readonly target: string;
    /** The operator has looked at the CR as it is now. */
    readonly isSeen: boolean;
    readonly condition: (type: string) => Condition | undefined;
    /** `kubectl logs …` of the operator. */
    readonly log: string;
    readonly waiting: (note?: string) => Waiting;
    readonly suspect: (graceMs: number, parts: DiagnosisParts, place: string) => Waiting;
}

/** The version that a CR says is completely installed; empty while none is. */
export function runningVersion(resource: KubeVirtResource | CdiResource | undefined): string {
    const status: (KubeVirtResource & CdiResource)["status"] = resource?.status;
    return status?.observedKubeVirtVersion ?? status?.observedVersion ?? "";
}

/** Collects what the rows ask. */
export function operatorFacts(
    observed: OperatorObservation,
    resource: KubeVirtResource | CdiResource,
): OperatorFacts {
    const { kind, operandsNamespace } = observed;
    const status: (KubeVirtResource & CdiResource)["status"] = resource.status;
    const phase = status?.phase ?? "";
    const deployment = kind === "KubeVirt" ? "virt-operator" : "cdi-operator";
    const waiting = (note?: string): Waiting => ({
        kind: "waiting",
        phase,
        ...(note === undefined ? {} : { note }),
    });
    return {
        observed,
        phase,
        running: runningVersion(resource),
        target: status?.targetKubeVirtVersion ?? status?.targetVersion ?? "",
        // CDI does not say what it has seen.
        isSeen:
            status?.observedGeneration === undefined ||
            status.observedGeneration >= (resource.metadata?.generation ?? 0),
        condition: (type) => conditionOf(status?.conditions, type),
        log: `Read the operator's log: kubectl logs -n ${operandsNamespace} deploy/${deployment}`,
        waiting,
        suspect: (graceMs, parts, place) => {
            const found = diagnosis(`${objectName(kind, resource)}, ${place}`, parts);
            return { ...waiting(found.what), suspicion: { diagnosis: found, graceMs } };
        },
    };
}

/** Whether two versions are the same: some manifests leave the `v` away. */
export function isSameVersion(one: string, other: string): boolean {
    return one.replace(/^v/, "") === other.replace(/^v/, "");
}
