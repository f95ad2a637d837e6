import { chdir } from "node:process";
import * as pulumi from "@pulumi/pulumi";

/**
 * One of `examples/`, run in the folder of its project, which is its user's home as well. Charts come from files, and manifests from what
 * is kept in that home: the tests have no way to the internet.
 */
const config = new pulumi.Config();
chdir(config.require("folder"));
process.env["HOME"] = config.require("folder");
process.env["KUBECONFIG"] = config.require("kubeconfig");

const chart = config.get("chart");
if (chart !== undefined) {
    pulumi.runtime.registerResourceTransform(({ type, props, opts }) => {
        const { repositoryOpts: _, ...rest } = props as Readonly<Record<string, unknown>>;
        return type === "kubernetes:helm.sh/v3:Release"
            ? { props: { ...rest, chart }, opts }
            : { props, opts };
    });
}

// eslint-disable-next-line @typescript-eslint/no-require-imports -- which file it is is known when the test says so
export = require(`../../../examples/${config.require("example")}`) as Record<string, unknown>;
