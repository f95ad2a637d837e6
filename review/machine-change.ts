import { few } from "../model/few";
import { heaviest } from "../model/impact";
import { machineChanges, type RunningMachine } from "../model/machine-changes";
import type { Fields } from "../model/machine-difference";
import { domainPlace, fieldsAt, templatePlace } from "../model/machine-object";
import type { Judgement } from "./judgement";
import { isMeantToRun } from "./machine-fate";
import { mobility } from "./mobility";
import { once } from "../model/once";
import { ofKind, type Scene } from "./scene";
import { entriesOf, isHidden, kindKey, type Thing, valueOf, wantedOf } from "./thing";

/** Parts of a machine that a program may have made a secret as a whole. */
const hiddenPlaces = [
    ["spec"],
    ["spec", "template"],
    templatePlace,
    domainPlace,
    [...domainPlace, "devices"],
    [...templatePlace, "volumes"],
    ["spec", "dataVolumeTemplates"],
];

/** What a change of a machine's object comes to, by the table of changes. */
export function machineChange(before: Thing, after: Thing, scene: Scene): Judgement {
    const hidden = hiddenPlaces.find((place) => isHidden(before, place) || isHidden(after, place));
    if (hidden !== undefined && !before.isPatch) {
        return {
            impact: "restart",
            isUnknown: true,
            why: `what changes is hidden in the preview (${hidden.join(".")}): look at it yourself`,
        };
    }
    const changes = machineChanges(
        compared(before, before),
        compared(after, before),
        running(before, scene),
    );
    const told = isMeantToRun(before) ? changes : changes.map(offline);
    const impact = heaviest(told.map((change) => change.impact)) ?? "live";
    const decisive = told.filter((change) => change.impact === impact);
    return {
        ...(isMeantToRun(before) && !isMeantToRun(after)
            ? { approve: "the machine is shut down, and stays off" }
            : {}),
        impact,
        why:
            decisive.length === 0
                ? "nothing that the machine sees changes"
                : few([...new Set(decisive.map(({ field, why }) => `${field}: ${why}`))], 4),
    };
}

/** A machine that is off starts with what is changed. */
function offline<Change extends { readonly impact: string; readonly why: string }>(
    change: Change,
): Change {
    return change.impact === "restart"
        ? { ...change, impact: "live", why: "the machine is off and starts with it" }
        : change;
}

/** A patch writes some fields of a machine: only those are compared, and its name is not one of them. */
function compared({ state }: Thing, reference: Thing): Fields {
    return reference.isPatch ? { spec: fieldsAt(state.inputs, ["spec"]) } : state.inputs;
}

const operators = once(({ after }: Scene) => ofKind(after, "kubevirt.io/KubeVirt"));

function running(machine: Thing, scene: Scene): RunningMachine {
    const [kubevirt] = operators(scene);
    const rollout =
        kubevirt === undefined
            ? undefined
            : valueOf(kubevirt, ["spec", "configuration", "vmRolloutStrategy"]);
    return {
        migratable: mobility(machine, scene).migratable,
        ...(rollout === "Stage" ? { rollout } : {}),
    };
}

/** A pool that becomes smaller deletes machines, with the disks that belong to them. */
export function poolChange(before: Thing, after: Thing): Judgement {
    const [old, wanted] = [before, after].map((thing) =>
        Number(wantedOf(thing, ["spec", "replicas"]) ?? 1),
    );
    const templates = ["spec", "virtualMachineTemplate", "spec", "dataVolumeTemplates"];
    if ((wanted ?? 1) < (old ?? 1)) {
        return entriesOf(wantedOf(before, templates)).length > 0
            ? {
                  impact: "data-loss",
                  why: `${String((old ?? 1) - (wanted ?? 1))} machines go, with the disks that belong to them (dataVolumeTemplates)`,
              }
            : { impact: "gone-data-kept", why: "machines go, and have no disks of their own" };
    }
    return {
        impact: kindKey(before) === kindKey(after) && old !== wanted ? "live" : "restart",
        why: "its machines take another template when they start",
    };
}
