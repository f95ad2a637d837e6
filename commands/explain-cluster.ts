import { existsSync, readFileSync } from "node:fs";
import { KubeConfig } from "@kubernetes/client-node";
import { UserError } from "../model/user-error";
import type { ReadDisk } from "../waits/disk-read";
import { readDisk } from "../waits/disk-read";
import { kubeconfigTransport } from "../waits/transport";
import type { WhichCluster } from "./explain-options";
import { localStack, sandboxTarget, stackTarget, type TargetCluster } from "./target";

/** Reads a disk from the cluster that is meant. What keeps it from being read is an error of the user's. */
export async function readFromCluster(
    which: WhichCluster,
    namespace: string,
    name: string,
    env: NodeJS.ProcessEnv,
): Promise<ReadDisk> {
    const { kubeconfig, context, label } = cluster(which, env);
    try {
        return await readDisk(await kubeconfigTransport(kubeconfig, context), namespace, name);
    } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new UserError(
            `The disk ${namespace}/${name} cannot be read from ${label}: ${message}. Check that the cluster is up and that this account may read disks there.`,
        );
    }
}

/** KUBECONFIG counts only where a context is named: an exported one never chooses the cluster by itself. */
function cluster(
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
    const [file] = (env["KUBECONFIG"] ?? "").split(":").filter((part) => part !== "");
    if (file !== undefined) {
        return fromFile(file, context);
    }
    const config = new KubeConfig();
    config.loadFromDefault();
    return { kubeconfig: config.exportConfig(), context, label: `context ${context}` };
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
