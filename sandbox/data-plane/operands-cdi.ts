import type { Fault } from "./faults";
import type { Cdi } from "./objects";
import { apiService } from "./operand-api-service";
import { webhook } from "./operand-webhooks";
import { deployment, service, serviceAccount } from "./operands";
import type { Operator, Platform } from "./operators";
import { ownedBy } from "./reading";
import type { Store } from "./store";
import { uploadGroup } from "./upload-api";
import type { NewObject } from "./writes";

/** What decides about CDI's components. */
export interface CdiPlan {
    readonly cdi: Cdi;
    readonly operator: Operator;
    readonly platform: Platform;
    readonly fault: Fault | undefined;
}

/** Source: CDI pkg/common/common.go. */
const names = {
    controller: "cdi-deployment",
    api: "cdi-apiserver",
    proxy: "cdi-uploadproxy",
} as const;

/** Source: CDI pkg/operator/resources/utils/common.go, commonLabels. */
const labels = {
    "cdi.kubevirt.io": "",
    app: "containerized-data-importer",
    "app.kubernetes.io/component": "storage",
    "app.kubernetes.io/managed-by": "cdi-operator",
};

/**
 * What cdi-operator makes beside the definitions: of what the real one makes, that which others look at. Source: CDI
 * pkg/operator/resources/namespaced and pkg/operator/resources/cluster/apiserver.go.
 */
export function cdiOperands(plan: CdiPlan): NewObject[] {
    const { cdi, operator, fault } = plan;
    const { namespace, version } = operator;
    const { infra } = cdi.spec;
    const made = (more: Readonly<Record<string, string>> = {}) => ({
        labels: { ...labels, ...more },
        ownerReferences: ownedBy(cdi),
    });
    const image = (variable: string, name: string) =>
        operator.variable(variable) || `${operator.registry}/${name}:${version}`;
    const component = (name: string, account: string, from: string, replicas = 1) => {
        const wish = { image: from, replicas, infra };
        return deployment(
            {
                name,
                namespace,
                metadata: {
                    ...made({ "cdi.kubevirt.io": name }),
                    // The real one holds the whole object: whatever is wanted otherwise rolls out.
                    annotations: {
                        "operator.cdi.kubevirt.io/lastAppliedConfiguration": JSON.stringify(wish),
                    },
                },
                pods: {
                    labels: {
                        ...labels,
                        "cdi.kubevirt.io": name,
                        "np.kubevirt.io/allow-access-cluster-services": "true",
                    },
                },
                selector: { "cdi.kubevirt.io": name },
                serviceAccount: account,
                container: name,
                image: from,
                cpu: "100m",
                memory: "150Mi",
                spec: {
                    securityContext: { runAsNonRoot: true },
                    ...(infra?.nodeSelector && { nodeSelector: infra.nodeSelector }),
                    ...(infra?.tolerations && { tolerations: infra.tolerations }),
                    ...(infra?.affinity === undefined ? {} : { affinity: infra.affinity }),
                },
                fault: name === names.controller ? fault : undefined,
            },
            replicas,
        );
    };
    return [
        ...["cdi-sa", names.api, names.proxy].map((name) =>
            serviceAccount(name, namespace, made()),
        ),
        service("cdi-api", namespace, made({ "cdi.kubevirt.io": names.api }), {
            "cdi.kubevirt.io": names.api,
        }),
        service(names.proxy, namespace, made({ "cdi.kubevirt.io": names.proxy }), {
            "cdi.kubevirt.io": names.proxy,
        }),
        component(
            names.controller,
            "cdi-sa",
            image("CONTROLLER_IMAGE", "cdi-controller"),
            infra?.deploymentReplicas,
        ),
        component(
            names.api,
            names.api,
            image("APISERVER_IMAGE", "cdi-apiserver"),
            infra?.apiServerReplicas,
        ),
        component(
            names.proxy,
            names.proxy,
            image("UPLOAD_PROXY_IMAGE", "cdi-uploadproxy"),
            infra?.uploadProxyReplicas,
        ),
        ...webhooks(plan),
        ...uploadApi(plan),
    ];
}

/** Source: CDI pkg/operator/resources/cluster/apiserver.go: of its webhooks those on which the safety of data depends. */
function webhooks({ cdi, platform, fault }: CdiPlan): NewObject[] {
    const group = { apiGroup: "cdi.kubevirt.io", apiVersions: ["v1beta1"], timeoutSeconds: 30 };
    const configuration = (name: string) => ({
        name,
        labels: { "cdi.kubevirt.io": "cdi-api" },
        ownerReferences: ownedBy(cdi),
    });
    const changes = {
        ...group,
        resource: "datavolumes",
        operations: ["CREATE", "UPDATE"] as const,
        failurePolicy: "Fail" as const,
    };
    return [
        ...webhook(
            configuration("cdi-api-validate"),
            {
                ...group,
                name: "cdi-validate.cdi.kubevirt.io",
                path: "/cdi-validate",
                resource: "cdis",
                operations: ["DELETE"],
                // Unlike KubeVirt's: an API server of CDI that is away refuses nothing.
                failurePolicy: "Ignore",
            },
            platform,
            fault,
        ),
        ...webhook(
            configuration("cdi-api-datavolume-mutate"),
            {
                ...changes,
                name: "datavolume-mutate.cdi.kubevirt.io",
                path: "/datavolume-mutate",
                mutates: true,
            },
            platform,
            fault,
        ),
        ...webhook(
            configuration("cdi-api-datavolume-validate"),
            {
                ...changes,
                name: "datavolume-validate.cdi.kubevirt.io",
                path: "/datavolume-validate",
            },
            platform,
            fault,
        ),
    ];
}

/** The part of Kubernetes' API that CDI serves itself. */
function uploadApi({ cdi, operator, platform }: CdiPlan): NewObject[] {
    const made = { labels: { "cdi.kubevirt.io": "cdi-api" }, ownerReferences: ownedBy(cdi) };
    const { namespace } = operator;
    return apiService(
        { service: "cdi-api", namespace, group: uploadGroup, version: "v1beta1", made },
        platform,
    );
}

/** Whether every component has all its pods ready. Source: controller-lifecycle-operator-sdk, CheckDeploymentReady. */
export function hasComponents(world: Store, { operator }: CdiPlan): boolean {
    return Object.values(names).every((name) => {
        const made = world.get("Deployment", operator.namespace, name);
        const { replicas, readyReplicas, observedGeneration } = made?.status ?? {};
        return (
            made !== undefined &&
            observedGeneration === made.metadata.generation &&
            replicas === (made.spec.replicas ?? 1) &&
            replicas === readyReplicas
        );
    });
}
