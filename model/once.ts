/** A function that works each answer out once: what a list of thousands is asked for again and again. */
export function once<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
    const known = new WeakMap<Key, Value>();
    return (key) => {
        const found = known.get(key);
        if (found !== undefined) {
            return found;
        }
        const value = make(key);
        known.set(key, value);
        return value;
    };
}

/** Items by a text that each has one or more of. */
export function grouped<Item>(
    items: readonly Item[],
    keysOf: (item: Item) => readonly string[],
): ReadonlyMap<string, readonly Item[]> {
    const groups = new Map<string, Item[]>();
    for (const item of items) {
        for (const key of new Set(keysOf(item))) {
            const group = groups.get(key);
            if (group === undefined) {
                groups.set(key, [item]);
            } else {
                group.push(item);
            }
        }
    }
    return groups;
}
