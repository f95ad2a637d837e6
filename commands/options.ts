import { parseArgs, type ParseArgsConfig } from "node:util";
import { localStack } from "./target";
import { UserError } from "../model/user-error";

/** What a help says of --json: npm writes two lines of its own before what a command prints. */
export const silently = "npm run -s leaves npm's own lines out";

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
            // Node adds advice of its own to some of them, which is about "--" and not about this command.
            const [what = ""] = error.message.split(/\.?(?:\s*\n|\. |\.?$)/);
            throw new UserError(`${what}. --help shows what there is.`);
        }
        throw error;
    }
}

/** The arguments of a command itself, and those after `--`, which are pulumi's. */
export function atDashes(args: readonly string[]): {
    readonly own: string[];
    readonly rest: readonly string[];
} {
    const end = args.indexOf("--");
    return end === -1
        ? { own: [...args], rest: [] }
        : { own: args.slice(0, end), rest: args.slice(end + 1) };
}

/** Reads a command's arguments; unknown ones are an error, not ignored. */
export function readOptions(args: readonly string[]): Options {
    const { own, rest } = atDashes(args);
    const { values, positionals } = parsed({
        args: own,
        allowPositionals: true,
        options: {
            stack: { type: "string", short: "s", default: localStack },
            context: { type: "string" },
            help: { type: "boolean", short: "h", default: false },
        },
    });
    const [first] = positionals;
    if (first !== undefined) {
        throw new UserError(
            `${JSON.stringify(first)} stands alone. A stack is named by --stack ${first}; what is for pulumi comes after another --.`,
        );
    }
    refuseLocalContext(values.stack, values.context);
    return { ...values, context: values.context, rest };
}

/** The local stack has no context to choose. */
export function refuseLocalContext(stack: string, context: string | undefined): void {
    if (stack === localStack && context !== undefined) {
        throw new UserError(
            `Stack "local" is always the sandbox. Name another stack beside --context: --stack <name> --context ${context}.`,
        );
    }
}
