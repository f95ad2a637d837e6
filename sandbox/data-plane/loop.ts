import { once, setMaxListeners } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import type { Credentials } from "../api";
import { Client } from "./client";
import { serve } from "./serving";
import { decide } from "./controllers";
import { served } from "./kinds";
import type { Kind } from "./objects";
import type { OperandDefinition } from "./operators";
import { Store } from "./store";
import { type Watching, watchKind } from "./watcher";
import { Writer } from "./writer";

/** How often to look when nothing has changed: progress is a matter of time. */
const tickMs = 250;

/** Changes come in bursts. */
const burstMs = 15;

/** What the loop needs. */
export interface LoopOptions {
    readonly credentials: Credentials;
    /** What the simulated operators bring. */
    readonly definitions: readonly OperandDefinition[];
    readonly signal: AbortSignal;
    readonly log: (line: string) => void;
    /** Every watch has its first complete picture, and what follows from it is done. */
    readonly ready: () => void;
}

/** Watches, decides and writes until the signal. */
export async function runDataPlane({
    credentials,
    definitions,
    signal,
    log,
    ready,
}: LoopOptions): Promise<void> {
    const client = new Client(credentials);
    const store = new Store();
    // With connections of its own: the API server asks while it keeps ours waiting.
    const asked = new Client(credentials);
    const platform = {
        definitions,
        ...(await serve({ credentials, client: asked, store, signal })),
    };
    const writer = new Writer(client, store);
    let wake: () => void = () => undefined;
    const watching: Watching = { client, store, signal, log, changed: () => wake() };
    // Each watch listens for the end.
    setMaxListeners(0, signal);
    const kinds = Object.keys(served) as Kind[];
    const listed = kinds.map(
        (kind) => new Promise<void>((done) => void watchKind(kind, watching, done)),
    );
    const ended = once(signal, "abort");
    const complete = await Promise.race([
        Promise.all(listed).then(() => true),
        ended.then(() => false),
    ]);
    if (!complete) {
        return;
    }
    const complain = complaints(log);
    for (let first = true; !signal.aborted; first = false) {
        const changed = new Promise<void>((resolve) => (wake = resolve));
        const now = Date.now();
        await Promise.all(
            decide(store, now, platform).map(async ({ object, writes, error }) => {
                const complainOf = (what: unknown) => {
                    const { namespace = "", name } = object.metadata;
                    complain(`${object.kind} ${namespace}/${name}: ${messageOf(what)}`, now);
                };
                if (error !== undefined) {
                    complainOf(error);
                }
                await writer.write(writes, now).catch(complainOf);
            }),
        );
        if (first) {
            // By now whoever asks us knows our new addresses.
            ready();
        }
        await Promise.race([changed, pause(tickMs), ended]);
        await pause(burstMs);
    }
}

/** Logs a complaint once in a while: an API server that restarts gives the same one for every object again and again. */
function complaints(log: (line: string) => void): (line: string, now: number) => void {
    const last = new Map<string, number>();
    return (line, now) => {
        if (now - (last.get(line) ?? 0) > 30_000) {
            last.set(line, now);
            log(line);
        }
    };
}

function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
