import { spawn, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { formatElapsed } from "../model/duration";
import { UserError } from "../model/user-error";
import { withLock } from "./lock";
import { type Program, type Versions, pinnedVersions, sources } from "./programs";

/** What to build, and where it goes. */
export interface BuildOptions {
    /** Folder of the Go modules. */
    readonly tools: string;
    /** Folder that gets each program as soon as it is built. */
    readonly into: string;
    readonly names: readonly Program[];
    readonly log: (line: string) => void;
    /** The Go command. */
    readonly go?: string;
}

/** Whether Go is here. Which version does not matter: Go gets the one that go.mod names. */
export function canBuild(): boolean {
    return spawnSync("go", ["version"]).status === 0;
}

/**
 * Builds programs from the pinned modules. Each is renamed into its folder when it is whole, so a build that was stopped
 * goes on with the next program, and two starts do not build the same one.
 */
export async function buildPrograms(options: BuildOptions): Promise<void> {
    const { into, names, log } = options;
    const started = Date.now();
    await withLock(
        path.join(into, ".lock"),
        { log, busy: "another build is under way" },
        async () => {
            removeLeftovers(into);
            const left = names.filter((name) => !fs.existsSync(path.join(into, name)));
            for (const [index, name] of left.entries()) {
                log(`building ${name} (${index + 1} of ${left.length})`);
                await build(name, options);
            }
        },
    );
    log(`built ${names.join(", ")} in ${formatElapsed(Date.now() - started)}`);
}

async function build(name: Program, options: BuildOptions): Promise<void> {
    const { folder, main } = sources[name];
    const at = path.join(options.tools, folder);
    const half = path.join(options.into, `.building-${name}-${process.pid}`);
    const started = Date.now();
    const go = spawn(
        options.go ?? "go",
        [
            "build",
            "-v",
            "-trimpath",
            "-ldflags",
            linkerFlags(folder, options.tools),
            "-o",
            half,
            main,
        ],
        { cwd: at, stdio: ["ignore", "ignore", "pipe"] },
    );
    const said: string[] = [];
    createInterface({ input: go.stderr }).on("line", (line) => said.push(line));
    const progress = setInterval(() => {
        // With -v the compiler names each package when it comes to it.
        options.log(`  ${name}: ${said.length} packages, ${formatElapsed(Date.now() - started)}`);
    }, 10_000);
    try {
        const code = await new Promise<number | null>((resolve, reject) => {
            go.once("error", reject);
            go.once("close", resolve);
        });
        if (code !== 0) {
            throw new UserError(
                `${name} could not be built:\n${said.slice(-15).join("\n")}\nMake \`go build ${main}\` work in ${at}, or set SANDBOX_BINARIES.`,
            );
        }
        fs.renameSync(half, path.join(options.into, name));
        options.log(`  ${name}: built in ${formatElapsed(Date.now() - started)}`);
    } finally {
        clearInterval(progress);
        fs.rmSync(half, { force: true });
    }
}

/** A program built by `go build` does not know its own version, and kwokctl asks each for it. */
function linkerFlags(folder: keyof Versions, tools: string): string {
    const { kubernetes, kwok } = pinnedVersions(tools);
    const [major = "", minor = ""] = kubernetes.split(".");
    const set: Record<keyof Versions, readonly string[]> = {
        etcd: [],
        kwok: [`sigs.k8s.io/kwok/pkg/consts.Version=${kwok}`],
        kubernetes: [
            `k8s.io/component-base/version.gitVersion=v${kubernetes}`,
            `k8s.io/component-base/version.gitMajor=${major}`,
            `k8s.io/component-base/version.gitMinor=${minor}`,
        ],
    };
    return ["-s -w", ...set[folder].map((value) => `-X ${value}`)].join(" ");
}

function removeLeftovers(folder: string): void {
    for (const entry of fs.readdirSync(folder)) {
        if (entry.startsWith(".building-")) {
            fs.rmSync(path.join(folder, entry), { force: true });
        }
    }
}
