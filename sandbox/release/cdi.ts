import type { ApiObject } from "../api";
import { type ReleaseObject, granted, manages, reads, variables } from "./parts";

const namespace = "cdi";

/** Source: CDI pkg/operator/resources/operator/operator.go, createOperatorEnvVar. */
const images = {
    CONTROLLER_IMAGE: "cdi-controller",
    IMPORTER_IMAGE: "cdi-importer",
    CLONER_IMAGE: "cdi-cloner",
    OVIRT_POPULATOR_IMAGE: "cdi-importer",
    APISERVER_IMAGE: "cdi-apiserver",
    UPLOAD_SERVER_IMAGE: "cdi-uploadserver",
    UPLOAD_PROXY_IMAGE: "cdi-uploadproxy",
} as const;

/**
 * A release of CDI with the objects and names of the real `cdi-operator.yaml`, and shorter roles. Source: CDI
 * manifests/templates/release/cdi-operator.yaml.in, pkg/operator/resources/operator/operator.go.
 */
export function cdiRelease(version: string, definition: ApiObject): ReleaseObject[] {
    const account = "cdi-operator";
    const objects = [
        {
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: namespace, labels: { "cdi.kubevirt.io": "" } },
        },
        definition,
        ...granted({
            account,
            namespace,
            labels: { "operator.cdi.kubevirt.io": "" },
            names: {
                role: account,
                binding: account,
                clusterRole: `${account}-cluster`,
                clusterBinding: account,
            },
            rules: [
                manages("", "serviceaccounts", "configmaps", "events", "secrets", "services"),
                manages("apps", "deployments", "deployments/finalizers"),
                manages("rbac.authorization.k8s.io", "rolebindings", "roles"),
            ],
            clusterRules: [
                manages("rbac.authorization.k8s.io", "clusterrolebindings", "clusterroles"),
                manages("apiextensions.k8s.io", "customresourcedefinitions"),
                manages(
                    "admissionregistration.k8s.io",
                    "validatingwebhookconfigurations",
                    "mutatingwebhookconfigurations",
                ),
                manages("cdi.kubevirt.io", "*"),
                reads("storage.k8s.io", "storageclasses", "csidrivers"),
            ],
        }),
        operator(version),
    ];
    return objects;
}

/** The installation that comes with a release. Source: CDI manifests/templates/release/cdi-cr.yaml.in. */
export function cdiInstallation(): ReleaseObject {
    const linux = { nodeSelector: { "kubernetes.io/os": "linux" } };
    const object = {
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "CDI",
        metadata: { name: "cdi" },
        spec: {
            config: { featureGates: ["HonorWaitForFirstConsumer"] },
            imagePullPolicy: "IfNotPresent",
            infra: linux,
            workload: linux,
        },
    };
    return object;
}

function operator(version: string) {
    const name = "cdi-operator";
    const labels = { name, "operator.cdi.kubevirt.io": "" };
    const image = (of: string) => `quay.io/kubevirt/${of}:${version}`;
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, namespace, labels },
        spec: {
            replicas: 1,
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: {
                    serviceAccountName: name,
                    nodeSelector: { "kubernetes.io/os": "linux" },
                    tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
                    securityContext: { runAsNonRoot: true },
                    containers: [
                        {
                            name,
                            image: image(name),
                            imagePullPolicy: "IfNotPresent",
                            ports: [
                                { name: "metrics", containerPort: 8443, protocol: "TCP" },
                                { name: "health", containerPort: 8444, protocol: "TCP" },
                            ],
                            env: variables({
                                DEPLOY_CLUSTER_RESOURCES: "true",
                                OPERATOR_VERSION: version,
                                ...Object.fromEntries(
                                    Object.entries(images).map(([key, of]) => [key, image(of)]),
                                ),
                                VERBOSITY: "1",
                                PULL_POLICY: "IfNotPresent",
                                MONITORING_NAMESPACE: "",
                            }),
                            resources: { requests: { cpu: "100m", memory: "150Mi" } },
                            securityContext: {
                                allowPrivilegeEscalation: false,
                                capabilities: { drop: ["ALL"] },
                                runAsNonRoot: true,
                                seccompProfile: { type: "RuntimeDefault" },
                            },
                        },
                    ],
                },
            },
        },
    };
}
