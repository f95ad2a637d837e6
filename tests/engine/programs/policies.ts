import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap";
import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim";
import { Release } from "@pulumi/kubernetes/helm/v3/release";
import { StorageClass } from "@pulumi/kubernetes/storage/v1/storageClass";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, ExistingStorage, VirtualMachine } from "../../../components";

/** A machine of our components, and beside it raw resources that each break one policy. */
const config = new pulumi.Config();
const namespace = config.require("namespace");
const cluster = new Cluster("sandbox", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    identifier: "sandbox",
    namespace,
});
const opts = { provider: cluster.provider, protect: true };

new VirtualMachine("own", {
    cluster,
    cpu: 1,
    memory: "1Gi",
    disks: [
        {
            name: "root",
            storage: new ExistingStorage("storage", { cluster, storageClass: "sandbox-block" }),
            size: "1Gi",
            source: {
                registry: "quay.io/containerdisks/fedora",
                digest: `sha256:${"0".repeat(64)}`,
            },
            boot: true,
        },
    ],
    cloudInit: { packages: ["nginx"] },
});

/** A Deployment that breaks nothing, with other fields of its pods, its container and itself. */
function deployment(name: string, pod: object, container: object = {}, spec: object = {}) {
    const labels = { app: name };
    new Deployment(
        name,
        {
            metadata: { name, namespace },
            spec: {
                replicas: 2,
                selector: { matchLabels: labels },
                template: {
                    metadata: { labels },
                    spec: {
                        containers: [
                            {
                                name: "app",
                                image: `quay.io/shop/app@sha256:${"0".repeat(64)}`,
                                resources: { limits: { memory: "64Mi", cpu: "100m" } },
                                ...container,
                            },
                        ],
                        ...pod,
                    },
                },
                ...spec,
            },
        },
        opts,
    );
}

deployment("good", {});
deployment("privileged", {}, { securityContext: { privileged: true } });
deployment("host-path", { volumes: [{ name: "logs", hostPath: { path: "/var/log" } }] });
deployment("single", {}, {}, { replicas: 1 });
deployment("limitless", {}, { resources: { limits: { cpu: "100m" } } });
deployment("tagged", {}, { image: "quay.io/shop/app:1.2" });
deployment("password", {}, { env: [{ name: "DB_PASSWORD", value: "hunter2-of-the-tests" }] });
new ConfigMap("elsewhere", { metadata: { name: "elsewhere", namespace: "default" } }, opts);
new StorageClass(
    "deleting",
    { metadata: { name: `${namespace}-deleting` }, provisioner: "sandbox.csi" },
    opts,
);
new Release(
    "chart",
    {
        name: "chart",
        namespace,
        chart: join(__dirname, "..", "..", "fixtures", "charts", "ceph-csi-rbd"),
        values: { auth: { password: "hunter2-of-the-tests" } },
    },
    opts,
);
const claim = new PersistentVolumeClaim(
    "unscheduled",
    {
        metadata: {
            name: "unscheduled",
            namespace,
            annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: {
            accessModes: ["ReadWriteOnce"],
            volumeMode: "Block",
            storageClassName: "sandbox-block",
            resources: { requests: { storage: "1Gi" } },
        },
    },
    opts,
);
new CustomResource(
    "stuck",
    {
        apiVersion: "kubevirt.io/v1",
        kind: "VirtualMachine",
        metadata: { name: "stuck", namespace },
        spec: {
            runStrategy: "Halted",
            template: {
                spec: {
                    evictionStrategy: "LiveMigrate",
                    domain: { memory: { guest: "1Gi" }, cpu: { cores: 1 }, devices: {} },
                    volumes: [
                        {
                            name: "data",
                            persistentVolumeClaim: { claimName: claim.metadata.name },
                        },
                    ],
                },
            },
        },
    },
    opts,
);
