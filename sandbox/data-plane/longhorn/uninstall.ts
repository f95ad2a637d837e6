import type { Kind, KubernetesObject, Pod } from "../objects";
import { isDeleted, timestamp } from "../reading";
import type { Store } from "../store";
import { type Write, patchStatus, release, remove, removeAtOnce } from "../writes";
import { longhornDriverName, longhornFinalizer } from "./system";

/** Longhorn's objects that go with the driver; its volumes go before all else. */
const ownKinds = [
    "LonghornBackupTarget",
    "LonghornRecurringJob",
    "LonghornNode",
] as const satisfies readonly Kind[];

/** Source: longhorn-manager controller/uninstall_controller.go, deleteDriver. */
const deployments = [
    "longhorn-driver-deployer",
    "csi-attacher",
    "csi-provisioner",
    "csi-resizer",
    "csi-snapshotter",
];

/**
 * What the pod of the chart's pre-delete hook does: it runs `longhorn-manager uninstall --force`, which asks for the confirmation
 * flag and for nothing else, and takes volumes that are in use along. Source: longhorn-manager app/uninstall.go and
 * controller/uninstall_controller.go. KWOK would let any pod of a Job succeed at once; it leaves this one alone, see job-pods.ts.
 */
export function reconcileUninstall(world: Store, pod: Pod, now: number): Write[] {
    if (!isUninstall(pod)) {
        return [];
    }
    if (isDeleted(pod)) {
        return [removeAtOnce(pod)];
    }
    const { phase = "Pending" } = pod.status ?? {};
    const { namespace = "" } = pod.metadata;
    if (pod.spec.nodeName === undefined || !["Pending", "Running"].includes(phase)) {
        return [];
    }
    if (phase === "Pending") {
        const why = refusal(world, namespace);
        return why === undefined
            ? patchStatus(pod, running(pod, now))
            : patchStatus(pod, ended(pod, now, 1, why));
    }
    const left = leftovers(world, namespace);
    return left.length > 0 ? left.flatMap(letGo) : patchStatus(pod, ended(pod, now, 0, ""));
}

/** Whether a pod runs the uninstall. */
export function isUninstall({ spec }: Pod): boolean {
    const [program, command] = spec.containers[0]?.command ?? [];
    return program === "longhorn-manager" && command === "uninstall";
}

/** Source: uninstall_controller.go, checkPreconditions. */
function refusal(world: Store, namespace: string): string | undefined {
    const flag = world.get("LonghornSetting", namespace, "deleting-confirmation-flag");
    if (flag === undefined) {
        return 'failed to check deleting-confirmation-flag setting: settings.longhorn.io "deleting-confirmation-flag" not found';
    }
    return flag.value === "true"
        ? undefined
        : "cannot uninstall Longhorn because deleting-confirmation-flag is set to `false`. Please set it to `true` using Longhorn UI or kubectl -n longhorn-system edit settings.longhorn.io deleting-confirmation-flag ";
}

/** What is to go next. The manager goes before its objects: it would make some of them again. */
function leftovers(world: Store, namespace: string): readonly KubernetesObject[] {
    const there = <K extends Kind>(kind: K, name: string, where?: string) =>
        world.get(kind, where, name) ?? [];
    const volumes = world.list("LonghornVolume", namespace);
    if (volumes.length > 0) {
        return volumes;
    }
    const manager = world.get("DaemonSet", namespace, "longhorn-manager");
    if (manager !== undefined) {
        return [manager];
    }
    return [
        ...ownKinds.flatMap((kind): KubernetesObject[] => world.list(kind, namespace)),
        ...deployments.map((name) => there("Deployment", name, namespace)),
        ...world
            .list("DaemonSet", namespace)
            .filter(({ metadata: { name } }) => /^(longhorn-csi-plugin|engine-image-)/.test(name)),
        there("CSIDriver", longhornDriverName),
        there("StorageClass", "longhorn"),
    ].flat();
}

/** Without a manager nobody else takes a finalizer away. */
function letGo(object: KubernetesObject): Write[] {
    return isDeleted(object) ? release(object, longhornFinalizer) : remove(object);
}

function running(pod: Pod, now: number): object {
    return {
        phase: "Running",
        containerStatuses: states(pod, { running: { startedAt: timestamp(now) } }, true),
    };
}

/** The real one says why only in its log. */
function ended(pod: Pod, now: number, exitCode: number, message: string): object {
    const at = timestamp(now);
    const reason = exitCode === 0 ? "Completed" : "Error";
    const terminated = { exitCode, reason, message, startedAt: at, finishedAt: at };
    return {
        phase: exitCode === 0 ? "Succeeded" : "Failed",
        containerStatuses: states(pod, { terminated }, false),
    };
}

function states(pod: Pod, state: object, ready: boolean): object[] {
    return pod.spec.containers.map(({ name, image }) => ({
        name,
        image,
        imageID: "",
        ready,
        started: ready,
        restartCount: 0,
        state,
    }));
}
