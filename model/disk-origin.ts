/** Where a disk was, by its origin. */
export function placeOfOrigin(
    origin: string | undefined,
): { readonly namespace: string; readonly name: string } | undefined {
    const [namespace, name] = partsOfOrigin(origin).get("claimName")?.split("/") ?? [];
    return namespace === undefined || name === undefined ? undefined : { namespace, name };
}

/** The parts of an origin by the arguments they come from. A source may have commas in it; the others have none. */
export function partsOfOrigin(origin: string | undefined): ReadonlyMap<string, string> {
    // Disks of the first version have no place in their origin.
    const match = /^(?:([-a-z0-9.]+\/[-a-z0-9.]+), )?(.*), class ([^,]*), ([^,]+), ([^,]+)$/.exec(
        origin ?? "",
    );
    return new Map(
        ["claimName", "source", "storage", "accessMode", "volumeMode"].flatMap((field, index) => {
            const part = match?.[index + 1];
            return part === undefined ? [] : [[field, part] as const];
        }),
    );
}
