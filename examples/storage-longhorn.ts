import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, Disk, Longhorn, VirtualizationPlatform } from "../components";

/** Disks on the nodes' own storage, with backups to S3. */
const config = new pulumi.Config();
const cluster = new Cluster("prod", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    context: config.require("context"),
    namespace: "vms",
});
const platform = new VirtualizationPlatform("virt", { cluster });

const longhorn = new Longhorn("longhorn", {
    cluster: platform,
    nodes: {
        "node-1": { disks: [{ path: "/mnt/nvme", tags: ["nvme"] }, { path: "/mnt/hdd" }] },
        "node-2": { disks: [{ path: "/mnt/nvme", tags: ["nvme"] }, { path: "/mnt/hdd" }] },
        "node-3": { disks: [{ path: "/mnt/nvme", tags: ["nvme"] }, { path: "/mnt/hdd" }] },
    },
    tiers: {
        fast: { diskTags: ["nvme"], dataLocality: "best-effort" },
        secret: { diskTags: ["nvme"], encrypted: true },
        capacity: { replicas: 2 },
    },
    encryption: { passphrase: config.requireSecret("diskPassphrase") },
    backupTarget: {
        s3: {
            bucket: "vm-backups",
            region: "us-east-1",
            endpoint: "https://minio.example.org:9000",
            accessKeyId: config.requireSecret("s3AccessKeyId"),
            secretAccessKey: config.requireSecret("s3SecretAccessKey"),
        },
    },
    metrics: {
        serviceMonitor: true,
        from: {
            namespace: "monitoring",
            podLabels: { "app.kubernetes.io/name": "prometheus" },
        },
    },
    capacity: { raw: "36Ti" },
});

export const disk = new Disk("ledger", { storage: longhorn.tiers.secret, size: "200Gi" }).claimName;
export const forecast = longhorn.forecast;
