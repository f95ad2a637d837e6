import { millisecondsOf } from "../model/duration";
import { UserError } from "../model/user-error";
import { systemClock } from "../waits/clock";
import { callOff, startMigration } from "../waits/migration-start";
import { waitForAbort, waitForMigration } from "../waits/migration-wait";
import { kubeconfigTransport, type Transport } from "../waits/transport";
import { type Diagnosis, diagnosisText } from "../waits/verdict";
import { View } from "../waits/view";
import type { Writer } from "../waits/writes";
import { targetOf } from "./explain-cluster";
import { migrateHelp, type MigrateOptions, readMigrateOptions } from "./migrate-options";
import { planAbort, planMove } from "./migrate-plan";
import { readMachine } from "./migrate-read";
import { abortText, type Moved, movedText, progressText } from "./migrate-text";

/** What the command says and hears while it runs. */
export interface Voice {
    /** A result, for the standard output. */
    readonly print: (text: string) => void;
    /** Progress and errors, for the standard error. */
    readonly note: (text: string) => void;
    /** Aborts when the person wants no more of it (Ctrl-C). */
    readonly interrupted: AbortSignal;
}

type Move = Extract<MigrateOptions, { readonly action: "move" | "abort" }>;

/** What `npm run migrate` does, without a process; answers the exit code. */
export async function migrate(
    args: readonly string[],
    voice: Voice,
    env: NodeJS.ProcessEnv = process.env,
): Promise<0 | 1 | 2> {
    try {
        const options = readMigrateOptions(args);
        if (options.action === "help") {
            voice.print(migrateHelp);
            return 0;
        }
        const target = targetOf(options, env);
        voice.note(`On ${target.label}`);
        const transport = await kubeconfigTransport(target.kubeconfig, target.context);
        const run = options.action === "move" ? move : abort;
        const moved = await run(options, transport, voice);
        voice.print(options.json ? JSON.stringify(moved) : moved.message);
        const wanted = options.action === "move" ? "moved" : "called-off";
        return moved.outcome === wanted ? 0 : 1;
    } catch (error) {
        if (error instanceof UserError) {
            voice.note(`error: ${error.message}`);
            return 2;
        }
        throw error;
    }
}

/** What a migration is known by while it lasts. */
interface Started {
    readonly name: string;
    readonly uid: string;
    readonly from: string | undefined;
}

async function move(options: Move, transport: Transport & Writer, voice: Voice): Promise<Moved> {
    const { namespace, machine, to } = options;
    const place = `${namespace}/${machine}`;
    const { from, hostName, notes } = planMove(
        await readMachine(transport, namespace, machine),
        to,
    );
    for (const note of notes) {
        voice.note(`note: ${note}`);
    }
    if (isInterrupted(voice)) {
        throw new UserError("Stopped before anything was done.");
    }
    const started = {
        ...(await startMigration(transport, { namespace, machine, hostName })),
        from,
    };
    voice.note(
        `${place} is asked to move from ${from} to ${to ?? "another node"} (${started.name})`,
    );
    const view = new View(transport, systemClock);
    let last = "";
    try {
        const settled = await waitForMigration({
            view,
            clock: systemClock,
            namespace,
            machine,
            ...started,
            deadlineMs: millisecondsOf(options.timeout),
            signal: voice.interrupted,
            onProgress: (verdict, elapsedMs) => {
                const text = progressText(verdict);
                if (text !== undefined && text !== last) {
                    last = text;
                    voice.note(`  ${progressText(verdict, elapsedMs) ?? ""}`);
                }
            },
        });
        return settled.kind === "failed"
            ? unmoved(options, started, settled.diagnosis, settled.node)
            : movedTo(options, started, settled.node);
    } catch (error) {
        if (!isInterrupted(voice)) {
            throw error;
        }
        voice.note("Calling it off. Once more Ctrl-C leaves it to itself.");
        return end(options, started, view, transport);
    }
}

/** Asked again after an await, where the compiler still believes the answer from before it. */
function isInterrupted({ interrupted }: Voice): boolean {
    return interrupted.aborted;
}

async function abort(options: Move, transport: Transport & Writer, voice: Voice): Promise<Moved> {
    const { namespace, machine } = options;
    const seen = await readMachine(transport, namespace, machine);
    const current = planAbort(seen);
    voice.note(`Calling off ${current.name}`);
    const from = seen.instance?.status?.nodeName;
    return end(options, { ...current, from }, new View(transport, systemClock), transport);
}

/** Long enough for a node that is slow to let go. */
const abortWithinMs = 120_000;

async function end(options: Move, started: Started, view: View, writer: Writer): Promise<Moved> {
    const { namespace, machine } = options;
    const wait = { view, clock: systemClock, namespace, machine, ...started };
    // What is watched before the migration goes is seen to go.
    const ended = waitForAbort({ ...wait, deadlineMs: abortWithinMs });
    await callOff(writer, { namespace, ...started });
    const outcome = await ended;
    return {
        machine: `${namespace}/${machine}`,
        outcome:
            outcome === undefined
                ? "unfinished"
                : outcome.kind === "gone"
                  ? "failed"
                  : outcome.kind,
        from: started.from,
        to: options.to,
        node: outcome?.node,
        message: abortText(`${namespace}/${machine}`, outcome),
    };
}

function movedTo(options: Move, { from }: Started, node: string | undefined): Moved {
    const machine = `${options.namespace}/${options.machine}`;
    return {
        machine,
        outcome: "moved",
        from,
        to: options.to,
        node,
        message: movedText(machine, from, node),
    };
}

function unmoved(
    options: Move,
    { from }: Started,
    diagnosis: Diagnosis,
    node: string | undefined,
): Moved {
    const machine = `${options.namespace}/${options.machine}`;
    const { cause } = diagnosis;
    const isLate = cause === "deadline";
    return {
        machine,
        outcome: isLate ? "unfinished" : cause === "migration-called-off" ? "called-off" : "failed",
        from,
        to: options.to,
        node,
        message: isLate
            ? `${machine} has not moved within ${options.timeout}, and the migration goes on. See where it is: kubectl get vmim -n ${options.namespace}; call it off: npm run migrate -- ${machine} --abort.`
            : `${machine}: ${diagnosisText(diagnosis)}`,
    };
}
