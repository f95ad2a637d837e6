import { spawnSync } from "node:child_process";
import { localEngineEnvironment, localStack, projectFolder } from "../commands/target";

/** Pairs of runs; the first pair warms the caches and is not counted. */
const pairs = 5;

/**
 * How long a preview of the local stack takes with the project's settings, against the same program under ts-node's default
 * (a full type check on every run). Needs a running sandbox and the Pulumi CLI.
 */
export function previewBench(): void {
    const ours: number[] = [];
    const checked: number[] = [];
    for (let pair = 0; pair <= pairs; pair += 1) {
        const one = preview({});
        const other = preview({ PULUMI_NODEJS_TRANSPILE_ONLY: "false" });
        if (pair > 0) {
            ours.push(one);
            checked.push(other);
            console.log(`preview ${seconds(one)}, with full type check ${seconds(other)}`);
        }
    }
    console.log(`median ${seconds(median(ours))} against ${seconds(median(checked))}`);
    console.log(`ratio ${(median(ours) / median(checked)).toFixed(2)}`);
}

function preview(env: Record<string, string>): number {
    const start = performance.now();
    const ran = spawnSync("pulumi", ["preview", "--stack", localStack, "--non-interactive"], {
        cwd: projectFolder,
        env: { ...process.env, ...localEngineEnvironment(), ...env },
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
