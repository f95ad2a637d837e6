import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterArgs } from "../components";

/** The folder of the local sandbox: its cluster, its state, its passphrase. */
export const sandboxFolder = join(__dirname, "..", ".sandbox");

/** The cluster of the `local` stack: the sandbox, and nothing else, whatever KUBECONFIG says. */
export function sandboxCluster(): Pick<ClusterArgs, "kubeconfig" | "identifier"> {
    const file = join(sandboxFolder, "kubeconfig");
    if (!existsSync(file)) {
        throw new pulumi.RunError(
            `Stack "local" needs the sandbox, and none is running. Start it with: npm run up (or: npm run sandbox -- start).`,
        );
    }
    return { kubeconfig: readFileSync(file, "utf8"), identifier: "sandbox" };
}

/**
 * The cluster of a stack on a real cluster: the context that the stack's configuration names, in the kubeconfig of this
 * machine. Without a context nothing is chosen: a cluster is never taken because it happens to be the current one.
 */
export function namedCluster(): Pick<ClusterArgs, "kubeconfig" | "context" | "identifier"> {
    const stack = pulumi.getStack();
    refuseSandboxBackend(stack);
    const context = new pulumi.Config().get("context");
    if (context === undefined || context === "") {
        throw new pulumi.RunError(
            `Stack "${stack}": context is not set, so no cluster is named. Name one: pulumi config set context <context> -s ${stack} (kubectl config get-contexts lists them).`,
        );
    }
    const file = kubeconfigFile();
    if (!existsSync(file)) {
        throw new pulumi.RunError(
            `Stack "${stack}": there is no kubeconfig at ${file}. Set KUBECONFIG to the file that has the context ${context}.`,
        );
    }
    return { kubeconfig: readFileSync(file, "utf8"), context, identifier: context };
}

/** State kept in the sandbox's folder is gone with the sandbox: no other stack may keep its state there. */
function refuseSandboxBackend(stack: string): void {
    const backend = process.env["PULUMI_BACKEND_URL"] ?? "";
    if (resolve(backend.replace(/^file:\/\//, "")).startsWith(resolve(sandboxFolder))) {
        throw new pulumi.RunError(
            `Stack "${stack}": its state would be kept in the sandbox (PULUMI_BACKEND_URL is ${backend}) and be lost with it. Unset PULUMI_BACKEND_URL, or set it to where this stack's state belongs.`,
        );
    }
}

function kubeconfigFile(): string {
    const [first] = (process.env["KUBECONFIG"] ?? "").split(":").filter((file) => file !== "");
    return first ?? join(homedir(), ".kube", "config");
}
