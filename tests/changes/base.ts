import type { RawResource, Settings } from "./settings";

const namespace = "@namespace";

/** An object, by its apiVersion, kind and name, as a user writes it beside our components. */
export function object(
    apiVersion: string,
    kind: string,
    name: string,
    fields: Readonly<Record<string, unknown>> = {},
    options: Omit<RawResource, "type" | "props"> = {},
): RawResource {
    const group = apiVersion.includes("/") ? apiVersion : `core/${apiVersion}`;
    return {
        type: `kubernetes:${group}:${kind}`,
        props: {
            apiVersion,
            kind,
            ...fields,
            metadata: { name, namespace, ...(fields["metadata"] as object | undefined) },
        },
        ...options,
    };
}

/** The same, of what is in no namespace. */
export function clusterObject(
    ...[apiVersion, kind, name, fields, options]: Parameters<typeof object>
): RawResource {
    const made = object(apiVersion, kind, name, fields, options);
    const { namespace: _, ...metadata } = made.props?.["metadata"] as Record<string, unknown>;
    return { ...made, props: { ...made.props, metadata } };
}

const skipAwait = { "pulumi.com/skipAwait": "true" };

export function claim(
    name: string,
    storageClass: string,
    options: Omit<RawResource, "type" | "props"> = {},
    metadata: Readonly<Record<string, unknown>> = {},
): RawResource {
    return object(
        "v1",
        "PersistentVolumeClaim",
        name,
        {
            metadata: { annotations: skipAwait, ...metadata },
            spec: {
                accessModes: ["ReadWriteMany"],
                volumeMode: "Block",
                storageClassName: storageClass,
                resources: { requests: { storage: "2Gi" } },
            },
        },
        options,
    );
}

export function dataVolume(
    name: string,
    storageClass: string,
    metadata: Readonly<Record<string, unknown>> = {},
    options: Omit<RawResource, "type" | "props"> = {},
): RawResource {
    return object(
        "cdi.kubevirt.io/v1beta1",
        "DataVolume",
        name,
        { metadata, spec: dataVolumeSpec(storageClass) },
        options,
    );
}

function dataVolumeSpec(storageClass: string) {
    return {
        source: { blank: {} },
        storage: {
            accessModes: ["ReadWriteMany"],
            volumeMode: "Block",
            storageClassName: storageClass,
            resources: { requests: { storage: "1Gi" } },
        },
    };
}

function machine(
    name: string,
    claims: readonly string[],
    spec: Readonly<Record<string, unknown>> = {},
    devices: Readonly<Record<string, unknown>> = {},
    options: Omit<RawResource, "type" | "props"> = {},
    metadata: Readonly<Record<string, unknown>> = {},
): RawResource {
    return object(
        "kubevirt.io/v1",
        "VirtualMachine",
        name,
        {
            metadata,
            spec: {
                runStrategy: "Always",
                ...spec,
                template: {
                    spec: {
                        domain: {
                            cpu: { sockets: 1 },
                            memory: { guest: "1Gi" },
                            devices: {
                                disks: claims.map((one) => ({
                                    name: one,
                                    disk: { bus: "virtio" },
                                })),
                                interfaces: [{ name: "default", masquerade: {} }],
                                ...devices,
                            },
                        },
                        networks: [{ name: "default", pod: {} }],
                        volumes: claims.map((one) => ({
                            name: one,
                            persistentVolumeClaim: { claimName: one },
                        })),
                    },
                },
            },
        },
        options,
    );
}

/** The same, with its spec a secret as a whole. */
function hidden({ props: { spec, ...props } = {}, ...rest }: RawResource): RawResource {
    return { ...rest, props, secrets: { spec } };
}

function template(name: string, storageClass: string) {
    return { metadata: { name }, spec: dataVolumeSpec(storageClass) };
}

function storageClass(
    name: string,
    reclaimPolicy: string,
    parameters: Readonly<Record<string, string>> = {},
): RawResource {
    return clusterObject("storage.k8s.io/v1", "StorageClass", name, {
        provisioner: "sandbox.csi.pulumi-kubevirt.dev",
        reclaimPolicy,
        allowVolumeExpansion: true,
        volumeBindingMode: "Immediate",
        parameters,
    });
}

function volume(name: string, policy: string, options: Omit<RawResource, "type" | "props"> = {}) {
    return clusterObject(
        "v1",
        "PersistentVolume",
        name,
        {
            spec: {
                capacity: { storage: "1Gi" },
                accessModes: ["ReadWriteMany"],
                persistentVolumeReclaimPolicy: policy,
                storageClassName: "by-hand",
                csi: { driver: "sandbox.csi.pulumi-kubevirt.dev", volumeHandle: name },
            },
        },
        options,
    );
}

/** A definition that is good for anything: what is not on the sandbox has to be a kind there all the same. */
function definition(group: string, kind: string, scope: "Namespaced" | "Cluster"): RawResource {
    const plural = `${kind.toLowerCase()}s`;
    return clusterObject(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        `${plural}.${group}`,
        {
            spec: {
                group,
                scope,
                names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
                versions: [
                    {
                        name: "v1",
                        served: true,
                        storage: true,
                        schema: {
                            openAPIV3Schema: {
                                type: "object",
                                "x-kubernetes-preserve-unknown-fields": true,
                            },
                        },
                    },
                ],
            },
        },
    );
}

const snapshotVersion = "snapshot.storage.k8s.io/v1";

function release(
    chart: string,
    releaseNamespace: string,
    values: Readonly<Record<string, unknown>> = {},
    options: Omit<RawResource, "type" | "props"> = {},
): RawResource {
    return {
        type: "kubernetes:helm.sh/v3:Release",
        props: {
            name: chart,
            chart: `@charts/${chart}`,
            namespace: releaseNamespace,
            createNamespace: true,
            skipAwait: true,
            values,
        },
        ...options,
    };
}

/** A dynamic provider that does nothing. */
const doesNothing = `exports.handler = () => ({
    check: async (_, news) => ({ inputs: news }),
    diff: async (_id, olds, news) => ({ changes: olds.word !== news.word, replaces: olds.word === news.word ? [] : ["word"] }),
    create: async (inputs) => ({ id: "it", outs: inputs }),
    delete: async () => undefined,
});`;

/** The program that every change begins with. */
export const base: Settings = {
    cluster: { identifier: "sandbox" },
    disks: {
        data: { size: "2Gi" },
        archive: { size: "2Gi" },
        scratch: { size: "2Gi", onDestroy: "delete" },
        vault: { size: "2Gi", onDestroy: "forbid" },
        image: { size: "2Gi", source: { registry: "quay.io/containerdisks/fedora:42" } },
        "old-name": { size: "2Gi" },
        "app-root": { size: "1Gi" },
    },
    machines: {
        db: {
            cpu: 2,
            memory: "2Gi",
            disks: [
                {
                    name: "root",
                    size: "2Gi",
                    source: { registry: "quay.io/containerdisks/fedora:42" },
                    boot: true,
                },
                "data",
            ],
            secret: "#cloud-config\npassword: hunter-2-of-the-program\n",
            stopWithin: "30 seconds",
        },
        web: { cpu: 1, memory: "1Gi", disks: [{ name: "root", size: "1Gi", boot: true }] },
        app: { cpu: 1, memory: "1Gi", disks: ["app-root"] },
        lab: {
            cpu: 1,
            memory: "1Gi",
            disks: [{ name: "root", size: "1Gi", boot: true, onDestroy: "delete" }],
        },
    },
    providers: { other: {}, spaced: { namespace: "@namespace" } },
    raw: {
        "class-delete": storageClass("raw-delete", "Delete"),
        "class-retain": storageClass("raw-retain", "Retain"),
        "class-empty": storageClass("raw-empty", "Delete"),
        "class-encrypted": storageClass("raw-encrypted", "Delete", {
            encrypted: "true",
            "csi.storage.k8s.io/node-stage-secret-name": "disk-keys",
            "csi.storage.k8s.io/node-stage-secret-namespace": "@namespace",
        }),
        "disk-keys": object(
            "v1",
            "Secret",
            "disk-keys",
            {},
            { secrets: { stringData: { CRYPTO_KEY_VALUE: "hunter-2-of-the-disks" } } },
        ),
        login: object(
            "v1",
            "Secret",
            "login",
            {},
            { secrets: { stringData: { user: "admin", word: "hunter-2-of-the-login" } } },
        ),
        "first-boot": object(
            "v1",
            "Secret",
            "first-boot",
            {},
            { secrets: { stringData: { userdata: "#cloud-config hunter-2-of-the-machine" } } },
        ),
        claim: claim("claim", "raw-delete", { after: ["class-delete"] }),
        "claim-retain": claim("claim-retain", "raw-retain", { after: ["class-retain"] }),
        "claim-kept": claim("claim-kept", "raw-delete", {
            after: ["class-delete"],
            retainOnDelete: true,
        }),
        "claim-guarded": claim("claim-guarded", "raw-delete", {
            after: ["class-delete"],
            protect: true,
        }),
        "claim-default": object("v1", "PersistentVolumeClaim", "claim-default", {
            metadata: { annotations: skipAwait },
            spec: {
                accessModes: ["ReadWriteMany"],
                volumeMode: "Block",
                resources: { requests: { storage: "1Gi" } },
            },
        }),
        owner: object("v1", "ConfigMap", "owner", { data: { a: "b" } }),
        "claim-owned": claim("claim-owned", "raw-delete", {
            after: ["class-delete", "owner"],
            ownedBy: "owner",
            retainOnDelete: true,
        }),
        "data-volume": dataVolume("raw-volume", "raw-delete", {}, { after: ["class-delete"] }),
        "data-volume-orphan": dataVolume(
            "raw-orphan",
            "raw-delete",
            { annotations: { "pulumi.com/deletionPropagationPolicy": "orphan" } },
            { after: ["class-delete"] },
        ),
        team: clusterObject("v1", "Namespace", "team-a"),
        "team-claim": {
            ...claim(
                "team-claim",
                "raw-delete",
                { after: ["team", "class-delete"], retainOnDelete: true },
                { namespace: "team-a" },
            ),
        },
        "team-map": object("v1", "ConfigMap", "team-map", {
            metadata: { namespace: "team-a" },
            data: { a: "b" },
        }),
        "raw-machine": machine("raw-machine", ["claim"], {}, {}, { after: ["claim"] }),
        "raw-templates": machine(
            "raw-templates",
            ["raw-templates-root"],
            { dataVolumeTemplates: [template("raw-templates-root", "raw-delete")] },
            {},
            { after: ["class-delete"] },
        ),
        "raw-templates-retain": machine(
            "raw-templates-retain",
            ["raw-templates-retain-root"],
            { dataVolumeTemplates: [template("raw-templates-retain-root", "raw-retain")] },
            {},
            { after: ["class-retain"] },
        ),
        "raw-tpm": machine(
            "raw-tpm",
            ["claim-default"],
            { runStrategy: "Halted" },
            { tpm: { persistent: true } },
            { after: ["claim-default"] },
        ),
        "raw-kept-machine": machine(
            "raw-kept-machine",
            ["claim-retain"],
            {},
            {},
            { after: ["claim-retain"], retainOnDelete: true },
        ),
        "volume-retain": volume("raw-volume-retain", "Retain"),
        // The patch below says what becomes of it.
        "volume-delete": volume("raw-volume-delete", "Delete", {
            ignoreChanges: ["spec.persistentVolumeReclaimPolicy"],
        }),
        "snapshot-class": clusterObject(snapshotVersion, "VolumeSnapshotClass", "raw-snapshots", {
            driver: "sandbox.csi.pulumi-kubevirt.dev",
            deletionPolicy: "Delete",
        }),
        snapshot: object(
            snapshotVersion,
            "VolumeSnapshot",
            "raw-snapshot",
            {
                spec: {
                    volumeSnapshotClassName: "raw-snapshots",
                    source: { persistentVolumeClaimName: "claim" },
                },
            },
            { after: ["claim", "snapshot-class"] },
        ),
        "snapshot-content": clusterObject(snapshotVersion, "VolumeSnapshotContent", "raw-content", {
            spec: {
                deletionPolicy: "Retain",
                driver: "sandbox.csi.pulumi-kubevirt.dev",
                source: { snapshotHandle: "by-hand" },
                volumeSnapshotRef: { name: "by-hand", namespace: "default" },
            },
        }),
        widgets: definition("example.org", "Widget", "Namespaced"),
        widget: object(
            "example.org/v1",
            "Widget",
            "widget",
            { spec: { a: 1 } },
            { after: ["widgets"] },
        ),
        longhorn: release("longhorn", "longhorn-system"),
        "longhorn-flag": object(
            "longhorn.io/v1beta2",
            "Setting",
            "deleting-confirmation-flag",
            { value: "false" },
            { after: ["longhorn"] },
        ),
        "longhorn-volume": object(
            "longhorn.io/v1beta2",
            "Volume",
            "pvc-1",
            { spec: { numberOfReplicas: 2 } },
            { after: ["longhorn"] },
        ),
        "ceph-clusters": definition("ceph.rook.io", "CephCluster", "Namespaced"),
        ceph: object(
            "ceph.rook.io/v1",
            "CephCluster",
            "ceph",
            { spec: { cleanupPolicy: { confirmation: "" } } },
            { after: ["ceph-clusters"] },
        ),
        stateful: object("apps/v1", "StatefulSet", "stateful", {
            metadata: { annotations: skipAwait },
            spec: {
                replicas: 2,
                serviceName: "stateful",
                persistentVolumeClaimRetentionPolicy: {
                    whenDeleted: "Delete",
                    whenScaled: "Delete",
                },
                selector: { matchLabels: { app: "stateful" } },
                template: {
                    metadata: { labels: { app: "stateful" } },
                    spec: { containers: [{ name: "a", image: "example.org/a:1" }] },
                },
                volumeClaimTemplates: [
                    {
                        metadata: { name: "a" },
                        spec: {
                            accessModes: ["ReadWriteOnce"],
                            storageClassName: "raw-delete",
                            resources: { requests: { storage: "1Gi" } },
                        },
                    },
                ],
            },
        }),
        shop: release("shop", "shop", {}, { after: ["widgets"] }),
        "class-templates": storageClass("raw-templates", "Delete"),
        "raw-templates-alone": machine(
            "raw-templates-alone",
            ["raw-templates-alone-root"],
            { dataVolumeTemplates: [template("raw-templates-alone-root", "raw-templates")] },
            {},
            { after: ["class-templates"] },
        ),
        "raw-hidden": hidden(
            machine(
                "raw-hidden",
                ["raw-hidden-root"],
                { dataVolumeTemplates: [template("raw-hidden-root", "raw-delete")] },
                {},
                { after: ["class-delete"] },
            ),
        ),
        "hidden-name": {
            ...object("v1", "PersistentVolumeClaim", "", {
                metadata: { annotations: skipAwait },
                spec: {
                    accessModes: ["ReadWriteMany"],
                    storageClassName: "raw-delete",
                    resources: { requests: { storage: "1Gi" } },
                },
            }),
            secrets: { metadata: { name: "veiled-claim", namespace } },
        },
        pool: object("pool.kubevirt.io/v1beta1", "VirtualMachinePool", "pool", {
            spec: {
                replicas: 2,
                selector: { matchLabels: { pool: "pool" } },
                virtualMachineTemplate: {
                    metadata: { labels: { pool: "pool" } },
                    spec: {
                        runStrategy: "Halted",
                        template: {
                            metadata: { labels: { pool: "pool" } },
                            spec: {
                                domain: {
                                    memory: { guest: "1Gi" },
                                    devices: { tpm: { persistent: true } },
                                },
                            },
                        },
                    },
                },
            },
        }),
        "spaced-claim": clusterObject(
            "v1",
            "PersistentVolumeClaim",
            "spaced-claim",
            {
                metadata: { annotations: skipAwait },
                spec: {
                    accessModes: ["ReadWriteMany"],
                    storageClassName: "raw-delete",
                    resources: { requests: { storage: "1Gi" } },
                },
            },
            { provider: "spaced", after: ["class-delete"] },
        ),
        "block-pools": definition("ceph.rook.io", "CephBlockPool", "Namespaced"),
        "block-pool": object(
            "ceph.rook.io/v1",
            "CephBlockPool",
            "pool",
            { spec: { failureDomain: "host", replicated: { size: 3 } } },
            { after: ["block-pools"] },
        ),
        cron: object("cdi.kubevirt.io/v1beta1", "DataImportCron", "cron", {
            spec: {
                schedule: "0 0 * * *",
                managedDataSource: "cron",
                retentionPolicy: "All",
                importsToKeep: 3,
                template: {
                    spec: {
                        source: { registry: { url: "docker://quay.io/containerdisks/fedora:42" } },
                        storage: { resources: { requests: { storage: "1Gi" } } },
                    },
                },
            },
        }),
        "release-kept": release("shop", "kept", { widget: false }, { retainOnDelete: true }),
        map: object("v1", "ConfigMap", "map", { data: { a: "b" } }),
        service: object("v1", "Service", "service", {
            metadata: { annotations: skipAwait },
            spec: { selector: { a: "b" }, ports: [{ port: 80 }] },
        }),
        dynamic: {
            type: "pulumi-nodejs:dynamic:Resource",
            props: { __provider: doesNothing, word: "one" },
        },
        "other-claim": claim("other-claim", "raw-delete", {
            after: ["class-delete"],
            provider: "other",
        }),
        "other-map": object(
            "v1",
            "ConfigMap",
            "other-map",
            { data: { a: "b" } },
            { provider: "other" },
        ),
        "volume-patch": {
            type: "kubernetes:core/v1:PersistentVolumePatch",
            props: {
                apiVersion: "v1",
                kind: "PersistentVolume",
                metadata: {
                    name: "raw-volume-delete",
                    annotations: { "pulumi.com/patchForce": "true" },
                },
                spec: { persistentVolumeReclaimPolicy: "Retain" },
            },
            after: ["volume-delete"],
        },
        "cert-manager": release("cert-manager", "cert-manager", { crds: { enabled: true } }),
        ceph4: {
            type: "kubernetes:helm.sh/v4:Chart",
            props: {
                name: "ceph-csi-rbd",
                chart: "@charts/ceph-csi-rbd",
                namespace: "@namespace",
                skipAwait: true,
                values: {},
            },
            remote: true,
        },
        group: {
            type: "kubernetes:yaml/v2:ConfigGroup",
            props: {
                objs: [
                    {
                        apiVersion: "v1",
                        kind: "PersistentVolumeClaim",
                        metadata: {
                            name: "grouped",
                            namespace: "@namespace",
                            annotations: skipAwait,
                        },
                        spec: {
                            accessModes: ["ReadWriteMany"],
                            volumeMode: "Block",
                            storageClassName: "raw-delete",
                            resources: { requests: { storage: "1Gi" } },
                        },
                    },
                ],
            },
            remote: true,
        },
    },
};
