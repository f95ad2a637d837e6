import { ownerAnnotation } from "../../model/annotations";
import type { Fields } from "../../model/machine-difference";
import { entriesAt, partAt, textAt } from "./patch";

/** Who looks after an object, as far as it says so. */
export type LookedAfter =
    | { readonly by: "this stack"; readonly name: string }
    | { readonly by: "another"; readonly name: string };

/**
 * Who looks after an object: what it is marked with, who it belongs to, who writes its fields. Sources: helm pkg/kube (labels and
 * annotations of a release), argo-cd docs/user-guide/resource_tracking.md, fluxcd/kustomize-controller docs (labels).
 *
 * @param stack `<project>/<stack>`
 * @param state ids of what the stack's state has: `<Kind> <namespace>/<name>`.
 */
export function lookedAfter(
    object: Fields,
    stack: string | undefined,
    state: ReadonlySet<string>,
): LookedAfter | undefined {
    const metadata = partAt(object, "metadata");
    const annotations = partAt(metadata, "annotations");
    const labels = partAt(metadata, "labels");
    const owner = textAt(annotations, ownerAnnotation);
    const id = `${textAt(object, "kind") ?? ""} ${textAt(metadata, "namespace") ?? ""}/${textAt(metadata, "name") ?? ""}`;
    if (state.has(id) || (owner !== undefined && owner.startsWith(`${stack ?? ""}/`))) {
        return { by: "this stack", name: owner ?? stack ?? "" };
    }
    const name =
        (owner === undefined ? undefined : `stack ${owner}`) ??
        helm(annotations, labels) ??
        argo(annotations, labels) ??
        flux(labels) ??
        belongs(metadata) ??
        writer(metadata);
    return name === undefined ? undefined : { by: "another", name };
}

function helm(annotations: Fields | undefined, labels: Fields | undefined): string | undefined {
    const release = textAt(annotations, "meta.helm.sh/release-name");
    if (release !== undefined) {
        return `Helm release ${release}`;
    }
    return textAt(labels, "app.kubernetes.io/managed-by") === "Helm" ? "Helm" : undefined;
}

function argo(annotations: Fields | undefined, labels: Fields | undefined): string | undefined {
    const tracked = textAt(annotations, "argocd.argoproj.io/tracking-id")?.split(":")[0];
    const application = tracked ?? textAt(labels, "argocd.argoproj.io/instance");
    return application === undefined ? undefined : `Argo CD application ${application}`;
}

function flux(labels: Fields | undefined): string | undefined {
    const name =
        textAt(labels, "kustomize.toolkit.fluxcd.io/name") ??
        textAt(labels, "helm.toolkit.fluxcd.io/name");
    return name === undefined ? undefined : `Flux ${name}`;
}

/** A pool, a clone, a migration plan; a DataVolume and a machine are told where their disk is read. */
function belongs(metadata: Fields | undefined): string | undefined {
    const owner = entriesAt(metadata, "ownerReferences").find(
        ({ kind }) => kind !== "DataVolume" && kind !== "VirtualMachine",
    );
    return owner === undefined ? undefined : `${String(owner["kind"])} ${String(owner["name"])}`;
}

/** Tools that come back and put an object as they want it. */
const tools: readonly (readonly [RegExp, string])[] = [
    [/^pulumi/, "another Pulumi program"],
    [/terraform|hashicorp/i, "Terraform"],
    [/^argocd/, "Argo CD"],
    [/^(kustomize|helm)-controller$/, "Flux"],
];

function writer(metadata: Fields | undefined): string | undefined {
    const managers = entriesAt(metadata, "managedFields").map(
        (entry) => textAt(entry, "manager") ?? "",
    );
    return tools.find(([pattern]) => managers.some((manager) => pattern.test(manager)))?.[1];
}
