import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as ownSandbox from "../../../stacks/sandbox";

/** The program of the stack `local`, on the sandbox of the tests instead of the project's own. */
const kubeconfig = readFileSync(new pulumi.Config().require("kubeconfig"), "utf8");
const place = require.resolve("../../../stacks/sandbox");
const loaded = require.cache[place];
if (loaded === undefined) {
    throw new Error(`${place} is not loaded`);
}
loaded.exports = {
    ...ownSandbox,
    sandboxCluster: () => ({ kubeconfig, identifier: "sandbox" }),
};

// eslint-disable-next-line @typescript-eslint/no-require-imports -- after what it imports was put in place
export = require("../../../stacks/local") as Record<string, unknown>;
