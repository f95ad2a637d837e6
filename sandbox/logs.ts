import * as fs from "node:fs";
import * as path from "node:path";
import { hasCode } from "./fault";

/** The last lines of a log. */
export function lastLines(file: string, count: number): string {
    return read(file).trimEnd().split("\n").slice(-count).join("\n");
}

/** Whether the log says so. */
export function logSays(file: string, words: string): boolean {
    return read(file).includes(words);
}

/** Puts the logs of the last run aside, so that a message of this run is not mistaken for an old one. */
export function rotateLogs(folder: string): void {
    for (const entry of fs.readdirSync(folder)) {
        if (entry.endsWith(".log") && !entry.endsWith(".previous.log")) {
            const previous = entry.replace(/\.log$/, ".previous.log");
            fs.renameSync(path.join(folder, entry), path.join(folder, previous));
        }
    }
}

function read(file: string): string {
    try {
        return fs.readFileSync(file, "utf8");
    } catch (error) {
        if (hasCode(error, "ENOENT")) {
            return "";
        }
        throw error;
    }
}
