import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
    mkdirSync,
    mkdtempSync,
    readdirSync,
    rmSync,
    statSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { hasCode } from "../../sandbox/fault";

const root = join(__dirname, "..", "..");

/** Skips a suite, with the reason, where there is no Pulumi CLI: it is a tool of the machine, not a dependency. */
export function needsEngine(suite: Mocha.Context): void {
    const ran = spawnSync("pulumi", ["version"], { encoding: "utf8" });
    if (ran.status !== 0) {
        suite.test?.parent?.eachTest((test) => {
            test.title += " (no pulumi on the PATH: the real engine did not judge this)";
        });
        suite.skip();
    }
}

/** Whether the plugin of Pulumi's cert-manager package is on the PATH: here it is not downloaded. */
export function hasCertManagerPlugin(): boolean {
    return spawnSync("which", ["pulumi-resource-kubernetes-cert-manager"]).status === 0;
}

/** One project with its own state, home and stack, that runs a program of `tests/engine/programs`. */
export interface EngineProject {
    readonly stack: Stack;
    readonly folder: string;
    /** The environment of a `pulumi` process on this project. */
    readonly env: Record<string, string>;
    dispose(): void;
}

/** What a project has of its own, where a test needs it. */
interface ProjectOptions {
    readonly stack?: string;
    /** Environment variables of the program. */
    readonly env?: Readonly<Record<string, string>>;
}

/** Makes a project whose program is a file of `tests/engine/programs`, told what to do by its configuration. */
export async function engineProject(
    program: string,
    config: Readonly<Record<string, string>>,
    options: ProjectOptions = {},
): Promise<EngineProject> {
    const folder = mkdtempSync(join(tmpdir(), "pulumi-kubevirt-engine-"));
    mkdirSync(join(folder, "state"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    writeFileSync(
        join(folder, "Pulumi.yaml"),
        JSON.stringify({
            name: "engine-test",
            main: join(root, "tests", "engine", "programs", `${program}.ts`),
            runtime: {
                name: "nodejs",
                options: { tsconfig: join(root, "tsconfig.pulumi.json") },
            },
        }),
    );
    const env = {
        PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "engine-test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // The engine's log of everything it does takes more time than what it does.
        PULUMI_ENABLE_AUTOMATIC_LOGGING: "false",
        PULUMI_HOME: join(folder, "home"),
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        ...options.env,
    };
    const stack = await LocalWorkspace.createStack(
        { stackName: options.stack ?? "test", workDir: folder },
        { envVars: env },
    );
    await stack.setAllConfig(
        Object.fromEntries(Object.entries(config).map(([key, value]) => [key, { value }])),
    );
    return {
        stack,
        folder,
        env,
        dispose: () => rmSync(folder, { recursive: true, force: true }),
    };
}

/** What one operation of the engine did: its events, what it printed, and whether it failed. */
export interface Outcome {
    readonly failed: boolean;
    readonly events: readonly EngineEvent[];
    /** Everything that was printed, for what a person reads. */
    readonly text: string;
    /** Per operation (create, update, delete, replace, same, import): the names of the resources. */
    readonly operations: Readonly<Record<string, readonly string[]>>;
}

type Operation = "up" | "preview" | "destroy" | "refresh";

/** Runs an operation to its end, also where it fails: what it said is what a test is about. */
export async function run(
    project: EngineProject,
    operation: Operation,
    options: Record<string, unknown> = {},
    onEvent: (event: EngineEvent) => void = () => undefined,
): Promise<Outcome> {
    const events: EngineEvent[] = [];
    let text = "";
    let failed = false;
    try {
        await project.stack[operation]({
            ...options,
            onEvent: (event: EngineEvent) => {
                events.push(event);
                onEvent(event);
            },
            onOutput: (chunk: string) => (text += chunk),
            onError: (chunk: string) => (text += chunk),
        });
    } catch (error) {
        failed = true;
        text += error instanceof Error ? error.message : String(error);
    }
    return { failed, events, text, operations: operationsOf(events) };
}

/** Runs an update and kills pulumi, with all it has started, the moment it speaks of a resource; then takes its lock away. */
export async function killWhen(project: EngineProject, resource: string): Promise<void> {
    const child = spawn("pulumi", ["up", "--yes", "--skip-preview", "--stack", "test"], {
        cwd: project.folder,
        env: { ...process.env, ...project.env },
        detached: true,
    });
    const { pid } = child;
    assert.ok(pid !== undefined);
    let killed = false;
    child.stdout.on("data", (chunk: Buffer) => {
        if (!killed && chunk.toString().includes(resource)) {
            killed = true;
            killGroup(pid, "SIGKILL");
        }
    });
    await new Promise((done) => child.on("exit", done));
    await afterKill(project);
}

/** Sends a signal to a process and all that it has started, unless it has just ended. */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
    try {
        process.kill(-pid, signal);
    } catch (error) {
        if (!hasCode(error, "ESRCH")) {
            throw error;
        }
    }
}

/** Takes away what a killed engine leaves: its lock, and what it had begun to write. */
export async function afterKill(project: EngineProject): Promise<void> {
    removeCutAttributes(join(project.folder, "state"));
    await project.stack.cancel();
}

/**
 * Beside each file of a state in a folder Pulumi's file backend keeps attributes, which it does not write at once. Killed in between it
 * leaves them empty, and then says "EOF" where it reads the file; without them it reads it. Source: gocloud.dev/blob/fileblob, attrs.go.
 */
function removeCutAttributes(state: string): void {
    for (const name of readdirSync(state, { recursive: true, encoding: "utf8" })) {
        const file = join(state, name);
        if (name.endsWith(".attrs") && statSync(file).size === 0) {
            rmSync(file);
        }
    }
}

/** `pulumi destroy --yes`, with the preview that the Automation API leaves out. */
export function destroyByHand(project: EngineProject): { status: number | null; text: string } {
    const { status, stdout, stderr } = spawnSync(
        "pulumi",
        ["destroy", "--yes", "--non-interactive", "--stack", "test"],
        { cwd: project.folder, env: { ...process.env, ...project.env }, encoding: "utf8" },
    );
    return { status, text: stdout + stderr };
}

/** The outcome of an operation that has to go through. */
export async function good(outcome: Promise<Outcome>): Promise<Outcome> {
    const done = await outcome;
    assert.equal(done.failed, false, done.text);
    return done;
}

/** The outcome of an operation that has to fail. */
export async function bad(outcome: Promise<Outcome>): Promise<Outcome> {
    const done = await outcome;
    assert.equal(done.failed, true, `it went through:\n${done.text}`);
    return done;
}

/** The diagnostics about a resource, as plain text, oldest first. */
export function said(outcome: Outcome, resource: string, severity?: string): string[] {
    return outcome.events
        .map((event) => event.diagnosticEvent)
        .filter((event) => event !== undefined)
        .filter((event) => event.urn?.endsWith(`::${resource}`) ?? false)
        .filter((event) => severity === undefined || event.severity === severity)
        .map((event) => event.message.replace(/<\{%[^%]*%\}>/g, "").trim());
}

function operationsOf(events: readonly EngineEvent[]): Record<string, string[]> {
    const operations: Record<string, string[]> = {};
    for (const { resourcePreEvent } of events) {
        if (resourcePreEvent !== undefined) {
            const { op, urn } = resourcePreEvent.metadata;
            // The engine's own: nothing on a cluster, and not shown to anybody.
            if (!/::pulumi:providers:[^:]+::default/.test(urn)) {
                (operations[op] ??= []).push(urn.split("::").at(-1) ?? urn);
            }
        }
    }
    return operations;
}
