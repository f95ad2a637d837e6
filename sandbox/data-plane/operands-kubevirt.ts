import type { Fault } from "./faults";
import type { KubeVirt, Pod } from "./objects";
import { webhook } from "./operand-webhooks";
import { commonInstancetypes } from "./operands-instancetypes";
import { kubevirtApi } from "./operands-kubevirt-api";
import { daemonSet, deployment, service, serviceAccount } from "./operands";
import type { Target } from "./operator-kubevirt-status";
import type { Operator, Platform } from "./operators";
import type { NodePlacement } from "./platform-objects";
import type { Store } from "./store";
import type { NewObject } from "./writes";

/** What decides about KubeVirt's components. */
export interface KubeVirtPlan {
    readonly kubevirt: KubeVirt;
    readonly operator: Operator;
    readonly target: Target;
    readonly platform: Platform;
    readonly fault: Fault | undefined;
}

const names = { api: "virt-api", controller: "virt-controller", handler: "virt-handler" } as const;

/** Stamped on everything that virt-operator makes. Source: KubeVirt core/v1/types.go. */
const strategy = "kubevirt.io/install-strategy";

/**
 * What virt-operator makes beside the definitions: of what the real one makes, that which others look at. Source: KubeVirt
 * pkg/virt-operator/resource/generate/components/{deployments,daemonsets,webhooks,serviceaccountnames}.go.
 */
export function kubevirtOperands(plan: KubeVirtPlan): NewObject[] {
    const { kubevirt, operator, platform, fault } = plan;
    const { namespace } = operator;
    const { infra, workloads } = kubevirt.spec;
    const replicas = infra?.replicas ?? 2;
    const made = (labels: Readonly<Record<string, string>>) => stamped(plan, labels, true);
    const component = (
        name: string,
        account: string,
        variable: string,
        memory: string,
        placement: NodePlacement | undefined,
    ) => ({
        name,
        namespace,
        metadata: made({ "kubevirt.io": name, "app.kubernetes.io/name": name }),
        pods: stamped(plan, { "kubevirt.io": name, "prometheus.kubevirt.io": "true" }, false),
        selector: { "kubevirt.io": name },
        serviceAccount: account,
        container: name,
        image: operator.variable(variable) || `${operator.registry}/${name}:${operator.version}`,
        cpu: "10m",
        memory,
        spec: placed(placement),
        fault: name === names.api ? fault : undefined,
    });
    return [
        ...["kubevirt-apiserver", "kubevirt-controller", "kubevirt-handler"].map((name) =>
            serviceAccount(name, namespace, made({ "kubevirt.io": "" })),
        ),
        service(names.api, namespace, made({ "kubevirt.io": names.api }), {
            "kubevirt.io": names.api,
        }),
        service(
            "kubevirt-operator-webhook",
            namespace,
            made({ "kubevirt.io": "" }),
            { "kubevirt.io": "virt-operator" },
            8444,
        ),
        deployment(
            component(
                names.api,
                "kubevirt-apiserver",
                "VIRT_API_IMAGE",
                "500Mi",
                infra?.nodePlacement,
            ),
            replicas,
        ),
        deployment(
            component(
                names.controller,
                "kubevirt-controller",
                "VIRT_CONTROLLER_IMAGE",
                "275Mi",
                infra?.nodePlacement,
            ),
            replicas,
        ),
        daemonSet(
            component(
                names.handler,
                "kubevirt-handler",
                "VIRT_HANDLER_IMAGE",
                "325Mi",
                workloads?.nodePlacement,
            ),
        ),
        ...webhook(
            {
                name: "virt-operator-validator",
                labels: made({ "kubevirt.io": "virt-operator-validator" }).labels,
            },
            {
                name: "kubevirt-validator.kubevirt.io",
                path: "/kubevirt-validate-delete",
                operations: ["DELETE"],
                apiGroup: "kubevirt.io",
                apiVersions: ["v1alpha3", "v1"],
                resource: "kubevirts",
                failurePolicy: "Fail",
                timeoutSeconds: 10,
            },
            platform,
            fault,
        ),
        ...kubevirtApi(plan, made),
        ...commonInstancetypes(platform, made),
    ];
}

/** Source: pkg/virt-operator/resource/apply/reconcile.go, injectOperatorMetadata. Pods have no generation: a new wish alone restarts none. */
function stamped(
    { kubevirt, target }: KubeVirtPlan,
    labels: Readonly<Record<string, string>>,
    withGeneration: boolean,
) {
    return {
        labels: {
            ...labels,
            "app.kubernetes.io/component": "kubevirt",
            "app.kubernetes.io/managed-by": "virt-operator",
        },
        annotations: {
            [`${strategy}-version`]: target.version,
            [`${strategy}-registry`]: target.registry,
            [`${strategy}-identifier`]: target.id,
            ...(withGeneration
                ? { "kubevirt.io/generation": String(kubevirt.metadata.generation ?? 0) }
                : {}),
        },
    };
}

function placed(placement: NodePlacement | undefined): object {
    return {
        priorityClassName: "kubevirt-cluster-critical",
        ...(placement?.affinity === undefined ? {} : { affinity: placement.affinity }),
        nodeSelector: { "kubernetes.io/os": "linux", ...placement?.nodeSelector },
        tolerations: [
            { key: "CriticalAddonsOnly", operator: "Exists" },
            ...(placement?.tolerations ?? []),
        ],
    };
}

/** Whether all components run, in the wanted version only. Source: pkg/virt-operator/util/readycheck.go. */
export function hasComponents(world: Store, { operator, target }: KubeVirtPlan): boolean {
    const { namespace } = operator;
    const enough = (name: string, wanted: number) => {
        const running = podsOf(world, namespace, name).filter(
            ({ status }) => status?.phase === "Running",
        );
        return (
            running.every((pod) => isOf(pod, target)) && running.filter(isReady).length >= wanted
        );
    };
    const deployments = [names.api, names.controller].every((name) => {
        const ready = world.get("Deployment", namespace, name)?.status?.readyReplicas ?? 0;
        return ready > 0 && enough(name, 1);
    });
    const { desiredNumberScheduled = 0, numberReady } =
        world.get("DaemonSet", namespace, names.handler)?.status ?? {};
    const handlers = desiredNumberScheduled > 0 && desiredNumberScheduled === numberReady;
    return deployments && handlers && enough(names.handler, desiredNumberScheduled);
}

/** The pods of a component. The real operator knows them by their names too. */
function podsOf(world: Store, namespace: string, name: string): Pod[] {
    return world.list("Pod", namespace).filter(({ metadata }) => metadata.name.includes(name));
}

function isOf({ metadata }: Pod, target: Target): boolean {
    return metadata.annotations?.[`${strategy}-identifier`] === target.id;
}

/** Whether every container of a pod is ready. */
export function isReady({ status }: Pod): boolean {
    return (
        status?.phase === "Running" && (status.containerStatuses ?? []).every(({ ready }) => ready)
    );
}

/** Whether a pod of virt-handler is ready on the node. */
export function handlerRuns(world: Store, node: string): boolean {
    return world
        .list("Pod")
        .some(
            (pod) =>
                pod.spec.nodeName === node &&
                pod.metadata.labels?.["kubevirt.io"] === names.handler &&
                isReady(pod),
        );
}

/** Whether virt-handler is installed at all. */
export function handlerExists(world: Store): boolean {
    return world.list("DaemonSet").some(({ metadata }) => metadata.name === names.handler);
}
