import type { Deployment, KubernetesObject, Metadata, Texts } from "./objects";
import type { Fault } from "./faults";
import type { PodTemplate } from "./platform-objects";
import { isDeleted } from "./reading";
import type { Store } from "./store";
import { nowhere } from "./worker-pod";
import { type NewObject, type Write, create, patch, remove } from "./writes";

/** Marks a pod whose container never starts. KWOK leaves the status of such a pod alone, see kwokctl.ts. */
export const statusByHand = { "kwok.x-k8s.io/status": "custom" } as const;

/** On a component: which fault its pods were made with. */
const faultStamp = "sandbox.pulumi-kubevirt.dev/fault";

/** The container that a component's pods run. */
export interface Component {
    readonly name: string;
    readonly namespace: string;
    /** Of the object itself. */
    readonly metadata: Pick<Metadata, "labels" | "annotations" | "ownerReferences">;
    /** Of its pods. */
    readonly pods: Pick<Metadata, "labels" | "annotations">;
    readonly selector: Texts;
    readonly serviceAccount: string;
    readonly container: string;
    readonly image: string;
    readonly cpu: string;
    readonly memory: string;
    /** What else the pods' spec has. */
    readonly spec?: object;
    /** What is to go wrong with its pods. */
    readonly fault?: Fault | undefined;
}

/** A Deployment of an operator. */
export function deployment(component: Component, replicas: number): NewObject {
    return workload("Deployment", component, { replicas });
}

/** A DaemonSet of an operator. */
export function daemonSet(component: Component): NewObject {
    return workload("DaemonSet", component, {});
}

function workload(
    kind: "Deployment" | "DaemonSet",
    component: Component,
    spec: { readonly replicas?: number },
): NewObject {
    const { name, namespace, metadata, pods, fault } = component;
    const stamp = isPodFault(fault) ? { [faultStamp]: fault } : {};
    const byHand = fault === "operand-image-pull" ? statusByHand : {};
    return {
        apiVersion: "apps/v1",
        kind,
        metadata: {
            ...metadata,
            name,
            namespace,
            annotations: { ...metadata.annotations, ...stamp },
        },
        spec: {
            ...spec,
            selector: { matchLabels: component.selector },
            template: {
                metadata: { ...pods, annotations: { ...pods.annotations, ...byHand } },
                spec: {
                    serviceAccountName: component.serviceAccount,
                    ...component.spec,
                    ...(fault === "operand-unschedulable" ? { nodeSelector: nowhere } : {}),
                    // KWOK would have to confirm the end of a pod that it leaves alone.
                    ...(fault === "operand-image-pull" ? { terminationGracePeriodSeconds: 0 } : {}),
                    containers: [
                        {
                            name: component.container,
                            image: component.image,
                            ...(kind === "Deployment" ? { securityContext: restricted } : {}),
                            resources: {
                                requests: { cpu: component.cpu, memory: component.memory },
                            },
                        },
                    ],
                },
            },
        },
    };
}

/**
 * What the operators give to all but their node agents, so that Pod Security lets them in. Sources: CDI
 * pkg/operator/resources/utils/common.go; KubeVirt pkg/virt-operator/resource/generate/components/deployments.go.
 */
const restricted = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"] },
    runAsNonRoot: true,
    seccompProfile: { type: "RuntimeDefault" },
};

function isPodFault(fault: Fault | undefined): fault is Fault {
    return fault === "operand-image-pull" || fault === "operand-unschedulable";
}

/** A Service in front of a component, on port 443. */
export function service(
    name: string,
    namespace: string,
    metadata: Pick<Metadata, "labels" | "annotations" | "ownerReferences">,
    selector: Texts,
    targetPort = 8443,
): NewObject {
    return {
        apiVersion: "v1",
        kind: "Service",
        metadata: { ...metadata, name, namespace },
        spec: { selector, ports: [{ port: 443, targetPort, protocol: "TCP" }] },
    };
}

/** A ServiceAccount: without it no pod of the component is made. */
export function serviceAccount(
    name: string,
    namespace: string,
    metadata: Pick<Metadata, "labels" | "annotations" | "ownerReferences">,
): NewObject {
    return { apiVersion: "v1", kind: "ServiceAccount", metadata: { ...metadata, name, namespace } };
}

/** Makes what is missing, and makes what was written for another version or another wish what is wanted now. */
export function applyOperands(world: Store, wanted: readonly NewObject[]): Write[] {
    return wanted.flatMap((object) => {
        const there = found(world, object);
        return there === undefined ? [create(object)] : update(there, object);
    });
}

function update(there: KubernetesObject, { metadata, spec, webhooks }: NewObject): Write[] {
    if (isDeleted(there)) {
        return [];
    }
    if (webhooks !== undefined) {
        return reaches(there) === reaches({ webhooks }) ? [] : patch(there, { webhooks });
    }
    const { labels } = metadata;
    const annotations = { [faultStamp]: null, ...metadata.annotations };
    const changed = patch(there, { metadata: { labels, annotations } });
    if (changed.length === 0 || spec === undefined || !("spec" in there)) {
        return changed;
    }
    const { selector: _, ...rest } = spec as { selector?: object; template?: PodTemplate };
    const { template } = (there as Deployment).spec;
    const change = {
        ...rest,
        ...(rest.template && { template: replacing(template, rest.template) }),
    };
    return patch(there, { metadata: { labels, annotations }, spec: change });
}

function reaches(configuration: object): string {
    const { webhooks = [] } = configuration as {
        readonly webhooks?: readonly { readonly clientConfig: object }[];
    };
    const { url = "", caBundle = "" } = (webhooks[0]?.clientConfig ?? {}) as Texts;
    return `${url} ${caBundle}`;
}

/** A merge patch after which nothing is left of what was before and is not wanted. */
function replacing(before: unknown, after: unknown): unknown {
    if (!isRecord(before) || !isRecord(after)) {
        return after;
    }
    const gone = Object.keys(before).filter((key) => !(key in after));
    return {
        ...Object.fromEntries(gone.map((key) => [key, null])),
        ...Object.fromEntries(
            Object.entries(after).map(([key, value]) => [key, replacing(before[key], value)]),
        ),
    };
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Deletes what is there of them. */
export function removeOperands(world: Store, operands: readonly NewObject[]): Write[] {
    return operands.flatMap((object) => {
        const there = found(world, object);
        return there === undefined ? [] : remove(there);
    });
}

/** Whether all of them are there, and none is on its way out. */
export function allThere(world: Store, objects: readonly NewObject[]): boolean {
    return objects.every((object) => {
        const there = found(world, object);
        return there !== undefined && !isDeleted(there);
    });
}

/** Whether one of them is there. */
export function anyThere(world: Store, objects: readonly NewObject[]): boolean {
    return objects.some((object) => found(world, object) !== undefined);
}

function found(world: Store, { kind, metadata }: NewObject): KubernetesObject | undefined {
    return world.get(kind, metadata.namespace, metadata.name);
}
