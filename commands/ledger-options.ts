import { UserError } from "../model/user-error";
import { parsed, refuseLocalContext } from "./options";
import { localStack } from "./target";

/** What `npm run ledger` is told. */
export interface LedgerOptions {
    readonly stack: string;
    readonly context: string | undefined;
    readonly json: boolean;
    /** Do not ask the cluster. */
    readonly offline: boolean;
    readonly help: boolean;
}

/** Reads the arguments; unknown ones are an error, not ignored. */
export function readLedgerOptions(args: readonly string[]): LedgerOptions {
    const { values, positionals } = parsed({
        args: [...args],
        allowPositionals: true,
        options: {
            stack: { type: "string", short: "s" },
            context: { type: "string" },
            json: { type: "boolean", default: false },
            offline: { type: "boolean", default: false },
            help: { type: "boolean", short: "h", default: false },
        },
    });
    const named = [...positionals, ...(values.stack === undefined ? [] : [values.stack])];
    if (named.length > 1) {
        throw new UserError(`One stack at a time, and these are ${named.join(", ")}. Name one.`);
    }
    const [stack = localStack] = named;
    const { context, json, offline, help } = values;
    refuseLocalContext(stack, context);
    if (offline && context !== undefined) {
        throw new UserError(
            "--context says which cluster to ask, and --offline to ask none. Leave one out.",
        );
    }
    return { stack, context, json, offline, help };
}
