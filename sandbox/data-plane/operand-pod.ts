import { faultAnnotation } from "./faults";
import { isUninstall } from "./longhorn/uninstall";
import type { ContainerState, Pod } from "./objects";
import { statusByHand } from "./operands";
import { annotationOf, conditionOf, isDeleted, since, timestamp } from "./reading";
import { pullError } from "./worker";
import { type Write, patchStatus } from "./writes";

/** How long the first failure to pull an image shows before the waiting does. */
const backOffMs = 1000;

const [mark] = Object.entries(statusByHand)[0] ?? [""];

/** What a node would report of a pod, a component's or a machine's, whose image cannot be pulled. All others are KWOK's. */
export function reconcileOperandPod(pod: Pod, now: number): Write[] {
    const [container] = pod.spec.containers;
    if (
        annotationOf(pod, mark) === undefined ||
        annotationOf(pod, faultAnnotation) === "vm-no-network" ||
        pod.spec.nodeName === undefined ||
        container === undefined ||
        isDeleted(pod) ||
        isUninstall(pod)
    ) {
        return [];
    }
    const before = pod.status?.containerStatuses?.[0]?.state?.waiting;
    const failedAt = conditionOf(pod.status?.conditions, "Ready")?.lastTransitionTime;
    const waiting =
        before === undefined || since(failedAt, now) < backOffMs
            ? { reason: "ErrImagePull", message: pullError(container.image) }
            : {
                  reason: "ImagePullBackOff",
                  message: `Back-off pulling image "${container.image}"`,
              };
    return before?.reason === waiting.reason
        ? []
        : patchStatus(pod, waitingStatus(pod, { waiting }, failedAt ?? timestamp(now)));
}

function waitingStatus(pod: Pod, state: ContainerState, since: string): object {
    const { name = "", image = "" } = pod.spec.containers[0] ?? {};
    const others = (pod.status?.conditions ?? []).filter(({ type }) => type === "PodScheduled");
    const unready = ["Ready", "ContainersReady"].map((type) => ({
        type,
        status: "False",
        reason: "ContainersNotReady",
        message: `containers with unready status: [${name}]`,
        lastTransitionTime: since,
    }));
    return {
        phase: "Pending",
        conditions: [...others, ...unready],
        containerStatuses: [
            { name, image, imageID: "", ready: false, started: false, restartCount: 0, state },
        ],
    };
}
