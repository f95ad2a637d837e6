import type { Condition, KubernetesObject } from "./objects";

/** A Deployment or DaemonSet as far as its rollout is judged. Source: k8s.io/api apps/v1. */
export interface Workload extends KubernetesObject {
    readonly spec?: { readonly replicas?: number };
    readonly status?: {
        readonly observedGeneration?: number;
        readonly replicas?: number;
        readonly updatedReplicas?: number;
        readonly availableReplicas?: number;
        readonly desiredNumberScheduled?: number;
        readonly updatedNumberScheduled?: number;
        readonly numberAvailable?: number;
        readonly conditions?: readonly Condition[];
    };
}

/** What the CRs of both operators have. */
export interface OperatorStatus {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    readonly operatorVersion?: string;
}

/** Source: KubeVirt core/v1/types.go (KubeVirtStatus). */
export interface KubeVirtResource extends KubernetesObject {
    readonly spec?: {
        readonly uninstallStrategy?: string;
        readonly configuration?: {
            readonly developerConfiguration?: {
                readonly featureGates?: readonly string[];
                readonly disabledFeatureGates?: readonly string[];
            };
        };
    };
    readonly status?: OperatorStatus & {
        readonly observedKubeVirtVersion?: string;
        readonly targetKubeVirtVersion?: string;
        readonly observedGeneration?: number;
    };
}

/** Source: CDI vendor/kubevirt.io/controller-lifecycle-operator-sdk/api/types.go (Status). */
export interface CdiResource extends KubernetesObject {
    readonly spec?: { readonly uninstallStrategy?: string };
    readonly status?: OperatorStatus & {
        readonly observedVersion?: string;
        readonly targetVersion?: string;
    };
}

/** A validating or mutating configuration. Source: k8s.io/api admissionregistration/v1. */
export interface WebhookConfiguration extends KubernetesObject {
    readonly webhooks?: readonly {
        readonly name?: string;
        readonly clientConfig?: {
            readonly caBundle?: string;
            readonly service?: { readonly namespace?: string; readonly name?: string };
        };
    }[];
}

/** Addresses behind a Service. An endpoint whose readiness is unknown counts as ready. Source: k8s.io/api discovery/v1. */
export interface EndpointSlice extends KubernetesObject {
    readonly endpoints?: readonly {
        readonly addresses?: readonly string[];
        readonly conditions?: { readonly ready?: boolean };
    }[];
}

/** A node of the cluster. */
export interface ClusterNode extends KubernetesObject {
    readonly spec?: {
        readonly unschedulable?: boolean;
        readonly taints?: readonly { readonly key?: string; readonly effect?: string }[];
    };
    readonly status?: {
        readonly allocatable?: Readonly<Record<string, string>>;
        readonly conditions?: readonly Condition[];
    };
}

/** Which drivers a node's kubelet has registered. Source: k8s.io/api storage/v1 (CSINode); its name is the node's. */
export interface CsiNode extends KubernetesObject {
    readonly spec?: { readonly drivers?: readonly { readonly name?: string }[] };
}

/** What Longhorn found on a node. Source: Longhorn 1.12.1, nodes.longhorn.io (v1beta2). */
export interface LonghornNode extends KubernetesObject {
    readonly status?: { readonly conditions?: readonly Condition[] };
}

/** How snapshots of a driver are made. */
export interface VolumeSnapshotClass extends KubernetesObject {
    readonly driver?: string;
}
