import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, Disk, ExistingStorage } from "../components";

/** Disks of machines that are off, taken over from oVirt and from VMware vSphere. */
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

const ovirt = new Disk("from-ovirt", {
    storage,
    size: "80Gi",
    source: {
        imageio: "https://engine.example.org/ovirt-engine/api",
        diskId: "0ad3d1c6-6a4b-4f0e-9d3b-8d3a5d0f6a55",
        secretRef: "ovirt-login",
        certConfigMap: "ovirt-ca",
    },
});

const vsphere = new Disk("from-vsphere", {
    storage,
    size: "80Gi",
    source: {
        vddk: "https://vcenter.example.org",
        uuid: "52260566-b032-36cb-55b1-79bf29e30490",
        backingFile: "[datastore1] web/web.vmdk",
        thumbprint: "20:6C:8A:5D:44:40:B3:79:4B:28:EA:76:13:60:90:6E:49:D9:D9:A3",
        secretRef: "vcenter-login",
        initImageURL: "registry.example.org/vddk:8.0",
    },
    readyWithin: "3 hours",
});

export const claims = [ovirt.claimName, vsphere.claimName];
