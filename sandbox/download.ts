import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { UserError } from "../model/user-error";
import type { Versions } from "./programs";

const run = promisify(execFile);

/** Long enough for a slow line, short enough for somebody who has none. */
const probeSeconds = 4;

/** Where the released programs are. Source: kwokctl's own defaults, pkg/config/vars.go. */
export const releases = {
    kubernetes: "https://dl.k8s.io/release",
    github: "https://github.com",
} as const;

/** Servers of released programs: {@link releases}, or a copy of them. */
export type Releases = Readonly<Record<keyof typeof releases, string>>;

/**
 * Whether the servers of the released programs answer. Never longer than a few seconds. By curl, because Node's own fetch
 * knows no proxy.
 */
export async function hasReleases(
    versions: Versions,
    servers: Releases = releases,
    seconds = probeSeconds,
): Promise<boolean> {
    const probes = [
        `${servers.kubernetes}/v${versions.kubernetes}/bin/${platform("/")}/kubectl`,
        kwokctlAddress(versions, servers),
    ].map((address) => curl("--head", "--max-time", String(seconds), address));
    const answers = await Promise.allSettled(probes);
    return answers.every((answer) => answer.status === "fulfilled");
}

/** Downloads kwokctl, whole or not at all, and returns its place. It downloads the rest. */
export async function downloadKwokctl(
    versions: Versions,
    into: string,
    servers: Releases = releases,
): Promise<string> {
    const address = kwokctlAddress(versions, servers);
    const half = path.join(into, `.kwokctl.${process.pid}`);
    const whole = path.join(into, "kwokctl");
    fs.mkdirSync(into, { recursive: true });
    try {
        await curl("--output", half, address);
        fs.chmodSync(half, 0o755);
        fs.renameSync(half, whole);
        return whole;
    } catch (error) {
        throw new UserError(
            `kwokctl could not be downloaded: ${String(error)}. Start again later, or install kwokctl ${versions.kwok} yourself.`,
        );
    } finally {
        fs.rmSync(half, { force: true });
    }
}

async function curl(...args: string[]): Promise<void> {
    await run("curl", ["--fail", "--silent", "--show-error", "--location", ...args]);
}

function kwokctlAddress(versions: Versions, servers: Releases): string {
    return `${servers.github}/kubernetes-sigs/kwok/releases/download/v${versions.kwok}/kwokctl-${platform("-")}`;
}

function platform(separator: string): string {
    return `${process.platform}${separator}${process.arch === "x64" ? "amd64" : process.arch}`;
}
