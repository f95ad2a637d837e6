import { parseArgs } from "node:util";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { parse } from "yaml";
import { Api } from "../api";
import { type DeclaredObject, Declarer } from "./declare";
import { speakThrough } from "../../waits/say";
import { Display } from "./display";
import { acceptHooks } from "./hooks";

/**
 * Runs a Pulumi program against the sandbox without the Pulumi CLI: the SDK's own runtime with a monitor that declares each
 * resource to the sandbox's API server, in the order in which the program registers them. For trying out; it keeps no state,
 * so it never deletes, replaces, protects or refuses.
 *
 *     node -r ts-node/register sandbox/runner/main.ts --kubeconfig FILE --stack local [--preview] PROGRAM
 */
const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
        kubeconfig: { type: "string" },
        stack: { type: "string", default: "local" },
        project: { type: "string", default: "pulumi-kubevirt" },
        preview: { type: "boolean", default: false },
    },
});

const counts = { create: 0, update: 0, same: 0 };
const display = new Display(process.stdout);
const marks = { create: "+", update: "~", same: " " };

async function main(kubeconfigFile: string, program: string): Promise<void> {
    const sandbox = Api.fromKubeconfig(kubeconfigFile);
    const declarer = new Declarer(sandbox, values.preview);

    await pulumi.runtime.setMocks(
        {
            call: (args) => {
                throw new Error(`the runner cannot look up ${args.token}: it needs the Pulumi CLI`);
            },
            newResource: async ({ type, name, custom, inputs: sent }) => {
                const inputs = plain(sent) as Record<string, unknown>;
                if (type === "pulumi:providers:kubernetes") {
                    refuseOtherCluster(sandbox.credentials.server, inputs);
                } else if (custom === true) {
                    return declare(declarer, type, name, inputs as unknown as DeclaredObject);
                }
                return { id: name, state: inputs };
            },
        },
        values.project,
        values.stack,
        values.preview,
    );
    acceptHooks();
    speakThrough((severity, text, resource, passing) => {
        display.said(severity, text, resource, passing);
    });
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- which program it is is said on the command line
    await print(require(resolve(program)) as Record<string, unknown>);
}

/** The inputs without the SDK's wrapping of secrets. */
function plain(value: unknown): unknown {
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (Array.isArray(value)) {
        return value.map(plain);
    }
    const { specialSigKey, specialSecretSig } = pulumi.runtime;
    if ((value as Record<string, unknown>)[specialSigKey] === specialSecretSig) {
        return plain((value as unknown as { value: unknown }).value);
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

async function declare(
    declarer: Declarer,
    type: string,
    name: string,
    object: DeclaredObject,
): Promise<{ id: string; state: object }> {
    if (!/^kubernetes:[a-z0-9.]+\/v[a-z0-9]+:[A-Z][A-Za-z]*$/.test(type)) {
        throw new Error(`the runner cannot make a ${type}: it needs the Pulumi CLI`);
    }
    // In a preview, what changes an object that is not there yet, or is not known yet, is only counted.
    const isPart = type.endsWith("Patch") || JSON.stringify(object).includes(unknownValue);
    const { change, live } = await declarer.declare(object, isPart);
    counts[change] += 1;
    display.line(` ${marks[change]} ${object.kind} ${name}`);
    const namespace = object.metadata.namespace ?? "default";
    return { id: `${namespace}/${object.metadata.name}`, state: live };
}

/** The runner forces ownership and knows no state: it works on the sandbox only. */
function refuseOtherCluster(sandbox: string, inputs: { readonly kubeconfig?: unknown }): void {
    const { clusters } = parse(String(inputs.kubeconfig)) as {
        clusters?: { cluster?: { server?: string } }[];
    };
    const servers = (clusters ?? []).map((one) => String(one.cluster?.server));
    if (servers.some((server) => server !== sandbox) || servers.length === 0) {
        throw new pulumi.RunError(
            `The runner works on the sandbox only, and the program's cluster is ${servers.join(", ")}. Install the Pulumi CLI to change another cluster.`,
        );
    }
}

async function print(outputs: Record<string, unknown>): Promise<void> {
    const values = await new Promise<Record<string, unknown>>((done) =>
        pulumi.output(outputs).apply((resolved) => done(resolved as Record<string, unknown>)),
    );
    process.send?.({ outputs: values });
}

const told = new Set<string>();

/** One problem rejects every promise that depends on it: it is said once. */
function fail(error: unknown): void {
    process.exitCode = 1;
    const known = pulumi.RunError.isInstance(error) || pulumi.ResourceError.isInstance(error);
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const text = known ? `error: ${error.message}` : stack;
    if (!told.has(text)) {
        told.add(text);
        display.line(text);
    }
}

process.on("unhandledRejection", fail);
process.on("exit", () => {
    const { create, update, same } = counts;
    const verbs = values.preview ? ["to create", "to update"] : ["created", "updated"];
    console.log(
        `\nResources: ${String(create)} ${String(verbs[0])}, ${String(update)} ${String(verbs[1])}, ${String(same)} unchanged`,
    );
});
if (values.kubeconfig === undefined || positionals[0] === undefined) {
    throw new Error("--kubeconfig FILE and a program are needed");
}
main(values.kubeconfig, positionals[0]).catch(fail);
