import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { VirtualMachineArgs } from "../../../components";
import { checkVirtualMachine } from "../../../components/machines/virtual-machine-check";
import { machineShape } from "../../../components/machines/virtual-machine-shape";

/** What the real virt-api 1.9 answered: shared/data/recorded/webhook-answers-vm*.json. */
const file = join(__dirname, "..", "..", "fixtures", "webhooks", "vm-answers.json");
const { cases } = JSON.parse(readFileSync(file, "utf8")) as {
    readonly cases: readonly { readonly name: string; readonly code: number }[];
};

const storage = { volumeMode: "Block", accessMode: "ReadWriteMany" };
const disk = (name: string, change: object = {}) => ({ name, size: "1Gi", storage, ...change });
const pod = { name: "default", pod: true };

/** The same mistake as it is written here. */
const ours: Readonly<Record<string, object>> = {
    "two pod networks": { networks: [pod, { name: "more", pod: true }] },
    "masquerade on a multus network": {
        networks: [{ name: "lan", network: "a/b", binding: "masquerade" }],
    },
    "network with neither pod nor multus": { networks: [{ name: "lan" }] },
    "multus without networkName": { networks: [{ name: "lan", network: "" }] },
    "duplicate network names": { networks: [pod, { name: "default", network: "a/b" }] },
    "duplicate port names": {
        networks: [
            {
                ...pod,
                ports: [
                    { name: "a", port: 1 },
                    { name: "a", port: 2 },
                ],
            },
        ],
    },
    "slirp binding (removed)": { networks: [{ ...pod, binding: "slirp" }] },
    "bus nvme": { disks: [disk("root", { bus: "nvme" })] },
    "cdrom with bus virtio": { disks: [disk("root", { as: "cdrom", bus: "virtio" })] },
    "duplicate disk names": { disks: [disk("root"), disk("root")] },
    "duplicate volume names": { volumes: [{ name: "root", emptyDisk: "1Gi" }] },
    "volume with no source": { volumes: [{ name: "more" }] },
    "dataVolume with empty name": { disks: [disk("root", { claimName: "" })] },
    "containerDisk with relative path": {
        volumes: [{ name: "more", containerDisk: "a/b:1", path: "../a" }],
    },
    "bootOrder twice": { disks: [disk("root", { bootOrder: 2 }), disk("more", { bootOrder: 2 })] },
    "cache unknown": { disks: [disk("root", { cache: "fast" })] },
    "serial with special characters": { disks: [disk("root", { serial: "a b!" })] },
    "serial longer than 256": { disks: [disk("root", { serial: "x".repeat(257) })] },
    "disk name too long": { disks: [disk("x".repeat(64))] },
    "volume name with underscore": { disks: [disk("a_b")] },
    "unknown runStrategy": { runStrategy: "Sometimes" },
    "runStrategy WaitAsReceiver": { runStrategy: "WaitAsReceiver" },
    "maxGuest smaller than guest": { memory: { guest: "4Gi", max: "2Gi" } },
    "memory maxGuest not multiple of 1Mi": { memory: { guest: "2Gi", max: "2049.5Mi" } },
    "memory with maxGuest but guest less than 1Gi": { memory: { guest: "512Mi", max: "2Gi" } },
    "maxSockets smaller than sockets": { cpu: { sockets: 4, maxSockets: 2 } },
    "hugepages pageSize not a quantity": { memory: { guest: "2Gi", hugepages: "big" } },
    "unknown machine type": { machineType: "vmware" },
    "cpu feature policy unknown": { cpu: { features: { vmx: "always" } } },
    "VM name with capitals": { machineName: "Web" },
    "toleration bad operator": { placement: { tolerations: [{ key: "a", operator: "Is" }] } },
    "livenessProbe with two handlers": { probes: { liveness: { tcp: 1, agent: true } } },
    "readinessProbe without handler": { probes: { readiness: {} } },
    "inputs type unknown": { devices: { tablet: "keyboard" } },
    "cores as a string": { cpu: { cores: "2" } },
    "disks as a map": { disks: {} },
    "evictionStrategy unknown": { liveMigration: "Move" },
    "instancetype and memory guest": { instancetype: "u1.small", memory: "2Gi" },
    "instancetype and cpu and memory": { instancetype: "u1.small", cpu: 2, memory: "2Gi" },
    "preference whose requirements are not met": {
        preference: "windows.2k22",
        cpu: 1,
        memory: "1Gi",
    },
};

const byName = "a disk, volume or network is written once, and its parts have one name";
const secret = "first-boot settings are in a Secret always";
const templates = "a disk is an object of its own, never a template";
const overrides =
    "has to be written as overrides, and the preview's dry run says it in KubeVirt's words";

/** What cannot be written here, or only the cluster knows. */
const elsewhere: Readonly<Record<string, string>> = {
    "disk without volume": byName,
    "disk name and volume name differ (typo)": byName,
    "two interfaces without networks": byName,
    "interfaces without networks (one)": byName,
    "second network has no interface": byName,
    "interface with two bindings": byName,
    "disk with two kinds (disk and cdrom)": byName,
    "volume of unknown type": "a volume without a known source is one without any",
    "hostDisk (gate off)": "the cluster knows its feature gates",
    "hostDevices (gate off)": "the cluster knows its feature gates",
    "filesystems (virtiofs PVC, gate off)": "a claim is no folder here",
    "configDrive userData > 2048 bytes": secret,
    "cloud-init networkData > 2048 bytes": secret,
    "cloud-init userData and secretRef": secret,
    "cloud-init base64 that is not base64": secret,
    "no template": "there always is one",
    "secure boot without SMM": "secure boot brings it",
    "efi and bios both": "a machine has one bootloader",
    "dataVolumeTemplates not used by a volume": templates,
    "dataVolumeTemplates without name": templates,
    "dataVolumeTemplates with two sources": templates,
    "dataVolumeTemplates with pvc and storage": templates,
    "memory requests smaller than 1M": overrides,
    "memory request bigger than limit": overrides,
    "cpu request bigger than limit": overrides,
    "cpu request negative": overrides,
    "dedicatedCpuPlacement with request != limit": overrides,
    "subdomain with underscore": overrides,
    "dnsPolicy None without dnsConfig": overrides,
    "unknown field, strict": overrides,
    "inferFromVolume: volume without instancetype label": "an instancetype is named, not inferred",
};

/** Whether a machine with such arguments is refused before anything is sent. */
function isRefused(change: object): boolean {
    const args = {
        cluster: {},
        cpu: 2,
        memory: "4Gi",
        disks: [disk("root")],
        ...change,
    } as unknown as VirtualMachineArgs;
    const { machineName = "db" } = args;
    return (
        machineShape(args).length > 0 ||
        checkVirtualMachine(args, { machineName, namespace: "vms" }).problems.length > 0
    );
}

describe("what KubeVirt's webhooks refuse of a machine", () => {
    it("is not refused where nothing is wrong", () => assert.equal(isRefused({}), false));

    for (const [name, change] of Object.entries(ours)) {
        it(`is refused before it is sent: ${name}`, () => assert.ok(isRefused(change)));
    }

    it("is told here, or cannot be written, or only the cluster knows it", () => {
        const refusals = cases.filter(({ code }) => code >= 400).map(({ name }) => name);
        const known = [...Object.keys(ours), ...Object.keys(elsewhere)];
        assert.deepEqual([...new Set(refusals)].sort(), known.sort());
    });
});
