import type { ApiObject } from "../api";

/** An object of a release manifest. */
export interface ReleaseObject extends ApiObject {
    readonly metadata: {
        readonly name: string;
        readonly namespace?: string;
        readonly labels?: Readonly<Record<string, string>>;
    };
}

/** A rule of a role. */
export interface Rule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
}

/** What an operator may do. */
export interface Grants {
    readonly account: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    /** The names of role and binding, in its namespace and for the whole cluster. */
    readonly names: Readonly<Record<"role" | "binding" | "clusterRole" | "clusterBinding", string>>;
    readonly rules: readonly Rule[];
    readonly clusterRules: readonly Rule[];
}

const rbac = { apiVersion: "rbac.authorization.k8s.io/v1" };

/** A ServiceAccount with a role in its namespace and one for the cluster. */
export function granted(grants: Grants): ReleaseObject[] {
    const { account, namespace, labels, names, rules, clusterRules } = grants;
    const subjects = [{ kind: "ServiceAccount", name: account, namespace }];
    const roleRef = (kind: string, name: string) => ({
        apiGroup: "rbac.authorization.k8s.io",
        kind,
        name,
    });
    const objects = [
        {
            apiVersion: "v1",
            kind: "ServiceAccount",
            metadata: { name: account, namespace, labels },
        },
        { ...rbac, kind: "Role", metadata: { name: names.role, namespace, labels }, rules },
        {
            ...rbac,
            kind: "RoleBinding",
            metadata: { name: names.binding, namespace, labels },
            roleRef: roleRef("Role", names.role),
            subjects,
        },
        {
            ...rbac,
            kind: "ClusterRole",
            metadata: { name: names.clusterRole, labels },
            rules: clusterRules,
        },
        {
            ...rbac,
            kind: "ClusterRoleBinding",
            metadata: { name: names.clusterBinding, labels },
            roleRef: roleRef("ClusterRole", names.clusterRole),
            subjects,
        },
    ];
    return objects;
}

/** A rule for objects of one group that allows everything an operator does with them. */
export function manages(apiGroup: string, ...resources: readonly string[]): Rule {
    const verbs = ["get", "list", "watch", "create", "update", "patch", "delete"];
    return { apiGroups: [apiGroup], resources, verbs };
}

/** A rule for objects that are only looked at. */
export function reads(apiGroup: string, ...resources: readonly string[]): Rule {
    return { apiGroups: [apiGroup], resources, verbs: ["get", "list", "watch"] };
}

/** Variables of a container. */
export function variables(values: Readonly<Record<string, string>>): object[] {
    return Object.entries(values).map(([name, value]) => ({ name, value }));
}
