import { type DiskState, diskState, disksOf } from "./machine-disks";
import { applyInstancetype } from "./machine-instancetype";
import { type LiveUpdate, instanceSpec, liveUpdate } from "./live-update";
import type { MachineSpec, StartFailure, VirtualMachine, VirtualMachineInstance } from "./objects";
import { hasStopRequest, isSetToStart, runStrategyOf } from "./run-strategy";
import { isDeleted, isOwnedBy, ownedBy, since, timestamp } from "./reading";
import type { Store } from "./store";
import { instanceFinalizers } from "./machine-instance";
import { startRevision } from "./machine-instance-status";
import type { Problem } from "./machine-objects";
import { machineStatus } from "./virtual-machine-status";
import {
    type NewObject,
    type Write,
    annotate,
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
    const strategy = runStrategyOf(machine);
    if (isDeleted(machine)) {
        return instance === undefined
            ? release(machine, finalizer)
            : [...remove(instance), ...report(world, machine, instance, { now, strategy })];
    }
    const held = [...hold(machine, finalizer), ...annotate(machine, observedVersions)];
    const type = applyInstancetype(world, machine);
    if (type.problem !== undefined) {
        const { problem } = type;
        return [...held, ...report(world, machine, instance, { now, strategy, problem })];
    }
    const failure = afterFailure(machine, instance, now);
    const templates = makeDataVolumes(world, machine, now);
    const states = disksOf(world, namespace, machine.spec.template.spec).map(diskState);
    const wanted =
        templates.length === 0 && mayStart(machine, failure, states, now) && found === undefined;
    const problem = wanted ? refusedInstance(type.template) : undefined;
    const starts = wanted && problem === undefined;
    const update = instance === undefined ? {} : liveUpdate(machine, instance, type.template);
    const { references } = type;
    const seen = { now, strategy, failure, update, starts, problem, references };
    return [
        ...held,
        ...type.writes,
        ...templates,
        ...(starts ? [...start(machine, type.template), ...keepRevision(world, machine)] : []),
        ...(instance === undefined ? [] : change(machine, instance, strategy, update)),
        ...report(world, machine, instance, seen),
    ];
}

/** Which version of the API the controller has seen an object in (recorded). */
const observedVersions = {
    "kubevirt.io/latest-observed-api-version": "v1",
    "kubevirt.io/storage-observed-api-version": "v1",
};

/** Whether a machine without an instance gets one. */
function mayStart(
    machine: VirtualMachine,
    failure: StartFailure | undefined,
    states: readonly DiskState[],
    now: number,
): boolean {
    const waits =
        failure?.retryAfterTimestamp !== undefined && since(failure.retryAfterTimestamp, now) < 0;
    return (
        isSetToStart(machine) &&
        !waits &&
        !states.some((state) => state === "filling" || state === "error")
    );
}

/** Why the API server would not take the instance. Source: KubeVirt vmi-create-admitter.go, ValidateVirtualMachineInstanceMandatoryFields. */
function refusedInstance({ domain }: MachineSpec): Problem | undefined {
    const { memory, resources } = domain;
    const asked = memory?.guest ?? resources?.requests?.["memory"] ?? resources?.limits?.["memory"];
    const pages = (memory as { readonly hugepages?: object } | undefined)?.hugepages;
    if (asked !== undefined || pages !== undefined) {
        return undefined;
    }
    const refusal =
        "no memory requested, at least one of 'spec.domain.memory.guest', 'spec.domain.memory.hugepages.pageSize' or 'spec.domain.resources.requests.memory' must be set";
    return {
        reason: "FailedCreate",
        message: `Failure while starting VMI: admission webhook "virtualmachineinstances-create-validator.kubevirt.io" denied the request: ${refusal}`,
    };
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

function start(machine: VirtualMachine, template: MachineSpec): Write[] {
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
            annotations: {
                ...annotations,
                ...observedVersions,
                "kubevirt.io/vm-generation": String(generation ?? 1),
            },
            finalizers: instanceFinalizers,
            ownerReferences: ownedBy(machine),
        },
        spec: instanceSpec(template),
    };
    return [create(instance, { made: [say(machine, by, "SuccessfulCreate", message)] })];
}

/** The machine as it is started, in place of that of the start before. Source: KubeVirt vm.go, createVMRevision. */
function keepRevision(world: Store, machine: VirtualMachine): Write[] {
    const { namespace = "", generation, uid = "" } = machine.metadata;
    const name = startRevision(uid, String(generation ?? 1));
    const others = world
        .list("ControllerRevision", namespace)
        .filter(
            (one) =>
                isOwnedBy(one, machine) &&
                one.metadata.name.startsWith("revision-start-vm-") &&
                one.metadata.name !== name,
        );
    const revision: NewObject = {
        apiVersion: "apps/v1",
        kind: "ControllerRevision",
        metadata: { name, namespace, ownerReferences: ownedBy(machine) },
        revision: generation ?? 1,
        data: { spec: machine.spec },
    };
    const isKept = world.get("ControllerRevision", namespace, name) !== undefined;
    return [...others.flatMap(remove), ...(isKept ? [] : [create(revision)])];
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
        (phase === "Succeeded" && restarts) ||
        hasStopRequest(machine, instance);
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
