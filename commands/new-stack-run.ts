import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nearest } from "../model/nearest";
import { problemsText } from "../model/problems";
import { UserError } from "../model/user-error";
import { parseEnvironment } from "../stacks/schema/parse";
import { newEnvironment, nextSteps, stackFileText } from "./new-stack-file";
import {
    type Answers,
    newStackHelp,
    type NewStackOptions,
    type Question,
    questions,
    readNewStackOptions,
} from "./new-stack-options";
import { writeSchema } from "./schema-file";
import { stackFile } from "./stack-files";

/** The world around the command. */
export interface NewStackWorld {
    /** The project's folder, unless an option names another. */
    readonly folder: string;
    readonly log: (line: string) => void;
    /** Asks a person; undefined where there is no terminal. */
    readonly ask: ((question: string) => Promise<string>) | undefined;
}

/** Runs `npm run new-stack` and answers its exit code. */
export async function newStack(args: readonly string[], world: NewStackWorld): Promise<number> {
    const options = readNewStackOptions(args);
    if (options.help) {
        world.log(newStackHelp);
        return 0;
    }
    const folder = options.folder ?? world.folder;
    const stack = stackName(options, folder);
    refuseWords(options.answers);
    const answers = await answered(options.answers, world);
    const environment = newEnvironment(answers);
    const { problems } = parseEnvironment(environment);
    if (problems.length > 0) {
        throw new UserError(problemsText("Stack", stack, problems));
    }
    writeFileSync(stackFile(folder, stack), stackFileText(environment), { flag: "wx" });
    writeSchema(folder);
    world.log(`stacks/Pulumi.${stack}.yaml is written; commit it. Next:\n`);
    world.log(nextSteps(stack, answers));
    return 0;
}

/** A name that Pulumi takes for a stack, and that no file of the project stands for. */
function stackName({ name, more }: NewStackOptions, folder: string): string {
    if (name === undefined || more.length > 0) {
        throw new UserError(
            name === undefined
                ? "The new stack has no name. Write it: npm run new-stack -- <name>; --help shows what there is."
                : `${[name, ...more].join(" ")} are several names. Make one stack at a time.`,
        );
    }
    if (!/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,99}$/.test(name)) {
        throw new UserError(
            `${JSON.stringify(name)} is not a name for a stack. Use letters, digits, "-" and "_", beginning with a letter or digit.`,
        );
    }
    const file = stackFile(folder, name);
    if (existsSync(file)) {
        throw new UserError(
            `${file} is there already. Edit it, or choose another name: nothing is overwritten.`,
        );
    }
    if (existsSync(join(folder, "stacks", `${name}.ts`))) {
        throw new UserError(
            `stacks/${name}.ts is a file of the project, and would be taken for the program of stack "${name}". Choose another name.`,
        );
    }
    return name;
}

/** A word that an option cannot be is said before anything is asked. */
function refuseWords(answers: Answers): void {
    const wrong = questions.flatMap(({ option, words }) => {
        const answer = answers[option];
        return answer === undefined || words === undefined || words.includes(answer)
            ? []
            : [`--${option} is ${JSON.stringify(answer)}. ${wordCure(answer, words)}`];
    });
    if (wrong.length > 0) {
        throw new UserError(wrong.join("\n"));
    }
}

function wordCure(answer: string, words: readonly string[]): string {
    return `Write ${nearest(answer, words) ?? `one of ${words.join(", ")}`}.`;
}

/** What was given, asked for, or counts otherwise. What is still missing then is said, all of it. */
async function answered(given: Answers, world: NewStackWorld): Promise<Answers> {
    const answers: Record<string, string> = {};
    const missing: Question[] = [];
    for (const question of questions) {
        const { option, when, otherwise } = question;
        if (when?.(answers) === false) {
            if (given[option] !== undefined && answers["storage"] !== undefined) {
                throw new UserError(
                    `--${option} does not belong to --storage ${answers["storage"]}. Leave it out.`,
                );
            }
            continue;
        }
        const standard = otherwise?.(answers);
        const answer =
            given[option] ??
            (world.ask === undefined ? standard : await asked(question, standard, world.ask));
        if (answer === undefined || answer === "") {
            missing.push(question);
        } else {
            answers[option] = answer;
        }
    }
    if (missing.length > 0) {
        const list = missing.map(({ option, ask, words }) => {
            const choice = words === undefined ? "" : `: ${words.join(", ")}`;
            return `  --${option}  ${ask}${choice}`;
        });
        throw new UserError(`Missing, as there is no terminal to ask in:\n${list.join("\n")}`);
    }
    return answers;
}

/** Asks until there is an answer that can be. */
async function asked(
    { ask, words }: Question,
    standard: string | undefined,
    askPerson: (question: string) => Promise<string>,
): Promise<string> {
    const choice = words === undefined ? "" : ` [${words.join(", ")}]`;
    const usual = standard === undefined ? "" : ` (${standard})`;
    for (;;) {
        const answer = (await askPerson(`${ask}${choice}${usual}: `)).trim();
        if (answer === "" && standard !== undefined) {
            return standard;
        }
        if (answer !== "" && (words === undefined || words.includes(answer))) {
            return answer;
        }
    }
}
