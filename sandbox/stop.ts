import * as fs from "node:fs";
import { describe } from "./cluster";
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
        fs.rmSync(layout.folder, { recursive: true, force: true });
        log(`removed ${layout.folder}`);
    });
}
