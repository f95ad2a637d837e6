import { Check, type Findings } from "./findings";

/** Fields of an object's spec, as the API has them, that are merged over what the other arguments say. */
export type SpecOverrides = Readonly<Record<string, unknown>>;

/** Fields that must not be overridden, with what to do instead. A field inside another is written with dots. */
export type Guarded = Readonly<Record<string, string>>;

/** What overrides may not touch, because a check or a protection would be gone without a word. */
export function checkOverrides(overrides: SpecOverrides, guarded: Guarded): Findings {
    const check = new Check();
    for (const [path, cure] of Object.entries(guarded)) {
        const value = valueAt(overrides, path.split("."));
        if (value !== undefined) {
            check.refuse(
                path,
                `is ${JSON.stringify(value)}, which this package sets and checks itself`,
                cure,
            );
        }
    }
    return check;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
    return path.reduce<unknown>(
        (at, key) =>
            typeof at === "object" && at !== null ? (at as SpecOverrides)[key] : undefined,
        value,
    );
}
