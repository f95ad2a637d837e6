import { quantityBytes } from "../model/size";

/** A field that a program wants to have one value and somebody else has given another. */
export interface FieldConflict {
    /** Who did: the name of the field manager, as the API server keeps it. */
    readonly manager: string;
    /** From the top of the object: `spec.template.spec.domain.memory.guest`. */
    readonly field: string;
    /** What it is now, where that is a plain value. */
    readonly live: string | number | boolean | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

interface Owned {
    readonly metadata?: {
        readonly managedFields?: readonly {
            readonly manager?: string;
            readonly subresource?: string;
            readonly fieldsV1?: Fields;
        }[];
    };
}

/**
 * Fields that an object on the cluster has from somebody else, with another value than the manifest gives them. The provider's own
 * managers and those of this package are no others. Sources: structured-merge-diff fieldpath/serialize-pe.go (`f:` a field, `k:` an
 * item by its keys); pulumi-kubernetes provider/pkg/provider/provider.go (fieldManagerName).
 */
export function fieldConflicts(live: unknown, wanted: unknown): readonly FieldConflict[] {
    const managers = (isFields(live) ? (live as Owned).metadata?.managedFields : undefined) ?? [];
    return managers
        .filter(
            ({ manager = "", subresource }) =>
                !manager.includes("pulumi") && subresource !== "status",
        )
        .flatMap(({ manager = "", fieldsV1 = {} }) =>
            differing(fieldsV1, live, wanted, "").map((found) => ({ manager, ...found })),
        );
}

function differing(
    owned: Fields,
    live: unknown,
    wanted: unknown,
    path: string,
): Omit<FieldConflict, "manager">[] {
    if (wanted === undefined) {
        return [];
    }
    const children = Object.entries(owned).filter(([key]) => /^[fk]:/.test(key));
    if (children.length > 0) {
        return children.flatMap(([key, below]) => {
            const step = stepOf(key);
            return differing(
                isFields(below) ? below : {},
                step.of(live),
                step.of(wanted),
                path === "" ? step.name : `${path}.${step.name}`,
            );
        });
    }
    const isPlain = ["string", "number", "boolean"].includes(typeof live);
    return isSame(live, wanted)
        ? []
        : [{ field: path, live: isPlain ? (live as string | number | boolean) : undefined }];
}

interface Step {
    readonly name: string;
    readonly of: (value: unknown) => unknown;
}

/** One step into an object: a field by its name, or an item of a list by the values of its keys. */
function stepOf(key: string): Step {
    const rest = key.slice(2);
    if (key.startsWith("f:")) {
        return { name: rest, of: (value) => (isFields(value) ? value[rest] : undefined) };
    }
    const keys = Object.entries(keysOf(rest));
    return {
        name: keys.map(([, value]) => String(value)).join("/"),
        of: (value) =>
            Array.isArray(value)
                ? (value as readonly unknown[]).find(
                      (item) => isFields(item) && keys.every(([name, one]) => item[name] === one),
                  )
                : undefined,
    };
}

function keysOf(text: string): Fields {
    try {
        const keys: unknown = JSON.parse(text);
        return isFields(keys) ? keys : {};
    } catch {
        return {};
    }
}

/** The API server writes some quantities in another way than they were given. */
function isSame(one: unknown, other: unknown): boolean {
    if (typeof one === "string" && typeof other === "string") {
        const bytes = quantityBytes(one);
        return one === other || (bytes !== undefined && bytes === quantityBytes(other));
    }
    return JSON.stringify(one) === JSON.stringify(other);
}

function isFields(value: unknown): value is Fields {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
