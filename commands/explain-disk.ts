import { readFileSync } from "node:fs";
import { UserError } from "../model/user-error";
import { cloneFallback, cloneStrategy } from "../waits/disk-clone";
import type { Explanation } from "../waits/disk-explain";
import { explainDisk, explainRefusal } from "../waits/disk-explain";
import type { DiskObservation } from "../waits/disk-facts";
import { readDisk } from "../waits/disk-read";
import { explainMachine } from "../waits/machine-explain";
import type { ReadMachine } from "../waits/machine-read";
import { readMachine } from "../waits/machine-read";
import { absentText } from "./explain-absent";
import { readFromCluster } from "./explain-cluster";
import { machineText } from "./explain-machine";
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

/** What `npm run explain` does, without a process: says what a disk or a machine is doing, or why it cannot say. */
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
        const refused = explainRefusal(look.message);
        return answer(refused, options, [], (one) => textOf(one, undefined));
    }
    const time = { now: options.now ?? look.takenAt, since: options.since };
    if (look.kind === "machine") {
        const machine = explainMachine(look.read, { ...time, until: options.until });
        return answer(
            machine,
            options,
            look.read.unreadable,
            (one) => machineText(one, look.read),
            look.absent,
        );
    }
    const observed: DiskObservation = {
        ...look.observed,
        consumer: options.consumer ? "expected" : "none",
    };
    return answer(
        explainDisk(observed, time),
        options,
        look.unreadable,
        (one) => textOf(one, observed),
        look.absent,
    );
}

type Look =
    | { readonly kind: "refusal"; readonly message: string }
    | {
          readonly kind: "disk";
          readonly observed: Omit<DiskObservation, "consumer">;
          readonly takenAt: number;
          readonly unreadable: readonly string[];
          readonly absent?: string | undefined;
      }
    | {
          readonly kind: "machine";
          readonly read: ReadMachine;
          readonly takenAt: number;
          /** Says that the cluster has nothing of that name. */
          readonly absent?: string | undefined;
      };

async function lookAt(subject: Subject, env: NodeJS.ProcessEnv): Promise<Look> {
    if (subject.kind === "file") {
        const state = readState(contentOf(subject.file), subject.file);
        if (state.kind === "refusal") {
            return state;
        }
        const takenAt = state.recordedAt ?? Date.now();
        return state.kind === "machine"
            ? { ...state, takenAt }
            : { ...state, takenAt, unreadable: [] };
    }
    const { kind, namespace, name } = subject;
    const what = `${kind} ${namespace}/${name}`;
    if (kind === "machine") {
        return readFromCluster(subject, what, env, async (transport) => {
            const read = await readMachine(transport, namespace, name);
            const isThere = read.virtualMachine !== undefined || read.instance !== undefined;
            const absent = isThere ? undefined : await absentText(transport, kind, namespace, name);
            return { kind, read, takenAt: Date.now(), absent };
        });
    }
    return readFromCluster(subject, what, env, async (transport) => {
        const read = await readDisk(transport, namespace, name);
        const { dataVolume, claim } = read.observed;
        const isThere = dataVolume !== undefined || claim !== undefined;
        const absent = isThere ? undefined : await absentText(transport, kind, namespace, name);
        return { kind, ...read, takenAt: Date.now(), absent };
    });
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

function answer<E extends Explanation>(
    explanation: E,
    { json }: ExplainOptions,
    unreadable: readonly string[],
    text: (explanation: E) => string,
    absent?: string,
): Explained {
    const first = absent === undefined ? [] : [absent];
    const message = [...first, explanation.message].join(" ");
    return {
        code: explanation.verdict === "failed" ? 1 : 0,
        output: json
            ? JSON.stringify({ ...explanation, message })
            : [...first, text(explanation)].join("\n"),
        errors: unreadable
            .map(
                (what) =>
                    `warning: this account may not read ${what}: the cause of a failure may be missing`,
            )
            .join("\n"),
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
