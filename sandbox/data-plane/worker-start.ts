import type { ContainerStatus, Pod, PodStatus } from "./objects";
import { conditionOf, since, timestamp } from "./reading";

/** What keeps a worker's container from being started at all. */
export interface Hindrance {
    /** What the container waits for: the kubelet's word. */
    readonly reason: "CreateContainerConfigError" | "ContainerCreating" | "ErrImagePull";
    /** Absent where the kubelet says it only in an event. */
    readonly message?: string;
    /** The image that cannot be pulled. */
    readonly image?: string;
    /** The kubelet's or the attach controller's event about the pod. */
    readonly event?: { readonly by: string; readonly reason: string; readonly message: string };
}

/** What has run for this long is not taken back. KWOK may have started it a moment ago. */
const settledMs = 10_000;

/** The status of a pod that a hindrance keeps from starting; undefined when it runs already. */
export function heldBack(
    pod: Pod,
    container: ContainerStatus,
    status: PodStatus,
    hindrance: Hindrance | undefined,
    now: number,
): PodStatus | undefined {
    const { waiting, running, terminated } = container.state ?? {};
    const ran = running !== undefined && since(running.startedAt, now) > settledMs;
    if (hindrance === undefined || ran || terminated !== undefined || container.restartCount > 0) {
        return undefined;
    }
    const { reason, message, image } = hindrance;
    if (image === undefined) {
        return waitingIn(status, [waitingAt(container, reason, message)], now);
    }
    const tried = waiting?.reason !== undefined;
    const held = tried
        ? { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}"` }
        : { reason, ...(message === undefined ? {} : { message }) };
    const companion = pod.spec.containers.find((each) => each.image === image);
    return companion === undefined || companion.name === container.name
        ? waitingIn(status, [waitingAt(container, held.reason, held.message)], now)
        : waitingIn(
              status,
              [
                  waitingAt(container, "PodInitializing"),
                  waitingAt({ ...container, ...named(companion) }, held.reason, held.message),
              ],
              now,
          );
}

/** The pod's status with the containers beside the first, which live as long as it does. */
export function withCompanions(pod: Pod, status: PodStatus): PodStatus {
    const [first, ...others] = status.containerStatuses ?? [];
    const companions = pod.spec.containers.slice(1);
    if (
        first === undefined ||
        companions.length === 0 ||
        others.some(({ state }) => state?.waiting)
    ) {
        return status;
    }
    return {
        ...status,
        containerStatuses: [first, ...companions.map((each) => ({ ...first, ...named(each) }))],
    };
}

function named({ name, image }: { readonly name: string; readonly image: string }) {
    return { name, image };
}

function waitingAt(container: ContainerStatus, reason: string, message?: string): ContainerStatus {
    const waiting = { reason, ...(message === undefined ? {} : { message }) };
    return { ...container, ready: false, started: false, state: { waiting } };
}

function waitingIn(
    status: PodStatus,
    containerStatuses: readonly ContainerStatus[],
    now: number,
): PodStatus {
    return {
        ...status,
        phase: "Pending",
        // KWOK starts every Pending pod of its nodes that is not Ready, so a pod that must not start has to say that it is.
        ...withReady(status, "True", now),
        containerStatuses,
    };
}

/** The pod's conditions with another Ready. */
export function withReady(
    status: PodStatus,
    ready: "True" | "False",
    now: number,
): Pick<PodStatus, "conditions"> {
    const types = ["Ready", "ContainersReady"];
    const others = status.conditions?.filter(({ type }) => !types.includes(type)) ?? [];
    return {
        conditions: [
            ...others,
            ...types.map((type) => {
                const before = conditionOf(status.conditions, type);
                return before?.status === ready
                    ? before
                    : { type, status: ready, lastTransitionTime: timestamp(now) };
            }),
        ],
    };
}
