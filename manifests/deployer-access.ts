import {
    type AccessRule,
    classRules,
    type InstalledPart,
    installedParts,
    installerRules,
    readinessOfClusterRules,
    readinessOfNamespaceRules,
    workloadRules,
} from "./access-rules";
import type { PlainObject } from "./plain-object";

/** Who gets the rights. Source: rbac.authorization.k8s.io/v1 Subject. */
export type Subject =
    | { readonly kind: "User" | "Group"; readonly name: string }
    | { readonly kind: "ServiceAccount"; readonly name: string; readonly namespace: string };

/** A Role or ClusterRole. */
export interface RoleManifest extends PlainObject {
    readonly rules: readonly AccessRule[];
}

/** A RoleBinding or ClusterRoleBinding. */
export interface BindingManifest extends PlainObject {
    readonly roleRef: { readonly apiGroup: string; readonly kind: string; readonly name: string };
    readonly subjects: readonly (Subject & { readonly apiGroup?: string })[];
}

const group = "rbac.authorization.k8s.io";
const apiVersion = `${group}/v1`;
const installer = "platform-installer";
const deployer = "workload-deployer";

/**
 * The rights of the identity that installs the platform: definitions, operators and their roles. An operator's role is wider than
 * the installer, so the installer may write and bind those roles, by name. Whoever can install an operator with rights over the
 * whole cluster can use them: this identity belongs to few, and machines are not its business.
 * Source: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
 */
export function installerRole(
    subjects: readonly Subject[],
    parts: readonly InstalledPart[] = installedParts,
): (RoleManifest | BindingManifest)[] {
    return granted(installer, undefined, installerRules(parts), subjects);
}

/**
 * The rights of the identity that runs machines in some namespaces: their objects there, what waits read, and nothing that
 * changes the platform. It may read a platform that somebody else installed, to adopt it.
 */
export function deployerRoles(
    namespaces: readonly string[],
    subjects: readonly Subject[],
    platformNamespaces: readonly string[] = ["kubevirt", "cdi"],
): (RoleManifest | BindingManifest)[] {
    const ofCluster = [...classRules(), ...readinessOfClusterRules()];
    return [
        ...granted(deployer, undefined, ofCluster, subjects),
        ...namespaces.flatMap((namespace) =>
            granted(deployer, namespace, workloadRules(), subjects),
        ),
        ...platformNamespaces.flatMap((namespace) =>
            granted(`${deployer}-reads`, namespace, readinessOfNamespaceRules(), subjects),
        ),
    ];
}

/** A role and its binding, in a namespace or for the whole cluster. */
function granted(
    name: string,
    namespace: string | undefined,
    rules: readonly AccessRule[],
    subjects: readonly Subject[],
): (RoleManifest | BindingManifest)[] {
    const prefix = namespace === undefined ? "Cluster" : "";
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
    const kind = `${prefix}Role`;
    return [
        { apiVersion, kind, metadata, rules },
        {
            apiVersion,
            kind: `${prefix}RoleBinding`,
            metadata,
            roleRef: { apiGroup: group, kind, name },
            subjects: subjects.map((subject) =>
                // Service accounts are of the core group, users and groups of this one.
                subject.kind === "ServiceAccount" ? subject : { ...subject, apiGroup: group },
            ),
        },
    ];
}
