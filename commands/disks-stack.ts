import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { findEngine } from "../sandbox/engine";
import { UserError } from "../model/user-error";
import { type StateIds } from "./disks-list";
import { disksOfState } from "./disks-state";
import { exportedState } from "./pulumi";
import {
    localEngineEnvironment,
    localStack,
    projectFolder,
    sandboxTarget,
    stackTarget,
    type TargetCluster,
} from "./target";

/**
 * The cluster that a stack belongs to: the sandbox for the local one.
 *
 * @param otherwise how another stack is named to the command.
 */
export function clusterOf(
    stack: string,
    context: string | undefined,
    otherwise: string,
): TargetCluster {
    return stack === localStack
        ? sandboxTarget(`. Start it (npm run up), or name a stack: ${otherwise}`)
        : stackTarget(stack, context, process.env);
}

/** `<project>/<stack>`, as the owner annotation begins: a stack that is named with its organization has its short name there. */
export function ownerOf(stack: string): string {
    const { name } = parse(readFileSync(join(projectFolder, "Pulumi.yaml"), "utf8")) as {
        readonly name: string;
    };
    return `${name}/${stack.split("/").at(-1) ?? stack}`;
}

/** The disks that the stack's state has; undefined where there is no state. */
export async function stateOf(stack: string): Promise<StateIds | undefined> {
    const exported = await exportOf(stack);
    return exported === undefined ? undefined : disksOfState(exported);
}

/** The stack's state, as `pulumi stack export` prints it, secrets as they are kept; undefined where there is no state. */
export async function exportOf(stack: string): Promise<string | undefined> {
    const engine = findEngine(process.env, (line) => console.error(line));
    if (engine.kind === "runner") {
        return undefined;
    }
    const env = stack === localStack ? localEngineEnvironment() : {};
    try {
        return await exportedState(engine.command, stack, env);
    } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        if (/no stack named/.test(text)) {
            return undefined;
        }
        throw new UserError(
            `The state of stack "${stack}" cannot be read, so nobody knows which disks it has and which it has let go of. ${text}`,
        );
    }
}
