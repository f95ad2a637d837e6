import type { ApiObject } from "../api";
import { type ReleaseObject, granted, manages, reads, variables } from "./parts";

const namespace = "kubevirt";

/** The components whose images the operator can be told. Source: KubeVirt pkg/virt-operator/util/config.go. */
const images = ["api", "controller", "handler", "launcher", "exportproxy", "exportserver"];

/**
 * A release of KubeVirt with the objects and names of the real `kubevirt-operator.yaml`, and shorter roles. Source: KubeVirt
 * manifests/release/kubevirt-operator.yaml.in, pkg/virt-operator/resource/generate/{rbac/operator.go,components/deployments.go}.
 */
export function kubevirtRelease(version: string, definition: ApiObject): ReleaseObject[] {
    const labels = { "kubevirt.io": "" };
    const account = "kubevirt-operator";
    const objects = [
        {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: {
                name: namespace,
                labels: { ...labels, "pod-security.kubernetes.io/enforce": "privileged" },
            },
        },
        definition,
        {
            apiVersion: "scheduling.k8s.io/v1",
            kind: "PriorityClass",
            metadata: { name: "kubevirt-cluster-critical" },
            value: 1000000000,
            globalDefault: false,
            description: "This priority class should be used for core kubevirt components only.",
        },
        {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: {
                name: "kubevirt.io:operator",
                labels: {
                    "operator.kubevirt.io": "",
                    "rbac.authorization.k8s.io/aggregate-to-admin": "true",
                },
            },
            rules: [manages("kubevirt.io", "kubevirts")],
        },
        ...granted({
            account,
            namespace,
            labels,
            names: {
                role: account,
                binding: "kubevirt-operator-rolebinding",
                clusterRole: account,
                clusterBinding: account,
            },
            rules: [manages("", "secrets", "configmaps"), manages("apps", "deployments")],
            clusterRules: [
                manages("kubevirt.io", "kubevirts", "kubevirts/status", "kubevirts/finalizers"),
                manages("", "serviceaccounts", "services", "endpoints", "pods/exec"),
                manages("apps", "deployments", "daemonsets"),
                manages("apiextensions.k8s.io", "customresourcedefinitions"),
                manages(
                    "admissionregistration.k8s.io",
                    "validatingwebhookconfigurations",
                    "mutatingwebhookconfigurations",
                ),
                manages("apiregistration.k8s.io", "apiservices"),
                reads("", "nodes", "pods", "namespaces"),
            ],
        }),
        operator(version),
    ];
    return objects;
}

/** The installation that comes with a release. Source: KubeVirt manifests/generated/kubevirt-cr.yaml.in. */
export function kubevirtInstallation(): ReleaseObject {
    const object = {
        apiVersion: "kubevirt.io/v1",
        kind: "KubeVirt",
        metadata: { name: "kubevirt", namespace },
        spec: {
            certificateRotateStrategy: {},
            configuration: {
                developerConfiguration: { featureGates: [] },
                imagePullPolicy: "IfNotPresent",
            },
            customizeComponents: {},
            imagePullPolicy: "IfNotPresent",
            workloadUpdateStrategy: {},
        },
    };
    return object;
}

function operator(version: string) {
    const name = "virt-operator";
    const image = `quay.io/kubevirt/${name}:${version}`;
    const labels = { "kubevirt.io": name };
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace, labels },
        spec: {
            replicas: 2,
            selector: { matchLabels: labels },
            strategy: { type: "RollingUpdate" },
            template: {
                metadata: {
                    name,
                    labels: {
                        ...labels,
                        name,
                        "prometheus.kubevirt.io": "true",
                        "np.kubevirt.io/allow-access-cluster-services": "true",
                    },
                    annotations: { "openshift.io/required-scc": "restricted-v2" },
                },
                spec: {
                    priorityClassName: "kubevirt-cluster-critical",
                    serviceAccountName: "kubevirt-operator",
                    nodeSelector: { "kubernetes.io/os": "linux" },
                    tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
                    securityContext: {
                        runAsNonRoot: true,
                        seccompProfile: { type: "RuntimeDefault" },
                    },
                    containers: [
                        {
                            name,
                            image,
                            imagePullPolicy: "IfNotPresent",
                            command: [name],
                            args: ["--port", "8443", "-v", "2"],
                            ports: [
                                { name: "metrics", containerPort: 8443, protocol: "TCP" },
                                { name: "webhooks", containerPort: 8444, protocol: "TCP" },
                            ],
                            env: variables({
                                VIRT_OPERATOR_IMAGE: image,
                                ...Object.fromEntries(
                                    images.map((each) => [
                                        `VIRT_${each.toUpperCase()}_IMAGE`,
                                        `quay.io/kubevirt/virt-${each}:${version}`,
                                    ]),
                                ),
                                KUBEVIRT_VERSION: version,
                            }),
                            resources: { requests: { cpu: "10m", memory: "450Mi" } },
                            securityContext: {
                                allowPrivilegeEscalation: false,
                                capabilities: { drop: ["ALL"] },
                                seccompProfile: { type: "RuntimeDefault" },
                            },
                        },
                    ],
                },
            },
        },
    };
}
