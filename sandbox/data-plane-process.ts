import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { UserError } from "../model/user-error";
import { type Layout, projectFolder } from "./layout";
import { lastLines } from "./logs";
import { dataPlaneArguments, endProcesses, processesOf } from "./processes";

/** Whether the simulated data plane of this sandbox runs. */
export function dataPlaneRuns(layout: Layout): boolean {
    return processesOf(layout).some((process) => process.part === "data-plane");
}

/** Starts the simulated data plane anew: one that runs knows other definitions. */
export async function restartDataPlane(layout: Layout): Promise<void> {
    await endProcesses(processesOf(layout).filter((process) => process.part === "data-plane"));
    await startDataPlane(layout);
}

/** Starts the simulated data plane, which outlives us, and comes back when its watches run. */
export async function startDataPlane(layout: Layout, limit = 300_000): Promise<void> {
    const log = path.join(layout.logs, "data-plane.log");
    if (fs.existsSync(log)) {
        fs.renameSync(log, path.join(layout.logs, "data-plane.previous.log"));
    }
    const output = fs.openSync(log, "w");
    const child = spawn(
        process.execPath,
        [
            "-r",
            "ts-node/register/transpile-only",
            ...dataPlaneArguments(layout),
            "--definitions",
            layout.definitions,
            "--pid-file",
            layout.dataPlanePid,
        ],
        { cwd: projectFolder, detached: true, stdio: ["ignore", output, output] },
    );
    fs.closeSync(output);
    const ended = new AbortController();
    child.once("exit", () => ended.abort());
    child.once("error", () => ended.abort());
    child.unref();
    const deadline = Date.now() + limit;
    while (!/^ready$/m.test(fs.readFileSync(log, "utf8"))) {
        if (ended.signal.aborted || Date.now() > deadline) {
            const how = ended.signal.aborted ? "ended" : `was not ready after ${limit / 1000} s`;
            throw new UserError(
                `The simulated data plane ${how} while it was starting. Its last lines:\n${lastLines(log, 15)}\nThe whole log is ${log}.`,
            );
        }
        await pause(50);
    }
}
