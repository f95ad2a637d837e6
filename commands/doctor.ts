import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../model/user-error";
import { asker } from "../waits/connection";
import { preflightText } from "../waits/preflight";
import { readPreflight } from "../waits/preflight-read";
import { kubeconfigTransport } from "../waits/transport";
import { readOptions } from "./options";
import { main } from "./run";
import { storageAdvice } from "./storage-advice";
import { localStack, namedCluster, sandboxFolder } from "./target";

const help = `npm run doctor [-- --stack NAME] [--context CONTEXT] [--storage]

Looks at a stack's cluster and says what virtual machines would miss there: versions, KVM, CPU models for live migration,
storage, snapshots. Changes nothing. Ends with 1 where there is a problem. Without arguments: the sandbox.

--storage  compares Ceph and Longhorn in the end, which is also done where the cluster has no default class or its driver is missing`;

const storageOption = "--storage";

main(async () => {
    const args = process.argv.slice(2);
    const options = readOptions(args.filter((argument) => argument !== storageOption));
    if (options.help) {
        console.log(help);
        return 0;
    }
    const { kubeconfig, context, label } =
        options.stack === localStack ? sandbox() : named(options.stack, options.context);
    console.log(`Looking at ${label}\n`);
    const transport = await kubeconfigTransport(kubeconfig, context);
    const findings = await readPreflight({ ask: asker(transport) });
    console.log(preflightText(findings));
    const advice = storageAdvice(findings, args.includes(storageOption));
    if (advice !== undefined) {
        console.log(`\n${advice}`);
    }
    return findings.some(({ status }) => status === "problem") ? 1 : 0;
});

function sandbox() {
    const file = join(sandboxFolder, "kubeconfig");
    if (!existsSync(file)) {
        throw new UserError(
            "No sandbox is running. Start it (npm run up), or name a stack: npm run doctor -- --stack <name>.",
        );
    }
    return { kubeconfig: readFileSync(file, "utf8"), context: undefined, label: "the sandbox" };
}

function named(stack: string, wanted: string | undefined) {
    const { context, server, kubeconfig } = namedCluster(stack, wanted, process.env);
    return { kubeconfig, context, label: `${server} (context ${context})` };
}
