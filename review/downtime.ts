import { fieldsAt } from "../model/machine-object";
import type { Judged } from "./judged";
import { isMeantToRun } from "./machine-fate";
import type { ReportLine, ReportNote } from "./report";
import { machineKey, ofKind, type Scene, stepsByUrn } from "./scene";
import { placeText, type Thing } from "./thing";

/** Machines that run and will stand still, and for how long. */
export function downtimeOf(
    judged: readonly Judged[],
    lines: readonly ReportLine[],
    scene: Scene,
): readonly ReportNote[] {
    const machines = ofKind(scene.before, machineKey).filter(isMeantToRun);
    const lineOf = new Map(
        lines.filter(({ what }) => what === "machine").map((line) => [line.place, line]),
    );
    const mainOf = new Map(judged.map((one) => [one.item.urn, one]));
    const afterOf = new Map(ofKind(scene.after, machineKey).map((one) => [one.urn, one]));
    return machines.flatMap((machine) => {
        const place = placeText(machine);
        const line = lineOf.get(place);
        const main = mainOf.get(machine.urn);
        const after = afterOf.get(machine.urn);
        const why = line === undefined ? undefined : standsStill(machine, after, line, main, scene);
        return why === undefined ? [] : [{ urn: machine.urn, place, why }];
    });
}

function standsStill(
    machine: Thing,
    after: Thing | undefined,
    line: ReportLine,
    main: Judged | undefined,
    scene: Scene,
): string | undefined {
    if (line.impact === "refused") {
        return undefined;
    }
    if (after === undefined) {
        return machine.state.retainOnDelete || main === undefined
            ? undefined
            : "it is shut down and goes for good";
    }
    const isAnew = (stepsByUrn(scene.steps).get(machine.urn) ?? []).some(({ op }) =>
        /replace/.test(op),
    );
    if (isAnew) {
        return "it is shut down, and down until the new one has booted";
    }
    if (/^(gone-data-kept|data-loss)$/.test(line.impact)) {
        return "it is shut down and goes for good, with what it is in";
    }
    if (!isMeantToRun(after)) {
        return "it is shut down, and stays off";
    }
    return line.impact === "restart"
        ? `one restart, of the length of a boot: at once where restartPolicy is "if-needed", otherwise when somebody restarts it${stopText(machine)}`
        : undefined;
}

function stopText(machine: Thing): string {
    const seconds = fieldsAt({ spec: machine.state.inputs["spec"] }, ["spec", "template", "spec"])[
        "terminationGracePeriodSeconds"
    ];
    return typeof seconds === "number"
        ? `; its guest has up to ${String(seconds)} s to shut down`
        : "";
}
