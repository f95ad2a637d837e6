import { type Problem, Problems } from "./problems";
import { shown } from "./source-fields";

/** What kind of value an argument has to be, before anything else is asked about it. */
export type Shape = "text" | "number" | "flag" | "object" | "list" | "texts" | "text or object";

const words: Readonly<Record<Shape, string>> = {
    text: "text",
    number: "a number",
    flag: "true or false",
    object: "an object",
    list: "a list",
    texts: "a list of texts",
    "text or object": "text or an object",
};

/** The kinds of values that arguments have, by their names; those that have to be given. */
export interface Shapes {
    readonly all: Readonly<Record<string, Shape>>;
    readonly required: readonly string[];
}

/**
 * What the compiler would have refused: a program in JavaScript, or a configuration, may hold anything. Later checks can rely on
 * the types then.
 */
export function shapeProblems(args: unknown, { all, required }: Shapes): Problem[] {
    const problems = new Problems();
    if (!isObject(args)) {
        problems.add(
            "args",
            `is ${shown(args)}, which is no object`,
            "write the arguments as { … }",
        );
        return problems.all;
    }
    for (const [field, shape] of Object.entries(all)) {
        const value = args[field];
        const isMissing = value === undefined && required.includes(field);
        if (isMissing || (value !== undefined && !has(value, shape))) {
            problems.add(
                field,
                isMissing ? "is missing" : `is ${shown(value)}, which is not ${words[shape]}`,
                `write ${words[shape]}`,
            );
        }
    }
    return problems.all;
}

function has(value: unknown, shape: Shape): boolean {
    switch (shape) {
        case "text":
            return typeof value === "string";
        case "number":
            return typeof value === "number";
        case "flag":
            return typeof value === "boolean";
        case "object":
            return isObject(value);
        case "list":
            return Array.isArray(value);
        case "texts":
            return Array.isArray(value) && value.every((one) => typeof one === "string");
        case "text or object":
            return typeof value === "string" || isObject(value);
    }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
