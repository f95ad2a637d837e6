import { nearest } from "./nearest";
import { type Problem, Problems, whole } from "./problems";
import { shown, shownField } from "./source-fields";

/** What kind of value an argument has to be, before anything else is asked about it. */
export type Shape =
    | "text"
    | "number"
    | "flag"
    | "object"
    | "list"
    | "texts"
    | "objects"
    | "text or object"
    | "number or object"
    | "object or false"
    | "text or flag"
    | "number or list"
    | "function"
    | "secret"
    | "secrets"
    | "anything";

const words: Readonly<Record<Shape, string>> = {
    text: "text",
    number: "a number",
    flag: "true or false",
    object: "an object",
    list: "a list",
    texts: "a list of texts",
    objects: "a list of objects",
    "text or object": "text or an object",
    "number or object": "a number or an object",
    "object or false": "an object or false",
    "text or flag": "text, or true or false",
    "number or list": "a number or a list",
    function: "a function",
    secret: "text",
    secrets: "a list of texts",
    anything: "anything",
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
        problems.add(whole, `is ${shown(args)}, which is no object`, "write it as { … }");
        return problems.all;
    }
    for (const [field, shape] of Object.entries(all)) {
        const value = args[field];
        const isMissing = value === undefined && required.includes(field);
        if (isMissing || (value !== undefined && !has(value, shape))) {
            const inside = isMissing ? undefined : firstWrong(value, shape);
            if (inside === undefined) {
                problems.add(
                    field,
                    isMissing ? "is missing" : `is ${shown(value)}, which is not ${words[shape]}`,
                    `write ${words[shape]}`,
                );
            } else {
                problems.add(
                    `${field}[${String(inside.index)}]`,
                    `is ${shown(inside.value)}, which is not ${inside.word}`,
                    `write ${inside.word}`,
                );
            }
        }
    }
    return problems.all;
}

/** As {@link shapeProblems}, and refuses what is no argument at all: a slip that would be passed over in silence. */
export function closedShapeProblems(args: unknown, shapes: Shapes): Problem[] {
    const problems = new Problems();
    problems.all.push(...shapeProblems(args, shapes));
    const known = Object.keys(shapes.all);
    for (const field of isObject(args) ? Object.keys(args) : []) {
        if (
            !known.includes(field) &&
            (args as Readonly<Record<string, unknown>>)[field] !== undefined
        ) {
            const meant = nearest(field, known);
            problems.add(
                shownField(field),
                "is given, which is no argument",
                meant === undefined
                    ? `leave it out; there are ${known.join(", ")}`
                    : `write ${meant}, or leave it out`,
            );
        }
    }
    return problems.all;
}

/** Which entry of a list is not what its entries have to be. */
function firstWrong(
    value: unknown,
    shape: Shape,
): { readonly index: number; readonly value: unknown; readonly word: string } | undefined {
    const one = entries[shape];
    if (one === undefined || !Array.isArray(value)) {
        return undefined;
    }
    const index = value.findIndex((entry) => !has(entry, one));
    return { index, value: value[index] as unknown, word: words[one] };
}

const entries: Readonly<Partial<Record<Shape, Shape>>> = {
    texts: "text",
    objects: "object",
    secrets: "secret",
};

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
        case "objects":
            return Array.isArray(value) && value.every(isObject);
        case "text or object":
            return typeof value === "string" || isObject(value);
        case "number or object":
            return typeof value === "number" || isObject(value);
        case "object or false":
            return value === false || isObject(value);
        case "number or list":
            return typeof value === "number" || Array.isArray(value);
        case "function":
            return typeof value === "function";
        case "text or flag":
            return typeof value === "string" || typeof value === "boolean";
        case "secret":
            return isSecret(value);
        case "secrets":
            return Array.isArray(value) && value.every(isSecret);
        case "anything":
            return true;
    }
}

/** Text, or what becomes text later (an Output or a Promise). */
function isSecret(value: unknown): boolean {
    return typeof value === "string" || isObject(value);
}

/** Whether a value has fields of its own names: no list, and not null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
