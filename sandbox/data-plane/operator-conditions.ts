import type { Condition } from "./objects";
import { conditionOf } from "./reading";

/** A condition without its times. */
export type Saying = Pick<Condition, "type" | "status" | "reason" | "message">;

/** The conditions with these instead of those of the same types; each keeps its place. */
export function withSayings(
    before: readonly Saying[],
    ...sayings: readonly Saying[]
): readonly Saying[] {
    const types = before.map(({ type }) => type);
    const later = sayings.filter(({ type }) => !types.includes(type));
    const changed = before.map((each) => sayings.find(({ type }) => type === each.type) ?? each);
    return [...changed, ...later];
}

/** The conditions without those of these types. */
export function without(before: readonly Saying[], ...types: readonly string[]): readonly Saying[] {
    return before.filter(({ type }) => !types.includes(type));
}

/** The same condition of each of these types, with its own status. */
export function sayings(
    statuses: Readonly<Record<string, "True" | "False">>,
    reason?: string,
    message?: string,
): readonly Saying[] {
    return Object.entries(statuses).map(([type, status]) => ({
        type,
        status,
        ...(reason === undefined ? {} : { reason }),
        ...(message === undefined ? {} : { message }),
    }));
}

/** The conditions with their times: what is as it was keeps them, `changed` gives those of what is not. */
export function withTimes(
    wanted: readonly Saying[],
    before: readonly Condition[] | undefined,
    changed: (saying: Saying, old: Condition | undefined) => Partial<Condition>,
): Condition[] {
    return wanted.map(({ type, status, reason, message }) => {
        const old = conditionOf(before, type);
        const saying = {
            type,
            status,
            ...(reason === undefined ? {} : { reason }),
            ...(message === undefined ? {} : { message }),
        };
        return old?.status === status && old.reason === reason && old.message === message
            ? old
            : { ...saying, ...changed(saying, old) };
    });
}
