import { type MachinePlan } from "../../manifests/virtual-machine";
import { plainMachine } from "./plain-machine";

/** A disk that several nodes may write to. */
export const block = { accessMode: "ReadWriteMany", volumeMode: "Block" } as const;

/** A machine with a disk, of which nothing else is said. */
export const machineWithDisk = plainMachine("default", {
    disks: [{ name: "root", claim: "db-root", filled: true, ...block }],
});

/** Every argument of a machine at least once. */
export const everyMachine: readonly (readonly [string, Partial<MachinePlan>])[] = [
    ["nothing but what it has to have", {}],
    [
        "Windows",
        {
            os: "windows",
            sysprepSecret: "db-sysprep",
            driversImage: "quay.io/kubevirt/virtio-container-disk:v1.9.0",
        },
    ],
    [
        "CPUs of its own in real time, and huge pages",
        {
            cpu: {
                sockets: 2,
                cores: 2,
                threads: 2,
                maxSockets: 4,
                model: "host-passthrough",
                features: { vmx: "require" },
                dedicated: true,
                isolateEmulatorThread: true,
                numa: true,
                realtime: true,
            },
            memory: { guest: "16Gi", hugepages: "1Gi" },
        },
    ],
    [
        "firmware and clock",
        {
            firmware: {
                bootloader: "secure-boot",
                persistentVariables: true,
                tpm: "persistent",
                uuid: "5d307ca9-b3ef-428c-8861-06e72d69f223",
                serial: "abc",
            },
            clock: { timezone: "Europe/Berlin" },
            machineType: "q35",
        },
    ],
    [
        "a BIOS on the serial console and an offset",
        { firmware: { serialOutput: true, tpm: "ephemeral" }, clock: { offsetSeconds: 60 } },
    ],
    [
        "every device",
        {
            devices: {
                gpus: [{ name: "gpu", device: "nvidia.com/GA102GL_A10" }],
                rng: false,
                watchdog: "reset",
                video: "virtio",
                serialConsole: true,
                logSerialConsole: true,
                tablet: "virtio",
                sound: "ich9",
                usbRedirection: true,
                memoryBalloon: false,
                blockMultiQueue: true,
                networkMultiQueue: true,
                ioThreads: "auto",
            },
        },
    ],
    [
        "every kind of disk",
        {
            disks: [
                {
                    name: "root",
                    claim: "db-root",
                    filled: true,
                    ...block,
                    device: {
                        boot: true,
                        cache: "none",
                        io: "native",
                        serial: "root",
                        errorPolicy: "stop",
                        dedicatedIoThread: true,
                        blockSize: 4096,
                    },
                },
                {
                    name: "shared",
                    claim: "shared",
                    filled: false,
                    ...block,
                    device: { bus: "scsi", shareable: true },
                },
                {
                    name: "lun",
                    claim: "lun",
                    filled: false,
                    ...block,
                    device: { as: "lun", readOnly: true },
                },
                { name: "dvd", claim: "dvd", filled: true, ...block, device: { as: "cdrom" } },
                {
                    name: "plugged",
                    claim: "plugged",
                    filled: false,
                    ...block,
                    device: { hotpluggable: true },
                },
                {
                    name: "file",
                    claim: "file",
                    filled: false,
                    accessMode: "ReadWriteOnce",
                    volumeMode: "Filesystem",
                },
            ],
        },
    ],
    [
        "every kind of volume",
        {
            volumes: [
                {
                    name: "image",
                    containerDisk: "quay.io/containerdisks/fedora:42",
                    path: "/disk/a.img",
                    pullSecret: "login",
                    pullPolicy: "Always",
                    as: "cdrom",
                },
                { name: "scratch", emptyDisk: "10Gi", bootOrder: 3 },
                { name: "template", ephemeral: "template" },
                { name: "config", configMap: "config", label: "cfg" },
                { name: "keys", secret: "keys", as: "filesystem" },
                { name: "token", serviceAccount: "default" },
                { name: "pod", downwardApi: { labels: "metadata.labels" } },
                { name: "drive", emptyDrive: true },
            ],
        },
    ],
    [
        "first-boot settings with addresses, keys and passwords that can change",
        {
            cloudInit: { secret: "db-cloud-init", dataSource: "ConfigDrive", networkData: true },
            access: {
                sshKeys: { secret: "db-ssh-keys", users: ["fedora"] },
                passwords: { secret: "db-passwords" },
            },
        },
    ],
    [
        "probes",
        {
            readinessProbe: {
                http: { port: 80, path: "/a", scheme: "HTTPS" },
                initialDelay: "10 seconds",
                period: "5 seconds",
                timeout: "2 seconds",
                failures: 5,
                successes: 2,
            },
            livenessProbe: { exec: ["true"] },
        },
    ],
    ["a port that is asked", { readinessProbe: { tcp: 22 }, livenessProbe: { agent: true } }],
    [
        "a place to run",
        {
            group: "db",
            placement: {
                nodeSelector: { zone: "a" },
                tolerations: [{ key: "vms", operator: "Exists", effect: "NoSchedule" }],
                apart: { topologyKey: "rack", required: true },
                near: "cache",
                spread: [{ topologyKey: "zone", maxSkew: 2, whenUnsatisfiable: "DoNotSchedule" }],
                affinity: {
                    podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] },
                },
                priorityClass: "system-cluster-critical",
                scheduler: "default-scheduler",
            },
        },
    ],
    ["machines of a group apart by zone", { group: "db", placement: { apart: "zone" } }],
    [
        "labels, annotations and time to stop",
        { labels: { team: "db" }, annotations: { "example.org/a": "b" }, stopWithinSeconds: 600 },
    ],
    [
        "fields of its own",
        {
            overrides: {
                template: {
                    spec: { dnsPolicy: "ClusterFirst", domain: { ioThreadsPolicy: "shared" } },
                },
            },
        },
    ],
];
