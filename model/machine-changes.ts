import { type Impact, impacts } from "./impact";
import {
    decideChange,
    type Decision,
    type RunningMachine,
    type Seen,
} from "./machine-change-decision";
import { changeRules, otherArguments } from "./machine-change-table";
import {
    type Difference,
    differences,
    type Fields,
    type Place,
    placeText,
} from "./machine-difference";

export type { RunningMachine } from "./machine-change-decision";

/** One change of a machine, and what it does to the machine. */
export interface MachineChange {
    /** In the object: `spec.template.spec.domain.cpu.sockets`. */
    readonly path: string;
    /** The user's argument: `cpu`, `disks "data"`. */
    readonly field: string;
    /** Undefined where there was none. */
    readonly from: unknown;
    /** Undefined where there is none any more. */
    readonly to: unknown;
    readonly impact: Impact;
    readonly why: string;
}

/**
 * What becomes of a running machine when its object changes from one to the other: every changed place once, in the order of the
 * objects. Source: KubeVirt v1.9 pkg/virt-controller/watch/vm/vm.go (syncRestartRequired and the handlers after it).
 *
 * @param running what the running machine was started with, where that is known; otherwise what the old object says.
 */
export function machineChanges(
    from: Fields,
    to: Fields,
    running: RunningMachine = {},
): readonly MachineChange[] {
    const found = differences(from, to, hasDeeperRule);
    const seen: Seen = { from, to, running, places: found.map(({ place }) => place) };
    const decided = found.map((difference) => ({ difference, ...decide(difference, seen) }));
    // KubeVirt applies these only where nothing else waits for a restart.
    const isHeld = decided.some(({ decision }) => decision.kind === "restart");
    return decided.map(({ difference: { place, from: before, to: after }, field, decision }) => ({
        path: placeText(place),
        field,
        from: before,
        to: after,
        ...outcome(decision, isHeld),
    }));
}

/** The heaviest of some changes; undefined where nothing changes. */
export function worst(changes: readonly Pick<MachineChange, "impact">[]): Impact | undefined {
    const heaviest = Math.max(...changes.map(({ impact }) => impacts.indexOf(impact)));
    return impacts[heaviest];
}

/** The table as a guide shows it: the argument, where it is in the object (empty: nowhere), what a change comes to, and why. */
export function machineChangeRows(): readonly (readonly [string, string, string, string])[] {
    return [
        ...changeRules.map(
            ({ argument, place, impacts: words, why }) =>
                [
                    argument,
                    place.length === 0 ? "anything else" : placeText(place),
                    words.join(" or "),
                    why,
                ] as const,
        ),
        ...otherArguments.map(
            ({ argument, impacts: words, why }) => [argument, "", words.join(" or "), why] as const,
        ),
    ];
}

function decide(difference: Difference, seen: Seen): { field: string; decision: Decision } {
    const rule = changeRules.reduce((best, one) =>
        isAbove(one.place, difference.place) && one.place.length >= best.place.length ? one : best,
    );
    return {
        field: rule.field?.(difference, seen) ?? rule.argument,
        decision: rule.decide?.(difference, seen) ?? decideChange[rule.kind](rule.why),
    };
}

function outcome(decision: Decision, isHeld: boolean): { impact: Impact; why: string } {
    const { kind, why } = decision;
    if (kind === "live" && decision.isHeldBack === true && isHeld) {
        return {
            impact: "restart",
            why: "another change of the same update needs a restart, and KubeVirt applies this one with it",
        };
    }
    return { impact: kind === "next-start" ? "restart" : kind, why };
}

/** Whether a rule's place is the other place, or one above it. */
function isAbove(pattern: Place, place: Place): boolean {
    return pattern.length <= place.length && isAlong(pattern, place);
}

function hasDeeperRule(place: Place): boolean {
    return changeRules.some(
        (rule) => rule.place.length > place.length && isAlong(rule.place, place),
    );
}

/** Whether the steps that both have are the same. */
function isAlong(pattern: Place, place: Place): boolean {
    return pattern
        .slice(0, place.length)
        .every((step, at) => step === place[at] || (step === "[*]" && /^\[/.test(place[at] ?? "")));
}
