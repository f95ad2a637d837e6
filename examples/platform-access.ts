import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, PlatformAccess } from "../components";

/** Rights for the two logins of a platform. The stack itself runs with an administrator's. */
const config = new pulumi.Config();
const cluster = new Cluster("prod", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    context: config.require("context"),
});

new PlatformAccess("access", {
    cluster,
    installer: [{ kind: "ServiceAccount", namespace: "ci", name: "platform" }],
    deployer: {
        subjects: [{ kind: "ServiceAccount", namespace: "ci", name: "machines" }],
        namespaces: ["vms"],
    },
});
