import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { OperatorKind } from "../waits/platform-gates";
import type { Cluster } from "./cluster";

let code: string | undefined;

/** What must not be in use when the resource that a guard stands before is deleted. */
export interface Guarded {
    /** How the refusal calls it: "the platform". */
    readonly what: string;
    /** Operators whose machines or DataVolumes hold it. */
    readonly parts?: readonly OperatorKind[];
    /** Namespaces that go along: claims in them hold it. */
    readonly namespaces?: readonly string[];
    /** A CSI driver: attached volumes, and volumes that it has yet to delete, hold it. */
    readonly driver?: string;
    /** It is not to go at all: what to do first. */
    readonly locked?: string;
    /** Objects of which only those named may be left: they go along. */
    readonly erased?: { readonly kind: string; readonly path: string; readonly names: string[] };
}

/**
 * Stands between a destroy and what others live on: it is created last, so it is deleted first, and its deletion is refused while that
 * is in use, with names. Without it a destroy would remove what it can before somebody else refuses, or nobody does.
 *
 * A dynamic resource, because nothing else of a stack runs in a bare `pulumi destroy`. It is written out here, since
 * `pulumi.dynamic.Resource` loads the TypeScript compiler to make the same text from a closure, in every preview
 * (docs/decisions/006).
 */
export class UninstallGuard extends pulumi.CustomResource {
    constructor(
        name: string,
        cluster: Cluster,
        guarded: Guarded,
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
                parts: [],
                namespaces: [],
                ...guarded,
            },
            { ...opts, additionalSecretOutputs: ["kubeconfig"] },
        );
    }
}
