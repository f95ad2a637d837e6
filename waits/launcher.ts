import type { DiagnosisParts } from "./disk-facts";
import { diagnosis, eventsOn, newest, quoted } from "./disk-facts";
import { grace } from "./grace";
import type {
    ContainerStatus,
    KubernetesEvent,
    KubernetesObject,
    Pod,
    VirtualMachineInstance,
} from "./objects";
import { conditionOf, objectName } from "./objects";
import { isAboutNetwork, noNetworkParts } from "./pod-network";
import { imageReasons, statusesOf } from "./pods";
import { unschedulableParts } from "./scheduling";
import type { Suspicion } from "./verdict";

/** What is needed to find the pod of a machine. */
interface PodsOfMachine {
    readonly name: string;
    readonly instance: VirtualMachineInstance | undefined;
    readonly pods?: readonly Pod[] | undefined;
}

/**
 * The pod that a machine's guest runs in. While it moves there are two, the newer one is the target; of a machine that has no
 * instance any more, the last one. Source: KubeVirt pkg/virt-controller/services/template.go (labels), core/v1/types.go.
 */
export function launcherOf({ name, instance, pods = [] }: PodsOfMachine): Pod | undefined {
    const uid = instance?.metadata?.uid;
    const mine = pods.filter(({ metadata }) => {
        const labels = metadata?.labels ?? {};
        return (
            labels["kubevirt.io"] === "virt-launcher" &&
            (uid === undefined
                ? labels["vm.kubevirt.io/name"] === name
                : labels["kubevirt.io/created-by"] === uid)
        );
    });
    const staying = mine.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
    return [...(staying.length === 0 ? mine : staying)]
        .sort((one, other) => createdAt(one).localeCompare(createdAt(other)))
        .at(-1);
}

/** What keeps the pod of a machine from running, or undefined where nothing of it can be seen. */
export function launcherSuspicion(
    pod: Pod | undefined,
    events: readonly KubernetesEvent[],
): Suspicion | undefined {
    if (pod === undefined) {
        return undefined;
    }
    return (
        unscheduled(pod) ??
        imagePull(pod) ??
        crash(pod) ??
        (pod.status?.phase === "Running" ? undefined : (reference(pod) ?? started(pod, events)))
    );
}

function unscheduled(pod: Pod): Suspicion | undefined {
    const scheduled = conditionOf(pod.status?.conditions, "PodScheduled");
    return scheduled?.status === "False" && scheduled.reason === "Unschedulable"
        ? suspicion(
              grace.unschedulable,
              `${objectName("Pod", pod)}, condition PodScheduled`,
              unschedulableParts(scheduled.message),
          )
        : undefined;
}

function imagePull(pod: Pod): Suspicion | undefined {
    const status = statusesOf(pod).find(({ state }) =>
        imageReasons.test(state?.waiting?.reason ?? ""),
    );
    const { reason, message } = status?.state?.waiting ?? {};
    const disk = diskOf(status);
    return (
        status &&
        suspicion(grace.imagePull, `${objectName("Pod", pod)}, status`, {
            cause: "image-pull",
            what: `${disk === undefined ? "An image of the machine's pod" : `The container disk ${disk}`} cannot be pulled: ${quoted(message ?? reason)}`,
            cure: imagePullCure,
        })
    );
}

/** What to do about an image that a machine needs. */
export const imagePullCure =
    "Check the container disk's reference and its pull secret, and that the nodes reach the registry";

/** The disk of a container; undefined for KubeVirt's own. Source: KubeVirt pkg/container-disk (toContainerName). */
function diskOf(status: ContainerStatus | undefined): string | undefined {
    return /^volume(.+?)(?:-init)?$/.exec(status?.name ?? "")?.[1];
}

function crash(pod: Pod): Suspicion | undefined {
    const status = statusesOf(pod).find(
        ({ state }) =>
            state?.waiting?.reason === "CrashLoopBackOff" || (state?.terminated?.exitCode ?? 0) > 0,
    );
    const last = status?.state?.terminated ?? status?.lastState?.terminated;
    if (status === undefined && pod.status?.phase !== "Failed") {
        return undefined;
    }
    const code = last?.exitCode === undefined ? "" : ` (exit code ${String(last.exitCode)})`;
    return suspicion(grace.machine, `${objectName("Pod", pod)}, status`, {
        cause: last?.reason === "OOMKilled" ? "out-of-memory" : "machine-crashing",
        what: `The machine's pod has ended: ${quoted(last?.message ?? last?.reason)}${code}`,
        cure:
            last?.reason === "OOMKilled"
                ? "Give the machine more memory beside what the guest sees (limits.memory), or leave its limit out"
                : `Read its log: kubectl logs --previous${inNamespace(pod)} ${nameOf(pod)} -c compute`,
    });
}

function reference(pod: Pod): Suspicion | undefined {
    const waiting = statusesOf(pod)
        .map(({ state }) => state?.waiting)
        .find((state) =>
            /^(CreateContainerConfigError|CreateContainerError)$/.test(state?.reason ?? ""),
        );
    return (
        waiting &&
        suspicion(grace.missingReference, `${objectName("Pod", pod)}, status`, {
            cause: "missing-reference",
            what: `A container of the machine's pod cannot be made: ${quoted(waiting.message ?? waiting.reason)}`,
            cure: "Make what the message names (a Secret or ConfigMap) in the machine's namespace",
        })
    );
}

/** What the kubelet and the attacher say on the way to a pod that runs; what comes later has got past what was before. */
const way =
    /^(FailedCreatePodSandBox|FailedMount|FailedAttachVolume|FailedMapVolume|AddedInterface|Pulling|Pulled|Created|Started)$/;

/**
 * Sources: Kubernetes pkg/kubelet/events/event.go; pkg/volume/csi/csi_client.go (a driver that is not registered), external-attacher
 * pkg/controller/csi_handler.go.
 */
function started(pod: Pod, events: readonly KubernetesEvent[]): Suspicion | undefined {
    const last = newest(eventsOn(events, pod), way);
    const message = quoted(last?.message);
    const where = `${objectName("Pod", pod)}, event ${last?.reason ?? ""}`;
    if (last?.reason === "FailedCreatePodSandBox") {
        return suspicion(
            grace.network,
            where,
            isAboutNetwork(message)
                ? noNetworkParts(message)
                : {
                      cause: "machine-pending",
                      what: `The node cannot make the machine's pod: ${message}`,
                      cure: "See what the node's container runtime says",
                  },
        );
    }
    if (!/^Failed(Mount|AttachVolume|MapVolume)$/.test(last?.reason ?? "")) {
        return undefined;
    }
    if (/(secret|configmap) "[^"]+" not found/i.test(message)) {
        return suspicion(grace.missingReference, where, {
            cause: "missing-reference",
            what: `Something that the machine mounts does not exist: ${message}`,
            cure: "Make the Secret or ConfigMap that the message names in the machine's namespace",
        });
    }
    return /not found in the list of registered CSI drivers|CSINode \S+ does not contain driver/.test(
        message,
    )
        ? suspicion(grace.driver, where, {
              cause: "driver-not-registered",
              what: `The machine's node has no storage driver: ${message}`,
              cure: "See that the driver's node plugin runs on every node (its DaemonSet and its tolerations), and what `kubectl get csinode` lists",
          })
        : suspicion(grace.containerStart, where, {
              cause: "mount-failed",
              what: `A disk of the machine cannot be attached or mounted: ${message}`,
              cure: /Multi-Attach/.test(message)
                  ? "Another node has the volume: see that no other machine or pod uses it, and that a node that is gone is deleted from the cluster"
                  : "See why the volume cannot be attached: the driver's pods on the node and its log",
          });
}

function suspicion(graceMs: number, where: string, parts: DiagnosisParts): Suspicion {
    return { graceMs, diagnosis: diagnosis(where, parts) };
}

function createdAt({ metadata }: KubernetesObject): string {
    return metadata?.creationTimestamp ?? "";
}

function nameOf({ metadata }: KubernetesObject): string {
    return metadata?.name ?? "(unnamed)";
}

function inNamespace({ metadata }: KubernetesObject): string {
    return metadata?.namespace === undefined ? "" : ` -n ${metadata.namespace}`;
}
