import { parseArgs, type ParseArgsConfig } from "node:util";
import { localStack } from "./target";
import { UserError } from "../model/user-error";

/** What `up`, `preview` and `down` are told. */
export interface Options {
    readonly stack: string;
    readonly context: string | undefined;
    readonly help: boolean;
    /** Everything after `--`, handed to pulumi as it is. */
    readonly rest: readonly string[];
}

/** Node's own reading of arguments; what it does not know is the user's error. */
export function parsed<C extends ParseArgsConfig>(config: C): ReturnType<typeof parseArgs<C>> {
    try {
        return parseArgs(config);
    } catch (error) {
        if (error instanceof TypeError) {
            throw new UserError(`${error.message} --help shows what there is.`);
        }
        throw error;
    }
}

/** Reads a command's arguments; unknown ones are an error, not ignored. */
export function readOptions(args: readonly string[]): Options {
    const end = args.indexOf("--");
    const own = end === -1 ? args : args.slice(0, end);
    const { values } = parsed({
        args: [...own],
        options: {
            stack: { type: "string", short: "s", default: localStack },
            context: { type: "string" },
            help: { type: "boolean", short: "h", default: false },
        },
    });
    refuseLocalContext(values.stack, values.context);
    return { ...values, context: values.context, rest: end === -1 ? [] : args.slice(end + 1) };
}

/** The local stack has no context to choose. */
export function refuseLocalContext(stack: string, context: string | undefined): void {
    if (stack === localStack && context !== undefined) {
        throw new UserError(
            `Stack "local" is always the sandbox. Name another stack beside --context: --stack <name> --context ${context}.`,
        );
    }
}
