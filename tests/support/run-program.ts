import { spawn } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

/** What a run of the sandbox's own runner did. */
export interface Ran {
    readonly code: number;
    readonly text: string;
    readonly outputs: Record<string, unknown>;
}

/** Runs a program of `tests/engine/programs` in the sandbox's runner. */
export function runProgram(
    program: string,
    kubeconfig: string,
    config: Readonly<Record<string, string>>,
    options: readonly string[] = [],
): Promise<Ran> {
    const child = spawn(
        process.execPath,
        [
            ...["--require", "ts-node/register/transpile-only"],
            join(root, "sandbox", "runner", "main.ts"),
            ...["--kubeconfig", kubeconfig, "--stack", "test", "--project", "engine-test"],
            ...options,
            join(root, "tests", "engine", "programs", `${program}.ts`),
        ],
        {
            cwd: root,
            stdio: ["ignore", "pipe", "pipe", "ipc"],
            env: {
                ...process.env,
                // The SDK's own way in for configuration (sdk/nodejs/runtime/config.ts).
                PULUMI_CONFIG: JSON.stringify(
                    Object.fromEntries(
                        Object.entries(config).map(([key, value]) => [`engine-test:${key}`, value]),
                    ),
                ),
            },
        },
    );
    let text = "";
    let outputs: Record<string, unknown> = {};
    for (const stream of [child.stdout, child.stderr]) {
        stream?.on("data", (chunk: Buffer) => (text += chunk.toString()));
    }
    child.on("message", (message: { outputs: Record<string, unknown> }) => {
        outputs = message.outputs;
    });
    return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code) => {
            resolve({ code: code ?? -1, text, outputs });
        });
    });
}
