import { asker } from "../waits/connection";
import { preflightText } from "../waits/preflight";
import { readPreflight } from "../waits/preflight-read";
import { UserError } from "../model/user-error";
import { kubeconfigTransport, unreadText } from "../waits/transport";
import { readOptions } from "./options";
import { main } from "./run";
import { storageAdvice } from "./storage-advice";
import { environmentOf } from "./stack-files";
import { localStack, projectFolder, sandboxTarget, stackTarget } from "./target";

const help = `npm run doctor [-- --stack NAME] [--context CONTEXT] [--storage]

Looks at a stack's cluster and says what virtual machines would miss there: versions, KVM, CPU models for live migration,
storage, snapshots, its namespace. Changes nothing. Ends with 1 where there is a problem, or nobody can look. Without arguments: the sandbox.

--storage  compares Ceph and Longhorn in the end, which is also done where the cluster has no default class or its driver is missing`;

/** Where the machines of a stack are to be; undefined for the sandbox. */
function namespaceOf(stack: string): string | undefined {
    if (stack === localStack) {
        return undefined;
    }
    const { cluster } = environmentOf(projectFolder, stack) as {
        readonly cluster?: { readonly namespace?: unknown };
    };
    return typeof cluster?.namespace === "string" ? cluster.namespace : "default";
}

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
    const ask = asker(transport);
    const version = await ask("/version");
    if (version.state === "unreadable") {
        throw new UserError(
            `${unreadText(version.error)}. Nothing can be said of it: see that the server answers, and that the login has not expired.`,
        );
    }
    const findings = await readPreflight({ ask }, namespaceOf(options.stack));
    console.log(preflightText(findings));
    const advice = storageAdvice(findings, args.includes(storageOption));
    if (advice !== undefined) {
        console.log(`\n${advice}`);
    }
    return findings.some(({ status }) => status === "problem") ? 1 : 0;
});
