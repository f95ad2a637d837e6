import { UserError } from "../model/user-error";
import { parsed } from "./options";

/** What `npm run explain` prints for --help. */
export const explainHelp = `npm run explain -- <namespace>/<disk> [--stack NAME | --context CONTEXT] [--kubeconfig FILE]
npm run explain -- --file STATE.json

Says what a disk is doing and why: a DataVolume, or an empty claim. Changes nothing. From a cluster (the sandbox, where none is named), or
from a file with a recorded state (storageClass, dataVolume, pvc, otherPvcs, pods, events, recordedAt).

--consumer      the machine that uses the disk exists: then a class that waits for its first consumer is something to wait for
--now TIME      what time it is; otherwise when the state was recorded, or now
--since TIME    when the wait for the disk began; otherwise when the disk was made. A bad sign is given some time to go away
--json          prints one object: { verdict, cause, message, cure, progress }

Verdicts: ready, proceed (go on: it is filled later), waiting, failed.
Ends with 0; with 1 for a disk that has failed; with 2 where there is nothing to explain (wrong use, unreadable file or cluster).`;

/** What `npm run explain` is told. */
export interface ExplainOptions {
    readonly help: boolean;
    readonly json: boolean;
    readonly consumer: boolean;
    readonly now: number | undefined;
    readonly since: number | undefined;
    readonly subject: Subject | undefined;
}

/** Which disk is meant: one of a cluster, or one that was recorded. */
export type Subject =
    | { readonly kind: "file"; readonly file: string }
    | ({ readonly kind: "disk"; readonly namespace: string; readonly name: string } & WhichCluster);

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
            `${positionals.join(" ")} are ${String(positionals.length)} disks. Name one at a time.`,
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
    const [, namespace, name] = /^([^/]+)\/([^/]+)$/.exec(disk ?? "") ?? [];
    if (namespace === undefined || name === undefined) {
        throw new UserError(
            disk === undefined
                ? "No disk is named. Name one (npm run explain -- <namespace>/<disk>), or a recorded state (--file state.json)."
                : `${JSON.stringify(disk)} is not <namespace>/<disk>. Write it as in vms/db-root.`,
        );
    }
    if (stack !== undefined && kubeconfig !== undefined) {
        throw new UserError(
            `--kubeconfig is beside --stack ${stack}, which names its cluster itself. Leave one of them out.`,
        );
    }
    return { kind: "disk", namespace, name, stack, context, kubeconfig };
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
