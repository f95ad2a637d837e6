import type { DataVolumeSpec } from "./image-objects";
import type { Condition, Texts } from "./metadata";
import type { Matcher, ReviewedProbe } from "./machine-rules/spec";

/** What the simulation reads and writes of KubeVirt's machines. Source: KubeVirt core/v1/types.go and schema.go. */

export interface VirtualMachineFields {
    readonly spec: {
        readonly runStrategy?: string;
        readonly running?: boolean;
        readonly instancetype?: Matcher;
        readonly preference?: Matcher;
        readonly updateVolumesStrategy?: string;
        readonly template: {
            readonly metadata?: { readonly labels?: Texts; readonly annotations?: Texts };
            readonly spec: MachineSpec;
        };
        readonly dataVolumeTemplates?: readonly {
            readonly metadata: {
                readonly name: string;
                readonly labels?: Texts;
                readonly annotations?: Texts;
            };
            readonly spec: DataVolumeSpec;
        }[];
    };
    readonly status?: VirtualMachineStatus;
}

/** Booleans are absent, not false. */
export interface VirtualMachineStatus {
    readonly printableStatus?: string;
    readonly created?: boolean;
    readonly ready?: boolean;
    readonly runStrategy?: string;
    readonly observedGeneration?: number;
    readonly desiredGeneration?: number;
    readonly conditions?: readonly Condition[];
    readonly startFailure?: StartFailure;
    readonly volumeSnapshotStatuses?: readonly unknown[];
    readonly stateChangeRequests?: readonly StateChangeRequest[];
    readonly instancetypeRef?: MatchedRef;
    readonly preferenceRef?: MatchedRef;
}

/** What a subresource asks of the controller. */
export interface StateChangeRequest {
    readonly action: "Start" | "Stop";
    /** The instance that is to stop. */
    readonly uid?: string;
}

/** The revision of an instancetype or a preference that a machine was made with. */
export interface MatchedRef {
    readonly name?: string;
    readonly kind?: string;
    readonly controllerRevisionRef?: { readonly name?: string };
}

/** Why a machine that should run does not, and when it is tried again. */
export interface StartFailure {
    readonly consecutiveFailCount: number;
    readonly lastFailedVMIUID?: string;
    readonly retryAfterTimestamp?: string;
}

/** A volume of a machine: one of these. */
export interface MachineVolume {
    readonly name: string;
    readonly dataVolume?: { readonly name: string; readonly hotpluggable?: boolean };
    readonly persistentVolumeClaim?: {
        readonly claimName: string;
        readonly hotpluggable?: boolean;
    };
}

/** A network interface of a machine. */
export interface MachineInterface {
    readonly name: string;
    readonly macAddress?: string;
    readonly masquerade?: object;
    readonly bridge?: object;
    readonly sriov?: object;
    readonly passtBinding?: object;
    readonly binding?: { readonly name: string };
    readonly state?: string;
}

/** What an interface is connected to. */
export interface MachineNetwork {
    readonly name: string;
    readonly pod?: object;
    readonly multus?: { readonly networkName: string; readonly default?: boolean };
}

/** A disk of a machine. */
export interface MachineDevice {
    readonly name: string;
    readonly cdrom?: object;
    readonly lun?: object;
    readonly disk?: { readonly bus?: string };
}

/** The spec of a VirtualMachineInstance, which is a machine's template too. */
export interface MachineSpec {
    readonly architecture?: string;
    readonly evictionStrategy?: string;
    readonly domain: {
        readonly cpu?: {
            readonly cores?: number;
            readonly sockets?: number;
            readonly threads?: number;
            readonly maxSockets?: number;
            readonly model?: string;
        };
        readonly memory?: { readonly guest?: string; readonly maxGuest?: string };
        readonly resources?: {
            readonly requests?: Readonly<Record<string, string | number | undefined>>;
            readonly limits?: Readonly<Record<string, string | number | undefined>>;
        };
        readonly firmware?: { readonly uuid?: string };
        readonly devices: {
            readonly disks?: readonly MachineDevice[];
            readonly interfaces?: readonly MachineInterface[];
            readonly hostDevices?: readonly object[];
            readonly gpus?: readonly object[];
            readonly autoattachPodInterface?: boolean;
        };
    };
    readonly networks?: readonly MachineNetwork[];
    readonly volumes?: readonly MachineVolume[];
    readonly nodeSelector?: Texts;
    readonly affinity?: unknown;
    readonly tolerations?: readonly unknown[];
    readonly readinessProbe?: ReviewedProbe;
}

export interface VirtualMachineInstanceFields {
    readonly spec: MachineSpec;
    readonly status?: MachineStatus;
}

/** Source: KubeVirt core/v1/types.go, VirtualMachineInstanceStatus. */
export interface MachineStatus {
    readonly phase?: string;
    readonly nodeName?: string;
    readonly conditions?: readonly Condition[];
    readonly phaseTransitionTimestamps?: readonly {
        readonly phase: string;
        readonly phaseTransitionTimestamp: string;
    }[];
    readonly memory?: { readonly guestAtBoot?: string; readonly guestCurrent?: string };
    readonly volumeStatus?: readonly VolumeStatus[];
    readonly interfaces?: readonly { readonly name?: string; readonly mac?: string }[];
    readonly currentCPUTopology?: { readonly sockets?: number };
    readonly migrationState?: MigrationState;
    readonly activePods?: Texts;
}

/** Where a volume of an instance is. */
export interface VolumeStatus {
    readonly name: string;
    readonly target: string;
    readonly phase?: string;
    readonly reason?: string;
    readonly message?: string;
    readonly hotplugVolume?: { readonly attachPodName?: string; readonly attachPodUID?: string };
    readonly persistentVolumeClaimInfo?: { readonly claimName?: string };
}

/** Source: KubeVirt core/v1/types.go, VirtualMachineInstanceMigrationState. */
export interface MigrationState {
    readonly migrationUid?: string;
    readonly sourceNode?: string;
    readonly sourcePod?: string;
    readonly targetNode?: string;
    readonly targetPod?: string;
    readonly startTimestamp?: string;
    readonly endTimestamp?: string;
    readonly mode?: string;
    readonly completed?: boolean;
    readonly failed?: boolean;
    readonly failureReason?: string;
    readonly abortRequested?: boolean;
    readonly abortStatus?: string;
}

export interface MigrationFields {
    readonly spec: { readonly vmiName: string; readonly addedNodeSelector?: Texts };
    readonly status?: {
        readonly phase?: string;
        readonly conditions?: readonly Condition[];
        readonly phaseTransitionTimestamps?: readonly {
            readonly phase: string;
            readonly phaseTransitionTimestamp: string;
        }[];
        readonly migrationState?: MigrationState;
    };
}

/** Why the controller cannot do what is wanted. */
export interface Problem {
    readonly reason: string;
    readonly message: string;
}
