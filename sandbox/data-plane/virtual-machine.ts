import { type DiskState, diskState, disksOf } from "./machine-disks";
import { type LiveUpdate, instanceSpec, liveUpdate } from "./live-update";
import type { StartFailure, VirtualMachine, VirtualMachineInstance } from "./objects";
import { isDeleted, isOwnedBy, ownedBy, since, timestamp } from "./reading";
import type { Store } from "./store";
import { instanceFinalizers } from "./machine-instance";
import { machineStatus } from "./virtual-machine-status";
import {
    type NewObject,
    type Write,
    create,
    hold,
    patch,
    patchStatus,
    release,
    remove,
    say,
    warn,
} from "./writes";

const finalizer = instanceFinalizers[0];
const by = "virtualmachine-controller";

/** What virt-controller would do for a machine now. Source: KubeVirt pkg/virt-controller/watch/vm/vm.go. */
export function reconcileVirtualMachine(
    world: Store,
    machine: VirtualMachine,
    now: number,
): Write[] {
    const { namespace, name } = machine.metadata;
    const found = world.get("VirtualMachineInstance", namespace, name);
    const instance = found !== undefined && isOwnedBy(found, machine) ? found : undefined;
    const strategy = runStrategy(machine);
    if (isDeleted(machine)) {
        return instance === undefined
            ? release(machine, finalizer)
            : [...remove(instance), ...report(world, machine, instance, { now, strategy })];
    }
    const failure = afterFailure(machine, instance, now);
    const templates = makeDataVolumes(world, machine, now);
    const states = disksOf(world, namespace, machine.spec.template.spec).map(diskState);
    const starts =
        templates.length === 0 && mayStart(strategy, failure, states, now) && found === undefined;
    const update = instance === undefined ? {} : liveUpdate(machine, instance);
    return [
        ...hold(machine, finalizer),
        ...templates,
        ...(starts ? start(machine) : []),
        ...(instance === undefined ? [] : change(machine, instance, strategy, update)),
        ...report(world, machine, instance, { now, strategy, failure, update, starts }),
    ];
}

/** The deprecated `running` is another way to say Always or Halted. */
function runStrategy({ spec }: VirtualMachine): string {
    return spec.runStrategy ?? (spec.running === true ? "Always" : "Halted");
}

/** Whether a machine without an instance gets one. Manual waits for a start request, which is not simulated. */
function mayStart(
    strategy: string,
    failure: StartFailure | undefined,
    states: readonly DiskState[],
    now: number,
): boolean {
    const wanted = ["Always", "RerunOnFailure", "Once"].includes(strategy);
    const waits =
        failure?.retryAfterTimestamp !== undefined && since(failure.retryAfterTimestamp, now) < 0;
    return wanted && !waits && !states.some((state) => state === "filling" || state === "error");
}

/** The DataVolumes of the machine's templates. They go with the machine. */
function makeDataVolumes(world: Store, machine: VirtualMachine, now: number): Write[] {
    const { namespace, uid } = machine.metadata;
    return (machine.spec.dataVolumeTemplates ?? []).flatMap(({ metadata, spec }) => {
        if (world.get("DataVolume", namespace, metadata.name) !== undefined) {
            return [];
        }
        const refused = (message: string): Write[] => [
            ...patchStatus(machine, {
                printableStatus: "Stopped",
                conditions: [
                    {
                        type: "Failure",
                        status: "True",
                        reason: "FailedCreate",
                        message: `Error encountered while creating DataVolumes: failed to create DataVolume: ${message}`,
                        lastProbeTime: null,
                        lastTransitionTime: timestamp(now),
                    },
                ],
            }),
            warn(
                machine,
                by,
                "FailedDataVolumeCreate",
                `Error creating DataVolume ${metadata.name}: ${message}`,
            ),
        ];
        return [
            create(
                {
                    apiVersion: "cdi.kubevirt.io/v1beta1",
                    kind: "DataVolume",
                    metadata: {
                        ...metadata,
                        ...(namespace === undefined ? {} : { namespace }),
                        labels: { ...metadata.labels, "kubevirt.io/created-by": uid ?? "" },
                        annotations: {
                            ...metadata.annotations,
                            "cdi.kubevirt.io/allowClaimAdoption": "true",
                        },
                        ownerReferences: ownedBy(machine),
                    },
                    spec,
                },
                {
                    made: [
                        say(
                            machine,
                            by,
                            "SuccessfulDataVolumeCreate",
                            `Created DataVolume ${metadata.name}`,
                        ),
                    ],
                    refused,
                },
            ),
        ];
    });
}

function start(machine: VirtualMachine): Write[] {
    const { name, namespace, generation } = machine.metadata;
    const { labels, annotations } = machine.spec.template.metadata ?? {};
    const message = `Started the virtual machine by creating the new virtual machine instance ${name}`;
    const instance: NewObject = {
        apiVersion: "kubevirt.io/v1",
        kind: "VirtualMachineInstance",
        metadata: {
            name,
            ...(namespace === undefined ? {} : { namespace }),
            labels: { ...labels, "kubevirt.io/vm": labels?.["kubevirt.io/vm"] ?? name },
            annotations: { ...annotations, "kubevirt.io/vm-generation": String(generation ?? 1) },
            finalizers: instanceFinalizers,
            ownerReferences: ownedBy(machine),
        },
        spec: instanceSpec(machine),
    };
    return [create(instance, { made: [say(machine, by, "SuccessfulCreate", message)] })];
}

/** Stops an instance that is not wanted any more or has failed; changes one that can take a change. */
function change(
    machine: VirtualMachine,
    instance: VirtualMachineInstance,
    strategy: string,
    update: LiveUpdate,
): Write[] {
    const { phase } = instance.status ?? {};
    const restarts = strategy === "Always" || strategy === "RerunOnFailure";
    const over =
        strategy === "Halted" ||
        (phase === "Failed" && restarts) ||
        (phase === "Succeeded" && strategy === "Always");
    if (over && !isDeleted(instance)) {
        const message = `Stopped the virtual machine by deleting the virtual machine instance ${instance.metadata.uid ?? ""}`;
        return [...remove(instance), say(machine, by, "SuccessfulDelete", message)];
    }
    return update.change === undefined || isDeleted(instance) ? [] : patch(instance, update.change);
}

/** What is known of failed starts: one more when the instance has failed, none when it runs. */
function afterFailure(
    { status }: VirtualMachine,
    instance: VirtualMachineInstance | undefined,
    now: number,
): StartFailure | undefined {
    const before = status?.startFailure;
    const { phase } = instance?.status ?? {};
    const uid = instance?.metadata.uid;
    if (phase === "Running") {
        return undefined;
    }
    if (phase !== "Failed" || uid === undefined || before?.lastFailedVMIUID === uid) {
        return before;
    }
    const count = (before?.consecutiveFailCount ?? 0) + 1;
    // KubeVirt waits 10 s, then longer up to 5 minutes.
    const waitMs = Math.min(1000 * 2 ** count, 10_000);
    return {
        consecutiveFailCount: count,
        lastFailedVMIUID: uid,
        retryAfterTimestamp: timestamp(now + waitMs),
    };
}

function report(
    world: Store,
    machine: VirtualMachine,
    instance: VirtualMachineInstance | undefined,
    seen: Omit<Parameters<typeof machineStatus>[0], "world" | "machine" | "instance">,
): Write[] {
    const status = machineStatus({ world, machine, instance, ...seen });
    const writes = patchStatus(machine, status);
    const broke =
        status.printableStatus === "DataVolumeError" &&
        machine.status?.printableStatus !== "DataVolumeError";
    const failed = disksOf(world, machine.metadata.namespace, machine.spec.template.spec).find(
        (disk) => diskState(disk) === "error",
    );
    return broke && failed !== undefined
        ? [
              ...writes,
              warn(
                  machine,
                  by,
                  "FailedDataVolumeImport",
                  `DataVolume ${failed.claimName} failed to import disk image`,
              ),
          ]
        : writes;
}
