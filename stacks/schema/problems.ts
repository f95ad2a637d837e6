import { z } from "zod";
import { nearest } from "../../model/nearest";
import type { Problem } from "../../model/problems";
import { shown } from "../../model/source-fields";
import { type IssueParams, isSecretField } from "./fields";
import { fieldsOf, kindsOf, type Path, placeText, schemasAt, valueAt } from "./places";

/** A problem, and whether an editor that knows the JSON schema cannot see it. */
export interface FoundProblem extends Problem {
    readonly beyondSchema: boolean;
}

type Issue = z.core.$ZodIssue;

/** What a schema found in a document, in the words of the project. */
export function problemsOf(
    schema: z.ZodType,
    document: unknown,
    issues: readonly Issue[],
): readonly FoundProblem[] {
    return issues.flatMap((issue) => {
        const path = issue.path;
        const value = valueAt(document, path);
        const schemas = schemasAt(schema, path);
        if (schemas.some(isSecretField)) {
            return [secretProblem(path, typeof value === "string")];
        }
        if (schemasAt(schema, path.slice(0, -1)).some(isSecretField)) {
            return [secretProblem(path.slice(0, -1), false)];
        }
        switch (issue.code) {
            case "unrecognized_keys":
                return issue.keys.map((key) =>
                    unknownField([...path, key], schemas.flatMap(fieldsOf), value),
                );
            case "invalid_union":
                return unionProblems(schema, document, issue, schemas);
            case "invalid_key":
                return issue.issues.map((one) =>
                    problem(path, ...words(one, path.at(-1), noNotes)),
                );
            default:
                return [problem(path, ...words(issue, value, notesAt(schema, path)))];
        }
    });
}

function problem(path: Path, fault: string, cure: string, beyondSchema = false): FoundProblem {
    return { field: placeText(path), fault, cure, beyondSchema };
}

/** What a schema says of a field. */
interface Notes {
    readonly purpose: string;
    /** A value that is right, as it is written; empty where none is told. */
    readonly example: string;
}

const noNotes: Notes = { purpose: "", example: "" };

/** What a field is for, as its description begins, and an example of it. */
function notesAt(schema: z.ZodType, path: Path): Notes {
    const field = String(path.at(-1));
    const [found] = schemasAt(schema, path.slice(0, -1)).flatMap((one) =>
        one instanceof z.ZodObject ? ((one.shape as Record<string, z.ZodType>)[field] ?? []) : [],
    );
    const { description = "", examples } = found?.meta() ?? {};
    const [example] = (examples as readonly unknown[] | undefined) ?? [];
    return {
        purpose: description.replace(/\n[^]*$/, "").replace(/\.$/, ""),
        example: example === undefined ? "" : JSON.stringify(example),
    };
}

type Words = readonly [fault: string, cure: string, beyondSchema?: boolean];

function words(issue: Issue, value: unknown, { purpose, example }: Notes): Words {
    const what = purpose === "" ? "" : ` (${purpose})`;
    const as = example === "" ? "" : `, as ${example}`;
    if (value === undefined) {
        return ["is missing", `write it${as}${what}`];
    }
    const is = `is ${shown(value)}`;
    switch (issue.code) {
        case "invalid_type": {
            const wanted = kinds[issue.expected] ?? issue.expected;
            if (wanted === kinds["object"] || wanted === kinds["array"]) {
                return [
                    `is ${sortOf(value)}, which is not ${wanted}`,
                    `write ${wanted}${as}${what}`,
                ];
            }
            const isText = issue.expected === "string" && typeof value !== "object";
            const cure = isText && as === "" ? "put it in quotes" : `write ${wanted}${as}${what}`;
            return [`${is}, which is not ${wanted}`, cure];
        }
        case "invalid_value": {
            const known = issue.values.map(String);
            const near = nearest(typeof value === "string" ? value : "", known);
            const cure = near === undefined ? "write one of them" : `write ${near}`;
            if (known.length > few) {
                return [
                    `${is}, which is not known`,
                    near === undefined ? `write another${as}${what}` : cure,
                ];
            }
            return known.length === 1
                ? [`${is}, and can only be ${known.join("")}`, "write that, or leave it out"]
                : [`${is}, which is none of ${known.join(", ")}`, cure];
        }
        case "too_small":
            return issue.origin === "number"
                ? [`${is}, which is less than ${String(issue.minimum)}`, `write more${what}`]
                : ["is empty", `write something${what}`];
        case "too_big":
            return [`${is}, which is more than ${String(issue.maximum)}`, `write less${what}`];
        case "custom": {
            const params = issue.params as Partial<IssueParams> | undefined;
            const { cure = `write it anew${what}`, beyondSchema = false } = params ?? {};
            return [issue.message, cure, beyondSchema];
        }
        default:
            return [`${is}, which does not have the right form`, `write it anew${as}${what}`];
    }
}

/** More words than that are not told one by one. */
const few = 12;

const kinds: Readonly<Record<string, string>> = {
    string: "text",
    number: "a number",
    int: "a whole number",
    boolean: "true or false",
    object: "an object",
    record: "an object",
    array: "a list",
};

/** What a value is, and not which one: where several belong together, one of them may be a secret. */
function sortOf(value: unknown): string {
    return typeof value === "string" ? "text" : shown(value);
}

const secretWords = /pass(word|phrase)|secret|token|credential|(^|[a-z])key$/i;

function unknownField(path: Path, known: readonly string[], holder: unknown): FoundProblem {
    const key = String(path.at(-1));
    const value = valueAt(holder, [key]);
    if (secretWords.test(key) && typeof value === "string") {
        return problem(
            path,
            "is a secret in plain text, in a place that has none",
            "take it out of the file and change it (git keeps what was committed); pulumi config set --secret keeps secrets",
        );
    }
    const near = nearest(key, known);
    return problem(
        path,
        "is given, which is no field of it",
        near === undefined ? `leave it out, or write one of ${known.join(", ")}` : `write ${near}`,
    );
}

function secretProblem(path: Path, isText: boolean): FoundProblem {
    const set = "{ secret: <key> }, and set that: pulumi config set --secret <key>";
    return isText
        ? problem(
              path,
              "is a secret in plain text",
              `take it out of the file and change it (git keeps what was committed); write ${set}`,
          )
        : problem(path, "does not name a Pulumi secret", `write it as ${set}`);
}

type UnionIssue = Extract<Issue, { code: "invalid_union" }>;

/** A choice: what is wrong with the one that was meant, or that none was. */
function unionProblems(
    schema: z.ZodType,
    document: unknown,
    { path, errors }: UnionIssue,
    schemas: readonly z.ZodType[],
): readonly FoundProblem[] {
    const value = valueAt(document, path);
    const branches = schemas.map((one, index) => ({ schema: one, issues: errors[index] ?? [] }));
    const alike = branches.filter((branch) => kindOf(branch.schema) === kindOfValue(value));
    const shapes = alike.map((branch) => branch.schema);
    const names = kindsOf(shapes);
    const given = alike.filter((_, index) => {
        const field = names[index];
        return field !== undefined && valueAt(value, [field]) !== undefined;
    });
    const [meant] = alike.length === 1 ? alike : given;
    if (meant !== undefined && (alike.length === 1 || given.length === 1)) {
        const moved = meant.issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
        return problemsOf(schema, document, moved);
    }
    if (alike.length === 0) {
        return [problem(path, `is ${sortOf(value)}, which fits nothing there`, waysOf(schemas))];
    }
    const fields = names.filter((field) => field !== undefined);
    if (given.length > 1) {
        const both = fields.filter((field) => valueAt(value, [field]) !== undefined).join(" and ");
        return [problem(path, `has ${both}, of which there can be one`, "leave the others out")];
    }
    const known = shapes.flatMap(fieldsOf);
    const strange = Object.keys(value as object).filter((key) => !known.includes(key));
    return [
        problem(path, `has none of ${fields.join(", ")}`, "write one of them"),
        ...strange.map((key) => unknownField([...path, key], known, value)),
    ];
}

type Kind = "object" | "list" | "simple";

function kindOf(schema: z.ZodType): Kind {
    return schema instanceof z.ZodObject
        ? "object"
        : schema instanceof z.ZodArray
          ? "list"
          : "simple";
}

function kindOfValue(value: unknown): Kind {
    return Array.isArray(value)
        ? "list"
        : typeof value === "object" && value !== null
          ? "object"
          : "simple";
}

function waysOf(schemas: readonly z.ZodType[]): string {
    const names = kindsOf(schemas);
    const ways = schemas.map((schema, index) =>
        schema instanceof z.ZodEnum
            ? schema.options.join(", ")
            : kindOf(schema) === "object"
              ? `{ ${names[index] ?? fieldsOf(schema)[0] ?? ""}: … }`
              : kindOf(schema) === "list"
                ? "a list"
                : "a number",
    );
    return `write one of ${ways.join(", ")}`;
}
