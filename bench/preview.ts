import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localEngineEnvironment, localStack, projectFolder } from "../commands/target";

/** Pairs of runs; the first pair warms the caches and is not counted. */
const pairs = 5;

/**
 * The compiler options that `pulumi new kubernetes-typescript` writes, but for the language level, which is the program's own:
 * at es2020 it does not compile.
 */
const defaultOptions = {
    strict: true,
    outDir: "bin",
    target: "es2022",
    lib: ["es2023"],
    module: "nodenext",
    moduleResolution: "nodenext",
    sourceMap: true,
    experimentalDecorators: true,
    pretty: true,
    noFallthroughCasesInSwitch: true,
    noImplicitReturns: true,
    forceConsistentCasingInFileNames: true,
};

/**
 * How long a preview of the local stack takes with the project's settings, against the same program, state and sandbox with
 * the settings that a new Pulumi project has: ts-node, every type checked on every run. Needs a running sandbox and the CLI.
 */
export function previewBench(): void {
    const folder = defaultProject();
    try {
        const ours: number[] = [];
        const defaults: number[] = [];
        for (let pair = 0; pair <= pairs; pair += 1) {
            const one = preview(projectFolder);
            const other = preview(folder);
            if (pair > 0) {
                ours.push(one);
                defaults.push(other);
                console.log(`preview ${seconds(one)}, with ts-node's defaults ${seconds(other)}`);
            }
        }
        console.log(`median ${seconds(median(ours))} against ${seconds(median(defaults))}`);
        console.log(`ratio ${(median(ours) / median(defaults)).toFixed(2)}`);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** A project with the same program and the settings of a new one. */
function defaultProject(): string {
    const folder = mkdtempSync(join(tmpdir(), "pulumi-kubevirt-bench-"));
    for (const part of [
        "package.json",
        "index.ts",
        "stacks",
        "components",
        "waits",
        "manifests",
        "model",
    ]) {
        cpSync(join(projectFolder, part), join(folder, part), { recursive: true });
    }
    for (const part of ["node_modules", ".sandbox"]) {
        symlinkSync(join(projectFolder, part), join(folder, part));
    }
    writeFileSync(
        join(folder, "Pulumi.yaml"),
        JSON.stringify({
            name: "pulumi-kubevirt",
            runtime: "nodejs",
            main: "index.ts",
            stackConfigDir: "stacks",
        }),
    );
    const settings = { compilerOptions: defaultOptions, files: ["index.ts"] };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(settings));
    return folder;
}

function preview(folder: string): number {
    const start = performance.now();
    const ran = spawnSync("pulumi", ["preview", "--stack", localStack, "--non-interactive"], {
        cwd: folder,
        env: { ...process.env, ...localEngineEnvironment() },
        encoding: "utf8",
    });
    if (ran.status !== 0) {
        throw new Error(
            `the preview failed; is the sandbox running (npm run up)?\n${ran.stdout}${ran.stderr}`,
        );
    }
    return performance.now() - start;
}

function median(times: readonly number[]): number {
    const sorted = [...times].sort((left, right) => left - right);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function seconds(ms: number): string {
    return `${(ms / 1000).toFixed(2)}s`;
}
