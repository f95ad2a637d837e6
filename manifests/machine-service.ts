import { groupLabel, managedByLabel, ownerAnnotation } from "../model/annotations";
import { type Fields, given } from "./fields";
import type { KubernetesObject } from "./kubernetes-object";

export const serviceTypes = ["ClusterIP", "NodePort", "LoadBalancer", "headless"] as const;
/** How a service is reached; `headless` gives the name the addresses of the pods themselves. */
export type ServiceType = (typeof serviceTypes)[number];

/** A port of a service. */
export interface ServicePortPlan {
    readonly name?: string | undefined;
    readonly port: number;
    readonly targetPort?: number | string | undefined;
    readonly protocol?: "TCP" | "UDP" | undefined;
    readonly nodePort?: number | undefined;
}

/** What a service for machines is made of. */
export interface MachineServicePlan {
    readonly name: string;
    readonly namespace: string;
    readonly owner: string;
    /** The pods of one machine, of a group's, or of all that have some labels. */
    readonly target:
        | { readonly machine: string }
        | { readonly group: string }
        | { readonly labels: Readonly<Record<string, string>> };
    readonly type: ServiceType;
    readonly ports: readonly ServicePortPlan[];
    readonly loadBalancerClass?: string | undefined;
    readonly allocateNodePorts?: boolean | undefined;
    readonly sourceRanges?: readonly string[] | undefined;
    readonly externalTrafficPolicy?: "Cluster" | "Local" | undefined;
    readonly sessionAffinity?: "None" | "ClientIP" | undefined;
    readonly publishNotReady?: boolean | undefined;
    readonly annotations?: Readonly<Record<string, string>> | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** A Service. Source: core/v1. */
export interface MachineServiceManifest extends KubernetesObject {
    readonly apiVersion: "v1";
    readonly kind: "Service";
    readonly spec: Fields;
}

/**
 * The service for a machine's ports. Its pods are launchers: while a machine moves there are two, of which Kubernetes sends
 * traffic to the one that is ready.
 */
export function machineService(plan: MachineServicePlan): MachineServiceManifest {
    const { target, type } = plan;
    const one = plan.ports.length === 1;
    return {
        apiVersion: "v1",
        kind: "Service",
        metadata: {
            name: plan.name,
            namespace: plan.namespace,
            labels: { ...plan.labels, ...managedByLabel },
            annotations: { ...plan.annotations, [ownerAnnotation]: plan.owner },
        },
        spec: {
            type: type === "headless" ? "ClusterIP" : type,
            ...(type === "headless" ? { clusterIP: "None" } : {}),
            selector: selectorOf(target),
            ...given({
                ports:
                    plan.ports.length === 0
                        ? undefined
                        : plan.ports.map((port) => portOf(port, one)),
                loadBalancerClass: plan.loadBalancerClass,
                allocateLoadBalancerNodePorts: plan.allocateNodePorts,
                loadBalancerSourceRanges: plan.sourceRanges,
                externalTrafficPolicy: plan.externalTrafficPolicy,
                sessionAffinity: plan.sessionAffinity,
                publishNotReadyAddresses: plan.publishNotReady,
            }),
        },
    };
}

function selectorOf(target: MachineServicePlan["target"]): Readonly<Record<string, string>> {
    if ("labels" in target) {
        return target.labels;
    }
    return "machine" in target
        ? { "kubevirt.io/vm": target.machine }
        : { [groupLabel]: target.group };
}

/** Of several ports each has a name. */
function portOf(
    { name, port, targetPort, protocol = "TCP", nodePort }: ServicePortPlan,
    one: boolean,
): Fields {
    return {
        ...given({ name: name ?? (one ? undefined : `${protocol.toLowerCase()}-${String(port)}`) }),
        port,
        protocol,
        targetPort: targetPort ?? port,
        ...given({ nodePort }),
    };
}
