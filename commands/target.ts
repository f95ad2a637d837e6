import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { KubeConfig } from "@kubernetes/client-node";
import { UserError } from "../model/user-error";

export const projectFolder = join(__dirname, "..");
export const sandboxFolder = join(projectFolder, ".sandbox");

/** The stack that only ever means the sandbox. */
export const localStack = "local";

/**
 * Where the local stack keeps its state: in the sandbox's folder, so that it lives and dies with it. The passphrase is no
 * secret: the state it locks has nothing but the sandbox's own keys, which lie beside it. Written to `.sandbox/env` too,
 * for bare pulumi in a shell.
 */
export function localEngineEnvironment(): Record<string, string> {
    const state = join(sandboxFolder, "state");
    mkdirSync(state, { recursive: true });
    const environment = {
        PULUMI_BACKEND_URL: `file://${state}`,
        PULUMI_CONFIG_PASSPHRASE: "sandbox",
    };
    const lines = Object.entries(environment).map(([key, value]) => `export ${key}='${value}'`);
    writeFileSync(join(sandboxFolder, "env"), `${lines.join("\n")}\n`);
    return environment;
}

/** The cluster of a stack that is not the sandbox, as the user named it. */
export interface NamedCluster {
    readonly context: string;
    readonly server: string;
    /** Content of the kubeconfig that has the context. */
    readonly kubeconfig: string;
    /** The context comes from the command line, and the stack's configuration does not have it yet. */
    readonly isNew: boolean;
}

/**
 * The cluster that a stack is about to change: the context of its configuration, or of the command line for a stack that has
 * none yet. Two that differ are an error: a stack belongs to one cluster.
 */
export function namedCluster(
    stack: string,
    wanted: string | undefined,
    env: NodeJS.ProcessEnv,
): NamedCluster {
    const configured = configuredContext(stack);
    if (wanted !== undefined && configured !== undefined && wanted !== configured) {
        throw new UserError(
            `Stack "${stack}" belongs to context "${configured}", and --context says "${wanted}". Leave --context out, or make a stack of its own for the other cluster.`,
        );
    }
    const context = wanted ?? configured;
    if (context === undefined) {
        throw new UserError(
            `Stack "${stack}" names no cluster. Say which one: npm run up -- --stack ${stack} --context <context> (kubectl config get-contexts lists them).`,
        );
    }
    const config = new KubeConfig();
    const [file] = (env["KUBECONFIG"] ?? "").split(":").filter((part) => part !== "");
    if (file === undefined) {
        config.loadFromDefault();
    } else if (existsSync(file)) {
        config.loadFromFile(file);
    } else {
        throw new UserError(`KUBECONFIG is ${file}, and there is no such file.`);
    }
    const cluster = config.getContextObject(context)?.cluster;
    const server = config.clusters.find((one) => one.name === cluster)?.server;
    if (server === undefined) {
        const known = config.contexts.map((one) => one.name);
        throw new UserError(
            `Context "${context}" of stack "${stack}" is not in the kubeconfig, which has ${known.length === 0 ? "none" : known.join(", ")}. Choose one of them, or set KUBECONFIG to the file that has it.`,
        );
    }
    return { context, server, kubeconfig: config.exportConfig(), isNew: configured === undefined };
}

/** A cluster that a command only looks at, or changes by itself. */
export interface TargetCluster {
    readonly kubeconfig: string;
    readonly context: string | undefined;
    /** How messages name it. */
    readonly label: string;
}

/**
 * The sandbox, which has to be there.
 *
 * @param otherwise what to do where it is not meant: "name a stack: npm run doctor -- --stack <name>".
 */
export function sandboxTarget(otherwise: string): TargetCluster {
    const file = join(sandboxFolder, "kubeconfig");
    if (!existsSync(file)) {
        throw new UserError(`No sandbox is running${otherwise}.`);
    }
    return { kubeconfig: readFileSync(file, "utf8"), context: undefined, label: "the sandbox" };
}

/** The cluster that a stack belongs to, as {@link namedCluster}. */
export function stackTarget(
    stack: string,
    wanted: string | undefined,
    env: NodeJS.ProcessEnv,
): TargetCluster {
    const { context, server, kubeconfig } = namedCluster(stack, wanted, env);
    return { kubeconfig, context, label: `${server} (context ${context})` };
}

function configuredContext(stack: string): string | undefined {
    const file = join(projectFolder, "stacks", `Pulumi.${stack}.yaml`);
    if (!existsSync(file)) {
        return undefined;
    }
    const { config } = (parse(readFileSync(file, "utf8")) ?? {}) as {
        config?: Record<string, unknown>;
    };
    const context = config?.["pulumi-kubevirt:context"];
    return typeof context === "string" ? context : undefined;
}
