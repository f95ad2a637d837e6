import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
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

const help = `npm test [-- FILE ... | MOCHA OPTIONS]

Runs every test, in parts, each with sandboxes of its own; the last line counts. With files or options: mocha alone, on these
(npx mocha --help lists its options). Ends with 0 where all have passed.`;

/**
 * Runs mocha, after seeing to it once that the sandbox's programs are on this machine: most tests ask a real API server. The
 * whole suite runs in parts, two for each core, at most four at a time: much of what the engine's tests do is to wait.
 */
main(async () => {
    if (process.argv.slice(2).includes("--help")) {
        console.log(help);
        return 0;
    }
    if (missingBinaries(presentBinaries(searchHere(log))).length > 0) {
        await obtainSandbox();
    }
    const asked = process.argv.slice(2);
    return asked.length > 0 ? (await mocha(asked, "inherit")).code : await everything();
});

/** Some test files, which share a process and so the sandboxes that they ask for. */
interface Part {
    readonly name: string;
    readonly files: readonly string[];
}

async function everything(): Promise<number> {
    const waiting = parts();
    const results: Result[] = [];
    const worker = async () => {
        for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
            log(`== ${part.name}: begins`);
            const began = Date.now();
            const result = await mocha(part.files, "pipe");
            const seconds = Math.round((Date.now() - began) / 1000);
            log(`== ${part.name}: ${String(seconds)} s\n${result.text}`);
            results.push(result);
        }
    };
    await Promise.all(Array.from({ length: Math.min(4, 2 * availableParallelism()) }, worker));
    for (const { text } of results.filter(({ code }) => code !== 0)) {
        // Once more at the end, where whoever looks for it looks first.
        log(failuresIn(text));
    }
    const sum = (what: string) =>
        results.reduce((total, { text }) => total + countOf(text, what), 0);
    log(`${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
    return Math.max(...results.map(({ code }) => code));
}

/** What mocha's reporter says of failed tests; all of it where the run broke off before it came to that. */
function failuresIn(text: string): string {
    const at = text.search(/^ *[0-9]+ failing$/m);
    return at === -1 ? text : text.slice(at);
}

/** The number that the reporter's last line has before a word. */
function countOf(text: string, what: string): number {
    return Number(new RegExp(`([0-9]+) ${what}[^\\n]*\\s*$`).exec(text)?.[1] ?? 0);
}

/** Each test of the engine is a part, those of the sandbox are one, and all others. The largest first, so that none is left at the end. */
function parts(): Part[] {
    const folder = join(projectFolder, "tests");
    const byName = new Map<string, string[]>();
    for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
        if (file.endsWith(".test.ts")) {
            const name = file.startsWith("engine/")
                ? file
                : file.startsWith("sandbox/")
                  ? "sandbox"
                  : "all others";
            byName.set(name, [...(byName.get(name) ?? []), join(folder, file)]);
        }
    }
    const bytes = ({ files }: Part) =>
        files.reduce((total, file) => total + statSync(file).size, 0);
    return [...byName]
        .map(([name, files]) => ({ name, files: files.sort() }))
        .sort((one, other) => bytes(other) - bytes(one));
}

interface Result {
    readonly code: number;
    /** What was printed; empty where it went to this process's own output. */
    readonly text: string;
}

function mocha(files: readonly string[], output: "inherit" | "pipe"): Promise<Result> {
    const program = join(projectFolder, "node_modules", "mocha", "bin", "mocha.js");
    const child = spawn(process.execPath, [program, ...files], {
        cwd: projectFolder,
        stdio: ["inherit", output, output],
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    }
    return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code) => {
            resolve({ code: code ?? 1, text });
        });
    });
}

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
