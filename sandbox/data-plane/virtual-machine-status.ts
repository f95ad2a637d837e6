import type { LiveUpdate } from "./live-update";
import { diskState, disksOf, claimNameOf } from "./machine-disks";
import { withTimes } from "./machine-instance-status";
import type {
    Condition,
    MachineVolume,
    StartFailure,
    VirtualMachine,
    VirtualMachineInstance,
} from "./objects";
import { annotationOf, conditionOf, isDeleted } from "./reading";
import type { Store } from "./store";

/** What a machine's status depends on. */
export interface SeenMachine {
    readonly world: Store;
    readonly machine: VirtualMachine;
    readonly instance: VirtualMachineInstance | undefined;
    readonly now: number;
    readonly strategy: string;
    readonly failure?: StartFailure | undefined;
    readonly update?: LiveUpdate;
    /** An instance is being made at this moment. */
    readonly starts?: boolean;
}

/** The status of a machine as a merge patch. Recorded from virt-controller v1.9; absent fields are absent, not false. */
export function machineStatus(seen: SeenMachine): { readonly printableStatus: string } {
    const { machine, instance, strategy, failure } = seen;
    const { generation } = machine.metadata;
    const before = machine.status;
    const ready = conditionOf(instance?.status?.conditions, "Ready")?.status === "True";
    const startedAs = annotationOf(instance, "kubevirt.io/vm-generation");
    const hasStarted = instance !== undefined || before?.runStrategy !== undefined;
    return {
        printableStatus: printableStatus(seen),
        conditions: conditions(seen),
        created: instance === undefined ? null : true,
        ready: ready ? true : null,
        runStrategy: hasStarted ? strategy : null,
        desiredGeneration: hasStarted ? generation : null,
        observedGeneration:
            startedAs === undefined ? before?.observedGeneration : Number(startedAs),
        startFailure: failure ?? null,
        volumeSnapshotStatuses: (machine.spec.template.spec.volumes ?? []).map((volume) =>
            snapshotStatus(seen, volume),
        ),
    } as { readonly printableStatus: string };
}

/** Source: KubeVirt pkg/virt-controller/watch/vm/vm.go (setPrintableStatus); facts 5.5. */
function printableStatus(seen: SeenMachine): string {
    const { world, machine, instance, strategy, failure, starts } = seen;
    const states = disksOf(world, machine.metadata.namespace, machine.spec.template.spec).map(
        diskState,
    );
    if (isDeleted(machine)) {
        return "Terminating";
    }
    if (instance === undefined) {
        if (strategy === "Halted" || strategy === "Manual") {
            return "Stopped";
        }
        if (states.includes("error")) {
            return "DataVolumeError";
        }
        if (failure !== undefined) {
            return "CrashLoopBackOff";
        }
        return states.includes("filling") || starts !== true ? "Provisioning" : "Starting";
    }
    if (isDeleted(instance)) {
        return failure === undefined ? "Stopping" : "CrashLoopBackOff";
    }
    return instanceWord(
        instance,
        states.every((state) => state === "ready"),
    );
}

function instanceWord({ status }: VirtualMachineInstance, filled: boolean): string {
    const synchronized = conditionOf(status?.conditions, "Synchronized");
    if (synchronized?.reason === "FailedPvcNotFound") {
        return "ErrorPvcNotFound";
    }
    const scheduled = conditionOf(status?.conditions, "PodScheduled");
    switch (status?.phase) {
        case "Running":
            return "Running";
        case "Failed":
            return "CrashLoopBackOff";
        case "Succeeded":
            return "Stopped";
        default:
            if (!filled) {
                return "Provisioning";
            }
            return scheduled?.reason === "Unschedulable" ? "ErrorUnschedulable" : "Starting";
    }
}

/** Conditions of the instance that the machine shows too. */
const copied = [
    "DataVolumesReady",
    "LiveMigratable",
    "PodScheduled",
    "Synchronized",
    "Provisioning",
];

/** These stay as they were after the machine stopped (recorded). */
const kept = ["DataVolumesReady", "LiveMigratable"];

function conditions({ machine, instance, update, now }: SeenMachine): Condition[] {
    const before = machine.status?.conditions;
    const absent: Condition = {
        type: "Ready",
        status: "False",
        reason: "VMINotExists",
        message: "VMI does not exist",
    };
    const shown =
        instance === undefined
            ? [absent, ...(before ?? []).filter(({ type }) => kept.includes(type))]
            : (instance.status?.conditions ?? []).filter(
                  ({ type }) => type === "Ready" || copied.includes(type),
              );
    const restart: Condition[] =
        update?.restart === undefined
            ? []
            : [{ type: "RestartRequired", status: "True", message: update.restart }];
    return [...shown, ...restart].map((condition) => withTimes(condition, before, now));
}

function snapshotStatus(
    { world, machine }: SeenMachine,
    volume: MachineVolume,
): { readonly name: string; readonly enabled: boolean; readonly reason?: string } {
    const { name } = volume;
    const no = (reason: string) => ({ name, enabled: false, reason });
    const claimName = claimNameOf(volume);
    if (claimName === undefined) {
        return no(`Snapshot is not supported for this volumeSource type [${name}]`);
    }
    const claim = world.get("PersistentVolumeClaim", machine.metadata.namespace, claimName);
    if (claim === undefined) {
        return no("PVC not found");
    }
    const of = claim.spec.storageClassName ?? "";
    const provisioner = world.get("StorageClass", undefined, of)?.provisioner;
    const can = world.list("VolumeSnapshotClass").some(({ driver }) => driver === provisioner);
    return can
        ? { name, enabled: true }
        : no(
              `No VolumeSnapshotClass: Volume snapshots are not configured for this StorageClass [${of}] [${name}]`,
          );
}
