import type { VirtualMachine, VirtualMachineInstance } from "./objects";

/** When a machine is to run. The deprecated `running` is another way to say Always or Halted. */
export function runStrategyOf({ spec }: VirtualMachine): string {
    return spec.runStrategy ?? (spec.running === true ? "Always" : "Halted");
}

/** Whether somebody asked for a start. */
export function hasStartRequest({ status }: VirtualMachine): boolean {
    return status?.stateChangeRequests?.[0]?.action === "Start";
}

/** Whether somebody asked to stop this instance. */
export function hasStopRequest(
    { status }: VirtualMachine,
    instance: VirtualMachineInstance,
): boolean {
    const first = status?.stateChangeRequests?.[0];
    return first?.action === "Stop" && first.uid === instance.metadata.uid;
}

/** Whether a machine without an instance is to get one. Source: KubeVirt pkg/virt-controller/watch/vm/vm.go, isSetToStart. */
export function isSetToStart(machine: VirtualMachine): boolean {
    const strategy = runStrategyOf(machine);
    switch (strategy) {
        case "Always":
        case "Once":
            return true;
        case "RerunOnFailure":
            return hasStartRequest(machine) || machine.status?.runStrategy !== strategy;
        case "Manual":
            return hasStartRequest(machine);
        default:
            return false;
    }
}
