import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { localStack, projectFolder, sandboxFolder } from "./target";

/** Runs pulumi with the user's terminal and answers its exit code. Ctrl-C goes to pulumi, which stops in good order. */
export function runPulumi(
    command: string,
    args: readonly string[],
    env: Record<string, string>,
): Promise<number> {
    return finished(
        spawn(command, args, {
            cwd: projectFolder,
            env: { ...process.env, ...env },
            stdio: "inherit",
        }),
    );
}

/** Runs pulumi and answers what it printed; throws with its own words where it fails. */
export async function askPulumi(
    command: string,
    args: readonly string[],
    env: Record<string, string>,
): Promise<string> {
    const { code, printed, complaints } = await pulumiPrints(command, args, env);
    if (code !== 0) {
        throw new Error(`pulumi ${args.join(" ")} failed:\n${complaints}`);
    }
    return printed;
}

/** The state of a stack, as `pulumi stack export` prints it: secrets as they are kept. */
export function exportedState(
    command: string,
    stack: string,
    env: Record<string, string>,
): Promise<string> {
    return askPulumi(command, ["stack", "export", "--stack", stack], env);
}

/** What pulumi printed, and how it ended: a preview that fails says why in what it prints. */
export async function pulumiPrints(
    command: string,
    args: readonly string[],
    env: Record<string, string>,
): Promise<{ readonly code: number; readonly printed: string; readonly complaints: string }> {
    const child = spawn(command, [...args, "--non-interactive"], {
        cwd: projectFolder,
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "pipe"],
    });
    const [printed, complaints] = [child.stdout, child.stderr].map(async (stream) => {
        let text = "";
        for await (const chunk of stream.setEncoding("utf8")) {
            text += String(chunk);
        }
        return text;
    });
    const code = await finished(child);
    return { code, printed: (await printed) ?? "", complaints: (await complaints) ?? "" };
}

/** The exit code of a child that has the terminal: signals reach it directly, so this process only waits. */
function finished(child: ChildProcess): Promise<number> {
    const ignore = () => undefined;
    process.on("SIGINT", ignore);
    return new Promise<number>((resolve, reject) => {
        child.on("error", reject);
        child.on("exit", (code) => resolve(code ?? 130));
    }).finally(() => process.off("SIGINT", ignore));
}

/**
 * Takes away the lock that a killed update left on the local stack: without it the next update would ask for a
 * `pulumi cancel`. A lock whose process lives is left alone.
 */
export async function releaseDeadLock(command: string, env: Record<string, string>): Promise<void> {
    const folder = join(sandboxFolder, "state", ".pulumi", "locks");
    if (!existsSync(folder)) {
        return;
    }
    const locks = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
        file.endsWith(".json"),
    );
    const dead = locks.filter((file) => {
        const { pid } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { pid?: number };
        return pid !== undefined && !isAlive(pid);
    });
    if (dead.length > 0 && dead.length === locks.length) {
        console.log("The last update was killed; its lock on the local stack is taken away.");
        await askPulumi(command, ["cancel", "--yes", "--stack", localStack], env);
    }
}

function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "EPERM";
    }
}
