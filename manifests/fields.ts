import type { SpecOverrides } from "../model/overrides";

/** Fields of an API object. */
export type Fields = Record<string, unknown>;

/** The fields that have a value, or undefined when none has: what nobody set is not written. */
export function given(fields: Fields): Fields | undefined {
    const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Fields with others merged over them: objects field by field, lists and all else as a whole. */
export function merged(fields: Fields, overrides: SpecOverrides): Fields {
    const result: Fields = { ...fields };
    for (const [key, value] of Object.entries(overrides)) {
        const old = result[key];
        if (value !== undefined) {
            result[key] = isFields(old) && isFields(value) ? merged(old, value) : value;
        }
    }
    return result;
}

/** As {@link merged}; a field that is null in the overrides is taken away. */
export function patched(fields: Fields, overrides: SpecOverrides | undefined): Fields {
    const result = new Map(Object.entries(fields));
    for (const [key, value] of Object.entries(overrides ?? {})) {
        const old = result.get(key);
        if (value === null) {
            result.delete(key);
        } else if (value !== undefined) {
            result.set(key, isPlain(value) ? patched(isFields(old) ? old : {}, value) : value);
        }
    }
    return Object.fromEntries(result);
}

/** Fields that are written down, and no value of a class of its own, such as one that is known later. */
function isPlain(value: unknown): value is Fields {
    return isFields(value) && Object.getPrototypeOf(value) === Object.prototype;
}

function isFields(value: unknown): value is Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
