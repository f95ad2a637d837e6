import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../../../components";

/** A Cluster, and beside it what `npm run import --part` has written, where a test has it written. */
const config = new pulumi.Config();

const cluster = new Cluster("cluster", {
    kubeconfig: readFileSync(config.require("kubeconfig"), "utf8"),
    namespace: config.require("namespace"),
});

const program = config.get("program");
if (program !== undefined) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is written by the test
    const functions = require(program) as Readonly<Record<string, (at: Cluster) => object>>;
    Object.values(functions).forEach((make) => make(cluster));
}
