import { z } from "zod";

/** The way to a field: `["machines", "web", "disks", 0, "size"]`. */
export type Path = readonly PropertyKey[];

/** `environment.machines.web.disks[0].size`. */
export function placeText(path: Path): string {
    return path.reduce<string>((place, step) => {
        const key = String(step).slice(0, 80);
        if (typeof step === "number") {
            return `${place}[${key}]`;
        }
        return /^[\w-]+$/.test(key) ? `${place}.${key}` : `${place}[${JSON.stringify(key)}]`;
    }, "environment");
}

/** What stands at a place of a document. */
export function valueAt(document: unknown, path: Path): unknown {
    return path.reduce<unknown>(
        (value, step) =>
            typeof value === "object" && value !== null && Object.hasOwn(value, step)
                ? (value as Readonly<Record<PropertyKey, unknown>>)[step]
                : undefined,
        document,
    );
}

/** The schemas that a value at a place is held against: several where there is a choice. */
export function schemasAt(schema: z.ZodType, path: Path): readonly z.ZodType[] {
    return path.reduce<readonly z.ZodType[]>(
        (schemas, step) =>
            schemas.flatMap((one) => {
                const next = below(one, step);
                return next === undefined ? [] : choices(next);
            }),
        choices(schema),
    );
}

/** A schema without what says that it may be left out, and each of the schemas that it lets choose from. */
export function choices(schema: z.ZodType): readonly z.ZodType[] {
    if (schema instanceof z.ZodExactOptional) {
        return choices(schema.unwrap() as z.ZodType);
    }
    return schema instanceof z.ZodUnion
        ? (schema.options as readonly z.ZodType[]).flatMap(choices)
        : [schema];
}

function below(schema: z.ZodType, step: PropertyKey): z.ZodType | undefined {
    if (schema instanceof z.ZodObject) {
        const shape = schema.shape as Readonly<Record<PropertyKey, z.ZodType>>;
        return Object.hasOwn(shape, step) ? shape[step] : undefined;
    }
    if (schema instanceof z.ZodRecord) {
        return schema.valueType as z.ZodType;
    }
    return schema instanceof z.ZodArray ? (schema.element as z.ZodType) : undefined;
}

/** The fields of an object's schema. */
export function fieldsOf(schema: z.ZodType): readonly string[] {
    return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** For each of several schemas of objects: the field that tells it from the others. */
export function kindsOf(schemas: readonly z.ZodType[]): readonly (string | undefined)[] {
    return schemas.map((schema) =>
        fieldsOf(schema).find((field) =>
            schemas.every((other) => other === schema || !fieldsOf(other).includes(field)),
        ),
    );
}
