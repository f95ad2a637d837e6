import type { NamespaceSeen } from "../../manifests/import/plan";
import type { SharedSandbox } from "./sandbox";

type Fields = Readonly<Record<string, unknown>>;

/** Objects as somebody makes them with kubectl: fields that this package always writes are missing, and others are there. */
export const foreignManager = "kubectl-client-side-apply";

const dataVolumes = (namespace: string) =>
    `/apis/cdi.kubevirt.io/v1beta1/namespaces/${namespace}/datavolumes`;
const claims = (namespace: string) => `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
export const machinesIn = (namespace: string) =>
    `/apis/kubevirt.io/v1/namespaces/${namespace}/virtualmachines`;
export const instancesIn = (namespace: string) =>
    `/apis/kubevirt.io/v1/namespaces/${namespace}/virtualmachineinstances`;
const networksIn = (namespace: string) =>
    `/apis/k8s.cni.cncf.io/v1/namespaces/${namespace}/network-attachment-definitions`;

/** The password in the first-boot data of machine `db`, which is written in the machine itself. */
export const plantedPassword = "planted-secret-of-the-import";

const inlineUserData = `#cloud-config\npassword: ${plantedPassword}\nchpasswd: { expire: false }\n`;

function volume(name: string, source: Fields, storage: Fields, annotations: Fields = {}): Fields {
    return {
        apiVersion: "cdi.kubevirt.io/v1beta1",
        kind: "DataVolume",
        metadata: { name, annotations },
        spec: { source, ...storage },
    };
}

const block = (size: string, storageClassName = "sandbox-block") => ({
    storage: {
        accessModes: ["ReadWriteMany"],
        volumeMode: "Block",
        storageClassName,
        resources: { requests: { storage: size } },
    },
});

const pod = { networks: [{ name: "default", pod: {} }] };
const masquerade = { interfaces: [{ name: "default", masquerade: {} }] };

function machine(name: string, spec: Fields, metadata: Fields = {}): Fields {
    return {
        apiVersion: "kubevirt.io/v1",
        kind: "VirtualMachine",
        metadata: { name, ...metadata },
        spec,
    };
}

/** A machine of each kind that people have. */
const objects: readonly (readonly [(namespace: string) => string, Fields])[] = [
    [
        dataVolumes,
        volume(
            "web-root",
            { registry: { url: "docker://quay.io/containerdisks/fedora:42" } },
            block("10Gi"),
        ),
    ],
    [
        machinesIn,
        machine(
            "web",
            {
                running: true,
                template: {
                    metadata: { labels: { app: "web", "kubevirt.io/domain": "web" } },
                    spec: {
                        ...pod,
                        domain: {
                            cpu: { cores: 2 },
                            memory: { guest: "2Gi" },
                            devices: {
                                ...masquerade,
                                disks: [
                                    { name: "root", disk: { bus: "virtio" } },
                                    { name: "cloudinitdisk", disk: { bus: "virtio" } },
                                ],
                            },
                        },
                        volumes: [
                            { name: "root", dataVolume: { name: "web-root" } },
                            {
                                name: "cloudinitdisk",
                                cloudInitNoCloud: { secretRef: { name: "web-boot" } },
                            },
                        ],
                    },
                },
            },
            { labels: { app: "web" } },
        ),
    ],
    [
        (namespace) => `/api/v1/namespaces/${namespace}/services`,
        {
            apiVersion: "v1",
            kind: "Service",
            metadata: { name: "web-http" },
            spec: {
                selector: { app: "web" },
                type: "ClusterIP",
                ports: [{ name: "http", port: 80, targetPort: 8080, protocol: "TCP" }],
            },
        },
    ],
    [
        networksIn,
        {
            apiVersion: "k8s.cni.cncf.io/v1",
            kind: "NetworkAttachmentDefinition",
            metadata: { name: "lan" },
            spec: {
                config: '{ "cniVersion": "0.3.1", "name": "lan", "type": "bridge", "bridge": "br1", "macspoofchk": true }',
            },
        },
    ],
    [
        networksIn,
        {
            apiVersion: "k8s.cni.cncf.io/v1",
            kind: "NetworkAttachmentDefinition",
            metadata: {
                name: "vf",
                annotations: { "k8s.v1.cni.cncf.io/resourceName": "intel.com/sriov" },
            },
            spec: { config: '{"cniVersion":"0.3.1","name":"vf","type":"sriov","vlan":100}' },
        },
    ],
    [
        dataVolumes,
        volume(
            "db-root",
            { http: { url: "https://example.org/fedora.qcow2" } },
            {
                pvc: {
                    accessModes: ["ReadWriteMany"],
                    volumeMode: "Block",
                    storageClassName: "sandbox-block",
                    resources: { requests: { storage: "5Gi" } },
                },
            },
        ),
    ],
    ...["db-data", "db-plugged"].map(
        (name) =>
            [
                claims,
                {
                    apiVersion: "v1",
                    kind: "PersistentVolumeClaim",
                    metadata: { name },
                    spec: {
                        accessModes: ["ReadWriteMany"],
                        volumeMode: "Block",
                        storageClassName: "sandbox-block-wffc",
                        resources: { requests: { storage: "2G" } },
                    },
                },
            ] as const,
    ),
    [
        machinesIn,
        machine("db", {
            runStrategy: "Always",
            template: {
                metadata: { labels: { "kubevirt.io/vm": "db" } },
                spec: {
                    networks: [...pod.networks, { name: "lan", multus: { networkName: "lan" } }],
                    evictionStrategy: "LiveMigrate",
                    terminationGracePeriodSeconds: 0,
                    domain: {
                        cpu: { sockets: 2, cores: 1, threads: 1 },
                        resources: { requests: { memory: "1500M" } },
                        devices: {
                            rng: {},
                            interfaces: [
                                ...masquerade.interfaces,
                                { name: "lan", bridge: {}, macAddress: "02:AB:00:00:00:01" },
                            ],
                            disks: [
                                { name: "root", bootOrder: 1, disk: { bus: "virtio" } },
                                { name: "boot", disk: { bus: "virtio" } },
                                { name: "data", cache: "none", disk: { bus: "virtio" } },
                                { name: "plugged", serial: "plugged", disk: { bus: "scsi" } },
                            ],
                        },
                    },
                    volumes: [
                        { name: "root", dataVolume: { name: "db-root" } },
                        { name: "boot", cloudInitNoCloud: { userData: inlineUserData } },
                        { name: "data", persistentVolumeClaim: { claimName: "db-data" } },
                        {
                            name: "plugged",
                            persistentVolumeClaim: { claimName: "db-plugged", hotpluggable: true },
                        },
                    ],
                },
            },
        }),
    ],
    [
        machinesIn,
        machine("tied", {
            runStrategy: "RerunOnFailure",
            dataVolumeTemplates: [
                {
                    metadata: { name: "tied-root" },
                    spec: {
                        source: { registry: { url: "docker://quay.io/containerdisks/fedora:42" } },
                        ...block("10Gi"),
                    },
                },
            ],
            template: {
                spec: {
                    ...pod,
                    domain: {
                        memory: { guest: "1Gi" },
                        devices: {
                            ...masquerade,
                            disks: [{ name: "root", disk: { bus: "virtio" } }],
                        },
                    },
                    volumes: [{ name: "root", dataVolume: { name: "tied-root" } }],
                },
            },
        }),
    ],
    [
        machinesIn,
        machine("live", {
            runStrategy: "Always",
            instancetype: { name: "u1.small" },
            preference: { name: "fedora" },
            template: {
                spec: {
                    ...pod,
                    domain: {
                        devices: {
                            ...masquerade,
                            disks: [
                                { name: "image", disk: { bus: "virtio" } },
                                { name: "scratch", disk: { bus: "virtio" } },
                            ],
                        },
                    },
                    volumes: [
                        {
                            name: "image",
                            containerDisk: { image: "quay.io/containerdisks/fedora:42" },
                        },
                        { name: "scratch", emptyDisk: { capacity: "2Gi" } },
                    ],
                },
            },
        }),
    ],
    [
        dataVolumes,
        volume("win-root", { blank: {} }, block("20Gi", "sandbox-block-wffc"), {
            "cdi.kubevirt.io/storage.bind.immediate.requested": "",
        }),
    ],
    [
        machinesIn,
        machine("win", {
            running: false,
            template: {
                spec: {
                    ...pod,
                    domain: {
                        cpu: { sockets: 1, cores: 4, threads: 1 },
                        memory: { guest: "4Gi" },
                        firmware: { bootloader: { efi: { secureBoot: true, persistent: true } } },
                        features: {
                            acpi: {},
                            smm: { enabled: true },
                            hyperv: { relaxed: {}, vapic: {} },
                        },
                        clock: { utc: {}, timer: { hpet: { present: false } } },
                        devices: {
                            interfaces: [{ name: "default", masquerade: {}, model: "e1000" }],
                            tpm: { persistent: true },
                            inputs: [{ name: "tablet", type: "tablet", bus: "usb" }],
                            disks: [
                                { name: "drive", cdrom: { bus: "sata" } },
                                { name: "root", disk: { bus: "sata" } },
                                { name: "sysprep", cdrom: { bus: "sata" } },
                            ],
                        },
                    },
                    volumes: [
                        { name: "root", dataVolume: { name: "win-root" } },
                        { name: "sysprep", sysprep: { secret: { name: "win-answers" } } },
                    ],
                },
            },
        }),
    ],
    [
        dataVolumes,
        volume(
            "fast-root",
            { registry: { url: "docker://quay.io/containerdisks/fedora:42" } },
            block("10Gi"),
        ),
    ],
    [
        machinesIn,
        machine("fast", {
            runStrategy: "Halted",
            template: {
                spec: {
                    networks: [{ name: "vf", multus: { networkName: "vf" } }],
                    nodeSelector: { disk: "ssd" },
                    domain: {
                        cpu: { cores: 4, dedicatedCpuPlacement: true, model: "host-passthrough" },
                        memory: { guest: "4Gi", hugepages: { pageSize: "1Gi" } },
                        devices: {
                            interfaces: [{ name: "vf", sriov: {} }],
                            disks: [
                                { name: "root", disk: { bus: "virtio" }, dedicatedIOThread: true },
                            ],
                        },
                    },
                    volumes: [{ name: "root", dataVolume: { name: "fast-root" } }],
                },
            },
        }),
    ],
    [
        machinesIn,
        machine(
            "shop",
            {
                runStrategy: "Halted",
                template: {
                    spec: {
                        ...pod,
                        domain: {
                            memory: { guest: "1Gi" },
                            devices: {
                                ...masquerade,
                                disks: [{ name: "image", disk: { bus: "virtio" } }],
                            },
                        },
                        volumes: [
                            {
                                name: "image",
                                containerDisk: { image: "quay.io/containerdisks/fedora:42" },
                            },
                        ],
                    },
                },
            },
            {
                labels: { "app.kubernetes.io/managed-by": "Helm" },
                annotations: { "meta.helm.sh/release-name": "shop" },
            },
        ),
    ],
];

/** The same as a cluster has them when all is done: claims bound, templates made, and what KubeVirt fills in. */
export function foreignObjects(namespace: string): NamespaceSeen {
    const all = objects.map(([collection, object]) => ({
        path: collection(namespace),
        object: { ...object, metadata: { ...(object["metadata"] as Fields), namespace } },
    }));
    const of = (path: string) => all.filter((one) => one.path === path).map(({ object }) => object);
    const made = templates.map((template) => ({
        ...template,
        metadata: { ...(template["metadata"] as Fields), namespace },
    }));
    const volumes = [...of(dataVolumes(namespace)), ...made].map((one) => ({
        ...one,
        status: { phase: "Succeeded" },
    }));
    return {
        namespace,
        machines: of(machinesIn(namespace)),
        dataVolumes: volumes,
        claims: [...of(claims(namespace)), ...volumes.map(claimOf)].map((one) => ({
            ...one,
            status: { phase: "Bound" },
        })),
        networks: of(networksIn(namespace)),
        services: of(`/api/v1/namespaces/${namespace}/services`),
        policies: [],
    };
}

const templates: readonly Fields[] = [
    {
        ...volume(
            "tied-root",
            { registry: { url: "docker://quay.io/containerdisks/fedora:42" } },
            block("10Gi"),
        ),
        metadata: {
            name: "tied-root",
            ownerReferences: [{ kind: "VirtualMachine", name: "tied", uid: "1" }],
        },
    },
];

/** The claim that CDI makes of a DataVolume. */
function claimOf({ metadata, spec }: Fields): Fields {
    const { name, namespace } = metadata as Fields;
    const { storage, pvc } = spec as Fields;
    return {
        metadata: { name, namespace, ownerReferences: [{ kind: "DataVolume", name }] },
        spec: storage ?? pvc,
    };
}

/** Which of them run. */
export const runningMachines = ["web", "db", "tied", "live"] as const;

/** Makes them in a namespace, as kubectl would. */
export async function makeForeign({ api }: SharedSandbox, namespace: string): Promise<void> {
    for (const [collection, object] of objects) {
        await api.request("POST", `${collection(namespace)}?fieldManager=${foreignManager}`, {
            type: "application/json",
            text: JSON.stringify(object),
        });
    }
}
