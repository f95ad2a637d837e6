import {
    commonInstancetype,
    commonPreference,
    instancetypeFault,
    type InstancetypeReference,
    preferenceFault,
    type PreferenceReference,
    referencedName,
} from "./instancetypes";
import { type Problem, Problems } from "./problems";
import { bytesOf, type Size } from "./size";

/** What of a machine an instancetype and a preference are held against. */
export interface SizedMachine {
    readonly instancetype?: InstancetypeReference | undefined;
    readonly preference?: PreferenceReference | undefined;
    /** Virtual CPUs, where the program says them. They are sockets, which is what KubeVirt counts for most preferences. */
    readonly cpu?: number | undefined;
    readonly memory?: Size | undefined;
    readonly architecture?: string | undefined;
}

/**
 * What KubeVirt would refuse: CPU or memory beside an instancetype ("VM field(s) … conflicts with selected instance type"), less
 * than a preference asks for ("insufficient CPU resources"). Source: KubeVirt v1.9 pkg/instancetype (conflict, preference/requirements).
 */
export function checkInstancetype(machine: SizedMachine): readonly Problem[] {
    const problems = new Problems();
    const { instancetype, preference } = machine;
    if (instancetype !== undefined) {
        problems.addIf("instancetype", instancetypeFault(instancetype));
        for (const field of ["cpu", "memory"] as const) {
            if (machine[field] !== undefined) {
                problems.add(
                    field,
                    `is ${JSON.stringify(machine[field])}, beside instancetype ${JSON.stringify(referencedName(instancetype))}, which sets it`,
                    "leave one of them out",
                );
            }
        }
    }
    if (preference !== undefined) {
        problems.addIf("preference", preferenceFault(preference));
        checkRequirements(machine, preference, problems);
    }
    return problems.all;
}

function checkRequirements(
    machine: SizedMachine,
    preference: PreferenceReference,
    problems: Problems,
): void {
    const asked = commonPreference(preference);
    const given =
        machine.instancetype === undefined ? machine : commonInstancetype(machine.instancetype);
    if (asked === undefined || given === undefined) {
        return;
    }
    const name = JSON.stringify(referencedName(preference));
    const of = (field: "cpu" | "memory") =>
        machine.instancetype === undefined ? field : "instancetype";
    const larger = (field: "cpu" | "memory") =>
        machine.instancetype === undefined ? `raise ${field}` : "choose a larger one";
    if (asked.cpu !== undefined && given.cpu !== undefined && given.cpu < asked.cpu) {
        problems.add(
            of("cpu"),
            `gives the machine ${String(given.cpu)} CPU${given.cpu === 1 ? "" : "s"}, and preference ${name} asks for ${String(asked.cpu)}`,
            larger("cpu"),
        );
    }
    if (
        asked.memory !== undefined &&
        given.memory !== undefined &&
        bytesOf(given.memory) < bytesOf(asked.memory)
    ) {
        problems.add(
            of("memory"),
            `gives the machine ${given.memory} of memory, and preference ${name} asks for ${asked.memory}`,
            larger("memory"),
        );
    }
    const { architecture } = machine;
    if (
        asked.architecture !== undefined &&
        architecture !== undefined &&
        asked.architecture !== architecture
    ) {
        problems.add(
            "preference",
            `is ${name}, which is for ${asked.architecture}, and the machine is ${architecture}`,
            "choose the preference for that architecture",
        );
    }
}
