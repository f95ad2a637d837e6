import type { ObjectWithSpec } from "./plain-object";

/** The operators that bring network policies and Pod Security labels for their namespace. */
export type Operator = "KubeVirt" | "CDI";

interface Rule {
    /** What the rule is for, as part of the policy's name. */
    readonly role: string;
    readonly pods: Selector;
    /** TCP ports; none stands for all of them. */
    readonly ports: readonly number[];
    /** Pods of the same namespace; everybody where it is left out, since API servers and probes are no pods. */
    readonly from?: Selector;
}

interface Selector {
    readonly matchLabels?: Readonly<Record<string, string>>;
    readonly matchExpressions?: readonly {
        readonly key: string;
        readonly operator: "In";
        readonly values: readonly string[];
    }[];
}

const kubevirtPods = (...components: string[]): Selector => ({
    matchExpressions: [{ key: "kubevirt.io", operator: "In", values: components }],
});

/**
 * What has to get in. Source: KubeVirt pkg/virt-operator/resource/generate/components/networkpolicy.go and data/virt-template of
 * v1.9.0; CDI pkg/operator/resources/namespaced/networkpolicies.go of v1.66.0, which also knows the port of upload servers.
 */
const rules: Readonly<Record<Operator, readonly Rule[]>> = {
    KubeVirt: [
        {
            role: "metrics",
            pods: kubevirtPods(
                "virt-operator",
                "virt-handler",
                "virt-controller",
                "virt-api",
                "virt-exportproxy",
                "virt-synchronization-controller",
                "virt-observability-controller",
            ),
            ports: [8443, 8187],
        },
        { role: "api", pods: kubevirtPods("virt-api"), ports: [8443] },
        { role: "operator-webhook", pods: kubevirtPods("virt-operator"), ports: [8444] },
        { role: "exports", pods: kubevirtPods("virt-exportproxy"), ports: [8443] },
        // Consoles and port forwarding come from virt-api; migrations from the node agents among themselves, on any port.
        {
            role: "node-agents",
            pods: kubevirtPods("virt-handler"),
            ports: [],
            from: kubevirtPods("virt-api", "virt-handler"),
        },
        {
            role: "templates",
            pods: { matchLabels: { "app.kubernetes.io/name": "virt-template" } },
            ports: [8443, 9443],
        },
    ],
    CDI: [
        {
            role: "metrics",
            pods: { matchLabels: { "prometheus.cdi.kubevirt.io": "true" } },
            ports: [8443],
        },
        {
            role: "api",
            pods: { matchLabels: { "cdi.kubevirt.io": "cdi-apiserver" } },
            ports: [8443],
        },
        {
            role: "upload-proxy",
            pods: { matchLabels: { "cdi.kubevirt.io": "cdi-uploadproxy" } },
            ports: [8443],
        },
        {
            role: "upload-servers",
            pods: { matchLabels: { "cdi.kubevirt.io": "cdi-upload-server" } },
            ports: [8443],
        },
    ],
};

/**
 * Network policies for an operator's namespace: nothing gets in but what its components need of each other, of the API server
 * and of who reads their metrics. What goes out is not limited. They work where the cluster's network enforces policies, and
 * never on a migration network of its own, which is no pod network.
 */
export function networkPolicies(operator: Operator, namespace: string): ObjectWithSpec[] {
    const deny = policy(namespace, "deny-ingress", { podSelector: {} });
    const allow = rules[operator].map(({ role, pods, ports, from }) =>
        policy(namespace, `allow-${role}`, {
            podSelector: pods,
            ingress: [
                {
                    ...(from === undefined ? {} : { from: [{ podSelector: from }] }),
                    ...(ports.length === 0
                        ? {}
                        : { ports: ports.map((port) => ({ protocol: "TCP", port })) }),
                },
            ],
        }),
    );
    return [deny, ...allow];
}

/**
 * The Pod Security level that an operator's namespace can hold. KubeVirt's node agents are privileged: its release labels the
 * namespace so (manifests/release/kubevirt-operator.yaml.in). CDI's release has no label; all its components run as the
 * level "restricted" asks for (pkg/operator/resources/utils/common.go, pkg/controller/common/util.go of v1.66.0).
 * Source of the labels: https://kubernetes.io/docs/concepts/security/pod-security-admission/
 */
export function podSecurityLabels(operator: Operator): Readonly<Record<string, string>> {
    const level = operator === "KubeVirt" ? "privileged" : "restricted";
    return { "pod-security.kubernetes.io/enforce": level };
}

function policy(
    namespace: string,
    role: string,
    spec: Readonly<Record<string, unknown>>,
): ObjectWithSpec {
    return {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: `platform-${role}`, namespace },
        spec: { ...spec, policyTypes: ["Ingress"] },
    };
}
