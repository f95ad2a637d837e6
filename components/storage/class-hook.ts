import * as pulumi from "@pulumi/pulumi";
import { originAnnotation } from "../../model/annotations";
import { refuseClassChanges } from "../../model/class-origin";
import { Problems, problemsText } from "../../model/problems";

/**
 * Refuses a change of what a StorageClass never changes, from the state alone: in a preview, in an update, and with the cluster out
 * of reach. These fields are under `ignoreChanges`, since the provider would replace the class on some of them and fail on others.
 */
export function classHook(): pulumi.ResourceHook {
    hook ??= new pulumi.ResourceHook("storage-class-origin", refuseInHook, { onDryRun: true });
    return hook;
}

let hook: pulumi.ResourceHook | undefined;

/** Source: pulumi-kubernetes provider/pkg/provider/diff.go (a class is replaced on parameters and provisioner). */
export const immutableFields = [
    "metadata.name",
    "parameters",
    "provisioner",
    "reclaimPolicy",
    "volumeBindingMode",
];

function refuseInHook(args: pulumi.ResourceHookArgs): void {
    const problems = new Problems();
    refuseClassChanges(originIn(args.oldInputs), originIn(args.newInputs), [], problems);
    if (problems.all.length > 0) {
        const name = args.name.replace(/-class$/, "");
        throw new Error(problemsText("VmStorageClass", name, problems.all));
    }
}

function originIn(inputs: unknown): string | undefined {
    const { metadata } = (inputs ?? {}) as {
        metadata?: { annotations?: Readonly<Record<string, string>> };
    };
    return metadata?.annotations?.[originAnnotation];
}
