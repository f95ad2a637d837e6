import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, Disk, Longhorn, VirtualizationPlatform } from "../components";

/** A disk that is restored from a backup in Longhorn's backup target. */
const config = new pulumi.Config();
const cluster = new Cluster("prod", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    context: config.require("context"),
    namespace: "vms",
});
const platform = new VirtualizationPlatform("virt", {
    cluster,
    certManager: "skip",
    snapshots: "adopt",
    kubevirt: "adopt",
    cdi: "adopt",
});
const longhorn = new Longhorn("longhorn", {
    cluster: platform,
    backupTarget: {
        s3: {
            bucket: "vm-backups",
            region: "us-east-1",
            endpoint: "https://minio.example.org:9000",
            accessKeyId: config.requireSecret("s3AccessKeyId"),
            secretAccessKey: config.requireSecret("s3SecretAccessKey"),
        },
    },
});

const restored = new Disk("db-restored", {
    storage: longhorn,
    size: "200Gi",
    source: longhorn.backup({
        volume: "pvc-7a4e0c52-1b0e-4a53-9c75-2d0f4c1f7a11",
        backup: "backup-5e6f70a1b2c34d5e",
    }),
});

export const claim = restored.claimName;
