import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Engine, findEngine } from "../sandbox/engine";
import { startSandbox } from "../sandbox/start";
import { stopSandbox } from "../sandbox/stop";
import { askPulumi, releaseDeadLock, runPulumi } from "./pulumi";
import { outputsText } from "./outputs";
import { Steps } from "./steps";
import { localEngineEnvironment, localStack, projectFolder, sandboxFolder } from "./target";

const log = (line: string) => console.log(line);

/** Starts the sandbox and deploys the local stack to it, with whatever engine there is. */
export async function upLocal(rest: readonly string[]): Promise<number> {
    const { steps, engine, kubeconfig } = await prepare();
    if (engine.kind === "runner") {
        const ran = await steps.time("update", () => run(kubeconfig, false));
        return finish(ran.code, ran.outputs, steps);
    }
    const env = await selectStack(engine.command, steps);
    const code = await steps.time("update", () =>
        runPulumi(
            engine.command,
            ["up", "--stack", localStack, "--yes", "--skip-preview", "--suppress-outputs", ...rest],
            env,
        ),
    );
    const outputs =
        code === 0
            ? (JSON.parse(
                  await askPulumi(
                      engine.command,
                      ["stack", "output", "--json", "--stack", localStack],
                      env,
                  ),
              ) as Record<string, unknown>)
            : {};
    return finish(code, outputs, steps);
}

/** Shows what {@link upLocal} would change. */
export async function previewLocal(rest: readonly string[]): Promise<number> {
    const { steps, engine, kubeconfig } = await prepare();
    let code: number;
    if (engine.kind === "runner") {
        ({ code } = await steps.time("preview", () => run(kubeconfig, true)));
    } else {
        const env = await selectStack(engine.command, steps);
        const args = ["preview", "--stack", localStack, ...rest];
        code = await steps.time("preview", () => runPulumi(engine.command, args, env));
    }
    console.log(`\nTook: ${steps.text()}`);
    return code;
}

/** Ends the sandbox with everything in it, and says what stays on this machine. */
export async function downLocal(): Promise<number> {
    const steps = new Steps();
    await steps.time("sandbox", () => stopSandbox({ folder: sandboxFolder, log }));
    console.log(
        "\nGone: the sandbox with its cluster, machines and disks, and the local stack's state.",
    );
    console.log(
        "Kept: the control plane's binaries in the cache and node_modules, so that the next `npm run up` is quick.",
    );
    console.log(`\nTook: ${steps.text()}`);
    return 0;
}

async function prepare() {
    const steps = new Steps();
    const sandbox = await steps.time("sandbox", () => startSandbox({ folder: sandboxFolder, log }));
    const engine = await steps.time("engine", () => findEngine(process.env, log));
    console.log(engineText(engine));
    return { steps, engine, kubeconfig: sandbox.kubeconfigPath };
}

function engineText(engine: Engine): string {
    return engine.kind === "pulumi"
        ? `Engine: pulumi ${engine.version} (${engine.command})`
        : [
              `Engine: the sandbox's own runner, because ${engine.reason}.`,
              "  It declares the program's objects to the sandbox in order, and waits as the real engine does. It keeps no state:",
              "  it never deletes, replaces, protects, imports or refuses. Install pulumi for that: https://www.pulumi.com/docs/install/",
          ].join("\n");
}

async function selectStack(command: string, steps: Steps): Promise<Record<string, string>> {
    const env = localEngineEnvironment();
    await steps.time("stack", async () => {
        await releaseDeadLock(command, env);
        await askPulumi(command, ["stack", "select", "--create", localStack], env);
    });
    return env;
}

function finish(code: number, outputs: Record<string, unknown>, steps: Steps): number {
    if (code === 0) {
        console.log(`\n${outputsText(outputs)}`);
        console.log(
            "\nGuests are simulated: the sandbox has a real control plane but no hypervisor, so there is no console behind the command.",
        );
        console.log(
            "Look around: npm run sandbox -- kubectl get vm,vmi,dv,pvc    Bare pulumi: source .sandbox/env    End: npm run down",
        );
    }
    console.log(`\nTook: ${steps.text()}`);
    return code;
}

interface Ran {
    readonly code: number;
    readonly outputs: Record<string, unknown>;
}

/** Runs the program in the sandbox's own runner, in a process of its own: it ends when the program has nothing left to do. */
function run(kubeconfig: string, preview: boolean): Promise<Ran> {
    const runner = join(projectFolder, "sandbox", "runner", "main.ts");
    if (!existsSync(kubeconfig)) {
        throw new Error(`the sandbox has no kubeconfig at ${kubeconfig}`);
    }
    const args = ["--kubeconfig", kubeconfig, "--stack", localStack];
    const child = spawn(
        process.execPath,
        [
            "--require",
            "ts-node/register/transpile-only",
            runner,
            ...args,
            ...(preview ? ["--preview"] : []),
            join(projectFolder, "index.ts"),
        ],
        { cwd: projectFolder, stdio: ["inherit", "inherit", "inherit", "ipc"] },
    );
    let outputs: Record<string, unknown> = {};
    child.on("message", (message: { outputs: Record<string, unknown> }) => {
        outputs = message.outputs;
    });
    return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("exit", (code) => resolve({ code: code ?? 130, outputs }));
    });
}
