import { parseArgs } from "node:util";
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

/** Reads a command's arguments; unknown ones are an error, not ignored. */
export function readOptions(args: readonly string[]): Options {
    const end = args.indexOf("--");
    const own = end === -1 ? args : args.slice(0, end);
    try {
        const { values } = parseArgs({
            args: [...own],
            options: {
                stack: { type: "string", short: "s", default: localStack },
                context: { type: "string" },
                help: { type: "boolean", short: "h", default: false },
            },
        });
        if (values.stack === localStack && values.context !== undefined) {
            throw new UserError(
                `Stack "local" is always the sandbox. Name another stack beside --context: --stack <name> --context ${values.context}.`,
            );
        }
        return { ...values, context: values.context, rest: end === -1 ? [] : args.slice(end + 1) };
    } catch (error) {
        if (error instanceof TypeError) {
            throw new UserError(`${error.message} --help shows what there is.`);
        }
        throw error;
    }
}
