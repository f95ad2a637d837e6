import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, isScalar, type Pair, parse, parseDocument, type YAMLMap } from "yaml";

const charts = join(__dirname, "..", "..", "..", "shared", "data", "charts");

/** A version of a chart, with its values file. */
export interface ChartValues {
    readonly version: string;
    readonly text: string;
}

/** The values files of a chart, one for each version that is kept beside the checkout. Empty where nothing is kept there. */
export function keptValues(chart: string): readonly ChartValues[] {
    const pattern = new RegExp(`^${chart}-(\\d[^/]*)$`);
    return (existsSync(charts) ? readdirSync(charts) : []).flatMap((folder) => {
        const version = pattern.exec(folder)?.[1];
        return version === undefined
            ? []
            : [{ version, text: readFileSync(join(charts, folder, "values.yaml"), "utf8") }];
    });
}

/**
 * The paths of values that a chart's values file does not have: Helm would ignore them without a word. A key that is commented out
 * in its place counts as there. What is below an empty map, an empty list or nothing is free, unless a comment before the key shows
 * an example of it: then the example's keys are the known ones. Items of lists are written `[]`.
 */
export function unknownKeys(values: object, valuesYaml: string): string[] {
    const root = parseDocument(valuesYaml).contents;
    if (!isMap(root)) {
        throw new Error("the values file is not a map");
    }
    const found = below(
        values,
        liveShape(root, { text: valuesYaml, from: 0, to: valuesYaml.length }),
    );
    return [...new Set(found)].map((path) => path.replace(/^\./, ""));
}

/** What may stand somewhere: anything, a value without parts, or certain keys. */
type Shape = "anything" | "value" | Keys | { readonly items: Shape };
interface Keys {
    readonly key: (name: string) => Shape | undefined;
}

interface Block {
    readonly text: string;
    readonly from: number;
    readonly to: number;
}

function below(value: unknown, shape: Shape): string[] {
    if (shape === "anything" || typeof value !== "object" || value === null) {
        return [];
    }
    if (Array.isArray(value)) {
        const item = shape === "value" || "key" in shape ? undefined : shape.items;
        return item === undefined
            ? ["[]"]
            : value.flatMap((each) => below(each, item).map((path) => `[]${path}`));
    }
    return Object.entries(value).flatMap(([name, part]) => {
        const known = shape === "value" || "items" in shape ? undefined : shape.key(name);
        return known === undefined
            ? [`.${name}`]
            : below(part, known).map((path) => `.${name}${path}`);
    });
}

function liveShape(map: YAMLMap, block: Block): Keys {
    return {
        key: (name) => {
            const index = map.items.findIndex((pair) => nameOf(pair) === name);
            const pair = map.items[index];
            if (pair === undefined) {
                return commentedOut(name, block, indentOf(map, block.text));
            }
            const next = map.items[index + 1];
            const own = { ...block, from: startOf(pair), to: next ? startOf(next) : block.to };
            return isMap(pair.value) && pair.value.items.length > 0
                ? liveShape(pair.value, own)
                : valueShape(pair, exampleOf(name, commentBefore(block.text, own.from)));
        },
    };
}

function valueShape({ value }: Pair, example: unknown): Shape {
    if (example !== undefined) {
        return exampleShape(example);
    }
    return isScalar(value) && value.value !== null && value.value !== "" ? "value" : "anything";
}

/** A key that a comment shows where it would stand. What the comment shows below it are its known keys. */
function commentedOut(name: string, { text, from, to }: Block, indent: number): Shape | undefined {
    const lines = text.slice(from, to).split("\n");
    const itself = new RegExp(`^ {${String(indent)}}#\\s*${escaped(name)}:`);
    const start = lines.findIndex((line) => itself.test(line));
    if (start === -1) {
        return undefined;
    }
    const end = lines.findIndex((line, index) => index > start && !/^\s*#/.test(line));
    const comment = lines.slice(start, end === -1 ? lines.length : end);
    const hasValue = new RegExp(`${escaped(name)}:\\s*\\S`).test(comment[0] ?? "");
    // Some files do not indent what is below a commented key, so every key of the comment is taken for one of it.
    const keys = comment
        .slice(1)
        .flatMap((line) => /^\s*#\s*(?:-\s*)?([\w-]+):/.exec(line)?.[1] ?? []);
    return hasValue || keys.length === 0
        ? "anything"
        : { key: (key) => (keys.includes(key) ? "anything" : undefined) };
}

/** The example that a comment gives of the key it stands before: it begins with the key itself. */
function exampleOf(name: string, comment: string): unknown {
    const start = new RegExp(`^${escaped(name)}:`, "m").exec(comment);
    if (start === null) {
        return undefined;
    }
    try {
        const example = (parse(comment.slice(start.index)) as Record<string, unknown>)[name];
        return typeof example === "object" && example !== null ? example : undefined;
    } catch {
        return undefined;
    }
}

function exampleShape(example: unknown): Shape {
    if (Array.isArray(example)) {
        return { items: exampleShape(example[0]) };
    }
    return typeof example === "object" && example !== null
        ? {
              key: (name) =>
                  name in example
                      ? exampleShape((example as Record<string, unknown>)[name])
                      : undefined,
          }
        : "value";
}

/** The comment right before a place, without its marks. */
function commentBefore(text: string, offset: number): string {
    const lines = text.slice(0, offset).split("\n").slice(0, -1);
    const start = lines.findLastIndex((line) => !/^\s*#/.test(line)) + 1;
    return lines
        .slice(start)
        .map((line) => line.replace(/^\s*# ?/, ""))
        .join("\n");
}

function nameOf({ key }: Pair): unknown {
    return isScalar(key) ? key.value : undefined;
}

function startOf({ key }: Pair): number {
    return (isScalar(key) ? key.range?.[0] : undefined) ?? 0;
}

/** The column that the keys of a map begin in. */
function indentOf({ items: [first] }: YAMLMap, text: string): number {
    const start = first === undefined ? 0 : startOf(first);
    return start - (text.lastIndexOf("\n", start - 1) + 1);
}

function escaped(text: string): string {
    return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
