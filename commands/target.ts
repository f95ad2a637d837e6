import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { UserError } from "../model/user-error";
import { kubeconfigFiles, mergedKubeconfig } from "../waits/kubeconfig-files";
import { environmentOf } from "./stack-files";

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
            `Stack "${stack}" names no cluster. Say which one: npm run new-stack -- ${stack} for a new one, or --context <context> (kubectl config get-contexts lists them).`,
        );
    }
    const config = machineKubeconfig(env);
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

/**
 * The kubeconfig of this machine: of the files of KUBECONFIG, else of the home folder. Where there is none the library makes one up, of
 * a server on port 8080.
 */
export function machineKubeconfig(env: NodeJS.ProcessEnv): KubeConfig {
    const files = kubeconfigFiles(env["KUBECONFIG"]);
    if (files.length > 0) {
        if (!files.some((file) => existsSync(file))) {
            throw new UserError(
                `KUBECONFIG is ${files.join(", ")}, and there is no such file. Set it to the file that has the context.`,
            );
        }
        return mergedKubeconfig(files);
    }
    const config = new KubeConfig();
    config.loadFromDefault();
    if (config.currentContext === "loaded-context") {
        throw new UserError(
            "There is no kubeconfig: KUBECONFIG is not set, and ~/.kube/config is not there. Set KUBECONFIG to the file that has the context.",
        );
    }
    return config;
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
    const { cluster } = environmentOf(projectFolder, stack) as {
        readonly cluster?: { readonly context?: unknown };
    };
    return typeof cluster?.context === "string" ? cluster.context : undefined;
}
