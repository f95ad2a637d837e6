import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missingBinaries, presentBinaries, searchHere } from "../sandbox/binaries";
import { UserError } from "../model/user-error";
import { startSandbox } from "../sandbox/start";
import { stopSandbox } from "../sandbox/stop";
import { projectFolder } from "./target";
import { main } from "./run";

const log = (line: string) => {
    console.log(line);
};

/** Runs mocha, after seeing to it once that the sandbox's programs are on this machine: most tests ask a real API server. */
main(async () => {
    if (missingBinaries(presentBinaries(searchHere(log))).length > 0) {
        await obtainSandbox();
    }
    const mocha = join(projectFolder, "node_modules", "mocha", "bin", "mocha.js");
    const asked = process.argv.slice(2);
    const what = asked.length === 0 ? ["tests/**/*.test.ts"] : asked;
    const child = spawn(process.execPath, [mocha, ...what], {
        cwd: projectFolder,
        stdio: "inherit",
    });
    return new Promise<number>((resolve, reject) => {
        child.on("error", reject);
        child.on("exit", (code) => {
            resolve(code ?? 1);
        });
    });
});

/** A start downloads or builds what is missing. Without the programs their tests are skipped, and say so. */
async function obtainSandbox(): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "pulumi-kubevirt-first-"));
    try {
        await startSandbox({ folder: join(folder, ".sandbox"), log });
        await stopSandbox({ folder: join(folder, ".sandbox"), log });
    } catch (error) {
        if (!(error instanceof UserError)) {
            throw error;
        }
        log(`${error.message}\nThe tests that need the sandbox are skipped.`);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}
