import * as fs from "node:fs";
import { parseArgs } from "node:util";
import { Api } from "../api";
import { runDataPlane } from "./loop";
import type { OperandDefinition } from "./operators";

const help = `Simulates what needs a real node: CSI drivers (Ceph CSI's and Longhorn's where their charts are installed), CDI and
KubeVirt's node side, and the operators of both.

Usage: data-plane/main.ts --kubeconfig FILE [--definitions FILE] [--pid-file FILE]

Prints "ready" when it watches, then what it could not do. Ends on SIGTERM.
Faults: kubectl create configmap sandbox-faults --from-literal=<namespace>.<name>=<fault>; see faults.ts.
Images: kubectl create configmap sandbox-images --from-literal=<reference, other characters as _>=sha256:...; see image-digests.ts.
A Ceph cluster that is not as configured: kubectl create configmap sandbox-ceph --from-literal=monitors=...; see ceph/truth.ts.
`;

const log = (line: string) => void process.stdout.write(`${new Date().toISOString()} ${line}\n`);

async function main(): Promise<number> {
    const { values } = parseArgs({
        options: {
            kubeconfig: { type: "string" },
            definitions: { type: "string" },
            "pid-file": { type: "string" },
            help: { type: "boolean" },
        },
    });
    const pidFile = values["pid-file"];
    if (values.help === true || values.kubeconfig === undefined) {
        process.stdout.write(help);
        return values.help === true ? 0 : 2;
    }
    const stop = new AbortController();
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
        process.once(signal, () => stop.abort());
    }
    if (pidFile !== undefined) {
        fs.writeFileSync(pidFile, `${process.pid}\n`);
    }
    try {
        await runDataPlane({
            credentials: Api.fromKubeconfig(values.kubeconfig).credentials,
            definitions: readDefinitions(values.definitions),
            signal: stop.signal,
            log,
            // On a line of its own: whoever starts us waits for it.
            ready: () => void process.stdout.write("ready\n"),
        });
    } finally {
        if (pidFile !== undefined) {
            fs.rmSync(pidFile, { force: true });
        }
    }
    return 0;
}

/** What the operators bring. Without a file they bring no definitions. */
function readDefinitions(file: string | undefined): OperandDefinition[] {
    return file === undefined
        ? []
        : (JSON.parse(fs.readFileSync(file, "utf8")) as OperandDefinition[]);
}

main().then(
    (code) => process.exit(code),
    (error: unknown) => {
        log(error instanceof Error ? (error.stack ?? error.message) : String(error));
        process.exit(1);
    },
);
