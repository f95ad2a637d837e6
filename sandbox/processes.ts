import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { UserError } from "../model/user-error";
import { hasCode } from "./fault";
import { type Layout, projectFolder } from "./layout";

/** A running process: what it was started as tells whose it is, for numbers are given out again. */
export interface RunningProcess {
    readonly pid: number;
    /** Program and arguments. */
    readonly command: string;
}

/** The parts of the control plane, in the order in which they are started. */
export const components = [
    "etcd",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kwok-controller",
] as const;
export type Component = (typeof components)[number];

/** A process of a sandbox. */
export interface SandboxProcess extends RunningProcess {
    readonly part: Component | "kwokctl" | "data-plane";
}

/** The processes of a sandbox, known by the part of their command line that names its folder. */
export function processesOf(layout: Layout): SandboxProcess[] {
    return runningProcesses().flatMap((process) => {
        const part = partOf(process.command, layout);
        return part === undefined ? [] : [{ ...process, part }];
    });
}

/** What the command line of our kwokctl contains. */
export function kwokctlArguments(layout: Layout): string[] {
    return ["--config", layout.request];
}

/** What the command line of our data plane contains. */
export function dataPlaneArguments(layout: Layout): string[] {
    return [
        path.join(projectFolder, "sandbox", "data-plane", "main.ts"),
        "--kubeconfig",
        layout.kubeconfig,
    ];
}

/** The command line of a process, or undefined when there is none with this number. */
export function commandOf(pid: number): string | undefined {
    if (fs.existsSync("/proc/self/cmdline")) {
        return linuxCommand(pid);
    }
    return runningProcesses().find((process) => process.pid === pid)?.command;
}

/** Ends every process of the sandbox and returns which there were. */
export async function endSandbox(layout: Layout): Promise<SandboxProcess[]> {
    // kwokctl first: it would start others meanwhile.
    const starters = processesOf(layout).filter((process) => process.part === "kwokctl");
    await endProcesses(starters);
    const others = processesOf(layout);
    await endProcesses(others);
    return [...starters, ...others];
}

/**
 * Kills the processes and comes back when they are gone. At once, as kwokctl does it: etcd's log survives a kill, and a
 * graceful API server would wait for every watch.
 */
export async function endProcesses(processes: readonly RunningProcess[]): Promise<void> {
    for (const process of processes) {
        kill(process);
    }
    const deadline = Date.now() + 60_000;
    while (processes.some(isRunning)) {
        if (Date.now() > deadline) {
            const left = processes.filter(isRunning).map((process) => String(process.pid));
            throw new UserError(
                `Process ${left.join(", ")} did not end within 60 s of being killed. Look at it with \`ps\`; it may hang on a disk.`,
            );
        }
        await pause(20);
    }
}

/** Whether it still runs, and is still the same program. */
export function isRunning(process: RunningProcess): boolean {
    return commandOf(process.pid) === process.command;
}

function kill(target: RunningProcess): void {
    if (!isRunning(target)) {
        return;
    }
    try {
        process.kill(target.pid, "SIGKILL");
    } catch (error) {
        if (!hasCode(error, "ESRCH")) {
            throw error;
        }
    }
}

function partOf(command: string, layout: Layout): SandboxProcess["part"] | undefined {
    // kwokctl starts every component through a link in its own folder, which is in ours.
    const inside = command.startsWith(`${layout.folder}${path.sep}`)
        ? command.slice(layout.folder.length).split(" ", 1)[0]
        : undefined;
    const component = components.find((name) => inside?.endsWith(path.join("bin", name)));
    if (component !== undefined) {
        return component;
    }
    if (command.includes("kwokctl ") && contains(command, kwokctlArguments(layout))) {
        return "kwokctl";
    }
    return contains(command, dataPlaneArguments(layout)) ? "data-plane" : undefined;
}

function contains(command: string, words: readonly string[]): boolean {
    return ` ${command} `.includes(` ${words.join(" ")} `);
}

function runningProcesses(): RunningProcess[] {
    if (!fs.existsSync("/proc/self/cmdline")) {
        return listedProcesses();
    }
    return fs.readdirSync("/proc").flatMap((entry) => {
        const pid = Number(entry);
        const command = Number.isInteger(pid) ? linuxCommand(pid) : undefined;
        return command === undefined ? [] : [{ pid, command }];
    });
}

/** Empty for a process that has ended and that nobody has collected yet: it counts as gone. */
function linuxCommand(pid: number): string | undefined {
    try {
        const words = fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        const command = words.join(" ").trim();
        return command === "" ? undefined : command;
    } catch (error) {
        // ESRCH: it ended between the opening of the file and the reading.
        if (hasCode(error, "ENOENT") || hasCode(error, "ESRCH") || hasCode(error, "EACCES")) {
            return undefined;
        }
        throw error;
    }
}

/**
 * Whether a process has been started and is not yet the program that it will be: for a moment it has no command line, and it is no
 * zombie. A machine with much to do makes that moment long. Source: Linux fs/exec.c (begin_new_exec) and fs/binfmt_elf.c.
 */
export function isBecoming(pid: number): boolean {
    try {
        const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
        const state = stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
        return !/[ZX]/.test(state) && linuxCommand(pid) === undefined;
    } catch (error) {
        if (hasCode(error, "ENOENT") || hasCode(error, "ESRCH") || hasCode(error, "EACCES")) {
            return false;
        }
        throw error;
    }
}

/** Where there is no /proc, as on macOS. */
function listedProcesses(): RunningProcess[] {
    const list = execFileSync("ps", ["-axww", "-o", "pid=,args="], { encoding: "utf8" });
    return list.split("\n").flatMap((line) => {
        const match = /^\s*(\d+)\s+(.*\S)/.exec(line);
        return match === null ? [] : [{ pid: Number(match[1]), command: match[2] ?? "" }];
    });
}
