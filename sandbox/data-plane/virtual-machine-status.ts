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
import type { Problem, StateChangeRequest } from "./machine-objects";
import { annotationOf, conditionOf, isDeleted } from "./reading";
import { isSetToStart } from "./run-strategy";
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
    /** What keeps the controller from going on. */
    readonly problem?: Problem | undefined;
    readonly references?: object;
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
        stateChangeRequests: openRequests(seen),
        instancetypeRef: null,
        preferenceRef: null,
        ...seen.references,
        volumeSnapshotStatuses: (machine.spec.template.spec.volumes ?? []).map((volume) =>
            snapshotStatus(seen, volume),
        ),
    } as { readonly printableStatus: string };
}

/**
 * What somebody asked for and is not done yet. A machine that is run again after a failure asks itself. Source: KubeVirt
 * pkg/virt-controller/watch/vm/vm.go, isTrimFirstChangeRequestNeeded and syncRunStrategy.
 */
function openRequests(seen: SeenMachine): readonly StateChangeRequest[] | null {
    const { machine, instance, strategy, starts, problem } = seen;
    const asked = machine.status?.stateChangeRequests ?? [];
    const [first] = asked;
    const isDone =
        first?.action === "Stop"
            ? first.uid !== instance?.metadata.uid
            : first !== undefined && problem === undefined && (instance !== undefined || starts);
    const open = isDone === true ? asked.slice(1) : asked;
    const again =
        strategy === "RerunOnFailure" && instance?.status?.phase === "Failed" && open.length === 0;
    const after: readonly StateChangeRequest[] = again ? [{ action: "Start" }] : open;
    return after.length === 0 ? null : after;
}

/** Source: KubeVirt pkg/virt-controller/watch/vm/vm.go (setPrintableStatus); facts 5.5. */
function printableStatus(seen: SeenMachine): string {
    const { world, machine, instance, failure, starts } = seen;
    const states = disksOf(world, machine.metadata.namespace, machine.spec.template.spec).map(
        diskState,
    );
    if (isDeleted(machine)) {
        return "Terminating";
    }
    if (instance === undefined) {
        if (seen.problem !== undefined || (starts !== true && !isSetToStart(machine))) {
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
    if (["ErrImagePull", "ImagePullBackOff"].includes(synchronized?.reason ?? "")) {
        return synchronized?.reason ?? "";
    }
    const { startTimestamp, endTimestamp } = status?.migrationState ?? {};
    if (startTimestamp !== undefined && endTimestamp === undefined) {
        return "Migrating";
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

/** These stay as they were after the machine stopped (recorded). */
const kept = ["DataVolumesReady", "LiveMigratable"];

function conditions({ machine, instance, update, problem, now }: SeenMachine): Condition[] {
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
            : (instance.status?.conditions ?? []);
    const failed: Condition[] =
        problem === undefined ? [] : [{ type: "Failure", status: "True", ...problem }];
    const restart: Condition[] =
        update?.restart === undefined
            ? []
            : [{ type: "RestartRequired", status: "True", message: update.restart }];
    return [...shown, ...failed, ...restart].map((condition) => withTimes(condition, before, now));
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
