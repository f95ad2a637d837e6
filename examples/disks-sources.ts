import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, Disk, ExistingStorage } from "../components";

/** Disks that are filled from outside the cluster. */
const config = new pulumi.Config();
const cluster = new Cluster("prod", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    context: config.require("context"),
    namespace: "vms",
});
const storage = new ExistingStorage("storage", {
    cluster,
    storageClass: config.require("storageClass"),
});

const web = new Disk("from-web", {
    storage,
    size: "40Gi",
    source: {
        http: "https://images.example.org/debian-13.qcow2",
        checksum: "sha256:5f4dcc3b5aa765d61d8327deb882cf992b95990a9151374abd8ff8c5a7a0fe08",
        secretExtraHeaders: ["mirror-token"],
        certConfigMap: "company-ca",
    },
});

const registry = new Disk("from-registry", {
    storage,
    size: "20Gi",
    source: {
        registry: "registry.example.org/images/fedora",
        digest: "sha256:d34db33fd34db33fd34db33fd34db33fd34db33fd34db33fd34db33fd34db33f",
        secretRef: "registry-login",
    },
});
const node = new Disk("from-node", {
    storage,
    size: "20Gi",
    source: { registry: "quay.io/containerdisks/fedora:42", pullMethod: "node" },
});

const s3 = new Disk("from-s3", {
    storage,
    size: "40Gi",
    source: {
        s3: "https://rgw.example.org/images/windows-2025.qcow2",
        secretRef: "rgw-keys",
        certConfigMap: "company-ca",
    },
});

const gcs = new Disk("from-gcs", {
    storage,
    size: "40Gi",
    source: { gcs: "gs://company-images/debian-13.qcow2", secretRef: "gcs-account" },
});

const files = new Disk("from-archive", {
    storage,
    size: "10Gi",
    volumeMode: "Filesystem",
    accessMode: "ReadWriteOnce",
    source: { http: "https://images.example.org/site.tar.gz", contentType: "archive" },
});

const empty = new Disk("blank-image", {
    storage,
    size: "10Gi",
    volumeMode: "Filesystem",
    accessMode: "ReadWriteOnce",
    source: { blank: true },
});

export const claims = [web, registry, node, s3, gcs, files, empty].map((disk) => disk.claimName);
