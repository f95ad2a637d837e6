import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** How the program is run. */
export type Engine =
    /** The Pulumi CLI. */
    | { readonly kind: "pulumi"; readonly command: string; readonly version: string }
    /** The sandbox's own runner, and why it has to do. */
    | { readonly kind: "runner"; readonly reason: string };

/** The npm package that brings the CLI where none is installed. */
const npmPackage = "pulumi@3.265.0";
/** It downloads the CLI on first use; without internet it should not take the user's time. */
const downloadTimeoutMs = 90_000;

/** Resource hooks that fail a preview came with this version; older ones would ignore refusals. */
const oldestVersion = "3.238.0";

/**
 * Finds the Pulumi CLI: on the PATH, else through the npm package. What takes longer than a moment is said before.
 * `SANDBOX_ENGINE=runner` asks for the runner.
 */
export function findEngine(env: NodeJS.ProcessEnv, log: (line: string) => void): Engine {
    if (env["SANDBOX_ENGINE"] === "runner") {
        return { kind: "runner", reason: "SANDBOX_ENGINE=runner asks for it" };
    }
    const command = onPath("pulumi", env["PATH"] ?? "");
    if (command !== undefined) {
        const version = versionOf(command, [], env, 20_000);
        if (version === undefined) {
            return { kind: "runner", reason: `${command} does not answer to "pulumi version"` };
        }
        return isOlder(version, oldestVersion)
            ? {
                  kind: "runner",
                  reason: `${command} is ${version}, and refusals need ${oldestVersion} or newer`,
              }
            : { kind: "pulumi", command, version };
    }
    log(`No pulumi on the PATH. Trying the npm package ${npmPackage}, which downloads the CLI ...`);
    const version = versionOf("npx", ["--yes", npmPackage], env, downloadTimeoutMs);
    if (version === undefined) {
        return {
            kind: "runner",
            reason: `pulumi is not on the PATH, and ${npmPackage} could not download it`,
        };
    }
    const installed = npmBinary(env);
    return installed === undefined
        ? { kind: "runner", reason: `${npmPackage} answered, but its command was not found` }
        : { kind: "pulumi", command: installed, version };
}

/** Where `npx` keeps the command of the package it has just run. */
function npmBinary(env: NodeJS.ProcessEnv): string | undefined {
    const found = spawnSync("npx", ["--yes", "--package", npmPackage, "which", "pulumi"], {
        env,
        encoding: "utf8",
        timeout: 20_000,
    });
    const path = found.stdout.trim();
    return found.status === 0 && existsSync(path) ? path : undefined;
}

function onPath(command: string, path: string): string | undefined {
    return path
        .split(delimiter)
        .map((folder) => join(folder, command))
        .find((file) => existsSync(file));
}

function versionOf(
    command: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    timeout: number,
): string | undefined {
    const ran = spawnSync(command, [...args, "version"], {
        env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
        encoding: "utf8",
        timeout,
    });
    const match = /v?([0-9]+\.[0-9]+\.[0-9]+)/.exec(ran.stdout);
    return ran.status === 0 ? match?.[1] : undefined;
}

/** Compares two versions of the form 3.238.0. */
export function isOlder(version: string, than: string): boolean {
    const [left, right] = [version, than].map((text) => text.split(".").map(Number)) as [
        number[],
        number[],
    ];
    for (const [index, part] of right.entries()) {
        const other = left[index] ?? 0;
        if (other !== part) {
            return other < part;
        }
    }
    return false;
}
