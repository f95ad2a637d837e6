import type { Metadata } from "./objects";
import { type Platform, definitionsOf } from "./operators";
import type { NewObject } from "./writes";

const apiVersion = "instancetype.kubevirt.io/v1beta1";

/** CPUs and GiB of memory for each CPU. */
const sizes = { medium: 1, large: 2, xlarge: 4, "2xlarge": 8, "4xlarge": 16, "8xlarge": 32 };

/** Smaller ones and odd ones of the series u1. */
const ofU1 = {
    nano: [1, "512Mi"],
    micro: [1, "1Gi"],
    small: [1, "2Gi"],
    "2xmedium": [2, "4Gi"],
} as const;

/** How many CPUs and how much memory a guest needs, and what disks and networks it prefers. */
const preferences = {
    "centos.stream9": [1, "1.5Gi"],
    debian: [1, "512Mi"],
    fedora: [1, "2Gi"],
    "rhel.9": [1, "1.5Gi"],
    ubuntu: [2, "2Gi"],
    "windows.10": [1, "2Gi"],
    "windows.11": [2, "4Gi"],
    "windows.2k22": [1, "2Gi"],
    "windows.2k25": [1, "2Gi"],
} as const;

/**
 * Some of the instancetypes and preferences that KubeVirt brings, where their kinds come with it. Source:
 * kubevirt/common-instancetypes: instancetypes/{u,cx}/1/sizes.yaml and preferences.
 */
export function commonInstancetypes(
    platform: Platform,
    made: (labels: Readonly<Record<string, string>>) => Pick<Metadata, "labels" | "annotations">,
): NewObject[] {
    const brought = definitionsOf(platform, "KubeVirt").map(({ metadata }) => metadata.name);
    const common = (kind: NewObject["kind"], name: string, spec: object): NewObject => {
        const vendor = { "instancetype.kubevirt.io/vendor": "kubevirt.io" };
        return { apiVersion, kind, metadata: { name, ...made(vendor) }, spec };
    };
    const type = (name: string, spec: object) =>
        common("VirtualMachineClusterInstancetype", name, spec);
    const types = [
        ...Object.entries(ofU1).map(([size, [guest, memory]]) =>
            type(`u1.${size}`, { cpu: { guest }, memory: { guest: memory } }),
        ),
        ...Object.entries(sizes).flatMap(([size, guest]) => [
            type(`u1.${size}`, { cpu: { guest }, memory: { guest: `${4 * guest}Gi` } }),
            type(`cx1.${size}`, exclusive(guest)),
        ]),
    ];
    const suits = Object.entries(preferences).map(([name, [guest, memory]]) =>
        common("VirtualMachineClusterPreference", name, {
            devices: name.startsWith("windows")
                ? { preferredDiskBus: "sata", preferredInterfaceModel: "e1000e" }
                : { preferredDiskBus: "virtio", preferredInterfaceModel: "virtio" },
            requirements: { cpu: { guest }, memory: { guest: memory } },
        }),
    );
    return [
        ...(brought.includes(`virtualmachineclusterinstancetypes.${group}`) ? types : []),
        ...(brought.includes(`virtualmachineclusterpreferences.${group}`) ? suits : []),
    ];
}

const group = "instancetype.kubevirt.io";

function exclusive(guest: number): object {
    return {
        cpu: {
            guest,
            maxSockets: guest,
            dedicatedCPUPlacement: true,
            isolateEmulatorThread: true,
            numa: { guestMappingPassthrough: {} },
        },
        ioThreadsPolicy: "auto",
        memory: { guest: `${2 * guest}Gi`, hugepages: { pageSize: "2Mi" } },
    };
}
