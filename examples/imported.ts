import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Config } from "@pulumi/pulumi";
import { Cluster, ExistingStorage, VirtualMachine, VmService } from "../components";

/**
 * Namespace vms, as `npm run import` found it. Nothing is written on an object as long as it is what is said here.
 *
 * - Not here: VirtualMachine shop: Helm release shop looks after it, and would go on doing so. To have it: take it out there first; or say --include-managed.
 */
export function vms(cluster: Cluster) {
    const place = { cluster, namespace: "vms" };

    const config = new Config();
    /** First-boot data that is written in a machine itself: kept in the configuration as base64, so that no line end is lost. */
    const firstBoot = (key: string) =>
        config.requireSecret(key).apply((text) => Buffer.from(text, "base64").toString());

    const fast = new ExistingStorage("fast", { cluster, storageClass: "fast" });
    const web = new VirtualMachine("web", {
        ...place,
        cpu: { cores: 2 },
        memory: "2Gi",
        firmware: { uuid: "5d307ca9-b3ef-428c-8861-06e72d69f223" },
        machineType: "q35",
        devices: { rng: false },
        disks: [
            {
                name: "root",
                storage: fast,
                size: "10Gi",
                source: { registry: "quay.io/containerdisks/fedora:42" },
                adopt: { dataVolume: "web-root" },
                bus: "virtio",
                overrides: { disk: { cache: null, io: null, serial: null } },
            },
            {
                name: "data",
                storage: fast,
                size: "50Gi",
                adopt: { claim: "web-data", asIs: true },
                bus: "virtio",
                overrides: { disk: { cache: null, io: null, serial: null } },
            },
        ],
        volumes: [
            {
                name: "cloudinitdisk",
                source: {
                    cloudInitNoCloud: { userData: firstBoot("web-cloudinitdisk-userData") },
                },
            },
        ],
        networks: [{ name: "default", pod: true, overrides: { interface: { macAddress: null } } }],
        cloudInit: false,
        labels: { app: "web" },
        order: { disks: ["root", "cloudinitdisk", "data"] },
        overrides: {
            template: {
                spec: {
                    domain: { cpu: { sockets: null, threads: null } },
                    evictionStrategy: null,
                    terminationGracePeriodSeconds: null,
                },
            },
        },
        adopt: true,
    });
    const webHttp = new VmService("web-http", {
        ...place,
        selector: { app: "web" },
        ports: [{ port: 80, targetPort: 8080, name: "http" }],
        adopt: true,
    });
    return { fast, web, webHttp };
}

const kubeconfig = readFileSync(
    process.env["KUBECONFIG"] ?? join(homedir(), ".kube", "config"),
    "utf8",
);
const cluster = new Cluster("prod", {
    kubeconfig,
    context: "prod",
    identifier: "prod",
    namespace: "vms",
});

// Without the machines there is the Cluster alone, which `pulumi import --file` wants in the state before.
export const machines =
    new Config().getBoolean("machines") === false ? [] : Object.keys(vms(cluster));
