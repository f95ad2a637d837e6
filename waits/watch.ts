import type { Clock } from "./clock";
import { pause } from "./clock";
import type { KubernetesObject } from "./objects";
import type { Transport, WatchEvent } from "./transport";
import { ApiError } from "./transport";

/** Why a watch does not know how things are at the moment. */
export type Trouble =
    /** The API server does not answer. */
    | { readonly kind: "away"; readonly since: number; readonly message: string }
    /** The account may not list or watch this kind. */
    | { readonly kind: "denied"; readonly status: 401 | 403; readonly message: string }
    /** The API server does not know this kind. */
    | { readonly kind: "unknown-kind" };

/** What a watch asks for. */
export interface WatchTarget<T> {
    /** Path of the collection. */
    readonly path: string;
    /** Narrows an object to what is read, so that a large namespace stays small in memory. */
    readonly keep: (object: T) => T;
}

/** The server ends a watch after this time by itself. Short, so that a dead connection is noticed soon (see below). */
const watchSeconds = 60;
/** A watch that is still open so long after its time has lost its connection: no packet will ever tell. */
const deadAfterMs = (watchSeconds + 15) * 1000;
const firstPauseMs = 500;
const longestPauseMs = 10_000;

/**
 * The objects of one kind in one namespace, kept up to date: a list, then watches that go on from where the last one ended. After
 * any failure it lists again, which is right for an expired resource version (410) as well as for a server restored from a backup.
 */
export class Watch<T extends KubernetesObject> {
    readonly objects = new Map<string, T>();
    /** The objects are what the server had, at some moment after this watch began. */
    listed = false;
    trouble: Trouble | undefined;

    readonly #transport: Transport;
    readonly #clock: Clock;
    readonly #target: WatchTarget<T>;
    readonly #changed: () => void;
    readonly #stop = new AbortController();
    #all: readonly T[] | undefined;

    /** Starts at once. `changed` is called after every change of objects or trouble. */
    constructor(transport: Transport, clock: Clock, target: WatchTarget<T>, changed: () => void) {
        this.#transport = transport;
        this.#clock = clock;
        this.#target = target;
        this.#changed = changed;
        void this.#run(this.#stop.signal);
    }

    /** The objects as a list: the same one until something changes, so that what is made of it can be kept with it. */
    all(): readonly T[] {
        this.#all ??= [...this.objects.values()];
        return this.#all;
    }

    /** Ends the watch. Nothing of it stays open. */
    stop(): void {
        this.#stop.abort();
    }

    async #run(signal: AbortSignal): Promise<void> {
        let version: string | undefined;
        let failures = 0;
        while (!signal.aborted) {
            const began = this.#clock.now();
            try {
                version ??= await this.#list(signal);
                version = await this.#watch(version, signal);
                failures = 0;
                if (this.#clock.now() - began < firstPauseMs) {
                    // A server that ends every watch at once is not asked more often than this.
                    await pause(this.#clock, firstPauseMs, signal);
                }
            } catch (error) {
                version = undefined;
                failures += 1;
                if (isGone(error) && failures === 1) {
                    // The list that follows at once is the answer to it.
                    continue;
                }
                if (!aborted(signal)) {
                    this.#fail(error);
                }
                const pauseMs = Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs);
                await pause(this.#clock, pauseMs, signal);
            }
        }
    }

    async #list(signal: AbortSignal): Promise<string> {
        // No resourceVersion: the server answers with what is true now, so an object registered before is in it.
        const list = await this.#transport.list(this.#target.path, {}, signal);
        this.#take(() => {
            this.objects.clear();
            for (const item of list.items) {
                this.#put(item as T);
            }
            this.listed = true;
            this.trouble = undefined;
        }, signal);
        return list.resourceVersion;
    }

    /** Comes back with the version to go on from, when the server has ended the watch. */
    async #watch(from: string, signal: AbortSignal): Promise<string> {
        let version = from;
        const attempt = new AbortController();
        const end = (): void => attempt.abort();
        signal.addEventListener("abort", end);
        const cancel = this.#clock.schedule(deadAfterMs, end);
        try {
            await this.#transport.watch(
                this.#target.path,
                {
                    allowWatchBookmarks: "true",
                    resourceVersion: from,
                    timeoutSeconds: String(watchSeconds),
                },
                {
                    open: () => this.#clear(signal),
                    event: (event) => {
                        version = this.#event(event, signal) ?? version;
                    },
                },
                attempt.signal,
            );
        } finally {
            cancel();
            signal.removeEventListener("abort", end);
        }
        if (attempt.signal.aborted && !signal.aborted) {
            throw new Error("the connection is dead");
        }
        return version;
    }

    #event({ type, object }: WatchEvent, signal: AbortSignal): string | undefined {
        if (type === "ERROR") {
            const { code, message } = object as { code?: number; message?: string };
            throw new ApiError(code ?? 0, message ?? "the server ended the watch");
        }
        const item = object as T & { readonly metadata?: { readonly resourceVersion?: string } };
        if (type !== "BOOKMARK") {
            this.#take(() => {
                if (type === "DELETED") {
                    this.objects.delete(item.metadata?.name ?? "");
                } else {
                    this.#put(item);
                }
            }, signal);
        }
        return item.metadata?.resourceVersion;
    }

    #put(item: T): void {
        this.objects.set(item.metadata?.name ?? "", this.#target.keep(item));
    }

    #clear(signal: AbortSignal): void {
        if (this.trouble !== undefined) {
            this.#take(() => (this.trouble = undefined), signal);
        }
    }

    #fail(error: unknown): void {
        this.trouble = troubleOf(error, this.trouble, this.#clock.now());
        this.#changed();
    }

    /** What comes in after the end is nobody's any more. */
    #take(change: () => void, signal: AbortSignal): void {
        if (!signal.aborted) {
            change();
            this.#all = undefined;
            this.#changed();
        }
    }
}

/** What a failed request means; a server that was away before is away since then. */
export function troubleOf(error: unknown, before: Trouble | undefined, now: number): Trouble {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
        return { kind: "denied", status: error.status, message };
    }
    if (error instanceof ApiError && error.status === 404) {
        return { kind: "unknown-kind" };
    }
    return { kind: "away", since: before?.kind === "away" ? before.since : now, message };
}

function isGone(error: unknown): boolean {
    return error instanceof ApiError && error.status === 410;
}

/** Asked again after an await, where the compiler still believes the answer from before it. */
function aborted(signal: AbortSignal): boolean {
    return signal.aborted;
}
