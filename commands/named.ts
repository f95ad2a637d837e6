import { findEngine } from "../sandbox/engine";
import { askPulumi, runPulumi } from "./pulumi";
import { namedCluster } from "./target";
import { UserError } from "../model/user-error";

/** Runs pulumi for a stack on a real cluster, after saying which server that is. Starts nothing of its own. */
export async function onNamedCluster(
    operation: "up" | "preview" | "destroy",
    stack: string,
    context: string | undefined,
    rest: readonly string[],
): Promise<number> {
    const cluster = namedCluster(stack, context, process.env);
    const engine = findEngine(process.env, (line) => console.log(line));
    if (engine.kind === "runner") {
        throw new UserError(
            `Stack "${stack}" needs the Pulumi CLI (${engine.reason}). Install it: https://www.pulumi.com/docs/install/`,
        );
    }
    const verb = operation === "preview" ? "is compared with" : "changes";
    console.log(`Stack "${stack}" ${verb} ${cluster.server} (context ${cluster.context}).`);
    if (cluster.isNew) {
        await askPulumi(
            engine.command,
            ["config", "set", "context", cluster.context, "--stack", stack],
            {},
        );
        console.log(`Its context is written to stacks/Pulumi.${stack}.yaml; commit that file.`);
    }
    const kept = operation === "destroy" ? await retained(engine.command, stack) : [];
    const code = await runPulumi(engine.command, [operation, "--stack", stack, ...rest], {});
    if (code === 0 && kept.length > 0) {
        console.log(
            `\nKept on the cluster, with their data:\n${kept.map((one) => `  ${one}`).join("\n")}`,
        );
    }
    return code;
}

interface StateResource {
    readonly type: string;
    readonly id?: string;
    readonly retainOnDelete?: boolean;
}

/** What a destroy lets go of without deleting it. */
async function retained(command: string, stack: string): Promise<string[]> {
    const { deployment } = JSON.parse(
        await askPulumi(command, ["stack", "export", "--stack", stack], {}),
    ) as { deployment?: { resources?: StateResource[] } };
    return (deployment?.resources ?? [])
        .filter((resource) => resource.retainOnDelete === true)
        .map((resource) => `${resource.type.split(":").at(-1) ?? ""} ${resource.id ?? ""}`);
}
