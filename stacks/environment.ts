import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterArgs } from "../components";
import { Problems, problemsText } from "../model/problems";

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

/** What the configuration of a stack on a real cluster says, checked. */
export interface Environment {
    readonly cluster: Pick<ClusterArgs, "kubeconfig" | "context" | "identifier" | "namespace">;
    /** StorageClass of the stack's disks. */
    readonly storageClass: string;
}

/**
 * The environment of a stack on a real cluster, from its configuration, with every problem of it said at once. The cluster
 * is the context that is named there, in the kubeconfig of this machine: none is taken because it happens to be current.
 */
export function environment(): Environment {
    const stack = pulumi.getStack();
    refuseSandboxBackend(stack);
    const config = new pulumi.Config();
    const problems = new Problems();
    const required = (key: string, lists: string): string => {
        const value = config.get(key) ?? "";
        if (value === "") {
            problems.add(
                key,
                "is not set",
                `name one that \`${lists}\` lists: pulumi config set ${key} <name> -s ${stack}`,
            );
        }
        return value;
    };
    const context = required("context", "kubectl config get-contexts");
    const storageClass = required("storageClass", "kubectl get storageclass");
    const file = kubeconfigFile();
    if (!existsSync(file)) {
        problems.add(
            "kubeconfig",
            `is ${file}, which is not there`,
            "set KUBECONFIG to the file that has the context",
        );
    }
    if (problems.all.length > 0) {
        throw new pulumi.RunError(problemsText("Stack", stack, problems.all));
    }
    return {
        cluster: {
            kubeconfig: readFileSync(file, "utf8"),
            context,
            identifier: context,
            namespace: config.get("namespace") ?? "default",
        },
        storageClass,
    };
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
