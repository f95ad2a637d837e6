/** Objects as the charts of the storage systems make them, with no more than the simulation looks at. */

type Json = Readonly<Record<string, unknown>>;

/** An object of a test. */
export interface Made extends Json {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: string };
}

/** A Deployment or a DaemonSet, one of whose containers has these fields. */
export function workload(
    kind: "Deployment" | "DaemonSet",
    namespace: string,
    name: string,
    labels: Json,
    container: Json,
    more: Json = {},
): Made {
    return {
        apiVersion: "apps/v1",
        kind,
        metadata: { name, namespace, labels } as Made["metadata"],
        spec: {
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: { containers: [{ name: "main", image: "main:v1", ...container }], ...more },
            },
        },
    };
}

/** What the chart ceph-csi-rbd makes: the driver's name is in a variable. */
export function cephChart(namespace: string, driver: string, clusters: readonly Json[]): Made[] {
    const container = {
        args: ["--type=rbd", "--drivername=$(DRIVER_NAME)"],
        env: [{ name: "DRIVER_NAME", value: driver }],
    };
    const volumes = [{ name: "ceph-csi-config", configMap: { name: "ceph-csi-config" } }];
    const labels = (component: string) => ({ app: "ceph-csi-rbd", component });
    return [
        configMap(namespace, "ceph-csi-config", { "config.json": JSON.stringify(clusters) }),
        workload("Deployment", namespace, "rbd-provisioner", labels("provisioner"), container, {
            volumes,
        }),
        workload("DaemonSet", namespace, "rbd-nodeplugin", labels("nodeplugin"), container),
    ];
}

/** What the chart longhorn makes, but for its definitions. */
export function longhornChart(namespace: string, settings: string, resource: string): Made[] {
    const serviceAccount = {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "longhorn-service-account", namespace } as Made["metadata"],
    };
    return [
        serviceAccount,
        configMap(namespace, "longhorn-default-setting", { "default-setting.yaml": settings }),
        configMap(namespace, "longhorn-default-resource", { "default-resource.yaml": resource }),
        workload(
            "DaemonSet",
            namespace,
            "longhorn-manager",
            { app: "longhorn-manager" },
            { command: ["longhorn-manager", "daemon", "--engine-image", "engine:v1"] },
        ),
        workload(
            "Deployment",
            namespace,
            "longhorn-driver-deployer",
            { app: "longhorn-driver-deployer" },
            { env: [{ name: "CSI_PROVISIONER_REPLICA_COUNT", value: "1" }] },
        ),
    ];
}

/** The definitions of Longhorn's kinds, by their plural. */
export function longhornDefinitions(): Made[] {
    const kinds = {
        nodes: "Node",
        settings: "Setting",
        volumes: "Volume",
        backuptargets: "BackupTarget",
        recurringjobs: "RecurringJob",
    };
    return Object.entries(kinds).map(([plural, kind]) => ({
        apiVersion: "apiextensions.k8s.io/v1",
        kind: "CustomResourceDefinition",
        metadata: { name: `${plural}.longhorn.io` },
        spec: {
            group: "longhorn.io",
            scope: "Namespaced",
            names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
            versions: [
                {
                    name: "v1beta2",
                    served: true,
                    storage: true,
                    subresources: { status: {} },
                    schema: {
                        openAPIV3Schema: {
                            type: "object",
                            "x-kubernetes-preserve-unknown-fields": true,
                        },
                    },
                },
            ],
        },
    }));
}

/** A StorageClass. */
export function storageClass(name: string, provisioner: string, parameters: Json, more: Json = {}) {
    return {
        apiVersion: "storage.k8s.io/v1",
        kind: "StorageClass",
        metadata: { name },
        provisioner,
        parameters,
        allowVolumeExpansion: true,
        ...more,
    };
}

/** A claim of a raw device on many nodes, or of what else is given. */
export function claim(name: string, storageClassName: string, more: Json = {}): Made {
    return {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name },
        spec: {
            storageClassName,
            accessModes: ["ReadWriteMany"],
            volumeMode: "Block",
            resources: { requests: { storage: "1Gi" } },
            ...more,
        },
    };
}

/** A ConfigMap. */
export function configMap(namespace: string, name: string, data: Json): Made {
    const metadata = { name, namespace } as Made["metadata"];
    return { apiVersion: "v1", kind: "ConfigMap", metadata, data };
}

/** A Secret. */
export function secret(namespace: string, name: string, stringData: Json): Made {
    const metadata = { name, namespace } as Made["metadata"];
    return { apiVersion: "v1", kind: "Secret", metadata, stringData };
}

/** The pre-delete hook of the chart longhorn. */
export function uninstallJob(namespace: string): Made {
    const command = ["longhorn-manager", "uninstall", "--force"];
    return {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: "longhorn-uninstall", namespace } as Made["metadata"],
        spec: {
            backoffLimit: 0,
            template: {
                spec: {
                    restartPolicy: "Never",
                    containers: [{ name: "main", image: "main:v1", command }],
                },
            },
        },
    };
}
