import * as pulumi from "@pulumi/pulumi";
import { systemClock } from "./clock";
import { program } from "./program";
import { say } from "./say";
import { ApiError, kubeconfigServer, kubeconfigTransport, type Transport } from "./transport";
import { View } from "./view";

/** What the waits and the checks of one run read a cluster with. */
export interface Connection {
    /** One object, or undefined when it is not there, or when a preview cannot reach the cluster. */
    look(path: string): Promise<unknown>;
    /** The shared watches. */
    readonly view: View;
    /** Whether the run ends at the first failed wait. */
    readonly failFast: boolean;
}

interface ConnectionArgs {
    readonly kubeconfig: pulumi.Output<string>;
    readonly context: string | undefined;
    readonly failFast: boolean;
    /** The component that speaks for the cluster: what is said about the connection is said on its line. */
    readonly cluster: pulumi.Resource;
}

/** Connects to the cluster, and says which one it is. Undefined when a preview does not know the kubeconfig yet. */
export async function connect(args: ConnectionArgs): Promise<Connection | undefined> {
    const kubeconfig = await known(args.kubeconfig);
    if (kubeconfig === undefined || kubeconfig === "") {
        return undefined;
    }
    let transport: Transport;
    try {
        const { server, context } = await kubeconfigServer(kubeconfig, args.context);
        const change = pulumi.runtime.isDryRun() ? "Checked against" : "Changes go to";
        say("info", `${change} ${server} (context ${context})`, args.cluster);
        transport = await kubeconfigTransport(kubeconfig, args.context);
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        program.fail(
            `Cluster: kubeconfig cannot be used: ${reason}. Give the content of a kubeconfig that has the context.`,
            "Cluster is refused",
            args.cluster,
        );
        return undefined;
    }
    return {
        look: looker(transport, args.cluster),
        view: new View(transport, systemClock),
        failFast: args.failFast,
    };
}

/** Reads single objects. A preview that cannot reach the cluster says so once and goes on without. */
function looker(
    transport: Transport,
    cluster: pulumi.Resource,
): (path: string) => Promise<unknown> {
    let warned = false;
    return async (path) => {
        try {
            return await transport.get(path);
        } catch (error) {
            if (!pulumi.runtime.isDryRun()) {
                throw error;
            }
            if (!warned) {
                warned = true;
                const reason = error instanceof Error ? error.message : String(error);
                say(
                    "warn",
                    error instanceof ApiError
                        ? `The cluster does not let this preview look: ${reason}. What is there already was not checked.`
                        : `The cluster cannot be reached: ${reason}. This preview compares with the state only.`,
                    cluster,
                );
            }
            return undefined;
        }
    };
}

/** The value of an Output, or undefined where a preview does not know it yet: `apply` would never be called then. */
async function known<T>(output: pulumi.Output<T>): Promise<T | undefined> {
    // Both are on every Output of the SDK (sdk/nodejs/output.ts); its public type leaves them out.
    const { isKnown } = output as unknown as { readonly isKnown: Promise<boolean> };
    if (!(await isKnown)) {
        return undefined;
    }
    return new Promise((resolve) => output.apply(resolve));
}
