import { UserError } from "../model/user-error";
import { atDashes, parsed, silently } from "./options";

/** What `npm run drift` prints for --help. */
export const driftHelp = `npm run drift -- STACK [--json] [-- PULUMI ARGUMENTS]
npm run drift -- --file refresh.json [--json]

Says what was changed on the cluster past the stack, by whom, and what putting it back would do to machines and data (live, restart,
replace VM, DATA LOSS). Changes nothing, and not the state either. What the cluster fills in and what KubeVirt, CDI and the storage write
by themselves is left out.

--file FILE  what pulumi refresh --preview-only --json has printed; - is the standard input. With PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true
             it also has what was changed that the program says nothing of
--json       prints one object: { verdict, items: [{ urn, kind, namespace, name, impact, why, isGone, edits }] };
             ${silently}

Ends with 0 where nothing was changed; with 2 where something was; with 1 where nobody can say: wrong use, no cluster.`;

/** What `npm run drift` is told. */
export interface DriftOptions {
    readonly help: boolean;
    readonly json: boolean;
    readonly source:
        | { readonly kind: "stack"; readonly stack: string; readonly rest: readonly string[] }
        | { readonly kind: "file"; readonly file: string };
}

/** Reads the command's arguments; unknown ones are an error, not ignored. */
export function readDriftOptions(args: readonly string[]): DriftOptions {
    const { own, rest } = atDashes(args);
    const { values, positionals } = parsed({
        args: own,
        allowPositionals: true,
        options: {
            file: { type: "string", short: "f" },
            json: { type: "boolean", default: false },
            help: { type: "boolean", short: "h", default: false },
        },
    });
    const { help, json, file } = values;
    const [stack, ...others] = positionals;
    if (help) {
        return { help, json, source: { kind: "file", file: "" } };
    }
    if (others.length > 0) {
        throw new UserError(
            `${positionals.join(", ")} are ${String(positionals.length)} stacks. Name one at a time.`,
        );
    }
    if (stack !== undefined && file !== undefined) {
        throw new UserError(
            `--file ${file} is beside stack ${stack}, which would be looked at. Leave one of them out.`,
        );
    }
    if (stack === undefined && rest.length > 0) {
        throw new UserError(
            `${rest.join(" ")} is for pulumi, and no stack is named that pulumi would look at. Name one: npm run drift -- STACK -- ${rest.join(" ")}.`,
        );
    }
    if (file !== undefined) {
        return { help, json, source: { kind: "file", file } };
    }
    if (stack === undefined) {
        throw new UserError("No stack is named. Write npm run drift -- STACK.");
    }
    return {
        help,
        json,
        source: { kind: "stack", stack, rest },
    };
}
