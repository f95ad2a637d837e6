import { faultOf } from "./faults";
import { consumerName, consumerPod, launcherName, launcherPod } from "./launcher-pod";
import { type MachineDisk, diskState, disksOf, notFound } from "./machine-disks";
import { instanceStatus } from "./machine-instance-status";
import type { Pod, VirtualMachineInstance } from "./objects";
import { isDeleted, isOwnedBy, since, timestamp } from "./reading";
import type { Store } from "./store";
import {
    type Write,
    create,
    patch,
    patchStatus,
    release,
    remove,
    removeAtOnce,
    say,
} from "./writes";

/** How long a guest takes from its pod to running. */
const bootMs = 1500;

/** What keeps an instance until its pod is gone. */
export const instanceFinalizers = [
    "kubevirt.io/virtualMachineControllerFinalize",
    "kubevirt.io/foregroundDeleteVirtualMachine",
] as const;

const by = "virtualmachine-controller";

/** What virt-controller and virt-handler would do for an instance now. */
export function reconcileInstance(
    world: Store,
    instance: VirtualMachineInstance,
    now: number,
): Write[] {
    const { namespace } = instance.metadata;
    const pods = world.list("Pod", namespace).filter((pod) => isOwnedBy(pod, instance));
    if (isDeleted(instance)) {
        return end(instance, pods);
    }
    const { phase = "" } = instance.status ?? {};
    if (phase === "Succeeded" || phase === "Failed") {
        return pods.flatMap(remove);
    }
    const disks = disksOf(world, namespace, instance.spec);
    const launcher = pods.find(({ metadata }) => metadata.name === launcherName(instance));
    const missing = disks.find((disk) => disk.claim === undefined);
    const writes =
        launcher === undefined
            ? missing === undefined
                ? prepare(world, instance, disks, pods)
                : []
            : crash(world, instance, launcher, now);
    const next = nextPhase(instance, launcher, disks, now);
    return [
        ...writes,
        ...patch(instance, { metadata: { labels: nodeLabel(launcher) } }),
        ...patchStatus(instance, instanceStatus(instance, next, launcher, disks, now)),
        ...(missing !== undefined && launcher === undefined && phase !== "Pending"
            ? [say(instance, by, "FailedPvcNotFound", notFound(namespace, missing))]
            : []),
    ];
}

/** The launcher pod once its disks are ready or only wait for it; before that a consumer pod where CDI's older way needs one. */
function prepare(
    world: Store,
    instance: VirtualMachineInstance,
    disks: readonly MachineDisk[],
    pods: readonly Pod[],
): Write[] {
    const cold = disks.filter(({ hotpluggable }) => !hotpluggable);
    const consumer = pods.find(({ metadata }) => metadata.name === consumerName(instance));
    const unbound = cold.filter(
        (disk) =>
            disk.dataVolume?.status?.phase === "WaitForFirstConsumer" &&
            disk.claim?.status?.phase !== "Bound",
    );
    if (unbound.length > 0) {
        return consumer === undefined ? [create(consumerPod(instance, unbound))] : [];
    }
    if (consumer !== undefined) {
        return [removeAtOnce(consumer)];
    }
    if (!cold.every((disk) => mayLaunch(disk))) {
        return [];
    }
    const pod = launcherPod(instance, cold, machineFault(world, instance));
    const message = `Created virtual machine pod ${pod.metadata.name}`;
    return [create(pod, { made: [say(instance, by, "SuccessfulCreate", message)] })];
}

/**
 * Whether the pod may be made. The scheduler itself waits for a claim that a populator fills, but not for a volume that is
 * just being handed over.
 */
function mayLaunch(disk: MachineDisk): boolean {
    const { claim, dataVolume } = disk;
    return dataVolume?.status?.phase === "Succeeded"
        ? claim?.status?.phase === "Bound"
        : diskState(disk) === "ready" || dataVolume?.status?.phase === "PendingPopulation";
}

function machineFault(world: Store, instance: VirtualMachineInstance) {
    const { namespace, name } = instance.metadata;
    const machine = world.get("VirtualMachine", namespace, name);
    return faultOf(world, machine ?? instance);
}

/** Lets the pod fail, or brings it back where a node takes it. */
function crash(
    world: Store,
    instance: VirtualMachineInstance,
    launcher: Pod,
    now: number,
): Write[] {
    const fault = machineFault(world, instance);
    const container = launcher.status?.containerStatuses?.[0];
    if (
        fault === "vm-crashloop" &&
        launcher.status?.phase === "Running" &&
        container !== undefined
    ) {
        const terminated = {
            exitCode: 1,
            reason: "Error",
            message: "virt-launcher ended unexpectedly (simulated)",
            finishedAt: timestamp(now),
        };
        return patchStatus(launcher, {
            phase: "Failed",
            containerStatuses: [
                { ...container, ready: false, started: false, state: { terminated } },
            ],
        });
    }
    const misplaced =
        "sandbox.pulumi-kubevirt.dev/no-such-node" in (launcher.spec.nodeSelector ?? {});
    return misplaced && fault !== "vm-unschedulable" ? [removeAtOnce(launcher)] : [];
}

function nextPhase(
    instance: VirtualMachineInstance,
    launcher: Pod | undefined,
    disks: readonly MachineDisk[],
    now: number,
): string {
    const { phase, phaseTransitionTimestamps } = instance.status ?? {};
    if (launcher === undefined) {
        return "Pending";
    }
    if (launcher.status?.phase === "Failed") {
        return "Failed";
    }
    const filled = disks.every((disk) => disk.hotpluggable || diskState(disk) === "ready");
    if (launcher.status?.phase !== "Running" || !filled) {
        return "Scheduling";
    }
    const scheduled = phaseTransitionTimestamps?.find((each) => each.phase === "Scheduled");
    const booted = since(scheduled?.phaseTransitionTimestamp, now) >= bootMs;
    return phase === "Running" || (phase === "Scheduled" && booted) ? "Running" : "Scheduled";
}

function nodeLabel(launcher: Pod | undefined): object {
    const node = launcher?.spec.nodeName;
    return node === undefined ? {} : { "kubevirt.io/nodeName": node };
}

/** The pod goes first, then the instance. */
function end(instance: VirtualMachineInstance, pods: readonly Pod[]): Write[] {
    return pods.length > 0
        ? pods.flatMap((pod) => [
              ...remove(pod),
              ...(isDeleted(pod)
                  ? []
                  : [
                        say(
                            instance,
                            by,
                            "SuccessfulDelete",
                            `Deleted virtual machine pod ${pod.metadata.name}`,
                        ),
                    ]),
          ])
        : release(instance, ...instanceFinalizers);
}
