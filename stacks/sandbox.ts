import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterArgs } from "../components";

/** The folder of the local sandbox: its cluster, its state, its passphrase. */
export const sandboxFolder = join(__dirname, "..", ".sandbox");

/** The cluster of the `local` stack: the sandbox, and nothing else, whatever KUBECONFIG says. */
export function sandboxCluster(): Pick<ClusterArgs, "kubeconfig" | "identifier"> {
    const file = join(sandboxFolder, "kubeconfig");
    if (!existsSync(file)) {
        throw new pulumi.RunError(
            `Stack "local" needs the sandbox, and none is running. Start it with: npm run up (or: npm run sandbox -- start).`,
        );
    }
    return { kubeconfig: readFileSync(file, "utf8"), identifier: "sandbox" };
}
