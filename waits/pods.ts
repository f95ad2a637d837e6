import { diagnosis, quoted } from "./disk-facts";
import { grace } from "./grace";
import type { ContainerStatus, KubernetesObject, Pod } from "./objects";
import { conditionOf, objectName } from "./objects";
import type { Suspicion } from "./verdict";

/**
 * The pods that a Deployment or DaemonSet has made in its newest revision: what is wrong with older ones goes with them. Source:
 * Kubernetes pkg/controller/deployment/sync.go (a ReplicaSet is named after its Deployment and hash), daemon/update.go.
 */
export function podsOf(
    kind: "Deployment" | "DaemonSet",
    name: string,
    pods: readonly Pod[],
): readonly Pod[] {
    const mine = pods.filter((pod) =>
        (pod.metadata?.ownerReferences ?? []).some((owner) =>
            kind === "DaemonSet"
                ? owner.kind === kind && owner.name === name
                : owner.kind === "ReplicaSet" && owner.name === `${name}-${revisionOf(pod)}`,
        ),
    );
    const newest = mine.map(createdAt).sort().at(-1);
    const revision = mine.find((pod) => createdAt(pod) === newest);
    return mine.filter(
        (pod) => revision && revisionOf(pod) === revisionOf(revision) && !isGoing(pod),
    );
}

/** The pods that Jobs have made: virt-operator has one write down what it installs before it makes anything else. */
export function podsOfJobs(pods: readonly Pod[]): readonly Pod[] {
    return pods.filter(
        (pod) =>
            !isGoing(pod) &&
            (pod.metadata?.ownerReferences ?? []).some(({ kind }) => kind === "Job"),
    );
}

/** What keeps one of some pods from becoming ready, or undefined when nothing of it can be seen yet. */
export function podSuspicion(pods: readonly Pod[]): Suspicion | undefined {
    for (const sign of [imagePull, crashing, missingReference, unschedulable]) {
        for (const pod of pods) {
            const suspicion = sign(pod);
            if (suspicion !== undefined) {
                return suspicion;
            }
        }
    }
    return undefined;
}

/** Why an image is not there. Source: Kubernetes pkg/kubelet/images/types.go. */
export const imageReasons =
    /^(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|ImageInspectError|RegistryUnavailable|SignatureValidationFailed)$/;

function imagePull(pod: Pod): Suspicion | undefined {
    const state = waitingFor(pod, imageReasons);
    return (
        state && {
            graceMs: grace.imagePull,
            diagnosis: diagnosis(where(pod), {
                cause: "image-pull",
                what: `An image of pod ${nameOf(pod)} cannot be pulled: ${quoted(state.message ?? state.reason)}`,
                cure: "Check the image's reference and its pull secret, and that the nodes reach the registry",
            }),
        }
    );
}

function crashing(pod: Pod): Suspicion | undefined {
    const status = statusesOf(pod).find(
        ({ state }) => state?.waiting?.reason === "CrashLoopBackOff",
    );
    const last = status?.lastState?.terminated;
    const said = last?.message ?? last?.reason ?? status?.state?.waiting?.message;
    const code = last?.exitCode === undefined ? "" : ` (exit code ${String(last.exitCode)})`;
    return (
        status && {
            graceMs: grace.podCrashing,
            diagnosis: diagnosis(where(pod), {
                cause: "pod-crashing",
                what: `Pod ${nameOf(pod)} ends again and again: ${quoted(said)}${code}`,
                cure: `Read its log: kubectl logs --previous${inNamespace(pod)} ${nameOf(pod)}`,
            }),
        }
    );
}

function missingReference(pod: Pod): Suspicion | undefined {
    const state = waitingFor(pod, /^(CreateContainerConfigError|CreateContainerError)$/);
    return (
        state && {
            graceMs: grace.containerStart,
            diagnosis: diagnosis(where(pod), {
                cause: "missing-reference",
                what: `A container of pod ${nameOf(pod)} cannot be made: ${quoted(state.message ?? state.reason)}`,
                cure: "Make what the message names (a Secret or ConfigMap), or put the reference right",
            }),
        }
    );
}

function unschedulable(pod: Pod): Suspicion | undefined {
    const scheduled = conditionOf(pod.status?.conditions, "PodScheduled");
    return scheduled?.status === "False" && scheduled.reason === "Unschedulable"
        ? {
              graceMs: grace.unschedulable,
              diagnosis: diagnosis(`${objectName("Pod", pod)}, condition PodScheduled`, {
                  cause: "unschedulable",
                  what: `No node takes pod ${nameOf(pod)}: ${quoted(scheduled.message)}`,
                  cure: "Free or add a node, or change the replicas, node selector or tolerations",
              }),
          }
        : undefined;
}

/** How the containers of a pod are doing, those that come first among them. */
export function statusesOf({ status }: Pod): readonly ContainerStatus[] {
    return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
}

function waitingFor(
    pod: Pod,
    reasons: RegExp,
): { readonly reason?: string; readonly message?: string } | undefined {
    return statusesOf(pod)
        .map(({ state }) => state?.waiting)
        .find((state) => reasons.test(state?.reason ?? ""));
}

function where(pod: Pod): string {
    return `${objectName("Pod", pod)}, status`;
}

function nameOf({ metadata }: KubernetesObject): string {
    return metadata?.name ?? "(unnamed)";
}

function inNamespace({ metadata }: KubernetesObject): string {
    return metadata?.namespace === undefined ? "" : ` -n ${metadata.namespace}`;
}

function revisionOf({ metadata }: KubernetesObject): string {
    const labels = metadata?.labels;
    return labels?.["pod-template-hash"] ?? labels?.["controller-revision-hash"] ?? "";
}

function createdAt({ metadata }: KubernetesObject): string {
    return metadata?.creationTimestamp ?? "";
}

function isGoing({ metadata }: KubernetesObject): boolean {
    return metadata?.deletionTimestamp !== undefined;
}
