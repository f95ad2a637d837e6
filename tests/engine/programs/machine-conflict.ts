import { readFileSync } from "node:fs";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../../../components";
import { conflictHook } from "../../../components/machines/field-conflict";

/** The object of a machine whose fields the configuration sets, with the hook that explains conflicts. */
const config = new pulumi.Config();
const namespace = config.require("namespace");
const isLeftAlone = config.getBoolean("powerLeftAlone") === true;
const cluster = new Cluster("sandbox", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    identifier: "sandbox",
});

new CustomResource(
    "db-virtual-machine",
    {
        apiVersion: "kubevirt.io/v1",
        kind: "VirtualMachine",
        metadata: { name: "db", namespace },
        spec: {
            runStrategy: "Always",
            template: {
                spec: {
                    domain: {
                        cpu: { sockets: config.getNumber("cpu") ?? 1 },
                        memory: { guest: "1Gi" },
                        devices: {},
                    },
                },
            },
        },
    },
    {
        provider: cluster.provider,
        ...(isLeftAlone ? { ignoreChanges: ["spec.runStrategy"] } : {}),
        hooks: {
            beforeUpdate: [
                conflictHook("db", cluster.connection, {
                    namespace,
                    machineName: "db",
                    power: isLeftAlone ? "left-alone" : "managed",
                }),
            ],
        },
    },
);
