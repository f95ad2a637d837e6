import type { Size } from "./size";

/** The least that a preference asks of a machine. */
export interface Preference {
    /** Virtual CPUs. */
    readonly cpu?: number;
    readonly memory?: Size;
    readonly architecture?: string;
}

/**
 * The common preferences that KubeVirt v1.9 brings, with what they ask for: kubevirt/common-instancetypes v1.7.0, as in KubeVirt
 * pkg/virt-operator/resource/generate/components/data/common-instancetypes.
 */
const all = {
    alpine: { cpu: 1, memory: "512Mi" },
    "centos.stream10": { cpu: 1, memory: "1.5Gi" },
    "centos.stream10.desktop": { cpu: 1, memory: "1.5Gi" },
    "centos.stream9": { cpu: 1, memory: "1.5Gi" },
    "centos.stream9.desktop": { cpu: 1, memory: "1.5Gi" },
    "centos.stream9.dpdk": { cpu: 8, memory: "1.5Gi" },
    cirros: { cpu: 1, memory: "256Mi" },
    debian: { cpu: 1, memory: "512Mi" },
    fedora: { cpu: 1, memory: "2Gi", architecture: "amd64" },
    "fedora.arm64": { cpu: 1, memory: "2Gi", architecture: "arm64" },
    "fedora.s390x": { cpu: 1, memory: "2Gi", architecture: "s390x" },
    legacy: {},
    linux: {},
    "linux.efi": {},
    "linux.virtiotransitional": {},
    "opensuse.leap": { cpu: 1, memory: "2Gi" },
    "opensuse.tumbleweed": { cpu: 1, memory: "2Gi" },
    oraclelinux: { cpu: 2, memory: "4Gi" },
    "rhel.10": { cpu: 1, memory: "1.5Gi", architecture: "amd64" },
    "rhel.10.arm64": { cpu: 1, memory: "1.5Gi", architecture: "arm64" },
    "rhel.10.s390x": { cpu: 1, memory: "1.5Gi", architecture: "s390x" },
    "rhel.7": { cpu: 1, memory: "1Gi" },
    "rhel.7.desktop": { cpu: 1, memory: "1Gi" },
    "rhel.8": { cpu: 1, memory: "1.5Gi" },
    "rhel.8.desktop": { cpu: 1, memory: "1.5Gi" },
    "rhel.8.dpdk": { cpu: 8, memory: "1.5Gi" },
    "rhel.9": { cpu: 1, memory: "1.5Gi", architecture: "amd64" },
    "rhel.9.arm64": { cpu: 1, memory: "1.5Gi", architecture: "arm64" },
    "rhel.9.desktop": { cpu: 1, memory: "1.5Gi", architecture: "amd64" },
    "rhel.9.dpdk": { cpu: 8, memory: "1.5Gi", architecture: "amd64" },
    "rhel.9.realtime": { cpu: 4, memory: "4Gi", architecture: "amd64" },
    "rhel.9.s390x": { cpu: 1, memory: "1.5Gi", architecture: "s390x" },
    sles: { cpu: 1, memory: "2Gi" },
    ubuntu: { cpu: 1, memory: "2Gi" },
    "windows.10": { cpu: 1, memory: "2Gi" },
    "windows.10.virtio": { cpu: 1, memory: "2Gi" },
    "windows.11": { cpu: 2, memory: "4Gi" },
    "windows.11.virtio": { cpu: 2, memory: "4Gi" },
    "windows.2k12": { cpu: 1, memory: "512Mi" },
    "windows.2k12.virtio": { cpu: 1, memory: "512Mi" },
    "windows.2k16": { cpu: 1, memory: "2Gi" },
    "windows.2k16.virtio": { cpu: 1, memory: "2Gi" },
    "windows.2k19": { cpu: 1, memory: "2Gi" },
    "windows.2k19.virtio": { cpu: 1, memory: "2Gi" },
    "windows.2k22": { cpu: 1, memory: "2Gi" },
    "windows.2k22.virtio": { cpu: 1, memory: "2Gi" },
    "windows.2k25": { cpu: 1, memory: "2Gi" },
    "windows.2k25.virtio": { cpu: 1, memory: "2Gi" },
    "windows.2k3": { cpu: 1, memory: "256Mi" },
    "windows.2k8": { cpu: 1, memory: "512Mi" },
    "windows.2k8.virtio": { cpu: 1, memory: "512Mi" },
    "windows.7": { cpu: 1, memory: "2Gi" },
    "windows.7.virtio": { cpu: 1, memory: "2Gi" },
    "windows.xp": { cpu: 1, memory: "128Mi" },
} as const satisfies Readonly<Record<string, Preference>>;

/** Name of a common preference. */
export type PreferenceName = keyof typeof all;

export const preferences: Readonly<Record<PreferenceName, Preference>> = all;
