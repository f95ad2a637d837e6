import { checkCatalog } from "../../model/image-catalog";
import { type Environment, environment } from "./environment";
import { isSecretField } from "./fields";
import { type Path, placeText, schemasAt, valueAt } from "./places";
import { type FoundProblem, problemsOf } from "./problems";
import { referenceProblems } from "./references";

/** A document as an environment, with every problem of it. */
export interface ParsedEnvironment {
    /** Undefined where there are problems. */
    readonly environment: Environment | undefined;
    readonly problems: readonly FoundProblem[];
    /** The Pulumi secrets that it names, by key, each with the field that names it. */
    readonly secrets: Readonly<Record<string, string>>;
}

/** Reads an environment, as the configuration of a stack has it. */
export function parseEnvironment(document: unknown): ParsedEnvironment {
    const paths = pathsIn(document);
    const encrypted = paths.filter((path) => isEncrypted(valueAt(document, path)));
    const { data, error } = environment.safeParse(document);
    const found = problemsOf(environment, document, error?.issues ?? []).filter(
        ({ field }) => !encrypted.some((path) => field.startsWith(placeText(path))),
    );
    const problems = [
        ...encrypted.map(encryptedProblem),
        ...found,
        ...referenceProblems(document),
        ...catalogProblems(data),
    ].map(withoutSecrets);
    return {
        environment: problems.length === 0 ? data : undefined,
        problems,
        secrets: Object.fromEntries(
            paths
                .filter((path) => schemasAt(environment, path).some(isSecretField))
                .flatMap((path) => {
                    const key = valueAt(document, [...path, "secret"]);
                    return typeof key === "string" ? [[key, placeText(path)]] : [];
                }),
        ),
    };
}

/** What the model knows of sources beyond their form. */
function catalogProblems(environment: Environment | undefined): FoundProblem[] {
    return checkCatalog(environment?.images ?? {}).map((problem) => ({
        ...problem,
        field: `environment.${problem.field}`,
        beyondSchema: true,
    }));
}

/** What looks like a key is not repeated, wherever somebody has pasted it. */
function withoutSecrets(problem: FoundProblem): FoundProblem {
    const hide = (text: string) =>
        text.replace(/[A-Za-z0-9+/=_-]{20,}/g, (token) =>
            /[0-9]/.test(token) && /[A-Z]/.test(token) && /[a-z]/.test(token) ? "…" : token,
        );
    return { ...problem, field: hide(problem.field), fault: hide(problem.fault) };
}

/** Every place of a document, from the outside in. */
function pathsIn(value: unknown, path: Path = []): Path[] {
    return typeof value === "object" && value !== null
        ? [
              path,
              ...Object.entries(value).flatMap(([key, part]) =>
                  pathsIn(part, [...path, Array.isArray(value) ? Number(key) : key]),
              ),
          ]
        : [];
}

/** What `pulumi config set --path --secret` writes. */
function isEncrypted(value: unknown): boolean {
    return typeof value === "object" && value !== null && Object.keys(value).join() === "secure";
}

function encryptedProblem(path: Path): FoundProblem {
    return {
        field: placeText(path),
        fault: "is encrypted inside the environment, which makes all of it a secret",
        cure: `take it out (pulumi config rm --path ${placeText(path)}), keep it as a key of its own (pulumi config set --secret <key>), and name that here: { secret: <key> }`,
        beyondSchema: false,
    };
}
