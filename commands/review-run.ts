import { readFileSync, writeFileSync } from "node:fs";
import { findEngine } from "../sandbox/engine";
import { UserError } from "../model/user-error";
import { reportJson } from "../review/json";
import { reportMarkdown } from "../review/markdown";
import { reportOf } from "../review/make-report";
import type { Preview } from "../review/preview";
import { readPreview } from "../review/read-preview";
import { exitCodes, type Report } from "../review/report";
import { reportText } from "../review/text";
import { headline } from "../review/words";
import { policyArguments } from "./policy-arguments";
import { pulumiPrints } from "./pulumi";
import type { ReviewOptions } from "./review-options";
import { localEngineEnvironment, localStack, sandboxTarget, stackTarget } from "./target";

/** Makes the report, prints it or writes it down, and answers the exit code. */
export async function review(options: ReviewOptions): Promise<number> {
    const report = reportOf(await previewFor(options.source));
    const text = written(report, options);
    if (options.out === undefined) {
        console.log(text.trimEnd());
    } else {
        writeDown(options.out, text.endsWith("\n") ? text : `${text}\n`);
        console.log(`${report.stack}: ${headline(report)}. The report is in ${options.out}.`);
    }
    return exitCodes[report.verdict];
}

function writeDown(file: string, text: string): void {
    try {
        writeFileSync(file, text);
    } catch (error) {
        throw new UserError(
            `The report cannot be written to ${file} (${String((error as NodeJS.ErrnoException).code)}). Name a file that can be written: --out FILE.`,
        );
    }
}

function written(report: Report, { format, limit }: ReviewOptions): string {
    switch (format) {
        case "text":
            return reportText(report);
        case "markdown":
            return reportMarkdown(report, limit);
        case "json":
            return reportJson(report);
    }
}

async function previewFor(source: ReviewOptions["source"]): Promise<Preview> {
    switch (source.kind) {
        case "stdin":
            return readPreview(readInput(), "the standard input");
        case "file":
            return readPreview(readText(source.file), source.file);
        case "stack":
            return stackPreview(source.stack, source.rest);
    }
}

/** The text of a file: UTF-8, or UTF-16 with its mark, as Windows PowerShell writes what it redirects. */
function textIn(bytes: Buffer): string {
    return bytes[0] === 0xff && bytes[1] === 0xfe
        ? bytes.toString("utf16le")
        : bytes.toString("utf8");
}

/** All of the standard input. */
export function readInput(): string {
    try {
        return textIn(readFileSync(0));
    } catch (error) {
        throw new UserError(
            `The standard input cannot be read (${String((error as NodeJS.ErrnoException).code)}). Give --file preview.json, or name a stack.`,
        );
    }
}

/** What a file has that holds a preview. */
export function readText(file: string): string {
    try {
        return textIn(readFileSync(file));
    } catch (error) {
        throw new UserError(
            `${file} cannot be read (${String((error as NodeJS.ErrnoException).code)}). Name a file that has what \`pulumi preview --json\` prints.`,
        );
    }
}

/** Has the engine make a preview of a stack, with what stays as it is, and reads it. Also one that fails. */
async function stackPreview(stack: string, rest: readonly string[]): Promise<Preview> {
    const { command, env } = engineFor(stack, "review");
    const { code, printed, complaints } = await pulumiPrints(
        command,
        [
            "preview",
            "--stack",
            stack,
            "--json",
            "--show-sames",
            ...(stack === localStack ? [] : policyArguments("preview", rest)),
            ...rest,
        ],
        { ...env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" },
    );
    return previewOrError(printed, complaints, code, `the preview of stack "${stack}"`);
}

/** What pulumi has printed as a preview; where it is none, pulumi's own words. */
export function previewOrError(
    printed: string,
    complaints: string,
    code: number,
    what: string,
): Preview {
    try {
        return readPreview(printed, what);
    } catch (error) {
        const said = complaints.trim();
        throw code !== 0 && said !== ""
            ? new UserError(`There is no ${what.replace(/^the /, "")}. Pulumi says: ${said}`)
            : error;
    }
}

/** The engine and its environment for a stack, after saying which cluster it is compared with. */
export function engineFor(
    stack: string,
    action: string,
): { readonly command: string; readonly env: Record<string, string> } {
    const isLocal = stack === localStack;
    const { label } = isLocal
        ? sandboxTarget(`. Start it (npm run up), or name a stack: npm run ${action} -- <stack>`)
        : stackTarget(stack, undefined, process.env);
    const engine = findEngine(process.env, (line) => console.error(line));
    if (engine.kind === "runner") {
        throw new UserError(
            `Stack "${stack}" needs the Pulumi CLI (${engine.reason}). Install it: https://www.pulumi.com/docs/install/`,
        );
    }
    console.error(`Stack "${stack}" is compared with ${label}.`);
    return { command: engine.command, env: isLocal ? localEngineEnvironment() : {} };
}
