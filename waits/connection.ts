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
        program.refuse(
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

/**
 * Reads single objects. A preview that cannot reads on without them; an update that cannot is refused, because it would not
 * know what is there. Either is said once.
 */
function looker(
    transport: Transport,
    cluster: pulumi.Resource,
): (path: string) => Promise<unknown> {
    let told = false;
    return async (path) => {
        try {
            return await transport.get(path);
        } catch (error) {
            const isFirst = !told;
            told = true;
            const reason = error instanceof Error ? error.message : String(error);
            const text =
                error instanceof ApiError
                    ? `The cluster does not let this account look: ${reason}.`
                    : `The cluster cannot be reached: ${reason}.`;
            if (pulumi.runtime.isDryRun()) {
                if (isFirst) {
                    say("warn", `${text} This preview compares with the state only.`, cluster);
                }
                return undefined;
            }
            if (isFirst) {
                const cure =
                    "Nothing was changed. See that the server answers and the account may get what the stack declares.";
                program.refuse(`${text} ${cure}`, "the cluster cannot be read", cluster);
            }
            return program.never();
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
