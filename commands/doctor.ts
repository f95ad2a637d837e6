import { asker } from "../waits/connection";
import { preflightText } from "../waits/preflight";
import { readPreflight } from "../waits/preflight-read";
import { kubeconfigTransport } from "../waits/transport";
import { readOptions } from "./options";
import { main } from "./run";
import { storageAdvice } from "./storage-advice";
import { localStack, sandboxTarget, stackTarget } from "./target";

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
        options.stack === localStack
            ? sandboxTarget(
                  ". Start it (npm run up), or name a stack: npm run doctor -- --stack <name>",
              )
            : stackTarget(options.stack, options.context, process.env);
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
