import { placeText } from "../model/machine-difference";
import { type Problem, Problems } from "../model/problems";
import { operatorParts } from "./exemptions";
import type { Policy } from "./policy";
import { at, notKnown, type Resource } from "./resource";
import { containersOf, isWhole, machinesOf, type Part, podsOf } from "./workloads";

const remedy =
    "write resources.limits.memory and resources.requests.cpu; of a machine memory and cpu, or an instancetype";

export const limits: Policy = {
    name: "resource-limits",
    asks: "Containers have a memory limit and a CPU request; machines say their memory and CPUs.",
    why: "what may take a node's memory without end takes it from the machines beside it, which are then killed",
    remedy,
    levels: { local: "disabled", staging: "advisory", production: "mandatory" },
    exempts: [operatorParts],
    judge: (resource) =>
        isWhole(resource)
            ? [
                  ...podsOf(resource).flatMap(inPod),
                  ...machinesOf(resource).flatMap((machine) => inMachine(resource, machine)),
              ]
            : [],
};

function inPod(pod: Part): Problem[] {
    const problems = new Problems();
    for (const container of containersOf(pod)) {
        const field = placeText([...container.place, "resources"]);
        const has = (...ways: readonly string[][]) =>
            [container, pod].some(({ spec }) =>
                hasAny(
                    spec,
                    ways.map((way) => ["resources", ...way]),
                ),
            );
        if (!has(["limits", "memory"])) {
            problems.add(field, "has no memory limit", "write limits.memory");
        }
        if (!has(["requests", "cpu"], ["limits", "cpu"])) {
            problems.add(field, "asks for no CPU", "write requests.cpu");
        }
    }
    return problems.all;
}

function inMachine(resource: Resource, { place, spec }: Part): Problem[] {
    // An instancetype brings both.
    if (hasAny(resource.props, [["spec", "instancetype"], instancetypeOfPool])) {
        return [];
    }
    const problems = new Problems();
    const domain = placeText([...place, "domain"]);
    const asks = (what: string) =>
        ["requests", "limits"].map((list) => ["domain", "resources", list, what]);
    if (!hasAny(spec, [["domain", "memory", "guest"], ...asks("memory")])) {
        problems.add(domain, "says no memory", "write memory, or an instancetype");
    }
    if (!hasAny(spec, [["domain", "cpu"], ...asks("cpu")])) {
        problems.add(
            domain,
            "says no CPUs, so that its pod asks for a tenth of one",
            "write cpu, or an instancetype",
        );
    }
    return problems.all;
}

const instancetypeOfPool = ["spec", "virtualMachineTemplate", "spec", "instancetype"];

/** Whether there is something at one of the places; what nobody knows yet may be. */
function hasAny(value: unknown, places: readonly (readonly string[])[]): boolean {
    return places.some((place) => {
        const found = at(value, ...place);
        return found === notKnown || (found !== undefined && found !== null && found !== "");
    });
}
