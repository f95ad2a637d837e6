import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { OperatorKind } from "../../waits/platform-gates";
import type { Cluster } from "../cluster";

let code: string | undefined;

/**
 * Stands between a destroy and the platform: it is created last, so it is deleted first, and its deletion is refused while machines
 * or DataVolumes exist, with their names. Without it a destroy would remove what it can before KubeVirt or CDI refuse.
 *
 * A dynamic resource, because nothing else of a stack runs in a bare `pulumi destroy`. It is written out here, since
 * `pulumi.dynamic.Resource` loads the TypeScript compiler to make the same text from a closure, in every preview
 * (docs/decisions/006).
 */
export class UninstallGuard extends pulumi.CustomResource {
    constructor(
        name: string,
        cluster: Cluster,
        parts: readonly OperatorKind[],
        namespaces: readonly string[],
        opts: pulumi.CustomResourceOptions,
    ) {
        code ??= readFileSync(join(__dirname, "uninstall-guard.cjs"), "utf8");
        super(
            "pulumi-nodejs:dynamic:Resource",
            name,
            {
                __provider: code,
                kubeconfig: cluster.kubeconfig,
                context: cluster.context,
                parts: [...parts],
                namespaces: [...namespaces],
            },
            { ...opts, additionalSecretOutputs: ["kubeconfig"] },
        );
    }
}
