import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster, Longhorn } from "../components";

/** The last update of a Longhorn before its stack is destroyed. */
const config = new pulumi.Config();
const cluster = new Cluster("prod", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    context: config.require("context"),
});

const longhorn = new Longhorn("longhorn", {
    cluster,
    teardown: "armed",
    eraseVolumes: ["pvc-0b1c4a52-7f2e-4a53-9c75-2d0f4c1f7a11"],
});

export const ready = longhorn.ready;
