import { faultOf } from "./faults";
import {
    attachmentName,
    attachmentPod,
    consumerName,
    consumerPod,
    launcherName,
    launcherPod,
} from "./launcher-pod";
import { type MachineDisk, diskState, disksOf, notFound } from "./machine-disks";
import { instanceStatus } from "./machine-instance-status";
import type { Pod, VirtualMachineInstance } from "./objects";
import { moveForUpdate } from "./migrations";
import { statusByHand } from "./operands";
import { annotationOf, isDeleted, isOwnedBy, since, timestamp } from "./reading";
import type { Store } from "./store";
import type { Problem } from "./machine-objects";
import {
    type Write,
    create,
    patch,
    patchStatus,
    release,
    remove,
    removeAtOnce,
    say,
    warn,
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
    const launcher = launcherOf(instance, pods);
    const missing = disks.find((disk) => disk.claim === undefined && !disk.hotpluggable);
    const fault = machineFault(world, instance);
    const problem = problemOf(world, instance, launcher, missing !== undefined);
    const attachments = new Map(
        attachedVolumes(instance).flatMap((volume): [string, Pod][] => {
            const pod = world.get("Pod", namespace, attachmentName(instance, volume));
            return pod === undefined ? [] : [[volume, pod]];
        }),
    );
    const writes =
        launcher === undefined
            ? missing === undefined && problem === undefined
                ? prepare(world, instance, disks, pods)
                : []
            : [
                  ...crash(world, instance, launcher, now),
                  ...attach(instance, launcher, disks, attachments),
              ];
    const next = nextPhase(instance, launcher, disks, now);
    const seen = { instance, phase: next, launcher, disks, attachments, fault, problem, now };
    return [
        ...writes,
        ...patch(instance, { metadata: { labels: nodeLabel(launcher) } }),
        ...patchStatus(instance, instanceStatus(seen)),
        ...(missing !== undefined && launcher === undefined && phase !== "Pending"
            ? [say(instance, by, "FailedPvcNotFound", notFound(namespace, missing))]
            : []),
        ...(problem?.reason === "FailedCreate"
            ? [warn(instance, by, "FailedCreate", problem.message)]
            : []),
        ...moveForUpdate(world, instance),
    ];
}

/** The pod that runs the instance: after a migration the one that it moved to. */
function launcherOf(instance: VirtualMachineInstance, pods: readonly Pod[]): Pod | undefined {
    const { completed, failed, targetPod } = instance.status?.migrationState ?? {};
    const moved =
        completed === true && failed !== true
            ? pods.find(({ metadata }) => metadata.name === targetPod)
            : undefined;
    const first = launcherName(instance);
    const ends = instance.status?.nodeName;
    return (
        moved ??
        pods.find(({ metadata }) => metadata.name === first) ??
        pods.find(
            ({ metadata, spec }) =>
                ends !== undefined &&
                spec.nodeName === ends &&
                metadata.name !== consumerName(instance),
        )
    );
}

/** What keeps virt-controller from making the pod, or the node from starting it. */
function problemOf(
    world: Store,
    instance: VirtualMachineInstance,
    launcher: Pod | undefined,
    waits: boolean,
): Problem | undefined {
    const waiting = launcher?.status?.containerStatuses?.[0]?.state?.waiting;
    if (launcher !== undefined) {
        const { reason = "", message = "" } = waiting ?? {};
        return /ImagePull/.test(reason) ? { reason, message } : undefined;
    }
    const { namespace = "" } = instance.metadata;
    const names = (instance.spec.networks ?? []).flatMap(({ multus }) => multus?.networkName ?? []);
    const unknown = names
        .map((name) => (name.includes("/") ? name : `${namespace}/${name}`))
        .find((name) => {
            const [place = "", own = ""] = name.split("/");
            return world.get("NetworkAttachmentDefinition", place, own) === undefined;
        });
    return unknown === undefined || waits
        ? undefined
        : {
              reason: "FailedCreate",
              message: `failed to render launch manifest: failed to locate network attachment definition ${unknown}`,
          };
}

function attachedVolumes({ spec, status }: VirtualMachineInstance): string[] {
    const known = (status?.volumeStatus ?? []).filter((each) => each.hotplugVolume !== undefined);
    return [...new Set([...(spec.volumes ?? []), ...known].map(({ name }) => name))];
}

/** Brings hotplugged volumes to the node, and takes away those that are unmounted. */
function attach(
    instance: VirtualMachineInstance,
    launcher: Pod,
    disks: readonly MachineDisk[],
    attachments: ReadonlyMap<string, Pod>,
): Write[] {
    const node = launcher.spec.nodeName;
    const comes = disks
        .filter(
            ({ hotpluggable, claim, volume }) => hotpluggable && claim && !attachments.has(volume),
        )
        .filter(() => node !== undefined && launcher.status?.phase === "Running");
    const goes = (instance.status?.volumeStatus ?? []).filter(
        ({ phase }) => phase === "UnMountedFromPod",
    );
    const elsewhere = [...attachments.values()].filter(
        ({ spec }) => spec.nodeName !== undefined && spec.nodeName !== node,
    );
    return [
        ...comes.map((disk) =>
            create(attachmentPod(instance, launcher, disk), {
                made: [
                    say(
                        instance,
                        by,
                        "SuccessfulCreate",
                        `Created attachment pod ${attachmentName(instance, disk.volume)}`,
                    ),
                ],
            }),
        ),
        ...goes.flatMap(({ name }) => {
            const pod = attachments.get(name);
            return pod === undefined ? [] : [removeAtOnce(pod)];
        }),
        ...elsewhere.map(removeAtOnce),
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
    const mark = Object.keys(statusByHand).some(
        (name) => annotationOf(launcher, name) !== undefined,
    );
    if (mark && fault !== "vm-image-pull" && fault !== "vm-no-network") {
        return [removeAtOnce(launcher)];
    }
    if (fault === "vm-no-network" && mark && launcher.spec.nodeName !== undefined) {
        return [warn(launcher, "kubelet", "FailedCreatePodSandBox", noSandbox(launcher))];
    }
    const misplaced =
        "sandbox.pulumi-kubevirt.dev/no-such-node" in (launcher.spec.nodeSelector ?? {});
    return misplaced && fault !== "vm-unschedulable" ? [removeAtOnce(launcher)] : [];
}

/** Source: multus-cni pkg/server/api and cmd/multus-shim, in the kubelet's words. */
function noSandbox({ metadata }: Pod): string {
    const { namespace = "", name, uid = "" } = metadata;
    return `Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox: plugin type="multus-shim" name="multus-cni-network" failed (add): CmdAdd (shim): CNI request failed with status 400: 'ERRORED: error configuring pod [${namespace}/${name}] networking: [${namespace}/${name}/${uid}:]: error adding container to network: failed to find plugin "bridge" in path [/opt/cni/bin]'`;
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
