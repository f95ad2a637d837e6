import { type MachineDisk, diskState, notFound } from "./machine-disks";
import { answers, guestSystem, hasAgent, interfaceStatus } from "./guest";
import { growth, liveMigratable } from "./live-migratable";
import { volumeStatus } from "./machine-volume-status";
import type { Condition, VirtualMachineInstance } from "./objects";
import type { SeenInstance } from "./seen-instance";
import { conditionOf, timestamp } from "./reading";

/** The status of an instance in a phase. Recorded from virt-controller v1.9; what virt-handler adds was played there too. */
export function instanceStatus(seen: SeenInstance): object {
    const { instance, phase, launcher, disks, attachments, now } = seen;
    const { domain } = instance.spec;
    const before = instance.status;
    const node = launcher?.spec.nodeName;
    const placed = phase === "Scheduled" || phase === "Running";
    const guest = domain.memory?.guest;
    const times = before?.phaseTransitionTimestamps ?? [];
    return {
        phase,
        phaseTransitionTimestamps:
            before?.phase === phase
                ? times
                : [...times, { phase, phaseTransitionTimestamp: timestamp(now) }],
        conditions: conditions(seen),
        activePods: launcher === undefined ? null : { [launcher.metadata.uid ?? ""]: node ?? "" },
        nodeName: placed ? node : null,
        interfaces: placed ? interfaceStatus(seen) : null,
        volumeStatus: placed ? volumeStatus(instance, disks, attachments) : null,
        currentCPUTopology: {
            cores: domain.cpu?.cores ?? 1,
            sockets: pending(instance, phase)
                ? before?.currentCPUTopology?.sockets
                : domain.cpu?.sockets,
            threads: domain.cpu?.threads,
        },
        ...(guest === undefined
            ? {}
            : {
                  memory: {
                      guestAtBoot: before?.memory?.guestAtBoot ?? guest,
                      guestCurrent: pending(instance, phase)
                          ? (before?.memory?.guestCurrent ?? guest)
                          : guest,
                      guestRequested: guest,
                  },
              }),
        ...(placed ? { migrationTransport: "Unix" } : {}),
        guestOSInfo: hasAgent(seen) ? guestSystem : {},
        runtimeUser: 107,
        qosClass: "Burstable",
        ...revisionOf(instance),
        launcherContainerImageVersion:
            launcher === undefined ? null : "quay.io/kubevirt/virt-launcher:v1.9.0",
    };
}

/** The name under which a machine is kept as it was started. Source: KubeVirt vm.go, getVMRevisionName. */
export function startRevision(uid: string, generation: string): string {
    return `revision-start-vm-${uid}-${generation}`;
}

function revisionOf({ metadata }: VirtualMachineInstance): object {
    const machine = metadata.ownerReferences?.find(({ kind }) => kind === "VirtualMachine");
    const generation = metadata.annotations?.["kubevirt.io/vm-generation"];
    return machine === undefined || generation === undefined
        ? {}
        : { virtualMachineRevisionName: startRevision(machine.uid, generation) };
}

/** A running guest gets more CPUs and memory when it migrates. */
function pending(instance: VirtualMachineInstance, phase: string): boolean {
    return (
        phase === "Running" && instance.status?.phase === "Running" && growth(instance).length > 0
    );
}

function conditions(seen: SeenInstance): Condition[] {
    const { instance, phase, launcher, disks, problem, now } = seen;
    const { namespace } = instance.metadata;
    const wanted: Condition[] = [readiness(seen)];
    const missing = disks.find(({ claim }) => claim === undefined);
    const cold = disks.find(({ claim, hotpluggable }) => claim === undefined && !hotpluggable);
    if (cold !== undefined && launcher === undefined) {
        const message = notFound(namespace, cold);
        wanted.push(
            { type: "Synchronized", status: "False", reason: "FailedPvcNotFound", message },
            { type: "PodScheduled", status: "False", reason: "Unschedulable", message },
        );
    } else if (problem !== undefined) {
        wanted.push({ type: "Synchronized", status: "False", ...problem });
    }
    const scheduled = conditionOf(launcher?.status?.conditions, "PodScheduled");
    if (scheduled?.status === "False") {
        wanted.push(withoutTimes(scheduled));
    }
    const filled = disks.filter(({ dataVolume }) => dataVolume !== undefined);
    if (filled.length > 0 && missing === undefined) {
        wanted.push(dataVolumesReady(filled));
        if (launcher === undefined && filled.some((disk) => diskState(disk) !== "ready")) {
            wanted.push({ type: "Provisioning", status: "True" });
        }
    }
    if (phase === "Running") {
        wanted.push(liveMigratable(instance, disks), ...growth(instance));
    }
    if (hasAgent(seen)) {
        wanted.push({ type: "AgentConnected", status: "True" });
    }
    return wanted.map((condition) => withTimes(condition, instance.status?.conditions, now));
}

function readiness(seen: SeenInstance): Condition {
    const { phase, launcher } = seen;
    const [reason, message] =
        phase === "Running"
            ? ["ContainersNotReady", "containers with unready status: [compute]"]
            : launcher === undefined
              ? ["PodNotExists", "virt-launcher pod has not yet been scheduled"]
              : ["GuestNotRunning", "Guest VM is not reported as running"];
    return phase === "Running" && answers(seen)
        ? { type: "Ready", status: "True" }
        : { type: "Ready", status: "False", reason, message };
}

function dataVolumesReady(disks: readonly MachineDisk[]): Condition {
    const all = disks.every(
        (disk) => diskState(disk) === "ready" && disk.claim?.status?.phase === "Bound",
    );
    return all
        ? {
              type: "DataVolumesReady",
              status: "True",
              reason: "AllDVsReady",
              message: "All of the VMI's DVs are bound and ready",
          }
        : {
              type: "DataVolumesReady",
              status: "False",
              reason: "NotAllDVsReady",
              message: "Not all of the VMI's DVs are ready",
          };
}

function withoutTimes({ type, status, reason, message }: Condition): Condition {
    return {
        type,
        status,
        ...(reason === undefined ? {} : { reason }),
        ...(message === undefined ? {} : { message }),
    };
}

/** A condition that says the same as before keeps its times. */
export function withTimes(
    condition: Condition,
    before: readonly Condition[] | undefined,
    now: number,
): Condition {
    const old = conditionOf(before, condition.type);
    const unchanged =
        old?.status === condition.status &&
        old.reason === condition.reason &&
        old.message === condition.message;
    return unchanged
        ? old
        : { lastProbeTime: null, lastTransitionTime: timestamp(now), ...condition };
}
