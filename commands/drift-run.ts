import { UserError } from "../model/user-error";
import { type Drift, driftOf } from "../review/drift";
import { driftText } from "../review/drift-text";
import { leftAloneIn } from "../review/left-alone";
import type { Preview } from "../review/preview";
import { readPreview } from "../review/read-preview";
import type { DriftOptions } from "./drift-options";
import { exportedState, pulumiPrints } from "./pulumi";
import { engineFor, previewOrError, readInput, readText } from "./review-run";

/** Looks for drift, says what there is, and answers the exit code. */
export async function drift(options: DriftOptions): Promise<number> {
    const found = await driftIn(options.source);
    console.log(options.json ? JSON.stringify(found, undefined, 2) : driftText(found));
    return found.verdict === "drift" ? 2 : 0;
}

async function driftIn(source: DriftOptions["source"]): Promise<Drift> {
    if (source.kind === "file") {
        const text = source.file === "-" ? readInput() : readText(source.file);
        return driftOf(readPreview(text, source.file), new Map());
    }
    const { stack, rest } = source;
    const { command, env } = engineFor(stack, "drift");
    const what = `the look at stack "${stack}"`;
    const refresh = ["refresh", "--preview-only", "--json", "--stack", stack, ...rest];
    const { printed, complaints, code } = await pulumiPrints(command, refresh, {
        ...env,
        PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
    });
    const preview = previewOrError(printed, complaints, code, what);
    refuseFailed(preview, stack);
    return driftOf(preview, leftAloneIn(await exportedState(command, stack, env)));
}

/** A refresh that has failed has not looked at everything: nobody can say that there is no drift. */
export function refuseFailed({ diagnostics }: Preview, stack: string): void {
    const said = diagnostics
        .filter(({ severity }) => severity === "error")
        .map(({ message }) => message.replace(/^error: /i, "").trim());
    const isExpired = said.some((text) => expired.test(text));
    if (isExpired || said.some((text) => unreachable.test(text))) {
        const how = isExpired
            ? "does not take the login of the last update any more"
            : "cannot be reached as the last update reached it";
        throw new UserError(
            `The cluster of stack "${stack}" ${how}, so nobody can say what was changed on it. See that it answers. Where the login of then has expired, look with that of now: npm run drift -- ${stack} -- --run-program`,
        );
    }
    if (said.length > 0) {
        const telling = said.filter((text) => !/^(preview|refresh) failed$/.test(text));
        const shown = [...new Set(telling.length > 0 ? telling : said)].join("; ");
        throw new UserError(
            `The cluster of stack "${stack}" was not looked at to the end: ${shown}`,
        );
    }
}

/** What the Kubernetes provider says (4.32, of a read), with the advice to forget all that is on the cluster. */
const unreachable = /failed to read resource state due to unreachable cluster/;

/** What it hands on of an answer 401. Source: apimachinery pkg/api/errors (NewUnauthorized, NewGenericServerResponse). */
const expired = /\bUnauthorized\b|the server has asked for the client to provide credentials/;
