/** Source: KubeVirt instancetype/v1beta1/types.go, VirtualMachineInstancetypeSpec: what the simulation applies of it. */
export interface InstancetypeSpec {
    readonly cpu: {
        readonly guest: number;
        readonly maxSockets?: number;
        readonly model?: string;
        readonly dedicatedCPUPlacement?: boolean;
        readonly isolateEmulatorThread?: boolean;
        readonly numa?: object;
    };
    readonly memory: {
        readonly guest: string;
        readonly maxGuest?: string;
        readonly hugepages?: { readonly pageSize?: string };
        readonly overcommitPercent?: number;
    };
}

/** Source: KubeVirt instancetype/v1beta1/types.go, VirtualMachinePreferenceSpec. */
export interface PreferenceSpec {
    readonly cpu?: {
        readonly preferredCPUTopology?: string;
        readonly spreadOptions?: { readonly across?: string; readonly ratio?: number };
    };
    readonly machine?: { readonly preferredMachineType?: string };
    readonly preferredArchitecture?: string;
    readonly volumes?: { readonly preferredStorageClassName?: string };
    readonly devices?: {
        readonly preferredDiskBus?: string;
        readonly preferredInterfaceModel?: string;
    };
    readonly requirements?: {
        readonly cpu?: { readonly guest: number };
        readonly memory?: { readonly guest: string };
    };
}
