import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterArgs } from "../components";
import type { ImageCatalog } from "../model/image-catalog";
import { Problems, problemsText } from "../model/problems";
import { kubeconfigFiles, mergedKubeconfig } from "../waits/kubeconfig-files";
import { lockedImages } from "./images";
import { sandboxFolder } from "./sandbox";
import type { Environment } from "./schema/environment";
import type { SecretReference } from "./schema/fields";
import { documentIn, keyProblems } from "./schema/keys";
import { parseEnvironment } from "./schema/parse";

/** What the configuration of a stack on a real cluster says, checked. */
export interface StackEnvironment extends Omit<Environment, "cluster" | "images"> {
    readonly cluster: Pick<ClusterArgs, "kubeconfig" | "context" | "identifier" | "namespace">;
    /** The images that the stack's disks are made from, each as `images.lock.json` has it. */
    readonly images: ImageCatalog;
    /** The value that a `{ secret: <key> }` stands for. */
    readonly secret: (reference: SecretReference) => pulumi.Output<string>;
}

/**
 * The environment of this stack, with every problem of it said at once. The cluster is the context that is named there, in the
 * kubeconfig of this machine: none is taken because it happens to be current.
 */
export function environment(): StackEnvironment {
    const stack = pulumi.getStack();
    refuseSandboxBackend(stack);
    const config = new pulumi.Config();
    const problems = new Problems();
    problems.all.push(...keyProblems(keysOf(config)));
    const written = config.get("environment");
    if (written === undefined) {
        problems.add(
            "environment",
            "is not set",
            `write it into stacks/Pulumi.${stack}.yaml (docs/guide/environments.md), or begin with: npm run new-stack -- ${stack}`,
        );
        throw new pulumi.RunError(problemsText("Stack", stack, problems.all));
    }
    const { environment: parsed, problems: wrong, secrets } = parseEnvironment(documentIn(written));
    problems.all.push(...wrong);
    for (const [key, field] of Object.entries(secrets)) {
        checkSecret(config, key, field, problems);
    }
    const { images = {}, stage } = parsed ?? {};
    const locked = lockedImages(images, { locked: stage === "production" });
    problems.addFrom("environment", locked.problems);
    const files = kubeconfigs();
    if (!files.some((file) => existsSync(file))) {
        problems.add(
            "kubeconfig",
            `is ${files.join(", ")}, which is not there`,
            "set KUBECONFIG to the file that has the context",
        );
    }
    if (parsed === undefined || problems.all.length > 0) {
        throw new pulumi.RunError(problemsText("Stack", stack, problems.all));
    }
    const { context, namespace = "default", identifier = context } = parsed.cluster;
    return {
        ...parsed,
        cluster: { kubeconfig: kubeconfigIn(files), context, identifier, namespace },
        images: locked.images,
        secret: ({ secret: key }) => config.requireSecret(key),
    };
}

/** A secret that the environment names has to be there, and encrypted. */
function checkSecret(config: pulumi.Config, key: string, field: string, problems: Problems): void {
    const set = `pulumi config set --secret ${key} -s ${pulumi.getStack()} (it asks for the value)`;
    if (config.get(key) === undefined) {
        problems.add(field, `names the secret ${key}, which is not set`, set);
    } else if (!isEncrypted(config, key)) {
        problems.add(
            field,
            `names the secret ${key}, which is kept in plain text`,
            `change it where it is used, and set the new one: ${set}`,
        );
    }
}

/** Whether the engine decrypted a value for this run: it says which ones. Without an engine that says so, nothing is held against it. */
function isEncrypted(config: pulumi.Config, key: string): boolean {
    const told = process.env["PULUMI_CONFIG_SECRET_KEYS"];
    return told === undefined || (JSON.parse(told) as string[]).includes(`${config.name}:${key}`);
}

function keysOf({ name }: pulumi.Config): string[] {
    return Object.keys(pulumi.runtime.allConfig()).flatMap((key) =>
        key.startsWith(`${name}:`) ? [key.slice(name.length + 1)] : [],
    );
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

function kubeconfigs(): readonly string[] {
    const files = kubeconfigFiles(process.env["KUBECONFIG"]);
    return files.length > 0 ? files : [join(homedir(), ".kube", "config")];
}

/** What the files say; of one, as it is written there. */
function kubeconfigIn(files: readonly string[]): string {
    const [file = "", ...more] = files;
    return more.length === 0 ? readFileSync(file, "utf8") : mergedKubeconfig(files).exportConfig();
}
