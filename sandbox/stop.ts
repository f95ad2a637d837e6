import * as fs from "node:fs";
import * as path from "node:path";
import { describe } from "./cluster";
import { hasCode } from "./fault";
import { checkIsSandbox, layoutOf } from "./layout";
import { withLock } from "./lock";
import { endSandbox } from "./processes";

/** Which sandbox to stop, and whom to tell. */
export interface StopOptions {
    readonly folder: string;
    readonly log: (line: string) => void;
}

/**
 * Ends every process of a sandbox and removes its folder, with all data in it. Also for one that is half made, or does not
 * run, or does not exist.
 */
export async function stopSandbox({ folder, log }: StopOptions): Promise<void> {
    const layout = layoutOf(folder);
    checkIsSandbox(layout);
    if (!fs.existsSync(layout.folder)) {
        // Somebody may have removed the folder by hand, and the processes go on.
        const ended = await endSandbox(layout);
        log(ended.length > 0 ? `ended ${describe(ended)}` : `no sandbox in ${layout.folder}`);
        return;
    }
    await withLock(layout.lock, { log, busy: "a start is under way" }, async () => {
        const ended = await endSandbox(layout);
        log(ended.length > 0 ? `ended ${describe(ended)}` : "nothing was running");
        // Whoever waits for the lock writes beside it, and has it once its file is gone: it goes last.
        for (const entry of fs.readdirSync(layout.folder)) {
            if (!entry.startsWith(path.basename(layout.lock))) {
                fs.rmSync(path.join(layout.folder, entry), { recursive: true, force: true });
            }
        }
        log(`removed ${layout.folder}`);
    });
    removeEmpty(layout.folder);
}

/** Removes a folder, unless somebody has begun anew in it. */
function removeEmpty(folder: string): void {
    try {
        fs.rmdirSync(folder);
    } catch (error) {
        if (!hasCode(error, "ENOTEMPTY") && !hasCode(error, "ENOENT")) {
            throw error;
        }
    }
}
