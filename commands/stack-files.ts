import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, YAMLParseError } from "yaml";
import { problemsText } from "../model/problems";
import { UserError } from "../model/user-error";
import { documentIn, environmentKey, keyProblems } from "../stacks/schema/keys";

const [project = ""] = environmentKey.split(":");

/** The file that has the configuration of a stack. A stack that is named with its organization has its short name there. */
export function stackFile(folder: string, stack: string): string {
    return join(folder, "stacks", `Pulumi.${stack.split("/").at(-1) ?? stack}.yaml`);
}

/** The stacks that have a file. */
export function stacksIn(folder: string): string[] {
    const stacks = join(folder, "stacks");
    return existsSync(stacks)
        ? readdirSync(stacks).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
        : [];
}

/** What a stack's file says as its environment, unchecked but for keys that have moved into it; empty where it says nothing. */
export function environmentOf(folder: string, stack: string): Readonly<Record<string, unknown>> {
    const file = stackFile(folder, stack);
    const { config = {} } = contentOf(file) as {
        readonly config?: Readonly<Record<string, unknown>>;
    };
    const keys = Object.keys(config).flatMap((key) =>
        key.startsWith(`${project}:`) ? [key.slice(project.length + 1)] : [],
    );
    const problems = keyProblems(keys);
    if (config[environmentKey] === undefined && problems.length > 0) {
        throw new UserError(problemsText("Stack", stack, problems));
    }
    const value = config[environmentKey] ?? {};
    const environment = typeof value === "string" ? documentIn(value) : value;
    if (typeof environment !== "object" || environment === null || Array.isArray(environment)) {
        throw new UserError(
            `Stack "${stack}": environment in ${file} is not an object. See docs/guide/environments.md.`,
        );
    }
    return environment as Readonly<Record<string, unknown>>;
}

function contentOf(file: string): object {
    try {
        const content: unknown = existsSync(file) ? parse(readFileSync(file, "utf8")) : undefined;
        return typeof content === "object" && content !== null ? content : {};
    } catch (error) {
        if (error instanceof YAMLParseError) {
            const [what = ""] = error.message.split(/:?\n/);
            throw new UserError(`${file} is no YAML: ${what}. Mend it there.`);
        }
        throw error;
    }
}
