import { UserError } from "../model/user-error";
import { longestComment } from "../review/markdown";
import { atDashes, parsed, silently } from "./options";

/** What `npm run review` prints for --help. */
export const reviewHelp = `npm run review -- STACK [--format text|markdown|json] [--out FILE] [-- PULUMI ARGUMENTS]
npm run review -- --file preview.json [--format text|markdown|json] [--out FILE]
pulumi preview --json --show-sames | npm run -s review

Says what a change does to machines and to data, from a preview: the one that it makes of the stack (nothing is changed; the policies in
policies/ judge it, but for the stack local), or one that pulumi preview --json has printed. Each machine and each disk has one line:

  new                     it is made
  live                    it changes while the machine runs
  restart                 it counts when the machine is next restarted
  replace VM (disks kept) the machine is shut down, deleted and made anew
  gone (data kept)        it goes, and no data goes with it
  DATA LOSS               data goes
  refused                 it cannot be applied as it is, and why

--file FILE      a preview that was written to a file; - is the standard input. --show-sames makes it whole: claims of a class are known
--format WORD    text (for a terminal), markdown (for a pull request: at most ${String(longestComment)} characters, with a line that a
                 workflow finds its comment by), json: { verdict, items: [{ urn, kind, namespace, name, impact, why }], … }
--json           the same as --format json; ${silently}
--out FILE       writes the report there, and one line to the terminal
--limit NUMBER   how many characters the markdown may have: less where one comment has the reports of several stacks

Ends with 0 where it is fine; with 2 where somebody has to say yes (data goes, a machine restarts, is made anew or goes, a guard of data is
taken away, or nobody here knows what a change does); with 3 where it is refused; with 1 where there is no report: wrong use, no preview.`;

const formats = ["text", "markdown", "json"] as const;
export type ReviewFormat = (typeof formats)[number];

/** What `npm run review` is told. */
export interface ReviewOptions {
    readonly help: boolean;
    readonly source:
        | { readonly kind: "stack"; readonly stack: string; readonly rest: readonly string[] }
        | { readonly kind: "file"; readonly file: string }
        | { readonly kind: "stdin" };
    readonly format: ReviewFormat;
    readonly out: string | undefined;
    /** The most characters of Markdown. */
    readonly limit: number;
}

/**
 * Reads the command's arguments; unknown ones are an error, not ignored.
 *
 * @param isPiped something is written to the standard input.
 */
export function readReviewOptions(args: readonly string[], isPiped: boolean): ReviewOptions {
    const { own, rest } = atDashes(args);
    const { values, positionals } = parsed({
        args: own,
        allowPositionals: true,
        options: {
            file: { type: "string", short: "f" },
            format: { type: "string" },
            json: { type: "boolean", default: false },
            out: { type: "string", short: "o" },
            limit: { type: "string", default: String(longestComment) },
            help: { type: "boolean", short: "h", default: false },
        },
    });
    const { help, file, out } = values;
    return {
        help,
        source: help ? { kind: "stdin" } : sourceOf(file, positionals, rest, isPiped),
        format: formatOf(values.format, values.json),
        out,
        limit: limitOf(values.limit),
    };
}

function sourceOf(
    file: string | undefined,
    stacks: readonly string[],
    rest: readonly string[],
    isPiped: boolean,
): ReviewOptions["source"] {
    const [stack, ...others] = stacks;
    if (others.length > 0) {
        throw new UserError(
            `${stacks.join(", ")} are ${String(stacks.length)} stacks. Review one at a time; their reports can stand in one comment.`,
        );
    }
    if (stack !== undefined && stack !== "-") {
        if (file !== undefined) {
            throw new UserError(
                `--file ${file} is beside stack ${stack}, of which a preview would be made. Leave one of them out.`,
            );
        }
        return { kind: "stack", stack, rest };
    }
    if (rest.length > 0) {
        throw new UserError(
            `${rest.join(" ")} is for pulumi, and no stack is named that pulumi would make a preview of. Name one: npm run review -- STACK -- ${rest.join(" ")}.`,
        );
    }
    if (file !== undefined && file !== "-") {
        return { kind: "file", file };
    }
    if (file === undefined && stack === undefined && !isPiped) {
        throw new UserError(
            "No stack is named, and no preview is given. Write npm run review -- STACK, or --file preview.json. --help shows what there is.",
        );
    }
    return { kind: "stdin" };
}

function formatOf(format: string | undefined, json: boolean): ReviewFormat {
    if (json && format !== undefined && format !== "json") {
        throw new UserError(`--json is beside --format ${format}. Leave one of them out.`);
    }
    const word = formats.find((one) => one === (format ?? (json ? "json" : "text")));
    if (word === undefined) {
        throw new UserError(
            `--format is ${JSON.stringify(format)}, which is none of ${formats.join(", ")}. Write one of them.`,
        );
    }
    return word;
}

/** A comment with less than that has no room for a verdict. */
const leastRoom = 500;

function limitOf(text: string): number {
    const limit = Number(text);
    if (!Number.isInteger(limit) || limit < leastRoom) {
        throw new UserError(
            `--limit is ${JSON.stringify(text)}, which is not a number of characters from ${String(leastRoom)}. Write such as --limit 30000.`,
        );
    }
    return limit;
}
