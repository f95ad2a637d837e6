import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { hasCode } from "./fault";
import { type RunningProcess, commandOf, isRunning } from "./processes";

/** How a lock is waited for. */
export interface LockOptions {
    readonly log: (line: string) => void;
    /** Said once when somebody else has the lock: "another start is under way". */
    readonly busy: string;
}

/** Does the work while no other process does. A holder that was killed loses the lock. */
export async function withLock<T>(
    file: string,
    options: LockOptions,
    work: () => Promise<T>,
): Promise<T> {
    const mine = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    const me: RunningProcess = { pid: process.pid, command: commandOf(process.pid) ?? "" };
    const text = JSON.stringify({ ...me, token: mine });
    let said = false;
    while (!take(file, mine, text)) {
        if (dropStale(file, `${mine}.stale`)) {
            continue;
        }
        if (!said) {
            const holder = holderOf(read(file));
            options.log(
                `${options.busy}${holder === undefined ? "" : ` (process ${holder.pid})`}; waiting for it`,
            );
            said = true;
        }
        await pause(200);
    }
    try {
        return await work();
    } finally {
        // The work may have removed the folder, and another process may have made it anew.
        if (read(file) === text) {
            fs.rmSync(file, { force: true });
        }
    }
}

/** A hard link fails when the name is taken, and the file is complete from the first moment. */
function take(file: string, mine: string, text: string): boolean {
    try {
        fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
        fs.writeFileSync(mine, text);
        fs.linkSync(mine, file);
        return true;
    } catch (error) {
        // ENOENT: a `stop` removed the folder in between.
        if (hasCode(error, "EEXIST") || hasCode(error, "ENOENT")) {
            return false;
        }
        throw error;
    } finally {
        fs.rmSync(mine, { force: true });
    }
}

/** Takes away the lock of a process that is gone. False when there is none such. */
function dropStale(file: string, aside: string): boolean {
    const seen = read(file);
    const holder = holderOf(seen);
    if (seen === undefined || (holder !== undefined && isRunning(holder))) {
        return false;
    }
    try {
        fs.renameSync(file, aside);
        // Somebody was faster, and this is their new lock: it goes back.
        if (read(aside) !== seen) {
            fs.linkSync(aside, file);
        }
    } catch (error) {
        if (!hasCode(error, "ENOENT") && !hasCode(error, "EEXIST")) {
            throw error;
        }
    } finally {
        fs.rmSync(aside, { force: true });
    }
    return true;
}

function read(file: string): string | undefined {
    try {
        return fs.readFileSync(file, "utf8");
    } catch (error) {
        if (hasCode(error, "ENOENT")) {
            return undefined;
        }
        throw error;
    }
}

function holderOf(text: string | undefined): RunningProcess | undefined {
    const match = /^\{"pid":(\d+),"command":(".*"),"token":/.exec(text ?? "");
    return match === null
        ? undefined
        : { pid: Number(match[1]), command: JSON.parse(match[2] ?? '""') as string };
}
