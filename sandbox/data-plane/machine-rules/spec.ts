import type { Texts } from "../metadata";

/**
 * What of a machine the simulated webhooks read and fill in: like any request it may have everything or nothing. Source: KubeVirt
 * core/v1/schema.go and types.go.
 */
export interface ReviewedMachine {
    readonly metadata?: { readonly name?: string; readonly namespace?: string };
    readonly spec?: ReviewedMachineSpec;
    readonly status?: { readonly snapshotInProgress?: string; readonly restoreInProgress?: string };
}

/** Which instancetype or preference a machine has. */
export interface Matcher {
    readonly name?: string;
    readonly kind?: string;
    readonly revisionName?: string;
    readonly inferFromVolume?: string;
    readonly inferFromVolumeFailurePolicy?: string;
}

export interface ReviewedMachineSpec {
    readonly runStrategy?: string;
    readonly running?: boolean;
    readonly instancetype?: Matcher;
    readonly preference?: Matcher;
    readonly dataVolumeTemplates?: readonly ReviewedTemplate[];
    readonly template?: {
        readonly metadata?: { readonly labels?: Texts; readonly annotations?: Texts };
        readonly spec?: ReviewedSpec;
    };
}

export interface ReviewedTemplate {
    readonly metadata?: { readonly name?: string; readonly namespace?: string };
    readonly spec?: {
        readonly source?: Readonly<
            Record<string, { name?: string; namespace?: string } | undefined>
        >;
        readonly sourceRef?: {
            readonly kind?: string;
            readonly name?: string;
            readonly namespace?: string;
        };
        readonly pvc?: ReviewedClaim;
        readonly storage?: ReviewedClaim;
    };
}

interface ReviewedClaim {
    readonly storageClassName?: string;
    readonly dataSource?: object;
    readonly dataSourceRef?: object;
}

export interface ReviewedSpec {
    readonly architecture?: string;
    readonly domain?: ReviewedDomain;
    readonly networks?: readonly ReviewedNetwork[];
    readonly volumes?: readonly ReviewedVolume[];
    readonly evictionStrategy?: string;
    readonly startStrategy?: string;
    readonly hostname?: string;
    readonly subdomain?: string;
    readonly dnsPolicy?: string;
    readonly dnsConfig?: { readonly nameservers?: readonly string[] };
    readonly livenessProbe?: ReviewedProbe;
    readonly readinessProbe?: ReviewedProbe;
    readonly accessCredentials?: readonly ReviewedCredential[];
    readonly terminationGracePeriodSeconds?: number;
    readonly tolerations?: readonly unknown[];
}

export interface ReviewedDomain {
    readonly cpu?: ReviewedCpu;
    readonly memory?: {
        readonly guest?: string;
        readonly maxGuest?: string;
        readonly hugepages?: { readonly pageSize?: string };
    };
    readonly resources?: { readonly requests?: Quantities; readonly limits?: Quantities };
    readonly machine?: { readonly type?: string };
    readonly firmware?: {
        readonly uuid?: string;
        readonly serial?: string;
        readonly acpi?: { readonly slicNameRef?: string; readonly msdmNameRef?: string };
        readonly bootloader?: {
            readonly bios?: object;
            readonly efi?: { readonly secureBoot?: boolean };
        };
    };
    readonly features?: { readonly smm?: { readonly enabled?: boolean } };
    readonly launchSecurity?: { readonly tdx?: object };
    readonly ioThreadsPolicy?: string;
    readonly ioThreads?: { readonly supplementalPoolThreadCount?: number };
    readonly devices?: ReviewedDevices;
}

/** Quantities by the name of a resource; a number is one too. */
type Quantities = Readonly<Record<string, string | number | undefined>>;

export interface ReviewedCpu {
    readonly cores?: number;
    readonly sockets?: number;
    readonly threads?: number;
    readonly maxSockets?: number;
    readonly model?: string;
    readonly dedicatedCpuPlacement?: boolean;
    readonly isolateEmulatorThread?: boolean;
    readonly numa?: { readonly guestMappingPassthrough?: object };
    readonly realtime?: object;
    readonly features?: readonly { readonly name?: string; readonly policy?: string }[];
}

export interface ReviewedDevices {
    readonly disks?: readonly ReviewedDisk[];
    readonly interfaces?: readonly ReviewedInterface[];
    readonly filesystems?: readonly { readonly name?: string }[];
    readonly inputs?: readonly { readonly bus?: string; readonly type?: string }[];
    readonly hostDevices?: readonly object[];
    readonly autoattachPodInterface?: boolean;
    readonly autoattachVSOCK?: boolean;
    readonly autoattachGraphicsDevice?: boolean;
    readonly downwardMetrics?: object;
    readonly video?: object;
    readonly sound?: { readonly name?: string; readonly model?: string };
}

export interface ReviewedDisk {
    readonly name?: string;
    readonly disk?: ReviewedTarget & { readonly pciAddress?: string };
    readonly lun?: ReviewedTarget;
    readonly cdrom?: ReviewedTarget;
    readonly bootOrder?: number;
    readonly cache?: string;
    readonly io?: string;
    readonly serial?: string;
    readonly errorPolicy?: string;
    readonly dedicatedIOThread?: boolean;
}

interface ReviewedTarget {
    readonly bus?: string;
    readonly readonly?: boolean;
}

export interface ReviewedInterface {
    readonly name?: string;
    readonly bridge?: object;
    readonly masquerade?: object;
    readonly sriov?: object;
    readonly passtBinding?: object;
    readonly binding?: { readonly name?: string };
    readonly slirp?: object;
    readonly macvtap?: object;
    readonly passt?: object;
    readonly state?: string;
    readonly model?: string;
    readonly macAddress?: string;
    readonly pciAddress?: string;
    readonly bootOrder?: number;
    readonly ports?: readonly {
        readonly name?: string;
        readonly port?: number;
        readonly protocol?: string;
    }[];
}

export interface ReviewedNetwork {
    readonly name?: string;
    readonly pod?: object;
    readonly multus?: { readonly networkName?: string; readonly default?: boolean };
    readonly resourceClaim?: object;
}

export interface ReviewedVolume {
    readonly name?: string;
    readonly dataVolume?: { readonly name?: string; readonly hotpluggable?: boolean };
    readonly persistentVolumeClaim?: {
        readonly claimName?: string;
        readonly hotpluggable?: boolean;
    };
    readonly containerDisk?: { readonly image?: string; readonly path?: string };
    readonly cloudInitNoCloud?: CloudInit;
    readonly cloudInitConfigDrive?: CloudInit;
    readonly hostDisk?: { readonly path?: string; readonly type?: string };
    readonly configMap?: { readonly name?: string };
    readonly secret?: { readonly secretName?: string };
    readonly serviceAccount?: { readonly serviceAccountName?: string };
    readonly downwardMetrics?: object;
}

export interface CloudInit {
    readonly userData?: string;
    readonly userDataBase64?: string;
    readonly secretRef?: { readonly name?: string };
    readonly networkData?: string;
    readonly networkDataBase64?: string;
    readonly networkDataSecretRef?: { readonly name?: string };
}

export interface ReviewedProbe {
    readonly httpGet?: object;
    readonly tcpSocket?: object;
    readonly exec?: object;
    readonly guestAgentPing?: object;
}

export interface ReviewedCredential {
    readonly sshPublicKey?: {
        readonly source?: { readonly secret?: object };
        readonly propagationMethod?: {
            readonly noCloud?: object;
            readonly configDrive?: object;
            readonly qemuGuestAgent?: { readonly users?: readonly string[] };
        };
    };
    readonly userPassword?: {
        readonly source?: { readonly secret?: object };
        readonly propagationMethod?: { readonly qemuGuestAgent?: object };
    };
}

/** One reason to refuse a machine. */
export interface Cause {
    readonly message: string;
    readonly field: string;
    readonly reason?: "FieldValueInvalid" | "FieldValueRequired" | "FieldValueNotFound";
}

/** Where a machine's template has the instance's spec: the reviews' messages begin with it. */
export const inTemplate = "spec.template.spec";
