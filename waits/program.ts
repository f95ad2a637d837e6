import * as pulumi from "@pulumi/pulumi";
import { say, sayHeld } from "./say";

/** What a run is part of. */
export interface Host {
    /**
     * Calls back when the program has nothing left to do. Node says so with `beforeExit`; Pulumi's own runtime ends a program
     * there too (sdk/nodejs/cmd/run/index.ts), after the listeners that were added before.
     */
    whenIdle(run: () => void): void;
    /** Makes the program end badly. Pulumi's runtime does for every rejection that nobody handles. */
    fail(error: Error): void;
}

/**
 * One run of a Pulumi program: what it refuses, what it waited for in vain, and how it ends.
 *
 * A program that ends well without having registered a resource has the engine delete that resource. So a run in which
 * anything was refused or failed never ends well: when nothing is left to do, it fails with a RunError (shown without a
 * stack). What depends on a failed wait is never registered: its promise stays open until then.
 */
export class Program {
    readonly #checks = new Set<Promise<void>>();
    readonly #faults: string[] = [];
    #refused = false;
    readonly #held: ((error: Error) => void)[] = [];
    readonly #ended = new AbortController();
    readonly #host: Host;

    constructor(host: Host) {
        this.#host = host;
    }

    /**
     * Runs a component's checks and comes back when every component that the program has made so far is checked: `true` when
     * it may register its resources. In an update nothing is registered once anything was refused; a preview goes on, so
     * that its report is whole.
     */
    async checked(check: () => Promise<void>): Promise<boolean> {
        const mine = check();
        this.#checks.add(mine);
        try {
            await mine;
        } finally {
            this.#checks.delete(mine);
        }
        // The constructors that follow in the program's text have not run yet.
        await nextTurn();
        while (this.#checks.size > 0) {
            await Promise.allSettled(this.#checks);
            await nextTurn();
        }
        return !this.#refused || pulumi.runtime.isDryRun();
    }

    /** Comes back when the program's text has run to its end: what it has made by then is all there is to check. */
    constructed(): Promise<void> {
        return nextTurn();
    }

    /** The engine itself says why the program is refused (a hook has thrown): an update registers nothing from here on. */
    stop(): void {
        this.#refused = true;
    }

    /** Says on the resource's own line why the program is refused: an update registers nothing from here on, and fails. */
    refuse(text: string, summary: string, resource: pulumi.Resource): void {
        this.#refused = true;
        this.fail(text, summary, resource);
    }

    /** Says a failure on the resource's own line at once, and lets the run fail with the summary when nothing is left to do. */
    fail(text: string, summary: string, resource: pulumi.Resource): void {
        say("error", text, resource);
        this.#faults.push(summary);
        if (this.#faults.length === 1) {
            this.#host.whenIdle(() => void this.end());
        }
    }

    /** A promise for what will never be: open as long as the run has something to do, then rejected. */
    never<T>(): Promise<T> {
        return new Promise<T>((_, reject) => this.#held.push(reject));
    }

    /** Aborts when the run fails before everything is done: what still waits has to let go then. */
    get ended(): AbortSignal {
        return this.#ended.signal;
    }

    /** Fails the run now, when what was just said is on its way. */
    async end(): Promise<void> {
        await nextTurn();
        sayHeld();
        const error = new pulumi.RunError(runFailed(this.#faults));
        // The runtime prints the stack of an error that arrives this late, and there is nothing to see in it.
        error.stack = error.message;
        for (const reject of this.#held.splice(0)) {
            reject(error);
        }
        this.#ended.abort(error);
        this.#host.fail(error);
    }
}

/** The run that this process is. */
export const program = new Program({
    whenIdle: (run) => process.once("beforeExit", run),
    fail: (error) => void Promise.reject(error),
});

function runFailed(faults: readonly string[]): string {
    const [only] = faults;
    return faults.length === 1 && only !== undefined
        ? only
        : [
              `${String(faults.length)} problems, explained where they are:`,
              ...faults.map((fault) => `- ${fault}`),
          ].join("\n");
}

function nextTurn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
}
