import type { LedgerDisk } from "../model/ledger";
import { findEngine } from "../sandbox/engine";
import { ownerOf } from "./disks-stack";
import { disksOfState } from "./disks-state";
import { ledgerDisks } from "./ledger-disks";
import { ledgerState } from "./ledger-state";
import { erasedText } from "./ledger-text";
import { policyArguments } from "./policy-arguments";
import { askPulumi, exportedState, runPulumi } from "./pulumi";
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
            [
                "config",
                "set",
                "--path",
                "environment.cluster.context",
                cluster.context,
                "--stack",
                stack,
            ],
            {},
        );
        console.log(`Its context is written to stacks/Pulumi.${stack}.yaml; commit that file.`);
    }
    const state =
        operation === "destroy" ? await exportedState(engine.command, stack, {}) : undefined;
    const kept = state === undefined ? [] : retained(state);
    if (state !== undefined) {
        console.log(erasedText(stack, disksIn(stack, state)));
    }
    const judged = policyArguments(operation, rest);
    const code = await runPulumi(
        engine.command,
        [operation, "--stack", stack, ...judged, ...rest],
        {},
    );
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

/** The disks of a state, without a look at the cluster. */
function disksIn(stack: string, exported: string): readonly LedgerDisk[] {
    return ledgerDisks({
        stack: ownerOf(stack),
        state: ledgerState(exported),
        ids: disksOfState(exported),
        read: undefined,
    });
}

/** What a destroy lets go of without deleting it. */
function retained(exported: string): string[] {
    const { deployment } = JSON.parse(exported) as {
        deployment?: { resources?: StateResource[] };
    };
    return (
        (deployment?.resources ?? [])
            // A patch is a part of what it patches, which is listed itself.
            .filter(
                ({ retainOnDelete, type }) => retainOnDelete === true && !type.endsWith("Patch"),
            )
            .map((resource) => `${resource.type.split(":").at(-1) ?? ""} ${resource.id ?? ""}`)
    );
}
