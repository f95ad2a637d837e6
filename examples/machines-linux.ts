import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, ExistingStorage, VirtualMachine, VmNetwork, VmService } from "../components";

/** A Linux server with two disks and an address that stays. */
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

const lan = new VmNetwork("lan", {
    cluster,
    bridge: { bridge: "br1", vlan: 100 },
    subnets: ["192.168.10.0/24"],
});

const db = new VirtualMachine("db", {
    cluster,
    cpu: 4,
    memory: "16Gi",
    disks: [
        {
            name: "root",
            storage,
            size: "40Gi",
            source: { registry: "quay.io/containerdisks/fedora:42" },
        },
        { name: "data", storage, size: "200Gi", onDestroy: "forbid" },
    ],
    networks: [
        { name: "default", pod: true },
        {
            name: "lan",
            network: lan,
            addresses: ["192.168.10.20/24"],
            nameservers: ["192.168.10.2"],
        },
    ],
    sshKeys: [config.require("sshKey")],
    cloudInit: {
        packages: ["postgresql-server"],
        users: [{ name: "backup", groups: ["postgres"], shell: "/bin/bash" }],
        files: [
            {
                path: "/etc/backup.token",
                content: config.requireSecret("backupToken"),
                permissions: "0600",
            },
        ],
        runCommands: ["postgresql-setup --initdb", "systemctl enable --now postgresql"],
    },
    ready: "agent",
    liveMigration: "required",
});

const app = new VirtualMachine(
    "app",
    {
        cluster,
        instancetype: "u1.small",
        preference: "fedora",
        disks: [
            {
                name: "root",
                storage,
                size: "20Gi",
                source: { registry: "quay.io/containerdisks/fedora:42" },
            },
        ],
        ready: { tcp: 8080 },
        restartPolicy: "if-needed",
        group: "app",
        placement: { apart: "node", near: "cache" },
    },
    { dependsOn: [db.whenReady] },
);

const front = new VmService("app-front", { cluster, machine: app, ports: [{ port: 8080 }] });

/** Where the machine runs, its addresses, whether it can move, what needs a restart, its disks. */
export const ready = db.ready;
export const commands = db.commands;
export const host = front.host;
