import * as pulumi from "@pulumi/pulumi";
import { systemClock } from "./clock";
import type { Connection } from "./connection";
import type { Settled } from "./gate";
import { unknownYet } from "./known";
import { program } from "./program";
import { progressText } from "./progress";
import { sayProgress } from "./say";
import { type Diagnosis, diagnosisText, type Verdict } from "./verdict";
import type { ObjectWait } from "./watched-wait";

/** What every gate has to know. */
export interface GateArgs {
    readonly connection: Promise<Connection | undefined>;
    /** The resource the wait is about: progress and diagnoses are shown on its line. */
    readonly resource: pulumi.Resource;
    /** How a message names it: `Disk "db"`. */
    readonly label: string;
    readonly namespace: string;
    readonly name: string;
    readonly deadlineMs: number;
}

/**
 * Waits once the resource is registered, and answers with how the wait ended. A failed wait leaves the gate shut; the run says
 * why and fails. Undefined in a preview, which waits for nothing.
 */
export async function gate<S extends Settled>(
    args: GateArgs,
    wait: (options: ObjectWait, connection: Connection) => Promise<S>,
): Promise<Exclude<S, { readonly kind: "failed" }> | undefined> {
    if (pulumi.runtime.isDryRun()) {
        return undefined;
    }
    await new Promise((resolve) => args.resource.urn.apply(resolve));
    const connection = await args.connection;
    if (connection === undefined) {
        return undefined;
    }
    const settled = await wait(
        {
            view: connection.view,
            clock: systemClock,
            namespace: args.namespace,
            name: args.name,
            deadlineMs: args.deadlineMs,
            onProgress: reporter(args.resource),
            signal: program.ended,
        },
        connection,
    );
    return settled.kind === "failed"
        ? failed(args, connection, settled.diagnosis)
        : // The compiler does not narrow a type parameter by what it extends.
          (settled as Exclude<S, { readonly kind: "failed" }>);
}

/** What is known when the gate opens, as an Output: unknown in a preview. */
export function whenOpen<T>(opening: Promise<T>): pulumi.Output<T> {
    return pulumi.runtime.isDryRun()
        ? unknownYet<T>()
        : (pulumi.output(opening) as pulumi.Output<T>);
}

function failed(args: GateArgs, connection: Connection, diagnosis: Diagnosis): Promise<never> {
    program.fail(
        `${args.label} is not ready: ${diagnosisText(diagnosis)}`,
        `${args.label} is not ready: ${diagnosis.cause}`,
        args.resource,
    );
    if (connection.failFast) {
        void program.end();
    }
    return program.never();
}

/** What is over at once is not worth a line. */
const quietMs = 1000;

/** Shows progress on the resource's own line: in place on a terminal, as lines of their own elsewhere. */
function reporter(resource: pulumi.Resource): (verdict: Verdict, elapsedMs: number) => void {
    let last = "";
    return (verdict, elapsedMs) => {
        const text = progressText(verdict, elapsedMs);
        if (text !== last && (last !== "" || elapsedMs >= quietMs)) {
            last = text;
            sayProgress(text, resource);
        }
    };
}
