import { UserError } from "../model/user-error";
import type { Until } from "../waits/machine-facts";
import { parsed, silently } from "./options";

/** What `npm run explain` prints for --help. */
export const explainHelp = `npm run explain -- <namespace>/<disk> [--stack NAME | --context CONTEXT] [--kubeconfig FILE]
npm run explain -- vm/<namespace>/<machine> [--until running|agent|probe] [--stack NAME | --context CONTEXT] [--kubeconfig FILE]
npm run explain -- --file STATE.json

Says what a disk is doing and why: a DataVolume, or an empty claim. Or a machine, with its disks, what it needs a restart for, whether it can
move to another node, and the commands that bring you to it. Changes nothing. From a cluster (the sandbox, where none is named), or from a
file with a recorded state (of a disk: storageClass, dataVolume, pvc, otherPvcs; of a machine: virtualMachine, virtualMachineInstance;
of both: pods, events, recordedAt).

--consumer      the machine that uses the disk exists: then a class that waits for its first consumer is something to wait for
--until WORD    what the machine has to do: run, have its guest agent connected, or answer its readiness probe; otherwise what it asks itself
--now TIME      what time it is; otherwise when the state was recorded, or now
--since TIME    when the wait began; otherwise when the disk was made or the machine started. A bad sign is given some time to go away
--json          prints one object: { verdict, cause, message, cure, progress }; of a machine also { machine };
                ${silently}

Verdicts: ready, proceed (go on: it is filled later), waiting, failed.
Ends with 0; with 1 for a disk or machine that has failed; with 2 where there is nothing to explain (wrong use, unreadable file or cluster).`;

/** What `npm run explain` is told. */
export interface ExplainOptions {
    readonly help: boolean;
    readonly json: boolean;
    readonly consumer: boolean;
    /** Undefined: what the machine asks itself. */
    readonly until: Until | undefined;
    readonly now: number | undefined;
    readonly since: number | undefined;
    readonly subject: Subject | undefined;
}

/** Which disk or machine is meant: one of a cluster, or one that was recorded. */
export type Subject =
    | { readonly kind: "file"; readonly file: string }
    | ({
          readonly kind: "disk" | "machine";
          readonly namespace: string;
          readonly name: string;
      } & WhichCluster);

/** Which cluster is meant; nothing of it: the sandbox. */
export interface WhichCluster {
    readonly stack: string | undefined;
    readonly context: string | undefined;
    readonly kubeconfig: string | undefined;
}

/** Reads the command's arguments; unknown ones are an error, not ignored. */
export function readExplainOptions(args: readonly string[]): ExplainOptions {
    const { values, positionals } = valuesOf(args);
    const now = time("--now", values.now);
    const since = time("--since", values.since);
    if (now !== undefined && since !== undefined && since > now) {
        throw new UserError(
            `--since is ${String(values.since)}, which is after --now. Give the time when the wait began, or leave it out.`,
        );
    }
    return {
        help: values.help,
        json: values.json,
        consumer: values.consumer,
        until: untilOf(values.until),
        now,
        since,
        subject: values.help ? undefined : subjectOf(values, positionals),
    };
}

type Values = ReturnType<typeof valuesOf>["values"];

function valuesOf(args: readonly string[]) {
    return parsed({
        args: [...args],
        allowPositionals: true,
        options: {
            file: { type: "string" },
            stack: { type: "string", short: "s" },
            context: { type: "string" },
            kubeconfig: { type: "string" },
            now: { type: "string" },
            since: { type: "string" },
            consumer: { type: "boolean", default: false },
            until: { type: "string" },
            json: { type: "boolean", default: false },
            help: { type: "boolean", short: "h", default: false },
        },
    });
}

function subjectOf(values: Values, positionals: readonly string[]): Subject {
    const { file, stack, context, kubeconfig } = values;
    const [disk, ...others] = positionals;
    if (others.length > 0) {
        throw new UserError(
            `${positionals.join(" ")} are ${String(positionals.length)} disks or machines. Name one at a time.`,
        );
    }
    if (file !== undefined) {
        const cluster = [disk, stack, context, kubeconfig].find((value) => value !== undefined);
        if (cluster !== undefined) {
            throw new UserError(
                `${cluster} is beside --file, which holds all there is to see. Leave one of them out.`,
            );
        }
        return { kind: "file", file };
    }
    const [, vm, namespace, name] = /^(vm\/)?([^/]+)\/([^/]+)$/.exec(disk ?? "") ?? [];
    if (namespace === undefined || name === undefined) {
        throw new UserError(
            disk === undefined
                ? "No disk is named, and no machine. Name one (npm run explain -- <namespace>/<disk>, or vm/<namespace>/<machine>), or a recorded state (--file state.json)."
                : `${JSON.stringify(disk)} is not <namespace>/<disk>, nor vm/<namespace>/<machine>. Write it as in vms/db-root or vm/vms/db.`,
        );
    }
    if (stack !== undefined && kubeconfig !== undefined) {
        throw new UserError(
            `--kubeconfig is beside --stack ${stack}, which names its cluster itself. Leave one of them out.`,
        );
    }
    const kind = vm === undefined ? "disk" : "machine";
    return { kind, namespace, name, stack, context, kubeconfig };
}

function untilOf(text: string | undefined): Until | undefined {
    const words: readonly Until[] = ["running", "agent", "probe"];
    const word = words.find((one) => one === text);
    if (text !== undefined && word === undefined) {
        throw new UserError(
            `--until is ${JSON.stringify(text)}, which no machine is waited for. Write one of ${words.join(", ")}.`,
        );
    }
    return word;
}

function time(option: string, text: string | undefined): number | undefined {
    if (text === undefined) {
        return undefined;
    }
    const milliseconds = Date.parse(text);
    if (Number.isNaN(milliseconds)) {
        throw new UserError(
            `${option} is ${JSON.stringify(text)}, which is no time. Write it as in 2026-11-21T08:00:00Z.`,
        );
    }
    return milliseconds;
}
