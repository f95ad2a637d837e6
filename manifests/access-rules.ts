/** A rule of Kubernetes' RBAC. Source: rbac.authorization.k8s.io/v1 PolicyRule. */
export interface AccessRule {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
}

/** The parts of a platform that an installer may be allowed to install. */
export const installedParts = ["kubevirt", "cdi", "snapshots", "certManager", "networks"] as const;
export type InstalledPart = (typeof installedParts)[number];

const rbac = "rbac.authorization.k8s.io";

/**
 * What the Pulumi provider does with an object that it manages: it reads and patches it (previews too, as a dry run), and waits
 * with a watch until one that it deletes is gone. Source: pulumi-kubernetes provider/pkg/await/await.go and condition/observer.go.
 */
const manages = ["get", "list", "watch", "create", "update", "patch", "delete"];
const reads = ["get", "list", "watch"];

/**
 * The roles of the releases that are wider than any installer: it may write and bind these and no others.
 * Source: KubeVirt manifests/generated/rbac-operator.authorization.k8s.yaml.in; CDI pkg/operator/resources/operator/operator.go;
 * external-snapshotter deploy/kubernetes/snapshot-controller/rbac-snapshot-controller.yaml; multus-cni
 * deployments/multus-daemonset-thick.yml; whereabouts doc/crds/daemonset-install.yaml. The SR-IOV plugins have none.
 */
const operatorRoles: Readonly<
    Record<
        Exclude<InstalledPart, "certManager">,
        { readonly cluster: readonly string[]; readonly namespaced: readonly string[] }
    >
> = {
    kubevirt: {
        cluster: ["kubevirt-operator", "kubevirt.io:operator"],
        namespaced: ["kubevirt-operator"],
    },
    cdi: { cluster: ["cdi-operator-cluster"], namespaced: ["cdi-operator"] },
    snapshots: {
        cluster: ["snapshot-controller-runner"],
        namespaced: ["snapshot-controller-leaderelection"],
    },
    networks: { cluster: ["multus", "whereabouts-cni"], namespaced: [] },
};

/** What it takes to install, upgrade, adopt and remove parts of the platform. */
export function installerRules(parts: readonly InstalledPart[]): AccessRule[] {
    const operators = parts.filter((part) => part !== "certManager");
    const cluster = operators.flatMap((part) => operatorRoles[part].cluster);
    const namespaced = operators.flatMap((part) => operatorRoles[part].namespaced);
    const all = parts.includes("certManager");
    return [
        rule("", ["namespaces", "serviceaccounts", "services"], manages),
        rule("apiextensions.k8s.io", ["customresourcedefinitions"], manages),
        rule("apps", ["deployments"], manages),
        rule("scheduling.k8s.io", ["priorityclasses"], manages),
        rule("networking.k8s.io", ["networkpolicies"], manages),
        rule(rbac, ["clusterroles", "clusterrolebindings", "roles", "rolebindings"], manages),
        // The chart's names depend on the release's name, and Helm creates without naming the object: no names can be given.
        ...(all ? certManagerRules() : []),
        ...(all ? [] : [...escalates("clusterroles", cluster), ...escalates("roles", namespaced)]),
        ...(parts.includes("kubevirt") ? [rule("kubevirt.io", ["kubevirts"], manages)] : []),
        ...(parts.includes("cdi") ? [rule("cdi.kubevirt.io", ["cdis"], manages)] : []),
        ...(parts.includes("networks") ? plumbingRules() : []),
        ...readinessOfClusterRules(),
        ...readinessOfNamespaceRules(),
        // A removal is refused while there are any, with their names.
        rule(
            "kubevirt.io",
            ["virtualmachines", "virtualmachineinstances", "virtualmachineinstancereplicasets"],
            ["list"],
        ),
        rule("cdi.kubevirt.io", ["datavolumes"], ["list"]),
        rule("", ["persistentvolumeclaims"], ["list"]),
        ...preflightRules(),
    ];
}

/** What waits read of the operators in the whole cluster: what they say of themselves, and whether their webhooks answer. */
export function readinessOfClusterRules(): AccessRule[] {
    return [
        rule("kubevirt.io", ["kubevirts"], reads),
        rule("cdi.kubevirt.io", ["cdis"], reads),
        rule(
            "admissionregistration.k8s.io",
            ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"],
            reads,
        ),
    ];
}

/** What waits read of the operators in their namespaces: whether everything runs. */
export function readinessOfNamespaceRules(): AccessRule[] {
    return [
        rule("apps", ["deployments", "daemonsets"], reads),
        rule("", ["pods"], reads),
        rule("discovery.k8s.io", ["endpointslices"], reads),
    ];
}

/** What a program that runs disks and machines does in their namespace, and what its waits read there. */
export function workloadRules(): AccessRule[] {
    return [
        rule("kubevirt.io", ["virtualmachines"], manages),
        rule("kubevirt.io", ["virtualmachineinstances"], reads),
        // A machine that may be restarted by an update, and why it has to be.
        rule("subresources.kubevirt.io", ["virtualmachines/restart"], ["update"]),
        rule("apps", ["controllerrevisions"], ["get"]),
        // npm run migrate
        rule("kubevirt.io", ["virtualmachineinstancemigrations"], manages),
        rule(
            "instancetype.kubevirt.io",
            ["virtualmachineinstancetypes", "virtualmachinepreferences"],
            ["list"],
        ),
        rule("k8s.cni.cncf.io", ["network-attachment-definitions"], manages),
        rule("networking.k8s.io", ["networkpolicies"], manages),
        rule("cdi.kubevirt.io", ["datavolumes", "datasources", "dataimportcrons"], manages),
        // Copies out of this namespace, and files that are sent into it.
        rule("cdi.kubevirt.io", ["datavolumes/source"], ["create"]),
        rule("upload.cdi.kubevirt.io", ["uploadtokenrequests"], ["create"]),
        rule("snapshot.storage.k8s.io", ["volumesnapshots"], manages),
        rule("", ["persistentvolumeclaims", "secrets", "services"], manages),
        rule("", ["pods", "events", "limitranges"], reads),
        // A golden image that other namespaces may clone from (sharedWith): this role, and no other.
        rule(rbac, ["rolebindings"], manages),
        named(rule(rbac, ["clusterroles"], ["bind"]), ["cdi.kubevirt.io:clone-sourcer"]),
    ];
}

/**
 * What disks read of the whole cluster: how the classes bind, whether a driver stands behind them, what CDI adds for a filesystem
 * and where its upload proxy is. Volumes that are adopted or described by hand take more: an installer's rights.
 */
export function classRules(): AccessRule[] {
    return [
        rule("storage.k8s.io", ["storageclasses"], reads),
        rule("storage.k8s.io", ["csidrivers"], ["get"]),
        rule("cdi.kubevirt.io", ["cdiconfigs"], ["get"]),
        rule(
            "instancetype.kubevirt.io",
            ["virtualmachineclusterinstancetypes", "virtualmachineclusterpreferences"],
            ["list"],
        ),
    ];
}

function preflightRules(): AccessRule[] {
    return [
        rule("", ["nodes"], ["list"]),
        rule("storage.k8s.io", ["storageclasses", "csidrivers"], ["list"]),
        rule("snapshot.storage.k8s.io", ["volumesnapshotclasses"], ["list"]),
        rule("longhorn.io", ["nodes"], ["list"]),
    ];
}

/** The kinds of the cert-manager chart, and the Secrets that Helm keeps its releases in. Source: helm.sh/helm/v3 storage drivers. */
function certManagerRules(): AccessRule[] {
    return [
        rule(rbac, ["clusterroles", "roles"], ["escalate", "bind"]),
        rule("", ["secrets", "configmaps"], manages),
        rule("batch", ["jobs"], manages),
        rule(
            "admissionregistration.k8s.io",
            ["validatingwebhookconfigurations", "mutatingwebhookconfigurations"],
            manages,
        ),
    ];
}

/** What the plumbing of networks consists of beside definitions and roles, and which nodes its DaemonSets are waited for on. */
function plumbingRules(): AccessRule[] {
    return [
        rule("apps", ["daemonsets"], manages),
        rule("", ["configmaps"], manages),
        rule("", ["nodes"], reads),
    ];
}

/** The right to write and bind some roles. A rule without names would be about all of them. */
function escalates(resource: string, names: readonly string[]): AccessRule[] {
    return names.length === 0 ? [] : [named(rule(rbac, [resource], ["escalate", "bind"]), names)];
}

function rule(
    apiGroup: string,
    resources: readonly string[],
    verbs: readonly string[],
): AccessRule {
    return { apiGroups: [apiGroup], resources, verbs };
}

function named(one: AccessRule, resourceNames: readonly string[]): AccessRule {
    return { ...one, resourceNames };
}
