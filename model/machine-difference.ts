/**
 * A place in an object: its steps from the root. An entry of a list whose entries have names is `[name]`; the order of such a list
 * is a step of its own, {@link orderStep}.
 */
export type Place = readonly string[];

/** What differs between two objects at one place; a side without a value is undefined. */
export interface Difference {
    readonly place: Place;
    readonly from: unknown;
    readonly to: unknown;
}

/** The step that stands for the order of a list's entries, where only that has changed. */
export const orderStep = "(order)";

/** Whether there is more to tell apart beneath a place, or what differs there is told as a whole. */
export type Deeper = (place: Place) => boolean;

/** Everything that differs, told at the deepest places that there is something to say about. Each changed value is in exactly one. */
export function differences(
    from: unknown,
    to: unknown,
    deeper: Deeper,
    place: Place = [],
): readonly Difference[] {
    if (isSame(from, to)) {
        return [];
    }
    const found = deeper(place) ? beneath(from, to, deeper, place) : [];
    return found.length > 0 ? found : [{ place, from, to }];
}

function beneath(from: unknown, to: unknown, deeper: Deeper, place: Place): readonly Difference[] {
    const lists = [from, to].filter((side) => side !== undefined);
    if (lists.every(isNamedList)) {
        return inLists(namedList(from), namedList(to), deeper, place);
    }
    if (lists.every(isFields)) {
        const one = (from ?? {}) as Fields;
        const other = (to ?? {}) as Fields;
        const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
        return [...keys].flatMap((key) =>
            differences(valueAt(one, key), valueAt(other, key), deeper, [...place, key]),
        );
    }
    return [];
}

function inLists(
    from: readonly Named[],
    to: readonly Named[],
    deeper: Deeper,
    place: Place,
): readonly Difference[] {
    const names = [...new Set([...from, ...to].map(({ name }) => name))];
    const entries = names.flatMap((name) =>
        differences(
            from.find((entry) => entry.name === name),
            to.find((entry) => entry.name === name),
            deeper,
            [...place, `[${name}]`],
        ),
    );
    const before = from
        .map(({ name }) => name)
        .filter((name) => to.some((one) => one.name === name));
    const after = to.map(({ name }) => name).filter((name) => before.includes(name));
    return isSame(before, after)
        ? entries
        : [...entries, { place: [...place, orderStep], from: before, to: after }];
}

/** Two values that say the same, whatever the order of their fields. A field that is undefined is none. */
export function isSame(one: unknown, other: unknown): boolean {
    if (Array.isArray(one) && Array.isArray(other)) {
        return one.length === other.length && one.every((value, at) => isSame(value, other[at]));
    }
    if (isFields(one) && isFields(other)) {
        const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
        return [...keys].every((key) => isSame(valueAt(one, key), valueAt(other, key)));
    }
    return one === other;
}

/** A place as people write it: `spec.template.spec.domain.devices.disks[data]`. */
export function placeText(place: Place): string {
    return place
        .map((step, at) => {
            if (step === orderStep) {
                return ` ${step}`;
            }
            if (/^\[.*\]$/.test(step)) {
                return step;
            }
            const isPlain = /^[A-Za-z][A-Za-z0-9]*$/.test(step);
            return isPlain ? `${at === 0 ? "" : "."}${step}` : `[${JSON.stringify(step)}]`;
        })
        .join("");
}

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A field of the object's own, whatever it is called. */
export function valueAt(fields: Fields, key: string): unknown {
    return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

interface Named {
    readonly name: string;
}

function isNamedList(value: unknown): value is readonly Named[] {
    return (
        Array.isArray(value) &&
        value.every((entry) => isFields(entry) && typeof entry["name"] === "string") &&
        new Set(value.map((entry: Named) => entry.name)).size === value.length
    );
}

function namedList(value: unknown): readonly Named[] {
    return isNamedList(value) ? value : [];
}
