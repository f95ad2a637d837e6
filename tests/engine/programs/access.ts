import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, PlatformAccess } from "../../../components";

/** Rights for both identities of a platform. */
const config = new pulumi.Config();
const cluster = new Cluster("sandbox", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    identifier: "sandbox",
});
const namespace = config.require("namespace");

new PlatformAccess("access", {
    cluster,
    installer: [{ kind: "User", name: "platform" }],
    deployer: {
        subjects: [{ kind: "ServiceAccount", namespace, name: "machines" }],
        namespaces: [namespace],
    },
});
