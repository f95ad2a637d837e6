import { readFileSync } from "node:fs";
import { UserError } from "../model/user-error";
import { cloneFallback, cloneStrategy } from "../waits/disk-clone";
import type { Explanation } from "../waits/disk-explain";
import { explainDisk, explainRefusal } from "../waits/disk-explain";
import type { DiskObservation } from "../waits/disk-facts";
import { readFromCluster } from "./explain-cluster";
import type { ExplainOptions, Subject } from "./explain-options";
import { explainHelp, readExplainOptions } from "./explain-options";
import { readState } from "./explain-state";

/** How `npm run explain` ended. */
export interface Explained {
    /** Of the process. */
    readonly code: 0 | 1 | 2;
    /** For the standard output; empty: nothing. */
    readonly output: string;
    /** For the standard error; empty: nothing. */
    readonly errors: string;
}

/** What `npm run explain` does, without a process: says what a disk is doing, or why it cannot say. */
export async function explain(
    args: readonly string[],
    env: NodeJS.ProcessEnv = process.env,
): Promise<Explained> {
    try {
        const options = readExplainOptions(args);
        return options.subject === undefined
            ? { code: 0, output: explainHelp, errors: "" }
            : await explained(options, options.subject, env);
    } catch (error) {
        if (error instanceof UserError) {
            return { code: 2, output: "", errors: `error: ${error.message}` };
        }
        throw error;
    }
}

async function explained(
    options: ExplainOptions,
    subject: Subject,
    env: NodeJS.ProcessEnv,
): Promise<Explained> {
    const look = await lookAt(subject, env);
    if (look.kind === "refusal") {
        return answer(explainRefusal(look.message), undefined, options, "");
    }
    const observed: DiskObservation = {
        ...look.observed,
        consumer: options.consumer ? "expected" : "none",
    };
    const explanation = explainDisk(observed, {
        now: options.now ?? look.takenAt,
        since: options.since,
    });
    const errors = look.unreadable.map(
        (what) =>
            `warning: this account may not read ${what}: the cause of a failure may be missing`,
    );
    return answer(explanation, observed, options, errors.join("\n"));
}

type Look =
    | { readonly kind: "refusal"; readonly message: string }
    | {
          readonly kind: "disk";
          readonly observed: Omit<DiskObservation, "consumer">;
          readonly takenAt: number;
          readonly unreadable: readonly string[];
      };

async function lookAt(subject: Subject, env: NodeJS.ProcessEnv): Promise<Look> {
    if (subject.kind === "disk") {
        const read = await readFromCluster(subject, subject.namespace, subject.name, env);
        return { kind: "disk", ...read, takenAt: Date.now() };
    }
    const state = readState(contentOf(subject.file), subject.file);
    return state.kind === "refusal"
        ? state
        : { ...state, takenAt: state.recordedAt ?? Date.now(), unreadable: [] };
}

function contentOf(file: string): string {
    try {
        return readFileSync(file, "utf8");
    } catch (error) {
        const { code = "" } = error as NodeJS.ErrnoException;
        throw new UserError(
            `${file} cannot be read (${code}). Name a file with a recorded state after --file.`,
        );
    }
}

function answer(
    explanation: Explanation,
    observed: DiskObservation | undefined,
    { json }: ExplainOptions,
    errors: string,
): Explained {
    return {
        code: explanation.verdict === "failed" ? 1 : 0,
        output: json ? JSON.stringify(explanation) : textOf(explanation, observed),
        errors,
    };
}

/** The explanation as a person reads it. */
function textOf(explanation: Explanation, observed: DiskObservation | undefined): string {
    const { verdict, cause, message, cure, progress } = explanation;
    const disk = observed === undefined ? "" : `${observed.namespace}/${observed.name}: `;
    const strategy = observed && cloneStrategy(observed);
    const fallback = observed && cloneFallback(observed);
    const lines: readonly (readonly [string, string | undefined | null])[] = [
        ["cause", cause],
        [cause === null ? "state" : "seen", message],
        ["cure", cure],
        [
            "progress",
            progress &&
                `${progress.phase === "" ? "no phase yet" : progress.phase}${progress.percent === null ? "" : `, ${String(progress.percent)} %`}`,
        ],
        [
            "copied",
            strategy && `${strategy}${fallback === undefined ? "" : ` because: ${fallback}`}`,
        ],
    ];
    return [
        `${disk}${verdict}`,
        ...lines.flatMap(([name, text]) =>
            text === undefined || text === null ? [] : [`  ${name.padEnd(10)}${text}`],
        ),
    ].join("\n");
}
