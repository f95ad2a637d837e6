import type { Condition, Metadata, Texts } from "./metadata";

/** What the simulated operators read of the platform's objects, beside what every object has. */

/** Where the pods of an operator's components may run. Source: KubeVirt core/v1 NodePlacement; CDI's SDK has the same. */
export interface NodePlacement {
    readonly nodeSelector?: Texts;
    readonly affinity?: unknown;
    readonly tolerations?: readonly unknown[];
}

/** Source: KubeVirt core/v1/types.go, KubeVirtSpec and KubeVirtStatus. */
export interface KubeVirtFields {
    readonly spec: {
        readonly imagePullPolicy?: string;
        readonly uninstallStrategy?: string;
        readonly configuration?: {
            readonly developerConfiguration?: { readonly featureGates?: readonly string[] };
        };
        readonly infra?: { readonly replicas?: number; readonly nodePlacement?: NodePlacement };
        readonly workloads?: { readonly nodePlacement?: NodePlacement };
    };
    readonly status?: KubeVirtStatus;
}

/** What virt-operator says. */
export interface KubeVirtStatus {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    readonly operatorVersion?: string;
    readonly targetKubeVirtVersion?: string;
    readonly targetKubeVirtRegistry?: string;
    readonly targetDeploymentID?: string;
    readonly observedKubeVirtVersion?: string;
    readonly observedKubeVirtRegistry?: string;
    readonly observedDeploymentID?: string;
    readonly observedGeneration?: number;
}

/** Source: CDI types.go, CDISpec and CDIStatus. */
export interface CdiFields {
    readonly spec: {
        readonly imagePullPolicy?: string;
        readonly uninstallStrategy?: string;
        readonly config?: CdiConfigSpec;
        readonly infra?: NodePlacement & {
            readonly deploymentReplicas?: number;
            readonly apiServerReplicas?: number;
            readonly uploadProxyReplicas?: number;
        };
    };
    readonly status?: CdiStatus;
}

/** Source: CDI types.go, CDIConfigSpec. */
export interface CdiConfigSpec {
    readonly filesystemOverhead?: FilesystemOverhead;
    readonly scratchSpaceStorageClass?: string;
    readonly uploadProxyURLOverride?: string;
}

/** A share of a volume that its filesystem needs, as text: `0.06`. */
export interface FilesystemOverhead {
    readonly global?: string;
    readonly storageClass?: Texts;
}

/** Source: CDI types.go, CDIConfig. */
export interface CdiConfigFields {
    readonly spec: CdiConfigSpec;
    readonly status?: {
        readonly filesystemOverhead?: FilesystemOverhead;
        readonly scratchSpaceStorageClass?: string;
        readonly uploadProxyURL?: string;
        readonly uploadProxyCA?: string;
    };
}

/** What cdi-operator says. */
export interface CdiStatus {
    readonly phase?: string;
    readonly conditions?: readonly Condition[];
    readonly operatorVersion?: string;
    readonly targetVersion?: string;
    readonly observedVersion?: string;
}

/** A pod before it is made. */
export interface PodTemplate {
    readonly metadata?: Pick<Metadata, "labels" | "annotations">;
    readonly spec: {
        readonly containers: readonly ContainerFields[];
        readonly volumes?: readonly {
            readonly name: string;
            readonly configMap?: { readonly name: string };
        }[];
    };
}

/** Source: k8s.io/api/core/v1 Container. */
export interface ContainerFields {
    readonly name: string;
    readonly image: string;
    readonly command?: readonly string[];
    readonly args?: readonly string[];
    readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

/** Source: k8s.io/api/apps/v1. */
export interface DeploymentFields {
    readonly spec: { readonly replicas?: number; readonly template: PodTemplate };
    readonly status?: {
        readonly observedGeneration?: number;
        readonly replicas?: number;
        readonly updatedReplicas?: number;
        readonly readyReplicas?: number;
        readonly availableReplicas?: number;
    };
}

/** Source: k8s.io/api/apps/v1. */
export interface DaemonSetFields {
    readonly spec: { readonly template: PodTemplate };
    readonly status?: {
        readonly desiredNumberScheduled?: number;
        readonly numberReady?: number;
    };
}

/** Source: k8s.io/api/core/v1. */
export interface NodeFields {
    readonly spec?: { readonly unschedulable?: boolean };
    readonly status?: { readonly capacity?: Texts; readonly allocatable?: Texts };
}

/** Source: k8s.io/api/core/v1. */
export interface ServiceFields {
    readonly spec?: { readonly type?: string; readonly loadBalancerIP?: string };
    readonly status?: {
        readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] };
    };
}

/** Source: k8s.io/api/admissionregistration/v1. */
export interface WebhookConfigurationFields {
    readonly webhooks?: readonly {
        readonly clientConfig: { readonly url?: string; readonly caBundle?: string };
    }[];
}
