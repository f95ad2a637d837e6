/**
 * The fields of Kubernetes, CDI and KubeVirt objects that the verdicts read. Everything is optional: what the API server answers
 * is not checked, and a verdict must not fall over a field that is missing.
 */

/** Source: k8s.io/apimachinery ObjectMeta. */
export interface Metadata {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly creationTimestamp?: string;
    readonly deletionTimestamp?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind?: string; readonly name?: string }[];
}

/** What every object has. */
export interface KubernetesObject {
    readonly metadata?: Metadata;
}

/** Order in a list of conditions is not fixed: look them up by type. */
export interface Condition {
    readonly type?: string;
    readonly status?: string;
    readonly reason?: string;
    readonly message?: string;
}

/** What a DataVolume asks its claim to be. Source: CDI types.go (StorageSpec), core/v1 PersistentVolumeClaimSpec. */
interface WantedClaim {
    readonly storageClassName?: string;
    readonly dataSource?: unknown;
    readonly dataSourceRef?: unknown;
    readonly resources?: { readonly requests?: { readonly storage?: string } };
}

/** Source: CDI types.go, v1beta1. */
export interface DataVolume extends KubernetesObject {
    readonly spec?: {
        readonly source?: Readonly<Record<string, unknown>>;
        readonly sourceRef?: {
            readonly kind?: string;
            readonly name?: string;
            readonly namespace?: string;
        };
        readonly storage?: WantedClaim;
        readonly pvc?: WantedClaim;
    };
    readonly status?: {
        readonly phase?: string;
        readonly progress?: string;
        readonly claimName?: string;
        readonly restartCount?: number;
        readonly conditions?: readonly Condition[];
    };
}

/** A PersistentVolumeClaim. */
export interface Claim extends KubernetesObject {
    readonly spec?: {
        readonly storageClassName?: string;
        readonly volumeName?: string;
        readonly dataSourceRef?: { readonly kind?: string };
        readonly resources?: { readonly requests?: { readonly storage?: string } };
    };
    readonly status?: {
        readonly phase?: string;
        readonly capacity?: { readonly storage?: string };
        /** How far growing has come. Source: core/v1 ClaimResourceStatus. */
        readonly allocatedResourceStatuses?: { readonly storage?: string };
        readonly conditions?: readonly Condition[];
    };
}

/** A StorageClass. */
export interface StorageClass extends KubernetesObject {
    readonly provisioner?: string;
    readonly volumeBindingMode?: string;
    readonly allowVolumeExpansion?: boolean;
}

/** A DataSource: what a golden image is cloned from. Source: CDI types.go, v1beta1. */
export interface DataSource extends KubernetesObject {
    readonly status?: { readonly conditions?: readonly Condition[] };
}

/** A LimitRange: how large or small a namespace's claims and pods may be. */
export interface LimitRange extends KubernetesObject {
    readonly spec?: {
        readonly limits?: readonly {
            /** `PersistentVolumeClaim`, `Container` or `Pod`. */
            readonly type?: string;
            readonly min?: Readonly<Record<string, string>>;
            readonly max?: Readonly<Record<string, string>>;
        }[];
    };
}

/** A PersistentVolume. */
export interface Volume extends KubernetesObject {
    readonly spec?: {
        readonly capacity?: { readonly storage?: string };
        readonly persistentVolumeReclaimPolicy?: string;
        readonly claimRef?: { readonly uid?: string };
    };
}

/** How a container's process is doing. */
export interface ContainerState {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: unknown;
    readonly terminated?: {
        readonly reason?: string;
        readonly message?: string;
        readonly exitCode?: number;
    };
}

/** How a container of a pod is doing. */
export interface ContainerStatus {
    readonly name?: string;
    readonly state?: ContainerState;
    readonly lastState?: ContainerState;
}

/** A Pod: worker pods of CDI, those that use a claim, and those of the operators. */
export interface Pod extends KubernetesObject {
    /** All that is kept of it. */
    readonly spec?: {
        readonly nodeName?: string;
        readonly volumes?: readonly {
            readonly persistentVolumeClaim?: { readonly claimName?: string };
        }[];
    };
    readonly status?: {
        readonly phase?: string;
        readonly conditions?: readonly Condition[];
        readonly initContainerStatuses?: readonly ContainerStatus[];
        readonly containerStatuses?: readonly ContainerStatus[];
    };
}

/** An Event of the core API. Components write either `lastTimestamp` or `eventTime`. */
export interface KubernetesEvent extends KubernetesObject {
    readonly reason?: string;
    readonly message?: string;
    readonly lastTimestamp?: string | null;
    readonly eventTime?: string | null;
    readonly involvedObject?: {
        readonly kind?: string;
        readonly name?: string;
        readonly uid?: string;
    };
}

/** Source: KubeVirt core/v1/types.go. */
export interface VirtualMachine extends KubernetesObject {
    readonly spec?: { readonly runStrategy?: string };
    readonly status?: {
        readonly printableStatus?: string;
        /** What virt-controller has seen of the machine while it is on. */
        readonly desiredGeneration?: number;
        readonly conditions?: readonly Condition[];
        /** Starts that have ended before the guest ran. */
        readonly startFailure?: { readonly consecutiveFailCount?: number };
    };
}

/** How KubeVirt asks a guest whether it is up. Source: KubeVirt core/v1/types.go, Probe. */
export interface GuestProbe {
    readonly tcpSocket?: { readonly port?: number | string };
    readonly httpGet?: { readonly port?: number | string; readonly path?: string };
    readonly exec?: unknown;
    readonly guestAgentPing?: unknown;
}

/** An interface of a machine that is on. */
export interface GuestInterface {
    /** Name of its network. */
    readonly name?: string;
    readonly mac?: string;
    readonly ipAddress?: string;
    readonly ipAddresses?: readonly string[];
}

/** Source: KubeVirt core/v1/types.go. */
export interface VirtualMachineInstance extends KubernetesObject {
    readonly spec?: { readonly readinessProbe?: GuestProbe };
    readonly status?: {
        readonly phase?: string;
        readonly nodeName?: string;
        readonly interfaces?: readonly GuestInterface[];
        readonly conditions?: readonly Condition[];
        /** What the guest agent says; empty without one. */
        readonly guestOSInfo?: { readonly prettyName?: string; readonly name?: string };
        /** The last migration, under way or over. */
        readonly migrationState?: {
            readonly targetNode?: string;
            readonly completed?: boolean;
            readonly failed?: boolean;
            readonly failureReason?: string;
        };
    };
}

/** A condition by its type. */
export function conditionOf(
    conditions: readonly Condition[] | undefined,
    type: string,
): Condition | undefined {
    return conditions?.find((condition) => condition.type === type);
}

/** An annotation of an object. */
export function annotationOf(
    object: KubernetesObject | undefined,
    name: string,
): string | undefined {
    return object?.metadata?.annotations?.[name];
}

/** "DataVolume vms/db-root": how a message names an object. */
export function objectName(kind: string, object: KubernetesObject | undefined): string {
    const { namespace, name } = object?.metadata ?? {};
    return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name ?? "(unnamed)"}`;
}
