import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { formatElapsed } from "../model/duration";
import { Api, ApiError, type Credentials, kubeconfigText } from "./api";
import { UserError } from "../model/user-error";
import { hasCode } from "./fault";
import { type Request, createCluster, lastPorts, leaders, writeRequest } from "./kwokctl";
import type { Layout } from "./layout";
import { lastLines, logSays, rotateLogs } from "./logs";
import { type Ports, areFree, freePorts } from "./ports";
import {
    type Component,
    commandOf,
    components,
    endSandbox,
    isBecoming,
    processesOf,
    type SandboxProcess,
} from "./processes";

/** What starting the control plane needs. */
export interface ControlPlaneOptions extends Omit<Request, "ports"> {
    readonly layout: Layout;
    readonly log: (line: string) => void;
    /**
     * How long it may take, in milliseconds.
     *
     * @defaultValue five minutes: many times what a slow machine needs; downloads do not count
     */
    readonly limit?: number;
}

/** A component that ended while the cluster was being started. */
class ComponentEnded extends Error {
    constructor(readonly component: Component) {
        super(`${component} ended`);
    }
}

/**
 * The API server of a sandbox whose control plane is whole and answers, or undefined. A busy machine gets some seconds to
 * answer: a restart would only make it busier.
 */
export async function runningControlPlane(
    layout: Layout,
    log: (line: string) => void,
    limit = 10_000,
): Promise<Api | undefined> {
    const deadline = Date.now() + limit;
    while (isWhole(layout)) {
        const api = Api.fromKubeconfig(layout.kubeconfig);
        if (await api.isReady()) {
            return api;
        }
        if (Date.now() > deadline) {
            log(`the API server runs and has not answered for ${formatElapsed(limit)}`);
            return undefined;
        }
        await pause(100);
    }
    return undefined;
}

function isWhole(layout: Layout): boolean {
    const running = processesOf(layout).map((process) => process.part);
    return components.every((name) => running.includes(name)) && fs.existsSync(layout.kubeconfig);
}

/**
 * Starts etcd, the API server, the controllers and the scheduler. What is left of an earlier run is ended first; its data
 * and its certificates are kept.
 */
export async function startControlPlane(options: ControlPlaneOptions): Promise<Api> {
    const { layout, log } = options;
    const before = lastPorts(layout);
    const left = await endSandbox(layout);
    if (left.length > 0) {
        log(`ended what was left of the last run: ${describe(left)}`);
    }
    log(keepData(layout) ? "starting with the data of the last run" : "starting empty");
    let ports = before !== undefined && (await areFree(before)) ? before : await freePorts();
    if (before !== undefined && ports !== before) {
        log(`a port of the last run is taken: the API server is now on ${ports.kubeApiserverPort}`);
    }
    for (let attempt = 1; ; attempt++) {
        try {
            return await startOnce(options, ports);
        } catch (error) {
            const component = error instanceof ComponentEnded ? error.component : undefined;
            await endSandbox(layout);
            const file = path.join(layout.logs, `${component ?? "kwokctl"}.log`);
            if (attempt < 3 && logSays(file, "address already in use")) {
                log("somebody took a port at this moment: trying others");
                ports = await freePorts();
                keepData(layout);
            } else {
                throw component === undefined ? error : explained(component, file);
            }
        }
    }
}

/** "etcd (123), kwok-controller (124)". */
export function describe(processes: readonly SandboxProcess[]): string {
    return processes.map((process) => `${process.part} (${process.pid})`).join(", ");
}

/**
 * Whether there is data to go on with. Only what a control plane was once ready on: etcd that is killed after it made its
 * log, and before it wrote itself down as a member, never elects a leader again.
 */
function keepData(layout: Layout): boolean {
    const data = path.join(layout.cluster, "etcd");
    // The kubeconfig is written when the API server is ready.
    if (fs.existsSync(path.join(data, "member")) && fs.existsSync(layout.kubeconfig)) {
        return true;
    }
    for (const file of [data, layout.kubeconfig]) {
        fs.rmSync(file, { recursive: true, force: true });
    }
    return false;
}

async function startOnce(options: ControlPlaneOptions, ports: Ports): Promise<Api> {
    const { layout } = options;
    prepareFolder(layout);
    writeRequest(layout, { ...options, ports });
    // A manager that waited too long for the API server has given up, and kwokctl does not notice.
    for (let attempt = 1; ; attempt++) {
        const api = await runKwokctl(options, ports);
        const ended = endedComponents(layout);
        if (ended.length === 0) {
            await Promise.all(leaders.map((name) => takeLease(api, name)));
            writeWhole(layout.kubeconfig, kubeconfigText(api.credentials));
            return api;
        }
        if (attempt === 3) {
            throw new ComponentEnded(ended[0] ?? "kube-controller-manager");
        }
        options.log(`${ended.join(", ")} gave up early: starting again`);
        for (const component of ended) {
            fs.rmSync(pidFile(layout, component));
        }
    }
}

/** Takes away the lease of a component of the last run, which has ended; one of this run is written anew by its holder. */
async function takeLease(api: Api, component: Component): Promise<void> {
    const leases = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
    try {
        await api.request("DELETE", `${leases}/${component}`);
    } catch (error) {
        if (!(error instanceof ApiError && error.status === 404)) {
            throw error;
        }
    }
}

/** Runs kwokctl until the API server is ready. Sees at once when something ends, which kwokctl would wait for. */
async function runKwokctl(options: ControlPlaneOptions, ports: Ports): Promise<Api> {
    const { layout, log } = options;
    const kwokctl = createCluster(layout, options.binaries, log);
    const limit = options.limit ?? 300_000;
    let deadline = Date.now() + limit;
    let api: Api | undefined;
    try {
        for (;;) {
            const code = kwokctl.code();
            if (code !== undefined && code !== 0) {
                const said = lastLines(path.join(layout.logs, "kwokctl.log"), 5);
                throw new UserError(`kwokctl could not make the cluster:\n${said}${cure(said)}`);
            }
            const vital = endedComponents(layout).find((name) => vitalComponents.has(name));
            if (vital !== undefined) {
                throw new ComponentEnded(vital);
            }
            api ??= apiOf(layout, ports);
            if (api === undefined && code === undefined) {
                // Still downloading: the first component starts after that.
                deadline = Date.now() + limit;
            } else if (api !== undefined && code === 0 && (await api.isReady())) {
                return api;
            }
            if (Date.now() > deadline) {
                const said = lastLines(path.join(layout.logs, "kube-apiserver.log"), 15);
                throw new UserError(
                    `The API server is not ready after ${formatElapsed(limit)}. Its last lines:\n${said}`,
                );
            }
            await pause(50);
        }
    } finally {
        kwokctl.stop();
    }
}

const vitalComponents: ReadonlySet<Component> = new Set(["etcd", "kube-apiserver"]);

/** Started (kwokctl wrote its number down), and not running. */
function endedComponents(layout: Layout): Component[] {
    // In this order: one that starts in between is not yet counted as started, and one that becomes its program is seen as either.
    const started = components.filter((name) => {
        const pid = fs.existsSync(pidFile(layout, name))
            ? Number(fs.readFileSync(pidFile(layout, name), "utf8"))
            : 0;
        return pid > 0 && !isBecoming(pid) && !runsAs(pid, path.join(layout.cluster, "bin", name));
    });
    const running = processesOf(layout).map((process) => process.part);
    return started.filter((name) => !running.includes(name));
}

/** Also where it is a script: that runs under the name of its interpreter, and its own place comes behind it. */
function runsAs(pid: number, program: string): boolean {
    return ` ${commandOf(pid) ?? ""} `.includes(` ${program} `);
}

function pidFile(layout: Layout, component: Component): string {
    return path.join(layout.cluster, "pids", `${component}.pid`);
}

/** Makes kwokctl begin anew: its file from a killed run may be half of one. Data and certificates stay. */
function prepareFolder(layout: Layout): void {
    for (const entry of ["kwok.yaml", "kubeconfig.yaml", "pids", "bin"]) {
        fs.rmSync(path.join(layout.cluster, entry), { recursive: true, force: true });
    }
    // Where the folder is kwokctl makes none, also after one that was killed while it wrote them. Source: kwok 0.8
    // pkg/kwokctl/runtime/binary/cluster_setup.go.
    const certificates = path.join(layout.cluster, "pki");
    if (!isWholePki(certificates)) {
        fs.rmSync(certificates, { recursive: true, force: true });
    }
    fs.mkdirSync(layout.cluster, { recursive: true });
    rotateLogs(layout.logs);
    const logs = path.join(layout.cluster, "logs");
    fs.rmSync(logs, { recursive: true, force: true });
    fs.symlinkSync(layout.logs, logs);
}

function isWholePki(folder: string): boolean {
    return ["ca.crt", "ca.key", "admin.crt", "admin.key"].every(
        (name) => (fs.statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0) > 0,
    );
}

function apiOf(layout: Layout, ports: Ports): Api | undefined {
    const read = (name: string) => fs.readFileSync(path.join(layout.cluster, "pki", name), "utf8");
    if (!fs.existsSync(pidFile(layout, "kube-apiserver"))) {
        return undefined;
    }
    const credentials: Credentials = {
        server: `https://127.0.0.1:${ports.kubeApiserverPort}`,
        ca: read("ca.crt"),
        cert: read("admin.crt"),
        key: read("admin.key"),
    };
    return new Api(credentials);
}

function writeWhole(file: string, text: string): void {
    fs.writeFileSync(`${file}.new`, text, { mode: 0o600 });
    fs.renameSync(`${file}.new`, file);
}

function explained(component: Component, log: string): UserError {
    const said = lastLines(log, 15);
    return new UserError(
        `${component} ended while it was starting. Its last lines:\n${said}\n${cure(said)}The whole log is ${log}.`,
    );
}

function cure(said: string): string {
    return said.includes("no space left on device")
        ? "\nThe disk is full. Free some space and start again; the data is kept.\n"
        : "\n`npm run sandbox -- stop` and a new start begin from nothing.\n";
}

/** Refuses to start on a disk that etcd would fill: it says so late, and in words that do not name the disk. */
export function checkSpace(folder: string, needed = 512 * 1024 * 1024): void {
    let free: number;
    try {
        const { bavail, bsize } = fs.statfsSync(folder);
        free = bavail * bsize;
    } catch (error) {
        if (hasCode(error, "ENOSYS")) {
            return;
        }
        throw error;
    }
    if (free < needed) {
        const mebibytes = (bytes: number) => `${Math.floor(bytes / 1024 / 1024)} MiB`;
        throw new UserError(
            `The disk of ${folder} is full: ${mebibytes(free)} are free and the sandbox needs ${mebibytes(needed)}. Free some space, or name a folder on another disk with --folder.`,
        );
    }
}
