import { type Fields, isFields, isSame, valueAt } from "../../model/machine-difference";

/**
 * What makes one object of the other: fields that differ with their new values, lists as a whole, null for those that go. Undefined
 * where nothing differs. `patched(from, patch(from, to))` is `to`.
 */
export function patch(from: Fields, to: Fields): Fields | undefined {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    const entries = keys.flatMap((key): readonly (readonly [string, unknown])[] => {
        const [old, value] = [valueAt(from, key), valueAt(to, key)];
        if (isSame(old, value)) {
            return [];
        }
        if (value === undefined) {
            return [[key, null]];
        }
        return [[key, isFields(old) && isFields(value) ? (patch(old, value) ?? {}) : value]];
    });
    return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** An object without fields that say nothing: null is what is not there. */
export function withoutNulls(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(withoutNulls);
    }
    return isFields(value)
        ? Object.fromEntries(
              Object.entries(value)
                  .filter(([, one]) => one !== null && one !== undefined)
                  .map(([key, one]) => [key, withoutNulls(one)]),
          )
        : value;
}

/** Fields that have a value. */
export type Some<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** The fields that have a value; undefined when none has. */
export function some<T extends object>(fields: T): Some<T> | undefined {
    const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
    return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Some<T>);
}

export function textAt(fields: Fields | undefined, key: string): string | undefined {
    const value = valueAt(fields ?? {}, key);
    return typeof value === "string" ? value : undefined;
}

export function numberAt(fields: Fields | undefined, key: string): number | undefined {
    const value = valueAt(fields ?? {}, key);
    return typeof value === "number" ? value : undefined;
}

export function flagAt(fields: Fields | undefined, key: string): boolean | undefined {
    const value = valueAt(fields ?? {}, key);
    return typeof value === "boolean" ? value : undefined;
}

/** The fields at a key; undefined where there are none. */
export function partAt(fields: Fields | undefined, key: string): Fields | undefined {
    const value = valueAt(fields ?? {}, key);
    return isFields(value) ? value : undefined;
}

/** The entries of a list of fields; none where there is no such list. */
export function entriesAt(fields: Fields | undefined, key: string): readonly Fields[] {
    const value = valueAt(fields ?? {}, key);
    return Array.isArray(value) ? value.filter(isFields) : [];
}

/** A value that is one of some words. */
export function wordOf<T extends string>(value: unknown, words: readonly T[]): T | undefined {
    return words.find((word) => word === value);
}
