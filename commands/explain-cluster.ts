import { existsSync, readFileSync } from "node:fs";
import { UserError } from "../model/user-error";
import { kubeconfigFiles } from "../waits/kubeconfig-files";
import { kubeconfigTransport, type Transport } from "../waits/transport";
import type { WhichCluster } from "./explain-options";
import {
    localStack,
    machineKubeconfig,
    sandboxTarget,
    stackTarget,
    type TargetCluster,
} from "./target";

/**
 * Reads something from the cluster that is meant. What keeps it from being read is an error of the user's.
 *
 * @param what how an error names it: "disk vms/db-root".
 */
export async function readFromCluster<T>(
    which: WhichCluster,
    what: string,
    env: NodeJS.ProcessEnv,
    read: (transport: Transport) => Promise<T>,
): Promise<T> {
    const { kubeconfig, context, label } = targetOf(which, env);
    try {
        return await read(await kubeconfigTransport(kubeconfig, context));
    } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new UserError(
            `The ${what} cannot be read from ${label}: ${message}. Check that the cluster is up and that this account may read ${what.startsWith("disk") ? "disks" : "machines"} there.`,
        );
    }
}

/** The cluster that is meant. KUBECONFIG counts only where a context is named: an exported one never chooses the cluster by itself. */
export function targetOf(
    { stack, context, kubeconfig }: WhichCluster,
    env: NodeJS.ProcessEnv,
): TargetCluster {
    if (stack !== undefined && stack !== localStack) {
        return stackTarget(stack, context, env);
    }
    if (kubeconfig !== undefined) {
        return fromFile(kubeconfig, context);
    }
    if (context === undefined) {
        return sandboxTarget(
            ", and no other cluster is named. Start it (npm run up), or name one: --stack, --context or --kubeconfig",
        );
    }
    if (stack === localStack) {
        throw new UserError(
            `Stack "local" is always the sandbox. Leave --stack out to name the context ${context}.`,
        );
    }
    const [file, ...more] = kubeconfigFiles(env["KUBECONFIG"]);
    if (file !== undefined && more.length === 0) {
        return fromFile(file, context);
    }
    const merged = machineKubeconfig(env).exportConfig();
    return { kubeconfig: merged, context, label: `context ${context}` };
}

function fromFile(file: string, context: string | undefined): TargetCluster {
    if (!existsSync(file)) {
        throw new UserError(`The kubeconfig is ${file}, and there is no such file. Correct it.`);
    }
    return {
        kubeconfig: readFileSync(file, "utf8"),
        context,
        label: context === undefined ? `the cluster of ${file}` : `context ${context} of ${file}`,
    };
}
