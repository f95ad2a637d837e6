import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** A GitHub Actions workflow, as far as tests look at it. Source: docs.github.com, workflow syntax. */
export interface Workflow {
    readonly on: Readonly<Record<string, unknown>>;
    readonly permissions: Readonly<Record<string, string>>;
    readonly env: Readonly<Record<string, string>>;
    readonly jobs: Readonly<Record<string, WorkflowJob>>;
}

export interface WorkflowJob {
    readonly if?: string;
    readonly uses?: string;
    readonly needs?: string | readonly string[];
    readonly environment?: string;
    readonly permissions?: Readonly<Record<string, string>>;
    readonly concurrency?: { readonly group: string; readonly "cancel-in-progress"?: boolean };
    readonly "timeout-minutes"?: number;
    readonly with?: Readonly<Record<string, string>>;
    readonly steps?: readonly WorkflowStep[];
}

export interface WorkflowStep {
    readonly name?: string;
    readonly uses?: string;
    readonly run?: string;
    readonly if?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly with?: Readonly<Record<string, unknown>>;
}

const folder = join(__dirname, "..", "..", ".github", "workflows");

/** The workflows of this repository. */
export const workflowNames = ["stacks", "deploy"] as const;
export type WorkflowName = (typeof workflowNames)[number];

export function workflowText(name: WorkflowName): string {
    return readFileSync(join(folder, `${name}.yml`), "utf8");
}

export function workflow(name: WorkflowName): Workflow {
    return parse(workflowText(name)) as Workflow;
}

/** A step of a job by its name. */
export function stepOf(name: WorkflowName, job: string, step: string): WorkflowStep {
    const found = workflow(name).jobs[job]?.steps?.find((one) => one.name === step);
    if (found === undefined) {
        throw new Error(`${name}.yml has no step "${step}" in a job "${job}"`);
    }
    return found;
}

/**
 * The environment of a step with its expressions filled in. An expression that is not in the table is an error: a test says what GitHub
 * would have put there.
 */
export function stepEnvironment(
    name: WorkflowName,
    step: WorkflowStep,
    expressions: Readonly<Record<string, string>>,
): Record<string, string> {
    const { env } = workflow(name);
    const known: Readonly<Record<string, string>> = {
        ...Object.fromEntries(
            Object.entries(env).map(([key, value]) => [`env.${key}`, value] as const),
        ),
        ...expressions,
    };
    const filled = (text: string): string =>
        text.replace(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
            const value = known[expression];
            if (value === undefined) {
                throw new Error(`what is ${expression}?`);
            }
            return value;
        });
    return Object.fromEntries(
        Object.entries({ ...env, ...step.env }).map(([key, value]) => [key, filled(value)]),
    );
}
